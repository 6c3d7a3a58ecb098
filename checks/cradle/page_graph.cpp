// The graph of a finding, drawn by Graphviz and put into the page.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "checks/cradle/graphviz.h"
#include "checks/cradle/page_parts.h"
#include "checks/program/draw.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// Where not all can be drawn, fewer than can be read are enough around the faulty node.
constexpr std::size_t kNearMax = 24;

std::string in_a_box(const std::string& number) {
  const auto value = parse_number(number);
  return value ? fmt::format("{:.6g}", *value) : "?";
}

std::vector<NodeLabel> box_labels(const Finding& finding) {
  std::vector<NodeLabel> labels(finding.program.code.size());
  for (std::size_t node = 0; node < finding.nodes.size(); ++node) {
    const NodeRow& row = finding.nodes[node];
    labels[node] = {in_a_box(row.data), in_a_box(row.grad), row.wrong};
  }
  const Judgement& judgement = finding.judgement;
  if (judgement.has_node && judgement.node < labels.size()) labels[judgement.node].faulty = true;
  return labels;
}

void erase_all(std::string& text, std::string_view begin, std::string_view end) {
  for (std::size_t at = 0; (at = text.find(begin, at)) != std::string::npos;) {
    const std::size_t last = text.find(end, at + begin.size());
    if (last == std::string::npos) return;
    text.erase(at, last + end.size() - at);
  }
}

// Drawings shrink to the page, but not so far that they cannot be read: then they scroll.
std::string least_width(const std::string& svg) {
  constexpr std::string_view kWidth = "width=\"";
  constexpr double kLeastScale = 0.6 * 4 / 3;  // a point has 4/3 pixels
  const std::size_t at = svg.find(kWidth);
  const std::size_t end = at == std::string::npos ? at : svg.find("pt\"", at);
  if (end == std::string::npos) return {};
  const std::size_t begin = at + kWidth.size();
  const auto points = parse_number(std::string_view(svg).substr(begin, end - begin));
  return points ? fmt::format(" style=\"min-width: {:.0f}px\"", *points * kLeastScale) : "";
}

// Without what belongs to a file of its own, and without names, which would not be unique here.
Html inlined(std::string svg, const std::string& says) {
  svg.erase(0, std::min(svg.find("<svg"), svg.size()));
  erase_all(svg, "<!--", "-->");
  erase_all(svg, "<title>", "</title>\n");
  erase_all(svg, " id=\"", "\"");
  svg.insert(std::min<std::size_t>(4, svg.size()),
             " role=\"img\" aria-label=\"" + says + '"' + least_width(svg));
  return element("div.graph", Html{svg}, "tabindex=\"0\"");
}

}  // namespace

Html drawing_of(const Finding& finding) {
  const Program& program = finding.program;
  const std::size_t count = program.code.size();
  if (!finding.family.empty() && count == 0) {
    return element("p.note", "Its graph is not drawn: of a family, the length is what matters.");
  }
  const bool named = finding.judgement.has_node && finding.judgement.node < count;
  const NodeId center = named ? finding.judgement.node : static_cast<NodeId>(count - 1);
  std::vector<bool> shown = readable_part(program, center);
  Html note;
  if (std::count(shown.begin(), shown.end(), false) > 0) {
    shown = readable_part(program, center, kNearMax);
    note = element("p.note",
                   fmt::format("Of {} nodes these are the {} nearest to %{}; {} are left out: "
                               "nobody could read them all.",
                               count, std::count(shown.begin(), shown.end(), true), center,
                               std::count(shown.begin(), shown.end(), false)));
  }
  std::string error;
  const std::string svg = run_graphviz(dot(program, box_labels(finding), shown), "svg", error);
  if (svg.empty()) return element("p.note", "The graph is not drawn: " + error + '.');
  return inlined(svg, "the graph of the program, with data and gradient of each node") + note;
}

}  // namespace cradle
