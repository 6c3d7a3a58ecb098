// Forward mode: a sweep for each input carries tangents from it to the root.
//
//   y = f(a, b)    dy = f_a da + f_b db
//
// A tangent is carried only where a node is made of the input: a zero that stands for "not made of
// it" would meet infinite slopes and become NaN. The cost is the number of inputs times that of
// nodes, as it is in forward mode.

#include <span>
#include <vector>

#include "checks/engines/tape_engine.h"
#include "checks/engines/tape_variants.h"

namespace cradle {
namespace tape {
namespace {

struct ForwardEngine : Tape<Plain<double>> {
  static cradle_capabilities capabilities() {
    cradle_capabilities record = plain_record("tape:forward");
    record.mode = CRADLE_MODE_FORWARD;
    record.interior_hidden = 1;
    record.second_backward = CRADLE_SECOND_RESETS;
    return record;
  }

  // Every input older than the root gets its derivative of the root; 0 where there is none.
  void backward(Handle& root) {
    for (Handle node = 0; node <= root; ++node) {
      if (rows_[node].op == CRADLE_OP_INPUT) rows_[node].grad = derivative(root, node);
    }
  }

 private:
  double derivative(Handle root, Handle input) {
    tangents_.assign(std::size_t{root} + 1, 0);
    made_of_it_.assign(std::size_t{root} + 1, false);
    tangents_[input] = 1;
    made_of_it_[input] = true;
    for (Handle node = input + 1; node <= root; ++node) {
      for (const Handle operand : operands_of(node)) {
        if (made_of_it_[operand]) made_of_it_[node] = true;
      }
      if (!made_of_it_[node]) continue;
      tangents_[node] = rows_[node].op == CRADLE_OP_NEURON ? of_neuron(node) : of_op(node);
    }
    return tangents_[root];
  }

  double of_op(Handle node) const {
    const Row& row = rows_[node];
    const std::span<const Handle> operands = operands_of(node);
    const Handle a = operands.front();
    const Handle b = operands.back();
    const auto carried = [&](Handle operand) {
      return contributions(row.op, rows_[a].data, rows_[b].data, row.immediate, row.data,
                           tangents_[operand]);
    };
    double tangent = 0;
    if (made_of_it_[a]) tangent += carried(a).to_x;
    if (operands.size() == 2 && made_of_it_[b]) tangent += carried(b).to_y;
    return tangent;
  }

  double of_neuron(Handle node) const {
    const Row& row = rows_[node];
    if (row.immediate != 1 && !(row.data > 0)) return 0;
    const std::span<const Handle> operands = operands_of(node);
    const std::size_t count = operands.size() / 2;
    double tangent = made_of_it_[operands.back()] ? tangents_[operands.back()] : 0;
    for (std::size_t k = 0; k < count; ++k) {
      const Handle x = operands[k];
      const Handle w = operands[count + k];
      if (made_of_it_[x]) tangent += rows_[w].data * tangents_[x];
      if (made_of_it_[w]) tangent += rows_[x].data * tangents_[w];
    }
    return tangent;
  }

  std::vector<double> tangents_;  // of the input that is being swept
  std::vector<bool> made_of_it_;
};

}  // namespace
}  // namespace tape

const cradle_engine* tape_forward_engine() { return engine_of<tape::ForwardEngine>(); }

}  // namespace cradle
