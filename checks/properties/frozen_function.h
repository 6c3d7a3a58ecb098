// A frozen function of a program, in one expression.

#pragma once

#include "checks/oracles/frozen.h"

namespace cradle {

template <typename Real>
FrozenFunction<Real> frozen_function(const Program& program, const Capabilities& engine) {
  FrozenFunction<Real> function;
  function.freeze(program, engine);
  return function;
}

}  // namespace cradle
