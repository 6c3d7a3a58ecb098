// The names of functions behind addresses.

#pragma once

#include <string>

namespace cradle {

/// Returns a message in which every "/path/libmine.so+0x12f8" has become "name (file:line)", as far
/// as addr2line, where it is installed, can tell; the rest stays as it is.
std::string with_names(const std::string& message);

}  // namespace cradle
