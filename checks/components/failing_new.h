// The standard library's memory, made to run out.

#pragma once

#include <cstddef>

/// The number of the call of operator new, from here, that fails; 0 for none.
inline std::size_t failing_new = 0;

/// Whether failing_new.cpp has the operator that is called: valgrind and some sanitizers' runtimes
/// bring their own. Known after the first call.
inline bool has_own_new = false;
