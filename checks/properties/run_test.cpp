// What the runner records: a snapshot after each action with the nodes that exist by then, what is
// left at the end, what becomes of a node whose making failed, and what an engine lacks.

#include "checks/engines/run.h"

#include <gtest/gtest.h>

#include <string>

#include "checks/engines/engines.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

constexpr const char* kEngines[] = {"tape", "textbook", "microcrad"};

Trace fitting_run(const char* engine, const std::string& text) {
  const Program program = program_of(text);
  Trace trace = run(program, *find_engine(engine));
  EXPECT_TRUE(fits(trace, program)) << engine << '\n' << text;
  return trace;
}

TEST(Run, ends_a_pure_program_with_a_backward_from_its_last_node) {
  for (const char* engine : kEngines) {
    SCOPED_TRACE(engine);
    const Trace implied = fitting_run(engine, "%0 = input 3\n%1 = mul %0 %0\n");
    const Trace written = fitting_run(engine, "%0 = input 3\n%1 = mul %0 %0\nbackward %1\n");
    for (const Trace& trace : {implied, written}) {
      ASSERT_EQ(trace.after.size(), 1u);
      EXPECT_EQ(trace.after[0].status, 0);
      EXPECT_EQ(trace.after[0].nodes[0].grad, 6);
      EXPECT_EQ(trace.after[0].nodes[1].data, 9);
      EXPECT_TRUE(trace.last.nodes.empty());
    }
  }
}

TEST(Run, takes_a_snapshot_after_each_action_of_the_nodes_made_so_far) {
  for (const char* engine : kEngines) {
    SCOPED_TRACE(engine);
    const Trace trace =
        fitting_run(engine,
                    "%0 = input 2\nretain %0\n%1 = mul %0 %0\nbackward %1\nset %0 5\n"
                    "zero_grad\n%2 = add %0 %1\nbackward %2\nrelease %1\n");
    ASSERT_EQ(trace.after.size(), 6u);
    const std::size_t sizes[] = {1, 2, 2, 2, 3, 3};
    for (std::size_t k = 0; k < 6; ++k) EXPECT_EQ(trace.after[k].nodes.size(), sizes[k]) << k;
    EXPECT_EQ(trace.after[0].nodes[0].count, 2u);  // retained
    EXPECT_EQ(trace.after[1].nodes[0].grad, 4);
    EXPECT_EQ(trace.after[2].nodes[0].data, 5);
    EXPECT_EQ(trace.after[2].nodes[1].data, 4) << "results are not made again";
    EXPECT_EQ(trace.after[3].nodes[0].grad, 0);
    EXPECT_EQ(trace.after[4].nodes[2].data, 9);
    EXPECT_EQ(trace.after[4].nodes[0].grad, 11) << "2 * 5 through the square, 1 directly";
    EXPECT_EQ(trace.last.nodes.size(), 3u);
    EXPECT_EQ(trace.last.nodes[2].grad, 1);
  }
}

TEST(Run, does_only_what_is_written_when_a_program_is_not_pure) {
  for (const char* engine : kEngines) {
    SCOPED_TRACE(engine);
    const Trace trace = fitting_run(engine, "%0 = input 2\n%1 = mul %0 %0\nretain %1\n");
    ASSERT_EQ(trace.after.size(), 1u);
    EXPECT_EQ(trace.last.nodes[0].grad, 0);
    EXPECT_EQ(trace.last.nodes[1].count, 2u);
  }
}

TEST(Run, releases_every_reference_at_the_end) {
  for (const char* engine : kEngines) {
    SCOPED_TRACE(engine);
    const Trace trace = fitting_run(engine,
                                    "%0 = input 2\nretain %0\nretain %0\n%1 = exp %0\n%2 = log %1\n"
                                    "release %2\nretain %1\n");
    EXPECT_EQ(trace.last.live, 2u);
    EXPECT_FALSE(trace.last.nodes[2].has_data()) << "it died with its last reference";
    EXPECT_EQ(trace.end.live, 0u);
    EXPECT_TRUE(trace.end.nodes.empty());
  }
}

