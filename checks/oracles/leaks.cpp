// Sums of what sessions left behind, over stretches of 8, 16 and 32 of them.

#include "checks/oracles/leaks.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "checks/oracles/death.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

// In the first sessions an engine sets up what it keeps, and the harness its own buffers.
constexpr std::size_t kWarmUp = 8;
// What leaks at all leaks in small programs; a hundred large ones would be too much to hand over.
constexpr std::size_t kNodesMax = 200;
constexpr std::size_t kSessions = 8 * kWarmUp;

Program pure_of(std::vector<Instruction> code) {
  Program program;
  program.code = std::move(code);
  return program;
}

Instruction input(double value) {
  Instruction line;
  line.immediate = value;
  return line;
}

Instruction line_of(Op op, NodeId x, NodeId y) {
  Instruction line;
  line.op = op;
  line.operands = {x, info(op).arity > 1 ? y : 0, 0};
  if (info(op).immediate != Immediate::none) line.immediate = 2.5;
  return line;
}

// How many allocations each session of the longest stretch leaves behind; 0 when there is a stretch
// in which not every session does. Each stretch is as long as all before it.
std::int64_t leaked_by_each(std::span<const Trace> sessions) {
  std::int64_t each = 0;
  for (std::size_t stretch = kWarmUp; stretch < kSessions; stretch *= 2) {
    std::int64_t sum = 0;
    for (const Trace& trace : sessions.subspan(stretch, stretch)) sum += trace.left_behind;
    each = sum / static_cast<std::int64_t>(stretch);
    if (each < 1) return 0;
  }
  return each;
}

}  // namespace

std::vector<Program> leak_programs(const Capabilities& capabilities) {
  std::vector<Program> programs;
  for (const OpInfo& row : kOps) {
    const Op op = row.op;
    if (op == Op::input || op == Op::neuron || !contains(capabilities.ops, op)) continue;
    programs.push_back(pure_of({input(0.75), input(1.5), line_of(op, 0, 1)}));
    if (row.arity > 1) programs.push_back(pure_of({input(0.75), line_of(op, 0, 0)}));
    // A chain whose links have two consumers.
    programs.push_back(
        pure_of({input(0.75), line_of(op, 0, 0), line_of(op, 1, 0), line_of(op, 2, 1)}));
  }
  programs.push_back(pure_of({input(0.75)}));
  return programs;
}

std::vector<Program> repeated_sessions(const Program& program, const Capabilities& capabilities) {
  std::vector<Program> sessions;
  if (program.code.size() > kNodesMax) return sessions;
  if (capabilities.can_release) {
    Program silent = program;
    Action release;
    release.verb = Verb::release;
    release.position = static_cast<NodeId>(program.code.size());
    release.target = release.position - 1;
    silent.actions = {release};
    sessions.assign(kSessions, silent);
  }
  sessions.insert(sessions.end(), kSessions - 1, program);
  return sessions;
}

Judgement judge_leaks(const Program& program, std::span<const Trace> traces,
                      const Capabilities& capabilities) {
  const bool has_silent = capabilities.can_release;
  if (traces.size() != kSessions * (has_silent ? 2 : 1)) {
    return judged(Verdict::inconclusive, "too large to be repeated so often");
  }
  for (const Trace& trace : traces) {
    if (trace.death == Death::none) continue;
    return judged(Verdict::inconclusive, "the engine died: see survival");
  }
  // The first trace is a session with backward; after it come those without.
  const std::int64_t at_once =
      has_silent ? leaked_by_each(traces.subspan(1, kSessions)) : std::int64_t{0};
  std::vector<Trace> loud = {traces.front()};
  const auto others = traces.subspan(has_silent ? 1 + kSessions : 1);
  loud.insert(loud.end(), others.begin(), others.end());
  const std::int64_t with_backward = leaked_by_each(loud);
  if (at_once == 0 && with_backward == 0) return judged(Verdict::agree);
  const std::string nodes = " (of " + std::to_string(program.code.size()) + " nodes)";
  const auto blocks = [](std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " allocation" : " allocations");
  };
  std::string message;
  if (!has_silent) {
    message = "each session" + nodes + " leaves " + blocks(with_backward) + " behind";
  } else if (at_once == 0) {
    message = "each session" + nodes + " leaves " + blocks(with_backward) +
              " behind, once backward was called";
  } else {
    message = "each session" + nodes + " leaves " + blocks(at_once) + " behind, " +
              (with_backward == at_once ? "with or without a backward"
                                        : std::to_string(with_backward) + " with a backward");
  }
  Judgement judgement = disagreement(Kind::leak, message);
  judgement.op = program.code.back().op;
  judgement.got = static_cast<double>(std::max(at_once, with_backward));
  return judgement;
}

}  // namespace cradle
