// Graphs that an edit inserts whole: no sequence of small edits that each look like progress leads
// to a set of fifty nodes, or to a chain of a thousand.

#include <algorithm>
#include <array>

#include "checks/program/mutate_parts.h"

namespace cradle {
namespace {

class Graph {
 public:
  Graph(RecordMaker& maker, std::size_t most) : maker_(maker), most_(most) {}

  void add(const Record& record) {
    if (records_.size() < most_) records_.push_back(record);
  }
  void inputs(std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) add(maker_.input());
  }
  void backward() {
    if (maker_.offers(Verb::backward)) add(maker_.of(Verb::backward));
  }
  std::size_t below(std::size_t bound) { return maker_.choices().below(bound); }
  RecordMaker& maker() { return maker_; }
  std::vector<Record> take() { return std::move(records_); }

 private:
  RecordMaker& maker_;
  std::size_t most_;
  std::vector<Record> records_;
};

// Every node takes the newest and any other, so that all of them reach the last; 4 to 128 of them.
void dense(Graph& graph) {
  graph.inputs(1 + graph.below(3));
  const std::size_t size = std::size_t{4} << graph.below(6);
  for (std::size_t k = 0; k < size; ++k) {
    Record record = graph.maker().binary();
    record.distances = {0, static_cast<std::uint32_t>(graph.below(k + 1)), 0};
    graph.add(record);
  }
  graph.backward();
}

// x op x, again and again: as many paths as 2 to the power of its length.
void ladder(Graph& graph) {
  Record rung = graph.maker().binary();
  rung.distances = {};
  const std::size_t size = 2 + graph.below(30);
  for (std::size_t k = 0; k < size; ++k) graph.add(rung);
  graph.backward();
}

// One op after another: mostly short, or thousands, which a recursion does not survive.
void chain(Graph& graph) {
  Record link = graph.below(2) == 0 ? graph.maker().unary() : graph.maker().binary();
  link.distances[0] = 0;
  const std::size_t size = graph.below(8) == 0 ? 3900 : std::size_t{8} << graph.below(6);
  graph.inputs(1);
  for (std::size_t k = 0; k < size; ++k) graph.add(link);
  graph.backward();
}

// Inputs, weights and a bias; the neuron itself where the engine has them.
void neuron(Graph& graph) {
  const std::size_t width = 1 + graph.below(6);
  graph.inputs(2 * width + 1);
  if (graph.maker().offers(Op::neuron)) {
    Record record = graph.maker().of(Op::neuron);
    record.count = static_cast<std::uint16_t>(width);
    const auto far = static_cast<std::uint32_t>(2 * width);
    record.distances = {far, far - static_cast<std::uint32_t>(width), 0};
    graph.add(record);
  } else {
    for (std::size_t k = 0; k < width; ++k) {  // a product, and the sum so far before it
      Record product = graph.maker().of(Op::mul);
      product.distances = {static_cast<std::uint32_t>(2 * width + k),
                           static_cast<std::uint32_t>(width + k), 0};
      graph.add(product);
      Record sum = graph.maker().of(Op::add);
      sum.distances = {0, 1, 0};
      graph.add(sum);
    }
    graph.add(graph.maker().of(Op::relu));
  }
  graph.backward();
}

// What is held is let go of, from the newest back, or from anywhere.
void releases(Graph& graph) {
  const std::size_t size = 1 + graph.below(12);
  const auto from = static_cast<std::uint32_t>(graph.below(8));
  const bool one_place = graph.below(2) == 0;
  for (std::size_t k = 0; k < size; ++k) {
    graph.add(graph.maker().of(Verb::release, one_place ? from : graph.maker().distance()));
  }
}

// Held many times, and let go of as often, or not: a count of few bits is full some day.
void holds(Graph& graph) {
  const std::size_t size = std::size_t{2} << graph.below(9);
  const std::uint32_t place = graph.maker().distance();
  for (std::size_t k = 0; k < size; ++k) graph.add(graph.maker().of(Verb::retain, place));
  if (graph.below(2) == 0) return;
  for (std::size_t k = 0; k < size; ++k) graph.add(graph.maker().of(Verb::release, place));
}

// A session of training: backward, again or after gradients are cleared and an input is moved.
void steps(Graph& graph) {
  const std::size_t size = 1 + graph.below(4);
  for (std::size_t k = 0; k < size; ++k) {
    if (graph.below(2) == 0) graph.add(graph.maker().of(Verb::zero_grad));
    if (graph.below(2) == 0) graph.add(graph.maker().of(Verb::set, graph.maker().distance()));
    graph.add(graph.maker().of(Verb::backward, graph.maker().distance()));
  }
}

// A second root over the same nodes, then one of the two goes.
void two_roots(Graph& graph) {
  graph.add(graph.maker().operation());
  Record other = graph.maker().operation();
  other.distances = {1, 1, 0};
  graph.add(other);
  graph.add(graph.maker().of(Verb::backward, 0));
  graph.add(graph.maker().of(Verb::backward, 1));
  graph.add(graph.maker().of(Verb::release, static_cast<std::uint32_t>(graph.below(2))));
  graph.backward();
}

}  // namespace

std::vector<Record> draw_graph(RecordMaker& maker, std::size_t most) {
  Graph graph(maker, most);
  using Draw = void (*)(Graph&);
  constexpr std::array<Draw, 4> kFunctions = {dense, ladder, chain, neuron};
  constexpr std::array<Draw, 8> kAll = {dense,    ladder, chain, neuron,
                                        releases, holds,  steps, two_roots};
  if (maker.offers(Verb::backward)) {
    kAll[graph.below(kAll.size())](graph);
  } else {
    kFunctions[graph.below(kFunctions.size())](graph);
  }
  return graph.take();
}

}  // namespace cradle
