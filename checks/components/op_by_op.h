// A neuron spelt out in value_mul, value_add and value_relu: what neuron_forward must equal bit for
// bit.
#pragma once

#include <microcrad/microcrad.h>

#include <cstdint>

/// Returns a new reference to relu(((b + w0 x0) + w1 x1) + ...), without the relu when `linear`.
inline Value* neuron_op_by_op(const Neuron* n, Value* const* x, bool linear) {
  Value* sum = n->b;
  value_retain(sum);
  for (std::uint32_t i = 0; i < n->nin; ++i) {
    Value* const product = value_mul(n->w[i], x[i]);
    Value* const longer_sum = value_add(sum, product);
    value_release(product);
    value_release(sum);
    sum = longer_sum;
  }
  if (linear) return sum;
  Value* const output = value_relu(sum);
  value_release(sum);
  return output;
}
