// What the network's parameter lists need of Vector beyond its public face.
#pragma once

#include <cstddef>

#include "microcrad/vector.h"

namespace microcrad::detail {

/// Makes room for `count` Values in all, so that appending up to there cannot fail for lack of
/// memory.
bool vector_reserve(Vector* vector, std::size_t count);

}  // namespace microcrad::detail
