// Jobs and traces as bytes: what is written is what is read; and bytes that were cut, bent or drawn
// at random give a trace that fits the program or none at all, whatever they say of their lengths.

#include "checks/engines/wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <string>
#include <vector>

#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

constexpr std::uint64_t kMutations = cases(300'000);

std::vector<std::byte> bytes_of(const Trace& trace) {
  std::vector<std::byte> bytes(std::size_t{1} << 22);
  const auto length = write_trace(trace, bytes);
  EXPECT_TRUE(length.has_value());
  bytes.resize(length.value_or(0));
  return bytes;
}

bool same(double lhs, double rhs) {
  return std::bit_cast<std::uint64_t>(lhs) == std::bit_cast<std::uint64_t>(rhs);
}

bool same(const Snapshot& lhs, const Snapshot& rhs) {
  const auto same_node = [](const NodeState& a, const NodeState& b) {
    return same(a.data, b.data) && same(a.grad, b.grad) && a.count == b.count &&
           a.readable == b.readable;
  };
  return lhs.status == rhs.status && lhs.live == rhs.live && lhs.allocations == rhs.allocations &&
         same(lhs.seconds, rhs.seconds) &&
         std::equal(lhs.nodes.begin(), lhs.nodes.end(), rhs.nodes.begin(), rhs.nodes.end(),
                    same_node);
}

bool same(const Trace& lhs, const Trace& rhs) {
  const auto same_snapshot = [](const Snapshot& a, const Snapshot& b) { return same(a, b); };
  return lhs.made == rhs.made && lhs.identity == rhs.identity && lhs.death == rhs.death &&
         same(lhs.making_seconds, rhs.making_seconds) && same(lhs.last, rhs.last) &&
         same(lhs.end, rhs.end) &&
         std::equal(lhs.after.begin(), lhs.after.end(), rhs.after.begin(), rhs.after.end(),
                    same_snapshot);
}

// A trace of any content in the shape of the program's.
Trace drawn_trace(const Program& program, Choices& choices) {
  const auto number = [&] {
    return canonical(std::bit_cast<double>(choices.below(~std::uint64_t{0})));
  };
  const auto snapshot = [&](std::size_t nodes) {
    Snapshot drawn;
    drawn.status = choices.below(2) == 0 ? 0 : -1;
    drawn.live = choices.below(~std::uint64_t{0});
    drawn.allocations = choices.below(100);
    drawn.seconds = number();
    for (std::size_t k = 0; k < nodes; ++k) {
      drawn.nodes.push_back({number(), number(), static_cast<std::uint32_t>(choices.below(9)),
                             static_cast<std::uint32_t>(choices.below(8))});
    }
    return drawn;
  };
  Trace trace;
  const bool named = choices.below(2) == 0;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    trace.made.push_back(choices.below(2) == 0);
    if (named) trace.identity.push_back(static_cast<NodeId>(choices.below(node + 1)));
  }
  for (const Action& action : PerformedActions(program)) {
    trace.after.push_back(snapshot(action.position));
  }
  trace.last = snapshot(is_pure(program) ? 0 : program.code.size());
  trace.end = snapshot(0);
  trace.making_seconds = number();
  return trace;
}

RC_GTEST_PROP(Wire, gives_back_the_trace_that_was_written,
              (const Program& program, std::uint64_t seed)) {
  SeedChoices choices(seed);
  const Trace trace = drawn_trace(program, choices);
  RC_ASSERT(fits(trace, program));
  const auto read = read_trace(bytes_of(trace), program);
  RC_ASSERT(read.has_value());
  RC_ASSERT(same(*read, trace));
}

RC_GTEST_PROP(Wire, gives_back_the_job_that_was_written,
              (const Program& program, std::uint64_t seed)) {
  SeedChoices choices(seed);
  Job job{program, std::nullopt};
  if (choices.below(2) == 0) {
    job.network = draw_network(choices, 3, 5, 3);
    job.program = lower(*job.network).program;
  }
  std::vector<std::byte> bytes(std::size_t{1} << 20);
  const auto length = write_job(job, bytes);
  RC_ASSERT(length.has_value());
  Job read;
  RC_ASSERT(read_job(bytes, read) == *length);
  RC_ASSERT(read.program == job.program);
  RC_ASSERT(read.network.has_value() == job.network.has_value());
  if (!job.network) return;
  RC_ASSERT(read.network->widths == job.network->widths);
  RC_ASSERT(read.network->loss == job.network->loss);
  RC_ASSERT(read.network->last_layer_linear == job.network->last_layer_linear);
  RC_ASSERT(read.network->samples == job.network->samples);
  RC_ASSERT(lower(*read.network).program == job.program);
}

