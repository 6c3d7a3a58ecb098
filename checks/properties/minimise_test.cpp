// Laws of minimising: the result still fails, nothing simpler does, and for failures whose smallest
// program is known it is that program, from any start.

#include "checks/program/minimise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "checks/program/execute.h"
#include "checks/program/simpler.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

using Predicate = std::function<bool(const Program&)>;

bool contains_op(const Program& program, Op op) {
  return std::any_of(program.code.begin(), program.code.end(),
                     [&](const Instruction& instruction) { return instruction.op == op; });
}

bool squares_something(const Program& program) {
  return std::any_of(program.code.begin(), program.code.end(), [](const Instruction& instruction) {
    return instruction.op == Op::mul && instruction.operands[0] == instruction.operands[1];
  });
}

bool has_closed_relu(const Program& program) {
  const std::vector<double> values = execute<double>(program);
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const Instruction& instruction = program.code[node];
    if (instruction.op == Op::relu && values[instruction.operands[0]] < 0) return true;
  }
  return false;
}

bool joins_two_uses(const Program& program) {  // one node used by two different nodes
  std::vector<int> users(program.code.size(), 0);
  for (NodeId node = 0; node < program.code.size(); ++node) {
    std::vector<NodeId> operands;
    for_each_operand(program.code[node],
                     [&](std::uint32_t, NodeId operand) { operands.push_back(operand); });
    std::sort(operands.begin(), operands.end());
    operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
    for (const NodeId operand : operands) ++users[operand];
  }
  return std::any_of(users.begin(), users.end(), [](int count) { return count > 1; });
}

bool acts_twice_with(const Program& program, Verb verb) {
  const auto is_it = [&](const Action& action) { return action.verb == verb; };
  return std::count_if(program.actions.begin(), program.actions.end(), is_it) > 1;
}

