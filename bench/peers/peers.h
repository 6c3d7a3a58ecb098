// The peers, each in a file of its own: registered when CMake found it.

#pragma once

#include "bench/suite.h"

namespace cradle::bench {

void register_adolc(const Suite& suite);
void register_eigen(const Suite& suite);
void register_codipack(const Suite& suite);
void register_xad(const Suite& suite);
void register_adept(const Suite& suite);
void register_cppad(const Suite& suite);
void register_autodiff(const Suite& suite);

}  // namespace cradle::bench
