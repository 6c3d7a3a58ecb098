// Those of the peers that were found. CMake defines a name for each.

#include "bench/peers/peers.h"

namespace cradle::bench {

void register_peers([[maybe_unused]] const Suite& suite) {
#ifdef CRADLE_HAS_CODIPACK
  register_codipack(suite);
#endif
#ifdef CRADLE_HAS_XAD
  register_xad(suite);
#endif
#ifdef CRADLE_HAS_ADEPT
  register_adept(suite);
#endif
#ifdef CRADLE_HAS_CPPAD
  register_cppad(suite);
#endif
#ifdef CRADLE_HAS_ADOLC
  register_adolc(suite);
#endif
#ifdef CRADLE_HAS_AUTODIFF
  register_autodiff(suite);
#endif
#ifdef CRADLE_HAS_EIGEN
  register_eigen(suite);
#endif
}

}  // namespace cradle::bench
