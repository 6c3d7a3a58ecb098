// What an engine says of itself, read with care: the table may be that of an older adapter, or
// wrong.

#pragma once

#include <string>

#include "checks/engines/engine.h"
#include "checks/program/capabilities.h"

namespace cradle {

/// Tells what makes a table unusable; empty when nothing does.
/// Requires  nothing: `engine` may be NULL. The pointers in it are NULL or valid.
std::string check_table(const cradle_engine* engine);

/// Returns a table of today's size: what an older one does not have is NULL.
/// Requires  check_table(&engine) is empty.
cradle_engine whole_table(const cradle_engine& engine);

/// Returns a record of today's size: what an older one does not have is 0.
cradle_capabilities whole_record(const cradle_capabilities& record);

/// Translates the record of an engine, with defaults in place of what it leaves open.
///
/// Errors  A kind or a form that has no number here is `unknown`, or the kind that promises least.
/// Requires  check_table(&engine) is empty.
Capabilities capabilities_of(const cradle_engine& engine);

}  // namespace cradle
