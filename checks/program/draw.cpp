// DOT text. Names come from the op table and numbers from `print`, so nothing needs escaping.

#include "checks/program/draw.h"

#include "checks/program/text.h"

namespace cradle {
namespace {

std::string box(const Program& program, NodeId node, const NodeLabel* label) {
  const Instruction& instruction = program.code[node];
  std::string title = "%" + std::to_string(node) + " " + std::string(info(instruction.op).name);
  if (info(instruction.op).immediate != Immediate::none)
    title += ' ' + print(instruction.immediate);
  if (instruction.linear) title += " linear";
  std::string text = "  n" + std::to_string(node) + " [label=\"{" + title;
  if (label != nullptr && !(label->data.empty() && label->grad.empty())) {
    text += " | {data " + label->data + " | grad " + label->grad + "}";
  }
  text += "}\"";
  if (label != nullptr && label->faulty) {
    text += ", color=\"#c62828\", penwidth=2.5, fillcolor=\"#fdecea\"";
  } else if (instruction.op == Op::input) {
    text += ", fillcolor=\"#e8f0fe\"";
  }
  return text + "];\n";
}

// Operands in their order; a neuron's edges carry x, w or b, since there are many.
void edges(const Program& program, NodeId node, const std::vector<bool>& shown, std::string& text) {
  const Instruction& instruction = program.code[node];
  for_each_operand(instruction, [&](std::uint32_t slot, NodeId operand) {
    if (!shown.empty() && !shown[operand]) return;
    text += "  n" + std::to_string(operand) + " -> n" + std::to_string(node);
    if (instruction.op == Op::neuron) {
      const std::uint32_t count = instruction.count;
      const std::string name = slot < count       ? "x" + std::to_string(slot)
                               : slot < 2 * count ? "w" + std::to_string(slot - count)
                                                  : "b";
      text += " [label=\"" + name + "\"]";
    }
    text += ";\n";
  });
}

}  // namespace

std::string dot(const Program& program, const std::vector<NodeLabel>& labels,
                const std::vector<bool>& shown) {
  std::string text =
      "digraph program {\n"
      "  rankdir=LR;\n"
      "  node [shape=record, style=filled, fillcolor=white, fontname=\"Helvetica\", fontsize=11];\n"
      "  edge [fontname=\"Helvetica\", fontsize=9];\n";
  const auto is_shown = [&](NodeId node) { return shown.empty() || shown[node]; };
  for (NodeId node = 0; node < program.code.size(); ++node) {
    if (is_shown(node)) text += box(program, node, labels.empty() ? nullptr : &labels[node]);
  }
  for (NodeId node = 0; node < program.code.size(); ++node) {
    if (is_shown(node)) edges(program, node, shown, text);
  }
  return text + "}\n";
}

}  // namespace cradle
