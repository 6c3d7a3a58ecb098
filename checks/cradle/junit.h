// A result as JUnit's XML, which every continuous integration reads.

#pragma once

#include <string>

#include "checks/cradle/stored_result.h"

namespace cradle {

/// Returns a suite with a test case for each check: one that does not apply is skipped, with its
/// reason; one that disagrees or decides nothing fails, with its findings, their programs and the
/// commands that show them again. Some test case fails if and only if the result does not agree.
///
/// Source  the schema of Jenkins' xunit plug-in, which others follow.
std::string junit(const StoredResult& stored);

}  // namespace cradle
