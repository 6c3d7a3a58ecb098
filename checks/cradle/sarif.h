// A result as SARIF, which code hosts show beside the code.

#pragma once

#include <string>

#include "checks/cradle/stored_result.h"

namespace cradle {

/// Returns a log of one run with a result for each finding that is told: what several checks show
/// by one program is one.
///
/// A finding stands at the line of its minimised program that makes the faulty node. The programs
/// are in the log, as artifacts. Code hosts show files of a repository only: `source`, where it is
/// not empty, is the path of the adapter or the engine there, and the place of every finding; the
/// programs are then related places. A fingerprint is check, kind and op, so that a finding stays
/// the same one when its program changes.
///
/// Source  OASIS, Static Analysis Results Interchange Format 2.1.0, errata 01.
std::string sarif(const StoredResult& stored, const std::string& source);

}  // namespace cradle