RC_GTEST_PROP(Wire, writes_nothing_beyond_the_bytes_it_is_given,
              (const Program& program, std::uint64_t seed)) {
  SeedChoices choices(seed);
  const Trace trace = drawn_trace(program, choices);
  const Job job{program, std::nullopt};
  const std::size_t trace_length = bytes_of(trace).size();
  std::vector<std::byte> bytes(std::size_t{1} << 20);
  const std::size_t job_length = write_job(job, bytes).value();
  const std::size_t shorter = choices.below(trace_length);
  std::vector<std::byte> exact(shorter);  // a write beyond it is AddressSanitizer's to report
  RC_ASSERT(!write_trace(trace, exact).has_value());
  exact.resize(choices.below(job_length));
  exact.shrink_to_fit();
  RC_ASSERT(!write_job(job, exact).has_value());
  exact = std::vector<std::byte>(trace_length);
  RC_ASSERT(write_trace(trace, exact) == trace_length);
}

TEST(Wire, carries_a_session_that_could_not_be_opened) {
  const Program program = sample({}, 1);
  Trace trace;
  trace.death = Death::unopened;
  const auto read = read_trace(bytes_of(trace), program);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->death, Death::unopened);
}

TEST(Wire, refuses_a_trace_that_is_cut_anywhere) {
  SeedChoices choices(kSampleSeed);
  GenerateOptions options;
  options.verbs = kOrdinaryVerbs;
  options.nodes_max = 12;
  for (std::uint64_t index = 0; index < 40; ++index) {
    const Program program = sample(options, index);
    const std::vector<std::byte> bytes = bytes_of(drawn_trace(program, choices));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const std::vector<std::byte> cut(bytes.begin(),
                                       bytes.begin() + static_cast<std::ptrdiff_t>(length));
      ASSERT_FALSE(read_trace(cut, program).has_value()) << length << " of " << bytes.size();
    }
  }
}

// One of: a flipped bit, a byte of its own, a length that lies, bytes moved, all of it drawn.
void mutate(std::vector<std::byte>& bytes, Choices& choices) {
  const auto any = [&] { return static_cast<std::byte>(choices.below(256)); };
  switch (bytes.empty() ? 4 : choices.below(5)) {
    case 0:
      bytes[choices.below(bytes.size())] ^= std::byte{1} << static_cast<int>(choices.below(8));
      return;
    case 1:
      bytes[choices.below(bytes.size())] = any();
      return;
    case 2: {
      static constexpr std::uint64_t kLies[] = {
          0, 1, 255, std::uint64_t{1} << 32, std::uint64_t{1} << 61, ~std::uint64_t{0}};
      const std::uint64_t lie = kLies[choices.below(std::size(kLies))];
      const std::size_t at = choices.below(bytes.size());
      for (std::size_t k = 0; k < 8 && at + k < bytes.size(); ++k) {
        bytes[at + k] = static_cast<std::byte>(lie >> (8 * k));
      }
      return;
    }
    case 3:
      std::rotate(bytes.begin(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(choices.below(bytes.size())),
                  bytes.end());
      return;
    default:
      bytes.resize(choices.below(200));
      for (std::byte& byte : bytes) byte = any();
      return;
  }
}

TEST(Wire, gives_a_trace_that_fits_or_none_from_any_bytes) {
  SeedChoices choices(kSampleSeed);
  GenerateOptions options;
  options.verbs = kOrdinaryVerbs;
  options.nodes_max = 8;
  std::uint64_t read_count = 0;
  Program program;
  std::vector<std::byte> whole;
  for (std::uint64_t round = 0; round < kMutations; ++round) {
    if (round % 100 == 0) {
      program = sample(options, round);
      if (choices.below(2) == 0) program.actions.clear();
      whole = bytes_of(drawn_trace(program, choices));
    }
    std::vector<std::byte> bytes = whole;
    for (std::uint64_t k = choices.below(3) + 1; k > 0; --k) mutate(bytes, choices);
    bytes.shrink_to_fit();
    const auto trace = read_trace(bytes, program);
    if (!trace) continue;
    ++read_count;
    ASSERT_TRUE(trace->death == Death::unopened || fits(*trace, program)) << print(program);
    for (const Snapshot& snapshot : trace->after) {
      for (const NodeState& state : snapshot.nodes) {
        ASSERT_TRUE(same(state.data, canonical(state.data)));
      }
    }
  }
  std::printf("wire: %llu of %llu bent traces were read as traces\n",
              static_cast<unsigned long long>(read_count),
              static_cast<unsigned long long>(kMutations));
  EXPECT_GT(read_count, kMutations / 100);  // otherwise the lengths alone were looked at
}

}  // namespace
}  // namespace cradle
