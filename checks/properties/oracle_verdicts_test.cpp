// What the oracles of one engine at a time say of many, against the table of it that is kept; what
// MPFR says of damaged traces alone. Networks have tests of their own.
//
// An oracle that says something else than before, in a number of verdicts, in how near its bounds a
// right engine comes, or in words, has become another oracle: verdicts.tsv shows where. A cell is
// "agree/disagree/inconclusive:mean share:width:distance:a sum over the words, without digits"; the
// width and the distance are sums over what disagrees, of the range it should be in and of how far
// it is from what was expected, of log2(1 + ulps) each.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/c_program.h"
#include "checks/oracles/causes.h"
#include "checks/oracles/deep.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/faults.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/leaks.h"
#include "checks/oracles/libm.h"
#include "checks/oracles/lifetime.h"
#include "checks/oracles/local.h"
#include "checks/oracles/metamorphic.h"
#include "checks/oracles/probe.h"
#include "checks/program/edges.h"
#include "checks/properties/forms.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/ops_at_points.h"
#include "checks/properties/verdict_cell.h"

namespace cradle {
namespace {

// Healthy ones, and those whose bugs harm nobody but themselves.
constexpr const char* kEngines =
    "microcrad microcrad:single tape tape:depth_first tape:alternative tape:powers tape:recomputed "
    "tape:binary32 tape:forward tape:resets tape:refuses textbook textbook_iterative "
    "faulty:scale_add faulty:scale_mul faulty:scale_pow faulty:scale_exp faulty:scale_log "
    "faulty:scale_relu faulty:add_same_operand faulty:mul_same_operand faulty:overwrite_gradient "
    "faulty:sign_lost faulty:exp_from_input faulty:pow_without_decrement "
    "faulty:pow_zero_times_infinity faulty:pow_of_magnitude faulty:pow_cached_by_base "
    "faulty:exp_saturates faulty:log_of_magnitude faulty:log_at_making faulty:log_epsilon "
    "faulty:float_mul faulty:relu_at_zero faulty:clamped_gradient faulty:flushed_gradient "
    "faulty:nan_to_zero faulty:zero_skipped faulty:float_sum faulty:third_use_lost "
    "faulty:second_use_scaled faulty:data_at_making faulty:int_exponent faulty:nan_relu "
    "faulty:breadth_first faulty:preorder faulty:revisited_node faulty:order_appended "
    "faulty:visited_never_reset faulty:counts_consumers_once faulty:zero_grad_of_inputs "
    "faulty:root_kept faulty:leaf_root_ignored faulty:root_accumulates faulty:stale_interior "
    "faulty:leak_in_backward faulty:missing_release_add faulty:missing_release_pow "
    "faulty:leaked_constant faulty:leak_on_failure faulty:leak_on_backward_failure "
    "faulty:failure_ignored faulty:unexplained_error faulty:sub_sign_lost faulty:sub_turned_round "
    "faulty:div_product_rule faulty:div_sign_lost faulty:div_not_squared faulty:neg_sign_lost "
    "faulty:text_exponent faulty:powv_exponent_dropped faulty:powv_log_of_exponent "
    "faulty:leaky_slope faulty:tanh_from_input faulty:tanh_not_squared faulty:tanh_overflow "
    "faulty:sigmoid_overflow faulty:sigmoid_plus faulty:sigmoid_from_input faulty:sin_from_output "
    "faulty:cos_sign_lost faulty:sqrt_doubled faulty:sqrt_from_input faulty:abs_one_sided "
    "faulty:neuron_gate_open";

// What an engine may lack, or be.
struct Trim {
  const char* name;
  void (*apply)(cradle_engine& table, cradle_capabilities& record);
};
constexpr Trim kTrims[] = {
    {"counts hidden", [](cradle_engine& e, cradle_capabilities&) { e.count = nullptr; }},
    {"live nodes hidden", [](cradle_engine& e, cradle_capabilities&) { e.live_nodes = nullptr; }},
    {"counts and live nodes hidden",
     [](cradle_engine& e, cradle_capabilities&) { e.count = nullptr, e.live_nodes = nullptr; }},
    {"allocations hidden", [](cradle_engine& e, cradle_capabilities&) { e.allocations = nullptr; }},
    {"no release", [](cradle_engine& e, cradle_capabilities&) { e.release = nullptr; }},
    {"no set", [](cradle_engine& e, cradle_capabilities&) { e.set = nullptr; }},
    {"no zero_grad",
     [](cradle_engine& e, cradle_capabilities& c) { e.zero_grad = nullptr, c.zero_grad = 0; }},
    {"interior hidden", [](cradle_engine&, cradle_capabilities& c) { c.interior_hidden = 1; }},
    {"whole graphs released",
     [](cradle_engine&, cradle_capabilities& c) { c.release = CRADLE_RELEASE_WHOLE_GRAPH; }},
    {"never released",
     [](cradle_engine&, cradle_capabilities& c) { c.release = CRADLE_RELEASE_NEVER; }},
    {"said to clip", [](cradle_engine&, cradle_capabilities& c) { c.gradient_clip = 10; }},
};
constexpr const char* kTrimmed[] = {"microcrad", "textbook", "faulty:add_same_operand",
                                    "faulty:missing_release_pow", "faulty:leak_on_failure"};

// What is done to a trace of a healthy engine: to one node, its gradient or its value.
struct Damage {
  const char* name;
  bool of_data;
  double factor;
  double summand;
};
constexpr double kUlp = 0x1p-52;
constexpr Damage kDamages[] = {
    {"tape, a gradient 4 ulps off", false, 1 + 4 * kUlp, 0},
    {"tape, a gradient doubled", false, 2, 0},
    {"tape, a gradient negated", false, -1, 0},
    {"tape, a gradient lost", false, 0, 0},
    {"tape, a gradient NaN", false, kNoNumber, 0},
    {"tape, a gradient infinite", false, 1, kInfinity},
    {"tape, a value 4 ulps off", true, 1 + 4 * kUlp, 0},
    {"tape, a value NaN", true, kNoNumber, 0},
};

std::vector<Program> programs() {
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(CRADLE_CORPUS)) {
    if (file.path().extension() == ".prog") files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Program> all;
  for (const std::string& file : files) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    Program program = program_of(text.str());
    // Misuse is what engines die of.
    const bool tame = std::none_of(program.actions.begin(), program.actions.end(),
                                   [](const Action& a) { return a.verb >= Verb::misuse_null; });
    if (program.code.size() <= 40 && tame) all.push_back(std::move(program));
  }
  for (std::uint64_t k = 0; k < edge_count(kAllOps); k += 19) {
    all.push_back(edge_program(kAllOps, k));
  }
  for (const OpLine& row : kOpLines) {
    for (const std::size_t point : {0u, 1u, 2u})
      all.push_back(program_at(kOpPoints[point], row.line));
  }
  return all;
}

using Cells = std::map<std::string, VerdictCell>;

void judge_numbers(const std::string& engine, const Program& program, const Trace& trace,
                   const Capabilities& capabilities, Cells& cells) {
  const std::pair<const char*, Judgement> all[] = {
      {"forward", judge_forward(program, trace, capabilities)},
      {"local", judge_local(program, trace, capabilities)},
      {"global", judge_global(program, trace, capabilities)},
      {"difference", judge_difference(program, trace, capabilities)}};
  for (const auto& [check, judgement] : all) {
    cells[check].add(judgement);
    cells["C"].say(c_program(program, engine, judgement, check));
  }
  for (const NodeReport& row : local_report(program, trace, capabilities)) {
    const std::pair<const char*, bool> flags[] = {
        {"reached", row.reached},
        {"judged", row.judged},
        {"ok", row.ok},
        {"expected", row.expected == row.got},
        {"around", row.lower <= row.expected && row.expected <= row.upper},
        {"narrow", row.lower == row.upper},
        {"ulps", row.ulps > 0.75}};
    for (const auto& [flag, holds] : flags) {
      if (holds) cells["report"].say(flag);
    }
  }
  const SweepSet sweeps = sweeps_that_explain(program, trace, capabilities);
  cells["causes"].say("sweeps " + std::string(sweeps % 9973, '|'));
}

void judge_pure(const std::string& name, const Program& program, const cradle_engine& engine,
                Cells& cells) {
  const Capabilities capabilities = capabilities_of(engine);
  const Trace trace = run(program, engine);
  judge_numbers(name, program, trace, capabilities, cells);
  std::vector<Trace> traces;
  const std::vector<Program> related = related_programs(program, capabilities);
  for (const Program& one : related) traces.push_back(run(one, engine));
  cells["metamorphic"].add(judge_metamorphic(program, trace, related, traces, capabilities));
}

void judge_references(const std::string& name, const Program& program, const cradle_engine& engine,
                      Cells& cells) {
  const Capabilities capabilities = capabilities_of(engine);
  const Trace trace = run(program, engine);
  cells["forward"].add(judge_forward(program, trace, capabilities));
  const Judgement judgement = judge_lifetime(program, trace, capabilities);
  cells["lifetime"].add(judgement);
  cells["C"].say(c_program(program, name, judgement, "lifetime"));
  if (!capabilities.can_fail) return;
  std::vector<Trace> traces = {trace};
  for (const Program& failing : failing_programs(program)) traces.push_back(run(failing, engine));
  cells["faults"].add(judge_faults(program, traces, capabilities));
}

// What it gives back, and what probing finds out about it.
void judge_as_a_whole(const cradle_engine& engine, Cells& cells) {
  const Capabilities capabilities = capabilities_of(engine);
  const std::vector<Program> probes = probe_programs(capabilities);
  std::vector<Trace> answers;
  for (const Program& probe : probes) answers.push_back(run(probe, engine));
  const Capabilities settled = settled_by(capabilities, probes, answers);
  for (const auto& [name, value] : policies(capabilities, settled)) {
    cells["probe"].say(name + " " + value);
  }
  for (const Program& program : leak_programs(capabilities)) {
    std::vector<Trace> traces = {run(program, engine)};
    for (const Program& one : repeated_sessions(program, capabilities)) {
      traces.push_back(run(one, engine));
    }
    cells["leaks"].add(judge_leaks(program, traces, capabilities));
  }
}

std::string row_of(const std::string& name, Cells& cells) {
  std::string text = name;
  for (const char* const check :
       {"forward", "local", "global", "difference", "metamorphic", "lifetime", "faults", "leaks",
        "report", "C", "causes", "probe", "deep"}) {
    text += "\t" + cells[check].text();
  }
  return text;
}

std::string row_of_engine(const std::string& name, const cradle_engine& engine,
                          const std::vector<Program>& all) {
  Cells cells;
  const bool narrow = capabilities_of(engine).precision_bits == 24;
  for (const Program& one : all) {
    const Program program = narrow ? in_floats(one) : one;
    if (!lacking(program, engine).empty()) continue;
    if (is_pure(program)) {
      judge_pure(name, program, engine, cells);
    } else {
      judge_references(name, program, engine, cells);
    }
  }
  judge_as_a_whole(engine, cells);
  return row_of(name, cells);
}

std::string row_of_trimmed(const std::string& name, const Trim& trim,
                           const std::vector<Program>& all) {
  cradle_engine table = *find_engine(name);
  cradle_capabilities record = *table.capabilities;
  table.capabilities = &record;
  trim.apply(table, record);
  return row_of_engine(name + ", " + trim.name, table, all);
}

std::string row_of_damage(const Damage& damage, bool of_known_forms,
                          const std::vector<Program>& all) {
  const cradle_engine& engine = *find_engine("tape");
  Capabilities capabilities = capabilities_of(engine);
  if (!of_known_forms) capabilities = with_forms_unknown(capabilities);
  Cells cells;
  NodeId next = 0;
  for (const Program& program : all) {
    if (!is_pure(program) || !lacking(program, engine).empty()) continue;
    Trace trace = run(program, engine);
    NodeState& state = trace.after[0].nodes[next++ % program.code.size()];
    double& number = damage.of_data ? state.data : state.grad;
    number = number * damage.factor + damage.summand;
    judge_numbers("tape", program, trace, capabilities, cells);
    if (next % 4 == 0) cells["deep"].add(judge_deep(program, trace, capabilities));
  }
  return row_of(std::string(damage.name) + (of_known_forms ? "" : ", forms unknown"), cells);
}

TEST(OracleVerdicts, are_those_of_the_table) {
  ASSERT_LT(host_ulps(Op::exp), 1) << "of a library whose bounds are known, as glibc's since 2.28";
  const std::vector<Program> all = programs();
  std::vector<KeptRow> rows;
  std::istringstream names(kEngines);
  for (std::string name; names >> name;) {
    rows.push_back({row_of_engine(name, *find_engine(name), all), 0.015});
  }
  for (const char* const name : kTrimmed) {
    for (const Trim& trim : kTrims) rows.push_back({row_of_trimmed(name, trim, all), 0.015});
  }
  for (const bool of_known_forms : {true, false}) {
    for (const Damage& damage : kDamages) {
      rows.push_back({row_of_damage(damage, of_known_forms, all), 0.015});
    }
  }
  expect_kept("verdicts", rows, "A check that finds less needs a reason.");
}

}  // namespace
}  // namespace cradle
