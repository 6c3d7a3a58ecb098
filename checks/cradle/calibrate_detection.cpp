// Detection of one rule that is wrong by a known amount.
//
// A graph is affected when some gradient that the oracle reads is another than without the amount:
// of some node, or of some input for those that read nothing else. What rounding swallows on the
// way there cannot be seen by anybody. Each oracle judges the affected graphs twice: knowing which
// form the engine's rules have, and admitting every legal form. Unaffected engines are judged too,
// as a control.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "checks/cradle/calibrate_graphs.h"
#include "checks/cradle/calibrate_parts.h"
#include "checks/cradle/gradcheck.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/scaled.h"
#include "checks/engines/tape.h"

namespace cradle {
namespace {

constexpr std::uint64_t kDetectionItemGraphs = 5;
constexpr std::array<const char*, 3> kSizes = {"large", "small", "plain"};
constexpr std::array<GraphKind, 3> kKinds = {GraphKind::large, GraphKind::small, GraphKind::plain};

// One way to judge; without an oracle it is the yardstick.
struct Judge {
  const Oracle* oracle;
  const char* form;
};

// What the judges of a process share; made once.
struct Bench {
  std::vector<Oracle> oracles;
  std::vector<Judge> judges;
  std::vector<Op> rules;
  Capabilities known;
  Capabilities all_forms;
};

Capabilities undetermined(Capabilities capabilities) {
  capabilities.exp_form = ExpForm::unknown;
  capabilities.log_form = LogForm::unknown;
  capabilities.pow_form = PowForm::unknown;
  capabilities.div_form = DivForm::unknown;
  capabilities.tanh_form = TanhForm::unknown;
  capabilities.sigmoid_form = SigmoidForm::unknown;
  capabilities.sqrt_form = SqrtForm::unknown;
  capabilities.mask_form = MaskForm::unknown;
  return capabilities;
}

Bench make_bench(const CalibrateOptions& options) {
  Bench bench;
  bench.oracles = oracles_of(options, false);
  for (const char* form : {"known", "union"}) {
    for (const Oracle& oracle : bench.oracles) bench.judges.push_back({&oracle, form});
  }
  if (wanted(options, kGradcheckName)) bench.judges.push_back({nullptr, "any"});
  for (const OpInfo& row : kOps) {
    if (row.op != Op::input && contains(options.capabilities.ops, row.op)) {
      bench.rules.push_back(row.op);
    }
  }
  bench.known = capabilities_of(*tape_engine());
  bench.known.ops = options.capabilities.ops;
  bench.all_forms = undetermined(bench.known);
  return bench;
}

const char* name_of(const Judge& judge) {
  return judge.oracle == nullptr ? kGradcheckName : judge.oracle->name;
}

Scaling scaling_of(Op rule, std::size_t delta) {
  if (std::strcmp(kDeltas[delta], "1 ulp") == 0) return {rule, 0, true};
  if (std::strcmp(kDeltas[delta], "2^-52") == 0) return {rule, 0x1p-52, false};
  return {rule, std::strtod(kDeltas[delta], nullptr), false};
}

// Whether gradients differ: of any node, of inputs.
struct Difference {
  bool anywhere = false;
  bool in_inputs = false;
};

Difference difference_of(const Program& program, const Trace& lhs, const Trace& rhs) {
  Difference result;
  for (std::size_t node = 0; node < program.code.size(); ++node) {
    const auto bits = [&](const Trace& trace) {
      return std::bit_cast<std::uint64_t>(trace.after[0].nodes[node].grad);
    };
    if (bits(lhs) == bits(rhs)) continue;
    result.anywhere = true;
    result.in_inputs = result.in_inputs || program.code[node].op == Op::input;
  }
  return result;
}

// One graph under every judge: the healthy tape, then each rule and amount.
class Trial {
 public:
  Trial(const Bench& bench, const Item& item, Program program, Calibration& sum)
      : bench_(bench),
        program_(std::move(program)),
        healthy_(run_scaled(program_, {})),
        gradcheck_(program_, bench.known) {
    const std::size_t judges = bench.judges.size();
    control_ = &sum.false_alarms[sum.false_alarms.size() - (kSizes.size() - item.row) * judges];
    rows_ = &sum.detection[item.row * judges * bench.rules.size() * kDeltas.size()];
  }

