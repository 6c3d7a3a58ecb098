// Who keeps a network's parameters alive: the network, lists of them, graphs, in any order of
// going.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/components/action.h"

namespace {

TEST(Ownership, network_may_go_before_its_graph) {
  std::uint32_t nouts[] = {2, 1};
  MLP* const mlp = mlp_create_linear(1, nouts, 2);
  Value* const w = mlp->layers[0]->neurons[0]->w[0];
  Value* x = value_create_leaf(1.0);
  Value** const outputs = mlp_forward(mlp, &x);
  mlp_free(mlp);
  EXPECT_EQ(w->ref_count, 1U);
  EXPECT_EQ(microcrad_live_values(), 1U + 7 + 3);
  EXPECT_EQ(value_backward(outputs[0]), 0);
  value_release(x);
  value_release(outputs[0]);
  value_array_free(outputs);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Ownership, graph_may_go_before_its_network) {
  std::uint32_t nouts[] = {2, 1};
  MLP* const mlp = mlp_create(1, nouts, 2);
  Value* x = value_create_leaf(1.0);
  Value** const outputs = mlp_forward(mlp, &x);
  value_release(outputs[0]);
  value_array_free(outputs);
  value_release(x);
  EXPECT_EQ(microcrad_live_values(), 7U);
  EXPECT_EQ(mlp->layers[0]->neurons[0]->w[0]->ref_count, 1U);
  mlp_free(mlp);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// A network 2 -> 2 -> 1 with nine parameters, all of which every graph uses exactly once. So each
// parameter has one reference from the network while it exists, one from each list and one from
// each graph, and perhaps some that the test took.
class World {
 public:
  World() {
    std::uint32_t nouts[] = {2, 1};
    network_ = mlp_create(2, nouts, 2);
    Vector* const list = mlp_parameters(network_);
    parameters_.assign(list->items, list->items + list->size);
    vector_free(list);
    retained_.assign(parameters_.size(), 0);
  }

  void execute(const Action& action) {
    const std::size_t which = static_cast<std::size_t>(action.first) % parameters_.size();
    switch (action.verb) {
      case 0:
        mlp_free(network_);
        network_ = nullptr;
        break;
      case 1:
      case 2:
        if (network_ != nullptr) lists_.push_back(mlp_parameters(network_));
        break;
      case 3:
      case 4:
        if (network_ != nullptr) add_graph();
        break;
      case 5:
        if (count_of(which) == 0) break;
        value_retain(parameters_[which]);
        ++retained_[which];
        break;
      case 6:
        if (retained_[which] == 0) break;
        value_release(parameters_[which]);
        --retained_[which];
        break;
      case 7:
        if (lists_.empty()) break;
        vector_free(lists_.back());
        lists_.pop_back();
        break;
      case 8:
        if (!graphs_.empty()) RC_ASSERT(value_backward(graphs_.back()) == 0);
        break;
      default:
        if (graphs_.empty()) break;
        value_release(graphs_.back());
        graphs_.pop_back();
    }
  }

  void check() const {
    std::size_t alive = 5 * graphs_.size();  // each has two inputs and three neurons of its own
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if (count_of(i) == 0) continue;
      ++alive;
      RC_ASSERT(parameters_[i]->ref_count == count_of(i));
    }
    RC_ASSERT(microcrad_live_values() == alive);
  }

  void release_everything() {
    mlp_free(network_);
    network_ = nullptr;
    for (Vector* list : lists_) vector_free(list);
    for (Value* graph : graphs_) value_release(graph);
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      for (; retained_[i] > 0; --retained_[i]) value_release(parameters_[i]);
    }
    RC_ASSERT(microcrad_live_values() == std::size_t{0});
  }

 private:
  std::uint32_t count_of(std::size_t i) const {
    const std::size_t holders = (network_ != nullptr ? 1 : 0) + lists_.size() + graphs_.size();
    return static_cast<std::uint32_t>(holders) + retained_[i];
  }

  void add_graph() {
    Value* x[] = {value_create_leaf(0.5), value_create_leaf(-0.5)};
    Value** const outputs = mlp_forward(network_, x);
    graphs_.push_back(outputs[0]);
    value_array_free(outputs);
    for (Value* v : x) value_release(v);
  }

  MLP* network_ = nullptr;
  std::vector<Value*> parameters_;
  std::vector<std::uint32_t> retained_;
  std::vector<Vector*> lists_;
  std::vector<Value*> graphs_;
};

RC_GTEST_PROP(Ownership, parameters_live_as_long_as_anyone_holds_them,
              (const std::vector<Action>& actions)) {
  World world;
  world.check();
  for (const Action& action : actions) {
    world.execute(action);
    world.check();
  }
  world.release_everything();
}

}  // namespace
