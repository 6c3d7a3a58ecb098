// cradle run: one program, every oracle, and a table of its nodes.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "checks/cradle/conclude.h"
#include "checks/cradle/explain.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/single.h"
#include "checks/cradle/terminal.h"
#include "checks/cradle/verbs.h"
#include "checks/oracles/local.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// A table of thousands of rows helps nobody; the faulty nodes are shown in any case.
constexpr std::size_t kRowsMax = 60;

std::string short_number(double number) {
  const std::string full = print(number);
  return full.size() <= 12 ? full : fmt::format("{:.6g}", number);
}

// Data, gradient, what the gradient should be, and how far it is away.
std::string node_table(const Program& program, const SingleRun& run, const Target& target) {
  const std::vector<NodeReport> rows = local_report(program, run.trace, target.capabilities);
  if (rows.empty()) return {};
  std::string text = fmt::format("\n  {:<7}{:<11}{:>13}{:>13}{:>13}{:>10}\n", "node", "op", "data",
                                 "gradient", "reference", "ulps");
  std::size_t shown = 0;
  for (const NodeReport& row : rows) {
    if (row.ok && shown >= kRowsMax) continue;
    ++shown;
    const std::string reference = row.judged ? short_number(row.expected) : "-";
    text += fmt::format("  %{:<6}{:<11}{:>13}{:>13}{:>13}{:>10}{}\n", row.node, info(row.op).name,
                        short_number(row.data), short_number(row.got), reference,
                        row.judged ? fmt::format("{:.3g}", row.ulps) : "-",
                        row.ok ? (row.reached ? "" : "  unreached") : "  <-- wrong");
    if (!row.ok) {
      text += fmt::format("         enclosure [{}, {}]\n", print(row.lower), print(row.upper));
    }
  }
  if (shown < rows.size()) text += fmt::format("  ... {} more nodes\n", rows.size() - shown);
  return text;
}

// What a program with actions left behind, before the last releases.
std::string state_table(const Program& program, const Trace& trace) {
  if (trace.last.nodes.size() != program.code.size()) return {};
  std::string text =
      fmt::format("\n  {:<7}{:<11}{:>13}{:>13}{:>8}\n", "node", "op", "data", "gradient", "count");
  for (NodeId node = 0; node < program.code.size() && node < kRowsMax; ++node) {
    const NodeState& state = trace.last.nodes[node];
    text += fmt::format("  %{:<6}{:<11}{:>13}{:>13}{:>8}\n", node, info(program.code[node].op).name,
                        state.has_data() ? short_number(state.data) : "-",
                        state.has_grad() ? short_number(state.grad) : "-",
                        state.has_count() ? std::to_string(state.count) : "-");
  }
  if (program.code.size() > kRowsMax) {
    text += fmt::format("  ... {} more nodes\n", program.code.size() - kRowsMax);
  }
  return text;
}

// The disagreement to explain: a gradient's by local, which names the consumer, where it has one.
std::optional<std::pair<CheckId, Judgement>> told_fault(const SingleRun& run) {
  const auto first = run.disagreement();
  if (!first || first->second.kind != Kind::gradient) return first;
  for (const auto& each : run.judgements) {
    if (each.first == CheckId::local && each.second.verdict == Verdict::disagree) return each;
  }
  return first;
}

}  // namespace

int run_verb(const ProgramArguments& arguments) {
  require_writable(arguments.outputs);
  const Target target = find_target(arguments.engine, arguments.limits);
  std::string family;
  const Program program = read_for(target, arguments.file, &family);
  const SingleRun run = run_single(target, program, arguments.limits, arguments.deep);
  std::string text;
  for (const auto& [check, judgement] : run.judgements) {
    const std::string why = wrapped(judgement.message, 25);
    text += fmt::format("{:<11} {:<13}{}", name_of(check), name_of(judgement.verdict),
                        judgement.verdict == Verdict::agree ? "\n" : why.substr(25));
  }
  if (const auto fault = told_fault(run)) {
    const std::string why = explain(program, run.trace, fault->second, target.capabilities);
    if (!why.empty()) text += '\n' + why;
  }
  text += is_pure(program) ? node_table(program, run, target) : state_table(program, run.trace);
  std::fputs(text.c_str(), stdout);
  const std::string command = "cradle run " + arguments.file + " --engine " +
                              as_word(arguments.engine) + (arguments.deep ? " --deep" : "");
  std::fputs(("\nagain: " + command + "\n").c_str(), stdout);
  const Result result = single_result(target, program, family, run, command);
  write_result(to_json(result, run.verdict(), target.capabilities), arguments.outputs);
  return run.verdict() == Verdict::agree ? kAgreed : kDisagreed;
}

}  // namespace cradle
