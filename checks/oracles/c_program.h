// A C program that shows a finding without cradle's judges: what a bug report needs.

#pragma once

#include <string>

#include "checks/oracles/verdict.h"
#include "checks/program/program.h"

namespace cradle {

/// Returns a C11 program that makes the calls of `program`, prints what it sees, and exits 1 while
/// the bug is there.
///
/// For microcrad it is written against microcrad.h; for a plug-in, told by a slash or .so in its
/// name, against the installed cradle/engine.h and dlopen; for any other engine against the engine
/// interface and `cradle_find_engine`. With a judgement that disagrees it asserts the node's
/// enclosure; without one it asserts nothing and exits 0 if it gets to its end.
std::string c_program(const Program& program, const std::string& engine, const Judgement& judgement,
                      const std::string& check);

}  // namespace cradle
