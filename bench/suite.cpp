// The sizes of the workloads, and what is expected of them: the results of loops by hand, and the
// graph that the textbook engine makes.

#include "bench/suite.h"

#include <utility>

#include "bench/engines/textbook.h"

namespace cradle::bench {
namespace {

template <typename ByHand, typename ByTextbook, typename Shape>
std::shared_ptr<const Results> expected_of(const Shape& shape, bool is_affordable = true) {
  Results results = first_run(ByHand(shape)).results;
  if (is_affordable) results.digest = first_run(ByTextbook(shape)).results.digest;
  return std::make_shared<const Results>(std::move(results));
}

}  // namespace

Suite::Suite(Size size) {
  const bool toy = size == Size::toy;
  const std::vector<std::size_t> lengths =
      toy ? std::vector<std::size_t>{10, 1'000}
          : std::vector<std::size_t>{100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000};
  for (const std::size_t nodes : lengths) {
    chains_.push_back({"chain " + std::to_string(nodes), nodes,
                       expected_of<ChainByHand<ChainSteps>, Chain<Textbook>>(
                           nodes, nodes <= Textbook::kChainMax)});
  }
  const std::size_t subnormal = toy ? 100 : 10'000;
  subnormal_ = {"subnormal chain " + std::to_string(subnormal), subnormal,
                expected_of<ChainByHand<SubnormalSteps>, SubnormalChain<Textbook>>(subnormal)};
  const std::size_t random = toy ? 200 : 10'000;
  random_ = {"random graph " + std::to_string(random), random,
             expected_of<RandomGraphByHand, RandomGraph<Textbook>>(random)};
  const std::vector<NetworkShape> shapes =
      toy ? std::vector<NetworkShape>{{{3, 4, 2}, 2}}
          : std::vector<NetworkShape>{{{16, 32, 32, 1}, 32}, {{784, 32, 10}, 1}, {{3, 4, 1}, 1}};
  for (const NetworkShape& shape : shapes) {
    std::string name = "network";
    for (const std::uint32_t width : shape.widths) name += " " + std::to_string(width);
    name += " x " + std::to_string(shape.samples);
    networks_.push_back({name, shape, expected_of<TrainingByHand, Training<Textbook>>(shape)});
  }
}

void Suite::add_by_hand() const {
  for (const Sized& chain : chains_) {
    add_one<ByHand, ChainByHand<ChainSteps>>(chain.name, chain.nodes, chain.expected);
  }
  add_one<ByHand, ChainByHand<SubnormalSteps>>(subnormal_.name, subnormal_.nodes,
                                               subnormal_.expected);
  add_one<ByHand, RandomGraphByHand>(random_.name, random_.nodes, random_.expected);
  for (const Shaped& network : networks_) {
    add_one<ByHand, TrainingByHand>(network.name, network.shape, network.expected);
  }
}

}  // namespace cradle::bench
