// What becomes of a child that did not answer: it is ended, waited for, and its death described.

#pragma once

#include <sys/types.h>

#include "checks/program/trace.h"

namespace cradle {

/// Makes sure that a child is dead, with whatever it started, and returns a trace that says of
/// what.
///
/// A child that closed its pipe but lives on for more than a second is killed, and counts as too
/// slow. `complaints` is the file that holds its standard error: a telling line of it goes into the
/// trace.
Trace bury(pid_t child, bool too_slow, int complaints);

}  // namespace cradle