bool contains_nan(const Program& program) {
  const std::vector<double> values = execute<double>(program);
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

struct Failure {
  const char* name;
  Predicate fails;
  std::vector<std::string> smallest;  // any of these texts
};

std::vector<Failure> known_failures() {
  return {
      {"a mul",
       [](const Program& p) { return contains_op(p, Op::mul); },
       {"%0 = input 0\n%1 = mul %0 %0\n"}},
      {"a square", squares_something, {"%0 = input 0\n%1 = mul %0 %0\n"}},
      {"a pow",
       [](const Program& p) { return contains_op(p, Op::pow); },
       {"%0 = input 0\n%1 = pow %0 0\n"}},
      {"a neuron",
       [](const Program& p) { return contains_op(p, Op::neuron); },
       {"%0 = input 0\n%1 = neuron %0 %0 %0 1\n", "%0 = input 0\n%1 = neuron %0 %0 %0 1 linear\n"}},
      {"a closed relu", has_closed_relu, {"%0 = input -1\n%1 = relu %0\n"}},
      {"five lines",
       [](const Program& p) { return p.code.size() + p.actions.size() >= 5; },
       {"%0 = input 0\n%1 = input 0\n%2 = input 0\n%3 = input 0\n%4 = input 0\n"}},
      {"exp before log",
       [](const Program& p) { return contains_op(p, Op::exp) && contains_op(p, Op::log); },
       {"%0 = input 0\n%1 = exp %0\n%2 = log %0\n", "%0 = input 0\n%1 = log %0\n%2 = exp %0\n"}},
      {"a nan", contains_nan, {"%0 = input nan\n"}},
  };
}

TEST(Minimise, finds_the_smallest_program_of_a_known_failure_from_any_start) {
  for (const Failure& failure : known_failures()) {
    int met = 0;
    for (std::uint64_t k = 0; k < 400 && met < 40; ++k) {
      GenerateOptions options;
      options.profile = k % 4 == 0 ? Profile::mlp : k % 4 == 1 ? Profile::special : Profile::safe;
      options.ops = k % 3 == 0 ? kSpecificationOps : kAllOps;
      options.nodes_max = 80;
      const Program program = sample(options, k);
      if (!failure.fails(program)) continue;
      ++met;
      const Minimised minimised = minimise(program, failure.fails);
      EXPECT_TRUE(minimised.finished);
      const std::string text = print(minimised.program);
      EXPECT_TRUE(std::find(failure.smallest.begin(), failure.smallest.end(), text) !=
                  failure.smallest.end())
          << failure.name << " ended with\n"
          << text << "from\n"
          << print(program);
    }
    EXPECT_GE(met, 20) << failure.name;
  }
}

TEST(Minimise, shared_nodes_end_with_three_lines) {
  GenerateOptions options;
  for (std::uint64_t k = 0; k < 60; ++k) {
    const Program program = sample(options, k);
    if (!joins_two_uses(program)) continue;
    EXPECT_EQ(minimise(program, joins_two_uses).program.code.size(), 3u) << print(program);
  }
}

TEST(Minimise, actions_go_with_the_nodes_that_nobody_needs) {
  GenerateOptions options;
  options.verbs = kAllVerbs;
  for (const Verb verb :
       {Verb::backward, Verb::release, Verb::retain, Verb::fail, Verb::zero_grad}) {
    const Predicate fails = [&](const Program& p) { return acts_twice_with(p, verb); };
    int met = 0;
    for (std::uint64_t k = 0; k < 2000 && met < 30; ++k) {
      const Program program = sample(options, k);
      if (!fails(program)) continue;
      ++met;
      const Program smallest = minimise(program, fails).program;
      // Two releases need two references: of two nodes, or of one that was retained.
      const std::size_t lines = verb == Verb::release ? 4 : 3;
      EXPECT_EQ(smallest.code.size() + smallest.actions.size(), lines)
          << print(smallest) << "from\n"
          << print(program);
    }
    EXPECT_GE(met, 10) << static_cast<int>(verb);
  }
}

RC_GTEST_PROP(Minimise, the_result_fails_and_nothing_simpler_does, (const Program& program)) {
  for (const Predicate& fails :
       {Predicate(joins_two_uses), Predicate(contains_nan), Predicate(has_closed_relu),
        Predicate([](const Program& p) { return acts_twice_with(p, Verb::backward); })}) {
    if (!fails(program)) continue;
    const Minimised minimised = minimise(program, fails);
    RC_ASSERT(fails(minimised.program));
    RC_ASSERT(minimised.finished);
    RC_ASSERT(size_key(minimised.program) <= size_key(program));
    for (const Program& simpler_one : simpler(minimised.program)) RC_ASSERT(!fails(simpler_one));
  }
}

TEST(Minimise, tries_are_bounded_and_counted) {
  GenerateOptions options;
  options.profile = Profile::mlp;
  const Program program = sample(options, 3);
  const Predicate fails = [](const Program& p) { return contains_op(p, Op::mul); };
  for (const std::size_t tries_max : {0u, 1u, 5u}) {
    std::size_t calls = 0;
    const Minimised minimised = minimise(
        program, [&](const Program& p) { return ++calls, fails(p); }, tries_max);
    EXPECT_EQ(minimised.tried, tries_max);
    EXPECT_EQ(calls, tries_max);
    EXPECT_FALSE(minimised.finished);
    EXPECT_TRUE(fails(minimised.program));
  }
}

TEST(Minimise, the_smallest_failing_length_is_exact_when_failing_is_monotonic) {
  for (const std::uint64_t smallest : {0u, 1u, 2u, 7u}) {
    for (std::uint64_t limit = smallest; limit < 70; ++limit) {
      const auto fails = [&](std::uint64_t length) { return length >= limit; };
      for (const std::uint64_t length : {limit, limit + 1, limit + 40, std::uint64_t{1'000'000}}) {
        EXPECT_EQ(smallest_failing_length(smallest, length, fails), limit)
            << "from " << smallest << " to " << length;
      }
    }
  }
}

}  // namespace
}  // namespace cradle