  // Comes before the rules.
  void control(std::uint64_t index) {
    for (std::size_t k = 0; k < bench_.judges.size(); ++k) {
      const Judgement judgement = judge(bench_.judges[k], healthy_);
      accuses_.push_back(judgement.verdict == Verdict::disagree);
      count(judgement, program_, index, control_[k]);
    }
  }

  void rule(std::size_t number, std::uint64_t index) {
    for (std::size_t delta = 0; delta < kDeltas.size(); ++delta) {
      const Trace trace = run_scaled(program_, scaling_of(bench_.rules[number], delta));
      const Difference difference = difference_of(program_, trace, healthy_);
      for (std::size_t k = 0; k < bench_.judges.size(); ++k) {
        const Oracle* oracle = bench_.judges[k].oracle;
        const bool reads_inputs = oracle == nullptr || oracle->reads_inputs;
        if (!(reads_inputs ? difference.in_inputs : difference.anywhere)) continue;
        Detection& row = rows_[(k * bench_.rules.size() + number) * kDeltas.size() + delta];
        const Verdict verdict = judge(bench_.judges[k], trace).verdict;
        ++row.affected;
        row.inconclusive += verdict == Verdict::inconclusive ? 1u : 0u;
        if (verdict != Verdict::disagree || accuses_[k]) continue;
        ++row.found;
        row.first = std::min(row.first.value_or(index + 1), index + 1);
      }
    }
  }

 private:
  Judgement judge(const Judge& judge, const Trace& trace) const {
    if (judge.oracle == nullptr) {
      return judged(gradcheck_.rejects(trace) ? Verdict::disagree : Verdict::agree, "not close");
    }
    const bool known = std::strcmp(judge.form, "known") == 0;
    return judge.oracle->judge(program_, trace, known ? bench_.known : bench_.all_forms);
  }

  const Bench& bench_;
  Program program_;
  Trace healthy_;
  Gradcheck gradcheck_;
  std::vector<bool> accuses_;  // by judge: of the healthy tape; then it finds nothing
  FalseAlarms* control_;
  Detection* rows_;
};

}  // namespace

void plan_detection(const CalibrateOptions& options, Calibration& blank, std::vector<Item>& items) {
  const Bench bench = make_bench(options);
  for (std::size_t size = 0; size < kSizes.size(); ++size) {
    for (const Judge& judge : bench.judges) {
      FalseAlarms control;
      control.oracle = name_of(judge);
      control.profile = kSizes[size];
      control.engine = "tape";
      control.form = judge.form;
      blank.false_alarms.push_back(control);
      Detection row;
      row.oracle = name_of(judge);
      row.form = judge.form;
      row.graphs = kSizes[size];
      for (const Op rule : bench.rules) {
        row.rule = rule;
        for (row.delta = 0; row.delta < kDeltas.size(); ++row.delta) blank.detection.push_back(row);
      }
    }
    const double weight = (size == 0 ? 1.0 : 0.1) * static_cast<double>(bench.rules.size()) *
                          static_cast<double>(kDeltas.size());
    for (std::uint64_t begin = 0; begin < options.graphs; begin += kDetectionItemGraphs) {
      const std::uint64_t end = std::min(begin + kDetectionItemGraphs, options.graphs);
      items.push_back(
          {Part::detection, size, begin, end, weight * static_cast<double>(end - begin)});
    }
  }
}

void add_detection(const CalibrateOptions& options, const Item& item, Calibration& sum) {
  const Bench bench = make_bench(options);
  const bool large = item.row == 0;
  Capabilities ops = bench.known;
  for (std::uint64_t index = item.begin; index < item.end; ++index) {
    const auto graph = [&](GraphKind kind) {
      return make_graph(kind, options.seed, index, options.nodes, ops);
    };
    Trial trial(bench, item, graph(kKinds[item.row]), sum);
    trial.control(index);
    for (std::size_t rule = 0; rule < bench.rules.size(); ++rule) {
      if (bench.rules[rule] != Op::neuron) {
        trial.rule(rule, index);
        continue;
      }
      // Neurons are in networks only.
      Trial network(bench, item, graph(large ? GraphKind::large_neurons : GraphKind::small_neurons),
                    sum);
      network.control(index);
      network.rule(rule, index);
    }
  }
}

}  // namespace cradle
