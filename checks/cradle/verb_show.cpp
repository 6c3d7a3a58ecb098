// cradle show: the graph with data and gradient in each box, the faulty node marked. Of a large
// one, the part that can be read.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "checks/cradle/graphviz.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/single.h"
#include "checks/cradle/verbs.h"
#include "checks/program/draw.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// Beyond this Graphviz takes minutes.
constexpr std::size_t kDrawnNodesMax = 2'000;
// Beyond this to look for what is near takes gigabytes.
constexpr std::size_t kSearchedNodesMax = 1'000'000;

std::vector<NodeLabel> labels_of(const Program& program, const SingleRun& run) {
  std::vector<NodeLabel> labels(program.code.size());
  const bool pure = is_pure(program);
  if (!fits(run.trace, program)) return labels;
  const Snapshot& snapshot = pure ? run.trace.after.front() : run.trace.last;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const NodeState& state = snapshot.nodes[node];
    labels[node].data = state.has_data() ? fmt::format("{:.6g}", state.data) : "?";
    labels[node].grad = state.has_grad() ? fmt::format("{:.6g}", state.grad) : "?";
  }
  const auto fault = run.disagreement();
  if (fault && fault->second.has_node && fault->second.node < labels.size()) {
    labels[fault->second.node].faulty = true;
  }
  return labels;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

void draw(const std::string& drawing, const char* format, const std::string& path) {
  std::string error;
  const std::string drawn = run_graphviz(drawing, format, error);
  if (drawn.empty()) throw UserError{kBadInput, error + ": write to a .dot file instead"};
  if (!write_file(path, drawn, error)) throw UserError{kBadInput, error};
}

// The node that the drawing is about: the one that was asked for, the faulty one, or the root.
NodeId center_of(const ProgramArguments& arguments, const Program& program,
                 const std::vector<NodeLabel>& labels) {
  if (arguments.around) {
    if (*arguments.around < program.code.size()) return *arguments.around;
    throw UserError{kBadInput, fmt::format("--around: there is no node %{}; the last is %{}",
                                           *arguments.around, program.code.size() - 1)};
  }
  for (NodeId node = 0; node < labels.size(); ++node) {
    if (labels[node].faulty) return node;
  }
  for (auto action = program.actions.rbegin(); action != program.actions.rend(); ++action) {
    if (action->verb == Verb::backward) return action->target;
  }
  return static_cast<NodeId>(program.code.size() - 1);
}

// Says on stderr what nobody could read.
std::vector<bool> part_to_draw(const ProgramArguments& arguments, const Program& program,
                               const std::vector<NodeLabel>& labels) {
  const NodeId center = center_of(arguments, program, labels);
  std::vector<bool> shown = readable_part(program, center);
  const auto drawn = std::count(shown.begin(), shown.end(), true);
  const std::size_t count = program.code.size();
  if (static_cast<std::size_t>(drawn) == count) return shown;
  if (!arguments.all) {
    fmt::print(stderr,
               "of {} nodes these are the {} nearest to %{}: --around NODE draws others, --all "
               "every one\n",
               count, drawn, center);
    return shown;
  }
  if (count > kDrawnNodesMax) {
    throw UserError{kBadInput, fmt::format("--all: {} nodes are too many to draw; the limit is {}",
                                           count, kDrawnNodesMax)};
  }
  fmt::print(stderr, "{} nodes: this is more than can be read; without --all it is a part\n",
             count);
  return std::vector<bool>(count, true);
}

}  // namespace

int show_verb(const ProgramArguments& arguments) {
  const Target target = find_target(arguments.engine, arguments.limits);
  const Program program = read_for(target, arguments.file);
  if (program.code.size() > kSearchedNodesMax) {
    throw UserError{kBadInput,
                    fmt::format("{} nodes are too many to draw a part of; the limit is {}",
                                program.code.size(), kSearchedNodesMax)};
  }
  const SingleRun run = run_single(target, program, arguments.limits);
  const std::vector<NodeLabel> labels = labels_of(program, run);
  const std::string text = dot(program, labels, part_to_draw(arguments, program, labels));
  const std::string& output = arguments.output;
  std::string error;
  if (output.empty() || output == "-") {
    std::fputs(text.c_str(), stdout);
  } else if (ends_with(output, ".dot")) {
    if (!write_file(output, text, error)) throw UserError{kBadInput, error};
  } else if (ends_with(output, ".svg")) {
    draw(text, "svg", output);
  } else if (ends_with(output, ".png")) {
    draw(text, "png", output);
  } else {
    throw UserError{kBadInput,
                    "-o takes a name that ends in .svg, .png or .dot, not " + in_quotes(output)};
  }
  return kAgreed;
}

}  // namespace cradle
