// Partial derivatives of the ops that are powers: pow, powv, div.
//
// A contribution is D G for a partial derivative D. The engine has D within d (its own operands'
// radii, and all roundings but the last), then `product` does the rest. Where factors may come in
// any order d counts each rounding as u relatively, which covers every order.

#pragma once

#include "checks/oracles/radius.h"

namespace cradle {

/// Returns d + n u (|D| + d): n roundings after a spread d.
inline double after_roundings(double n, double size, double spread,
                              const RadiusArithmetic& arithmetic) {
  return spread + roundings(n, arithmetic) * (size + spread);
}

/// A partial derivative within its radius, and what else its rule may do to a product with it.
template <typename Real>
struct Partial {
  Ball<Real> ball;
  double etas = 1;                // underflows of other orders of the product
  Undecided undecided = nullptr;  // why not
};

/// Each requires that the op's value is decided; `g` is the gradient that the partial is for.
template <typename Real>
Partial<Real> partial_of_pow(const Model& model, double exponent, const Ball<Real>& x,
                             const Ball<Real>& out, const Ball<Real>& g);
template <typename Real>
Partial<Real> partial_to_base(const Model& model, const Ball<Real>& x, const Ball<Real>& y,
                              const Ball<Real>& out, const Ball<Real>& g);
template <typename Real>
Partial<Real> partial_to_exponent(const Model& model, const Ball<Real>& x, const Ball<Real>& out,
                                  const Ball<Real>& g);
template <typename Real>
Partial<Real> partial_to_divisor(const Model& model, const Ball<Real>& a, const Ball<Real>& b,
                                 const Ball<Real>& out, const Ball<Real>& g);

}  // namespace cradle
