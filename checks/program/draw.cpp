// DOT text. Names come from the op table and numbers from `print`, so nothing needs escaping.

#include "checks/program/draw.h"

#include <deque>
#include <map>

#include "checks/program/layout.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// Beside a box so many names are told; of more, their number.
constexpr std::size_t kNamesMax = 3;
// Two arrows show x + x; more from one box to another are one, with their number.
constexpr std::size_t kParallelMax = 2;
// What has more results is used everywhere, as the constants of a chain are.
constexpr std::size_t kResultsMax = 12;

std::string name_of_node(NodeId node) { return '%' + std::to_string(node); }

// Graphviz turns records with the direction, so that a narrow one has braces downwards only. Inputs
// stay low where they stand on top of each other.
std::string fields(const std::string& line, const NodeLabel& label, const Layout& layout,
                   bool is_input) {
  const std::string numbers = "data " + label.data + " | grad " + label.grad;
  if (!layout.narrow_boxes || (layout.to_the_right && is_input)) {
    return '{' + line + " | {" + numbers + "}}";
  }
  const std::string all = line + " | " + numbers;
  return layout.to_the_right ? all : '{' + all + '}';
}

// The line of the program. The number of an input is its data, as far as that is told.
std::string box(const Program& program, NodeId node, const NodeLabel* label, const Layout& layout) {
  const bool is_input = program.code[node].op == Op::input;
  const bool told = label != nullptr && !(label->data.empty() && label->grad.empty());
  const std::string line =
      told && is_input ? name_of_node(node) + " = input" : print(program.code[node], node);
  std::string text = "  n" + std::to_string(node) + " [label=\"" +
                     (told ? fields(line, *label, layout, is_input) : line) + '"';
  if (label != nullptr && label->faulty) {
    text += ", color=\"#c62828\", penwidth=2.5, fillcolor=\"#fdecea\"";
  } else if (is_input) {
    text += ", fillcolor=\"#e8f0fe\"";
  }
  return text + "];\n";
}

std::string named(const std::vector<NodeId>& nodes) {
  if (nodes.size() > kNamesMax) return std::to_string(nodes.size()) + " more";
  std::string text;
  for (const NodeId node : nodes) text += (text.empty() ? "" : ", ") + name_of_node(node);
  return text;
}

// A name beside a box, in place of boxes that are far away or not shown.
std::string stub(const std::string& name, NodeId node, const std::vector<NodeId>& others,
                 bool before) {
  const std::string box_name = 'n' + std::to_string(node);
  return "  " + name +
         " [shape=plaintext, style=\"\", fontsize=9, height=0.2, width=0.2, label=\"" +
         named(others) + "\"];\n  " + (before ? name : box_name) + " -> " +
         (before ? box_name : name) + " [style=dashed];\n";
}

// Operands in their order.
std::string arrows(const Program& program, NodeId node, const std::vector<bool>& shown,
                   const Layout& layout) {
  std::map<NodeId, std::size_t> joined;
  std::vector<NodeId> far;
  std::string text;
  const auto arrow = [node](NodeId operand) {
    return "  n" + std::to_string(operand) + " -> n" + std::to_string(node);
  };
  for_each_operand(program.code[node], [&](std::uint32_t, NodeId operand) {
    if (!shown[operand] || !layout.joins(operand, node)) {
      far.push_back(operand);
    } else {
      ++joined[operand];
    }
  });
  for (const auto& [operand, times] : joined) {
    if (times > kParallelMax) {
      text += arrow(operand) + " [label=\"" + std::to_string(times) + " times\"];\n";
    } else {
      for (std::size_t k = 0; k < times; ++k) text += arrow(operand) + ";\n";
    }
  }
  if (!far.empty()) text += stub('o' + std::to_string(node), node, far, true);
  return text;
}

// The results, by operand, to which no arrow goes.
std::map<NodeId, std::vector<NodeId>> far_results(const Program& program,
                                                  const std::vector<bool>& shown,
                                                  const Layout& layout) {
  std::map<NodeId, std::vector<NodeId>> results;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    for_each_operand(program.code[node], [&](std::uint32_t, NodeId operand) {
      if (!shown[operand] || (shown[node] && layout.joins(operand, node))) return;
      std::vector<NodeId>& of_it = results[operand];
      if (of_it.empty() || of_it.back() != node) of_it.push_back(node);
    });
  }
  return results;
}

