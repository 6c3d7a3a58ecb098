// A result as a page for a browser: one file with everything in it, light and dark, on a phone and
// on paper.
//
// A page is made of the JSON and of nothing else, so that an old file gives the page that its run
// would have given. The JSON may be anybody's: what it says is checked, and shown as text.

#pragma once

#include <string>

#include "checks/cradle/stored_result.h"

namespace cradle {

/// Returns the page of a result of `check`, `run`, `exhaust` or `calibrate`. Graphs are drawn where
/// Graphviz is installed.
std::string page(const StoredFile& stored);

}  // namespace cradle
