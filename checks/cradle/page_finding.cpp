// A finding on a page: what, where, the program and its graph, its nodes, as C, and again.

#include <fmt/format.h>

#include <algorithm>

#include "checks/cradle/finding_words.h"
#include "checks/cradle/page_parts.h"
#include "checks/cradle/terminal.h"
#include "checks/engines/engines.h"
#include "checks/oracles/c_program.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// Longer programs are not read on a page, and a C program of more nodes is no bug report.
constexpr std::size_t kBytesShown = 8'000;
constexpr std::size_t kWrittenMax = 500;
// Longer tables are folded, and wider drawings stand below the program, not beside it.
constexpr std::size_t kNodesAtOnce = 24;
constexpr std::size_t kNodesMax = 200;
constexpr std::size_t kBesideMax = 6;

// A count, too, has an expected value, but no roundings.
bool is_number(Kind kind) {
  return kind == Kind::value || kind == Kind::gradient || kind == Kind::policy ||
         kind == Kind::edge;
}

bool is_faulty(const Finding& finding, NodeId node) {
  return finding.judgement.has_node && finding.judgement.node == node;
}

// A number as a person compares it: what the program's text would say, and its distance.
Html numbers(const Judgement& judgement, const std::string& op) {
  if (!judgement.has_node) return {};
  Html items;
  const auto item = [&](std::string_view title, const std::string& value) {
    items += element("div", element("dt", title) + element("dd", value));
  };
  item("node", '%' + std::to_string(judgement.node));
  if (!op.empty()) item("op at fault", op);
  item("got", print(judgement.got));
  item("expected", print(judgement.expected));
  item("a correct engine gives",
       judgement.lower == judgement.upper
           ? "that number and no other"
           : fmt::format("{} to {}", print(judgement.lower), print(judgement.upper)));
  if (is_number(judgement.kind)) item("error in ulps", fmt::format("{:.3g}", judgement.ulps));
  return element("dl.facts", items);
}

Html node_row(const Finding& finding, NodeId node) {
  const Judgement& judgement = finding.judgement;
  const NodeRow& row = finding.nodes[node];
  const bool value = is_faulty(finding, node) && judgement.kind == Kind::value;
  const bool grad = row.wrong || (is_faulty(finding, node) && is_number(judgement.kind) && !value);
  const std::string line = print(finding.program.code[node], node);
  const std::size_t equals = line.find(" = ");
  const auto known = [](const std::string& number) { return number.empty() ? "-" : number; };
  const auto ulps = parse_number(value ? print(judgement.ulps) : row.ulps);
  const Html cells =
      element("td", element("code", line.substr(0, equals))) +
      element("td", element("code", line.substr(equals + 3))) +
      element(value ? "td.number.wrong" : "td.number", known(row.data)) +
      element(grad ? "td.number.wrong" : "td.number", known(row.grad)) +
      element("td.number", value ? "data: " + print(judgement.expected) : known(row.expected)) +
      element("td.number", ulps ? fmt::format("{:.3g}", *ulps) : "-");
  return element(row.wrong || is_faulty(finding, node) ? "tr.wrong" : "tr", cells) + Html{"\n"};
}

// Of many nodes those that are wrong are told at once, and all on demand; of very many, the first.
Html node_tables(const Finding& finding) {
  const std::size_t count = finding.nodes.size();
  if (count == 0) return {};
  Html all;
  Html wrong;
  std::size_t wrong_count = 0;
  for (NodeId node = 0; node < count; ++node) {
    const bool is_wrong = finding.nodes[node].wrong || is_faulty(finding, node);
    wrong_count += is_wrong ? 1 : 0;
    if (node >= kNodesMax && (!is_wrong || wrong_count > kNodesMax)) continue;
    const Html row = node_row(finding, node);
    if (node < kNodesMax) all += row;
    if (is_wrong) wrong += row;
  }
  const auto in_table = [](const Html& rows) {
    return table({"node", "op and operands", ">data", ">gradient", ">expected", ">ulps"}, rows);
  };
  const Html title = element("h4", "Nodes");
  if (count <= kNodesAtOnce) return title + in_table(all);
  const std::string summary = count <= kNodesMax
                                  ? fmt::format("All {} nodes", count)
                                  : fmt::format("The first {} of {} nodes", kNodesMax, count);
  return title + (wrong.markup.empty() ? Html{} : in_table(wrong)) +
         element("details", element("summary", summary) + in_table(all));
}