TEST(Run, goes_on_behind_a_node_whose_making_failed) {
  for (const char* engine : {"textbook", "microcrad:single"}) {
    SCOPED_TRACE(engine);
    const Trace trace =
        fitting_run(engine,
                    "%0 = input 2\nfail 1\n%1 = exp %0\n%2 = mul %1 %0\n%3 = relu %2\n"
                    "backward %3\nretain %1\nrelease %1\n%4 = exp %0\nbackward %4\n");
    EXPECT_EQ(trace.made, (std::vector<bool>{true, false, false, false, true}));
    EXPECT_EQ(trace.after.at(0).status, 0);
    EXPECT_EQ(trace.after.at(1).status, -1) << "backward from NULL";
    EXPECT_EQ(trace.after.at(2).status, 0);
    EXPECT_EQ(trace.after.at(3).status, 0);
    EXPECT_EQ(trace.after.at(4).status, 0);
    for (NodeId node : {1u, 2u, 3u}) EXPECT_EQ(trace.last.nodes[node].readable, 0u) << node;
    EXPECT_EQ(trace.last.nodes[0].count, 2u) << "its own reference and that of the last node";
    EXPECT_EQ(trace.last.nodes[0].grad, trace.last.nodes[4].data);
    EXPECT_EQ(trace.end.live, 0u);
  }
}

TEST(Run, counts_allocations_from_the_start_of_the_session) {
  for (const char* engine : {"textbook", "microcrad:single"}) {
    const Trace trace = fitting_run(engine, "%0 = input 2\nretain %0\n%1 = exp %0\nretain %0\n");
    EXPECT_GT(trace.after.at(0).allocations, 0u) << engine;
    EXPECT_GT(trace.after.at(1).allocations, trace.after.at(0).allocations) << engine;
  }
}

TEST(Run, hides_the_interior_of_an_engines_own_network) {
  Network network;
  network.widths = {2, 3, 1};
  SeedChoices choices(3);
  fill_network(choices, 3, network);
  const Lowered lowered = lower(network);
  const auto is_hidden = [&](NodeId node) {
    bool hidden = false;
    for (std::size_t sample = 0; sample < 3; ++sample) {
      hidden = hidden ||
               (node >= lowered.first_input[sample] + 2 && node < lowered.first_output[sample]);
    }
    return hidden;
  };
  const Trace whole = run(lowered.program, *find_engine("tape"));
  for (const char* engine : kEngines) {
    SCOPED_TRACE(engine);
    const Trace own = run_network(network, lowered, *find_engine(engine));
    ASSERT_TRUE(fits(own, lowered.program));
    ASSERT_EQ(own.after.size(), 1u);
    EXPECT_EQ(own.after[0].status, 0);
    EXPECT_EQ(own.end.live, 0u);
    for (NodeId node = 0; node < lowered.program.code.size(); ++node) {
      const bool hidden = is_hidden(node);
      const NodeState& state = own.after[0].nodes[node];
      EXPECT_EQ(state.readable == 0, hidden) << node;
      EXPECT_TRUE(hidden || state.data == whole.after[0].nodes[node].data) << node;
      EXPECT_TRUE(hidden || state.grad == whole.after[0].nodes[node].grad) << node;
    }
  }
}

TEST(Run, tells_what_an_engine_lacks) {
  const auto lacks = [](const char* engine, const std::string& text) {
    return lacking(program_of(text), *find_engine(engine));
  };
  const std::string leaf = "%0 = input 1\n";
  EXPECT_EQ(lacks("microcrad", leaf + "%1 = tanh %0\n"), "the op tanh");
  EXPECT_EQ(lacks("textbook", leaf + "%1 = neuron %0 %0 %0 1\n"), "the op neuron");
  EXPECT_EQ(lacks("microcrad", leaf + "%1 = neuron %0 %0 %0 1\n"), "");
  EXPECT_EQ(lacks("tape", leaf + "%1 = tanh %0\nretain %1\nset %0 1\nzero_grad\n"), "");
  EXPECT_EQ(lacks("tape", leaf + "fail 1\n"), "the action fail");
  EXPECT_EQ(lacks("textbook", leaf + "release %0\nmisuse stale %0\n"), "the action misuse stale");
  EXPECT_EQ(lacks("microcrad", leaf + "misuse null add\nfail 1\nmisuse over_release %0\n"), "");
}

TEST(Run, says_when_a_session_cannot_be_opened) {
  cradle_engine closed = *find_engine("tape");
  closed.open = []() -> void* { return nullptr; };
  EXPECT_EQ(run(program_of("%0 = input 1\n"), closed).death, Death::unopened);
}

}  // namespace
}  // namespace cradle
