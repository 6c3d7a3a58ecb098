// What may come out of each op alone on numbers where rules break, against the table that is kept:
// of each of six numbers, on how many of the op's edges it is accepted as a value (forward), and as
// the gradient of an operand (local, and difference); and a sum over which these are.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "checks/oracles/difference.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/libm.h"
#include "checks/oracles/local.h"
#include "checks/program/edges.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/engine_kinds.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

constexpr double kOutcomes[] = {0, -0.0, 1, kInfinity, -kInfinity, kNoNumber};
constexpr std::size_t kOutcomeCount = std::size(kOutcomes);

class OutcomeCell {
 public:
  void add(std::size_t which, bool accepted) {
    accepted_[which] += accepted ? 1 : 0;
    sum_ = summed(sum_, accepted ? 2 : 1);
  }
  std::string text() const {
    std::string all;
    for (const int count : accepted_) all += std::to_string(count) + "/";
    all.back() = ':';
    char sum[16];
    std::snprintf(sum, sizeof sum, "%08x", sum_);
    return all + sum;
  }

 private:
  int accepted_[kOutcomeCount] = {};
  std::uint32_t sum_ = kNoText;
};

bool agrees(const Judgement& judgement) { return judgement.verdict == Verdict::agree; }

void add_outcomes(const Program& program, const Trace& healthy, const Capabilities& engine,
                  OutcomeCell& values, OutcomeCell& gradients, OutcomeCell& differences) {
  for (std::size_t which = 0; which < kOutcomeCount; ++which) {
    Trace trace = healthy;
    trace.after[0].nodes.back().data = kOutcomes[which];
    values.add(which, agrees(judge_forward(program, trace, engine)));
    for (NodeId operand = 0; operand + 1 < program.code.size(); ++operand) {
      trace = healthy;
      trace.after[0].nodes[operand].grad = kOutcomes[which];
      gradients.add(which, agrees(judge_local(program, trace, engine)));
      const Judgement quick = judge_difference_edges(program, trace, engine);
      differences.add(which, agrees(quick));
      const Judgement slow = judge_difference_edges_by_float128(program, trace, engine);
      EXPECT_EQ(quick.verdict, slow.verdict) << slow.message << "\n" << print(program);
    }
  }
}

std::string row_of_edges(Op op, const EngineKind& kind) {
  const Capabilities engine = engine_of_kind(kind);
  OutcomeCell values, gradients, differences;
  for (std::uint64_t k = 0; k < edge_count(bit(op)); ++k) {
    Program program = edge_program(bit(op), k);
    if (kind.bits == 24) program = in_floats(program);
    const Trace healthy = trace_by_forms(program, engine);
    add_outcomes(program, healthy, engine, values, gradients, differences);
  }
  return std::string(info(op).name) + ", " + kind.name + "\t" + values.text() + "\t" +
         gradients.text() + "\t" + differences.text();
}

TEST(OracleEdgeCases, are_accepted_as_in_the_table) {
  testing::internal::CaptureStderr();  // QD's functions write there of what they are not made for
  std::vector<KeptRow> rows;
  for (const OpInfo& op : kOps) {
    if (edge_count(bit(op.op)) == 0) continue;
    for (const std::size_t kind : {0u, 1u, 3u, 5u, 10u, 12u}) {
      rows.push_back({row_of_edges(op.op, kEngineKinds[kind])});
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  expect_kept("edge_cases", rows, "What is accepted now and was not, or is not any more?");
}

}  // namespace
}  // namespace cradle