struct Neighbours {
  std::vector<std::vector<NodeId>> operands;
  std::vector<std::vector<NodeId>> results;
  std::size_t edges = 0;
};

Neighbours neighbours_of(const Program& program) {
  Neighbours beside;
  beside.operands.resize(program.code.size());
  beside.results.resize(program.code.size());
  for (NodeId node = 0; node < program.code.size(); ++node) {
    for_each_operand(program.code[node], [&](std::uint32_t, NodeId operand) {
      std::vector<NodeId>& results = beside.results[operand];
      if (!results.empty() && results.back() == node) return;
      beside.operands[node].push_back(operand);
      results.push_back(node);
      ++beside.edges;
    });
  }
  return beside;
}

}  // namespace

std::vector<bool> readable_part(const Program& program, NodeId center, std::size_t nodes_max) {
  const Neighbours beside = neighbours_of(program);
  std::vector<bool> shown(program.code.size(), true);
  if (shown.size() <= nodes_max && beside.edges <= kReadableEdgesMax) return shown;
  shown.assign(shown.size(), false);
  std::deque<NodeId> near;
  std::deque<NodeId> used_everywhere;  // what uses it, too, is not near: it comes last
  std::size_t nodes = 0;
  std::size_t edges = 0;
  const auto add = [&](NodeId node) {
    if (shown[node] || nodes == nodes_max) return;
    std::size_t more = 0;
    for (const NodeId other : beside.operands[node]) more += shown[other] ? 1 : 0;
    for (const NodeId other : beside.results[node]) more += shown[other] ? 1 : 0;
    if (edges + more > kReadableEdgesMax) return;
    shown[node] = true;
    ++nodes;
    edges += more;
    (beside.results[node].size() > kResultsMax ? used_everywhere : near).push_back(node);
  };
  add(center);
  while (nodes < nodes_max && !(near.empty() && used_everywhere.empty())) {
    std::deque<NodeId>& next = near.empty() ? used_everywhere : near;
    const NodeId node = next.front();
    next.pop_front();
    for (const NodeId other : beside.operands[node]) add(other);
    for (const NodeId other : beside.results[node]) add(other);
  }
  return shown;
}

std::string dot(const Program& program, const std::vector<NodeLabel>& labels,
                const std::vector<bool>& shown_or_none) {
  const std::vector<bool> shown =
      shown_or_none.empty() ? std::vector<bool>(program.code.size(), true) : shown_or_none;
  const Layout layout = layout_of(program, shown);
  std::string text = "digraph program {\n";
  text += layout.to_the_right ? "  rankdir=LR;\n  nodesep=0.12;\n  ranksep=0.5;\n"
                              : "  rankdir=TB;\n  nodesep=0.15;\n  ranksep=0.22;\n";
  text +=
      "  node [shape=record, style=filled, fillcolor=white, fontname=\"Helvetica\", fontsize=11,"
      " height=0.3, margin=\"0.08,0.04\"];\n"
      "  edge [fontname=\"Helvetica\", fontsize=9, arrowsize=0.7];\n";
  const auto results = far_results(program, shown, layout);
  for (std::size_t column = 0; column < layout.columns; ++column) {
    const auto is_here = [&](NodeId node) { return shown[node] && layout.column[node] == column; };
    for (NodeId node = 0; node < program.code.size(); ++node) {
      if (is_here(node))
        text += box(program, node, labels.empty() ? nullptr : &labels[node], layout);
    }
    for (NodeId node = 0; node < program.code.size(); ++node) {
      if (!is_here(node)) continue;
      text += arrows(program, node, shown, layout);
      const auto far = results.find(node);
      if (far != results.end()) {
        text += stub('r' + std::to_string(node), node, far->second, false);
      }
    }
  }
  for (const auto& [upper, lower] : layout.above) {
    text += "  n" + std::to_string(upper) + " -> n" + std::to_string(lower) +
            " [style=invis, minlen=2];\n";
  }
  return text + "}\n";
}

}  // namespace cradle
