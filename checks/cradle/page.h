// A result as a page for a browser: one file with everything in it, light and dark, on a phone and
// on paper.
//
// A page is made of the JSON and of nothing else, so that an old file gives the page that its run
// would have given. The JSON may be anybody's: what it says is checked, and shown as text.

#pragma once

#include <string>

namespace cradle {

/// Returns the page of a result of `check`, `run`, `exhaust` or `calibrate`. `text` is its JSON,
/// and `file` names it in errors. Graphs are drawn where Graphviz is installed.
/// Errors  throws UserError with kBadInput, the file and the place, when it is no such result.
std::string page(const std::string& text, const std::string& file);

/// Writes the page of a result that was just made; an empty path is no file.
/// Errors  throws UserError with kBadInput when it cannot be written.
void write_page(const std::string& path, const std::string& text);

}  // namespace cradle
