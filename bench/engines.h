// The engines that are measured side by side, under one spelling, by their own functions: no
// adapter of the harness stands between a benchmark and an engine.

#pragma once

#include <cstdint>

#include "checks/engines/textbook.h"
#include "checks/engines/textbook_memory.h"
#include "checks/engines/textbook_network.h"
#include "microcrad/microcrad.h"

namespace cradle::bench {

struct Microcrad {
  static constexpr const char* kName = "microcrad";
  using Value = ::Value;
  using Network = ::MLP;
  using Parameters = ::Vector;

  static void prepare(bool) {}
  static Value* leaf(double data) { return value_create_leaf(data); }
  static Value* add(Value* a, Value* b) { return value_add(a, b); }
  static Value* mul(Value* a, Value* b) { return value_mul(a, b); }
  static Value* pow(Value* a, double exponent) { return value_pow(a, exponent); }
  static Value* relu(Value* a) { return value_relu(a); }
  static void backward(Value* root) { value_backward(root); }
  static void release(Value* v) { value_release(v); }

  static Network* network(std::uint32_t nin, std::uint32_t* widths, std::uint32_t layers) {
    return mlp_create(nin, widths, layers);
  }
  static Value** forward(Network* network, Value** x) { return mlp_forward(network, x); }
  static void free_array(Value** values) { value_array_free(values); }
  static Parameters* parameters(Network* network) { return mlp_parameters(network); }
  static void free(Parameters* parameters) { vector_free(parameters); }
  static void free(Network* network) { mlp_free(network); }
};

/// A bug in the yardstick, planted to see that a wrong result is told.
inline textbook::Fault planted_fault = textbook::Fault::none;

struct Textbook {
  static constexpr const char* kName = "textbook";
  using Value = textbook::Value;
  using Network = textbook::Mlp;
  using Parameters = textbook::Vector;

  /// Recursion is what the textbook says; it ends at some depth, and the same engine without it
  /// does not.
  static void prepare(bool is_deep) {
    textbook::memory.reset();
    textbook::options = {planted_fault, is_deep, is_deep};
  }
  static Value* leaf(double data) { return textbook::value_create_leaf(data); }
  static Value* add(Value* a, Value* b) { return textbook::value_add(a, b); }
  static Value* mul(Value* a, Value* b) { return textbook::value_mul(a, b); }
  static Value* pow(Value* a, double exponent) { return textbook::value_pow(a, exponent); }
  static Value* relu(Value* a) { return textbook::value_relu(a); }
  static void backward(Value* root) { textbook::value_backward(root); }
  static void release(Value* v) { textbook::value_release(v); }

  static Network* network(std::uint32_t nin, std::uint32_t* widths, std::uint32_t layers) {
    return textbook::mlp_create(nin, widths, layers, false);
  }
  static Value** forward(Network* network, Value** x) { return textbook::mlp_forward(network, x); }
  static void free_array(Value** values) { textbook::value_array_free(values); }
  static Parameters* parameters(Network* network) { return textbook::mlp_parameters(network); }
  static void free(Parameters* parameters) { textbook::vector_free(parameters); }
  static void free(Network* network) { textbook::mlp_free(network); }
};

/// microcrad with its networks made op by op, as the textbook's are: what the fused neuron buys.
struct MicrocradOps : Microcrad {
  static constexpr const char* kName = "microcrad_ops";

  static Value* neuron(const Neuron& neuron, Value** x) {
    Value* sum = neuron.b;
    value_retain(sum);
    for (std::uint32_t k = 0; k < neuron.nin; ++k) {
      Value* const product = value_mul(neuron.w[k], x[k]);
      Value* const next = value_add(sum, product);
      value_release(product);
      value_release(sum);
      sum = next;
    }
    Value* const output = value_relu(sum);
    value_release(sum);
    return output;
  }

  static Value** forward(Network* network, Value** x) {
    Value** values = x;
    for (std::uint32_t layer = 0; layer < network->n_layers; ++layer) {
      const Layer& made = *network->layers[layer];
      Value** const outputs = new Value*[made.nout];
      for (std::uint32_t k = 0; k < made.nout; ++k) outputs[k] = neuron(*made.neurons[k], values);
      for (std::uint32_t k = 0; values != x && k < made.nin; ++k) value_release(values[k]);
      if (values != x) delete[] values;
      values = outputs;
    }
    return values;
  }
  static void free_array(Value** values) { delete[] values; }
};

}  // namespace cradle::bench