// For engines that a C program can find by name; a file may name anything.
Html as_c(const Finding& finding, const std::string& engine) {
  const Program& program = finding.program;
  const bool writable =
      std::none_of(program.actions.begin(), program.actions.end(), [](const Action& action) {
        return action.verb == Verb::fail || action.verb >= Verb::misuse_null;
      });
  if (!writable || program.code.empty() || program.code.size() > kWrittenMax ||
      find_engine(engine) == nullptr) {
    return {};
  }
  Judgement judgement = finding.judgement;
  std::string& words = judgement.message;  // goes into a comment, and has to stay there
  for (std::size_t at = 0; (at = words.find("*/", at)) != std::string::npos;) words[at] = ' ';
  const bool known_check = finding.check.find("*/") == std::string::npos;
  const std::string text =
      c_program(program, engine, judgement, known_check ? finding.check : std::string("a check"));
  return element("details", element("summary", "As a C program") + copied_block(text));
}

Html cause_line(const std::vector<const Finding*>& found) {
  const std::string words = cause_in_words(found);
  return words.empty() ? Html{} : element("p.cause", words);
}

Html others(const StoredResult& stored, const std::vector<std::size_t>& group) {
  Html items;
  for (std::size_t k = 1; k < group.size(); ++k) {
    const Finding& other = stored.result.findings[group[k]];
    items += element(
        "li", element("b", other.check) + Html{": "} + escaped(other.judgement.message, 2'000));
  }
  return items.markup.empty() ? items : element("ul.also", items);
}

}  // namespace

Html finding_article(const StoredResult& stored, const std::vector<std::size_t>& group,
                     std::size_t number) {
  const Result& result = stored.result;
  const Finding& finding = result.findings[group.front()];
  std::vector<const Finding*> found;
  for (const std::size_t index : group) found.push_back(&result.findings[index]);
  const Kind kind = finding.judgement.kind;
  std::string about(kind_in_words(kind));
  const bool met = !finding.profile.empty() && finding.profile != "-";
  if (met) about += " It was " + met_in_words(finding) + '.';
  Html text = element("h3", escaped(fmt::format("Finding {}: ", number)) +
                                element("span.kind", name_of(kind)) +
                                element("small", " by " + checks_in_words(found))) +
              element("p.message", finding.judgement.message) + cause_line(found) +
              element("p.note", about) + others(stored, group);
  text += numbers(finding.judgement, stored.ops[group.front()]);
  const Html program =
      element("pre.program", escaped(program_text(finding), kBytesShown), "tabindex=\"0\"");
  const bool beside = finding.program.code.size() <= kBesideMax;
  text +=
      element(beside ? "div.side" : "div.stacked",
              element("div", element("h4", "Program") + program) +
                  element("div", element("h4", "Graph: data | gradient") + drawing_of(finding)));
  const std::string& why = finding.explanation;
  if (std::count(why.begin(), why.end(), '\n') > 1) {  // else it only repeats the node
    text += element("h4", "Where and why") +
            element("pre", escaped(why, kBytesShown), "tabindex=\"0\"");
  }
  text += node_tables(finding);
  text += element("h4", "See it again") + copied_block(rerun_command(finding, result.engine));
  text += as_c(finding, result.engine);
  return element("article", text, fmt::format("id=\"finding-{}\"", number)) + Html{"\n"};
}

}  // namespace cradle
