// Probing: each form is found in an engine that has it, and only what was declared open is touched.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/probe.h"
#include "checks/properties/forms.h"
#include "checks/properties/rules_by_hand.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

// What probing says of an engine by hand that has the forms and slopes of `engine`.
Capabilities probed(const Capabilities& declared, const Capabilities& engine, bool fused = false) {
  const std::vector<Program> programs = probe_programs(declared);
  std::vector<Trace> traces;
  for (const Program& program : programs) {
    Ways ways;
    ways.seed = traces.size();
    ways.fused = fused;
    traces.push_back(trace_by_rules(program, engine, ways));
  }
  return settled_by(declared, programs, traces);
}

TEST(OracleProbe, finds_every_form_in_doubles_and_floats) {
  for (const unsigned bits : {53u, 24u}) {
    for (unsigned which = 0; which < 12; ++which) {
      Capabilities engine = open_engine(bits);
      take_forms(engine, which);
      const bool fused = which % 4 == 3;
      const Capabilities found = probed(open_engine(bits), engine, fused);
      const std::string where = std::to_string(bits) + " bits, forms " + std::to_string(which);
      EXPECT_EQ(found.log_form, engine.log_form) << where;
      EXPECT_EQ(found.pow_form, engine.pow_form) << where;
      EXPECT_EQ(found.sigmoid_form, engine.sigmoid_form) << where;
      EXPECT_EQ(found.sqrt_form, engine.sqrt_form) << where;
      EXPECT_EQ(found.mask_form, engine.mask_form) << where;
      // What is recomputed by the library that made the output gives the output once more.
      EXPECT_EQ(found.exp_form, ExpForm::from_output) << where;
      EXPECT_EQ(found.powv_form, PowvForm::from_output) << where;
      // Two forms in which floats are worked out in double, or fused, may be one and the same.
      const bool is_single = bits == 24;
      const bool either = is_single && (engine.div_form == DivForm::power);
      if (!either || found.div_form != DivForm::unknown) {
        EXPECT_EQ(found.div_form, engine.div_form) << where;
      }
      TanhForm tanh_form = engine.tanh_form;
      if (tanh_form == TanhForm::recomputed && !is_single) tanh_form = TanhForm::square;
      if (tanh_form == TanhForm::square && is_single && fused) tanh_form = TanhForm::unknown;
      EXPECT_EQ(found.tanh_form, tanh_form) << where;
    }
  }
}

TEST(OracleProbe, finds_the_rarer_forms_where_no_other_explains_what_was_seen) {
  for (const TanhForm form : {TanhForm::expanded, TanhForm::cosh}) {
    Capabilities engine = open_engine(53);
    engine.tanh_form = form;
    EXPECT_EQ(probed(open_engine(53), engine).tanh_form, form);
  }
  for (const AbsForm form : {AbsForm::sign, AbsForm::quotient}) {
    Capabilities engine = open_engine(53);
    engine.abs_form = form;
    EXPECT_EQ(probed(open_engine(53), engine).abs_form, form);
  }
}

TEST(OracleProbe, leaves_open_what_no_form_or_more_than_one_explains) {
  const Capabilities declared = open_engine(53);
  const std::vector<Program> programs = probe_programs(declared);
  std::vector<Trace> wrong;
  std::vector<Trace> mixed;
  for (const Program& program : programs) {
    Ways ways;
    ways.seed = wrong.size();
    mixed.push_back(trace_by_rules(program, open_engine(53), ways));  // any form, anew each time
    ways.scaled = program.code[std::min<std::size_t>(2, program.code.size() - 1)].op;
    ways.factor = 1.5;
    wrong.push_back(trace_by_rules(program, open_engine(53), ways));
  }
  for (const std::vector<Trace>& traces : {wrong, mixed}) {
    const Capabilities found = settled_by(declared, programs, traces);
    EXPECT_EQ(found.log_form, LogForm::unknown);
    EXPECT_EQ(found.div_form, DivForm::unknown);
    EXPECT_EQ(found.sqrt_form, SqrtForm::unknown);
  }
  const std::vector<Trace> dead(programs.size());
  const Capabilities found = settled_by(declared, programs, dead);
  EXPECT_EQ(found.exp_form, ExpForm::unknown);
  EXPECT_EQ(found.mask_form, MaskForm::unknown);
  EXPECT_TRUE(found.relu_at_zero_open);
}

TEST(OracleProbe, finds_the_conventions_at_kinks) {
  for (const unsigned bits : {53u, 24u}) {
    Capabilities engine = open_engine(bits);
    engine.relu_at_zero = 0.5;
    engine.abs_at_zero = 1;
    engine.leaky_slope = 0.2;
    engine.leaky_at_zero = 1;
    const Capabilities found = probed(open_engine(bits), engine);
    EXPECT_EQ(found.relu_at_zero, 0.5);
    EXPECT_EQ(found.abs_at_zero, 1);
    EXPECT_EQ(found.leaky_slope, 0.2);
    EXPECT_EQ(found.leaky_at_zero, 1);
    EXPECT_FALSE(found.leaky_slope_open);
  }
  // A double is what it is; only a float stands for the number that was meant.
  Capabilities engine = open_engine(53);
  engine.leaky_slope = 1.0 / 3;
  EXPECT_EQ(probed(open_engine(53), engine).leaky_slope, 1.0 / 3);
}

TEST(OracleProbe, keeps_what_is_declared_and_asks_nothing_about_it) {
  const Capabilities tape = capabilities_of(*find_engine("tape"));
  Capabilities declared = tape;
  declared.sqrt_form = SqrtForm::output;
  declared.powv_form = PowvForm::from_output;
  declared.abs_form = AbsForm::sign;
  EXPECT_TRUE(probe_programs(declared).empty());
  declared.log_form = LogForm::reciprocal;  // a lie is the engine's own affair
  EXPECT_EQ(settled_by(declared, {}, {}).log_form, LogForm::reciprocal);
}

// The engines that are built in, with what they declare taken away.
TEST(OracleProbe, asks_an_engine_of_few_ops_for_these_alone) {
  for (const Op left_out : {Op::relu, Op::leaky_relu, Op::abs, Op::mul, Op::add, Op::exp}) {
    Capabilities few = open_engine(53);
    few.second_backward = SecondBackward::unknown;
    few.ops &= ~bit(left_out);
    std::size_t asked = 0;
    std::size_t twice = 0;
    for (const Program& program : probe_programs(few)) {
      for (const Instruction& line : program.code) EXPECT_NE(line.op, left_out);
      ++asked;
      const bool goes_back =
          program.actions.size() == 2 && program.actions.front().verb == Verb::backward;
      twice += goes_back ? 1 : 0;
    }
    EXPECT_GT(asked, 10u);
    EXPECT_EQ(twice, 1u) << "what a second backward does";
  }
}

TEST(OracleProbe, finds_what_the_engines_declare) {
  for (const char* name : {"tape", "textbook", "microcrad"}) {
    const cradle_engine& engine = *find_engine(name);
    const Capabilities told = capabilities_of(engine);
    Capabilities open = told;
    open.exp_form = ExpForm::unknown;
    open.log_form = LogForm::unknown;
    open.pow_form = PowForm::unknown;
    open.div_form = DivForm::unknown;
    open.tanh_form = TanhForm::unknown;
    open.sigmoid_form = SigmoidForm::unknown;
    open.mask_form = MaskForm::unknown;
    open.second_backward = SecondBackward::unknown;
    open.relu_at_zero_open = true;
    const std::vector<Program> programs = probe_programs(open);
    std::vector<Trace> traces;
    for (const Program& program : programs) traces.push_back(run(program, engine));
    const Capabilities found = settled_by(open, programs, traces);
    EXPECT_EQ(found.exp_form, told.exp_form) << name;
    EXPECT_EQ(found.log_form, told.log_form) << name;
    EXPECT_EQ(found.pow_form, told.pow_form) << name;
    EXPECT_EQ(found.mask_form, told.mask_form) << name;
    EXPECT_EQ(found.second_backward, told.second_backward) << name;
    EXPECT_EQ(found.relu_at_zero, told.relu_at_zero) << name;
    EXPECT_FALSE(found.relu_at_zero_open) << name;
    if (!contains(told.ops, Op::tanh)) continue;
    EXPECT_EQ(found.div_form, told.div_form) << name;
    EXPECT_EQ(found.tanh_form, told.tanh_form) << name;
    EXPECT_EQ(found.sigmoid_form, told.sigmoid_form) << name;
  }
}

TEST(OracleProbe, finds_what_is_recomputed_from_operands_that_were_set) {
  const auto settled = [](const char* name, bool can_set) {
    const cradle_engine& engine = *find_engine(name);
    Capabilities declared = capabilities_of(engine);
    declared.can_set = can_set;
    const std::vector<Program> programs = probe_programs(declared);
    std::vector<Trace> traces;
    for (const Program& program : programs) traces.push_back(run(program, engine));
    return settled_by(declared, programs, traces).recomputes;
  };
  EXPECT_EQ(settled("tape:recomputed", true),
            bit(Op::powv) | bit(Op::exp) | bit(Op::tanh) | bit(Op::sigmoid) | bit(Op::sqrt));
  EXPECT_EQ(settled("tape:recomputed", false), 0u);
  EXPECT_EQ(settled("tape:alternative", true), bit(Op::exp));  // the others do without the result
  for (const char* name : {"tape", "tape:powers", "microcrad", "textbook"}) {
    EXPECT_EQ(settled(name, true), 0u) << name;
  }
}

// Which form it is need not be known for that.
TEST(OracleProbe, finds_what_is_recomputed_by_a_rule_of_no_known_form) {
  const cradle_engine& engine = *find_engine("tape:recomputed");
  Capabilities declared = capabilities_of(engine);
  declared.sigmoid_form = SigmoidForm::unknown;
  const std::vector<Program> programs = probe_programs(declared);
  std::vector<Trace> traces;
  for (const Program& program : programs) {
    traces.push_back(run(program, engine));
    const bool is_of_rule = is_pure(program) && program.code.size() > 1;
    const bool is_sigmoid = is_of_rule && program.code[1].op == Op::sigmoid;
    if (is_sigmoid) traces.back().after.front().nodes[0].grad *= 1.5;
  }
  const Capabilities found = settled_by(declared, programs, traces);
  EXPECT_EQ(found.sigmoid_form, SigmoidForm::unknown);
  EXPECT_TRUE(contains(found.recomputes, Op::sigmoid));
}

TEST(OracleProbe, tells_what_a_second_backward_does) {
  Capabilities declared = hand_capabilities();
  declared.second_backward = SecondBackward::unknown;
  const std::vector<Program> programs = probe_programs(declared);
  for (const bool resets : {false, true}) {
    Hand hand;
    hand.resets = resets;
    std::vector<Trace> traces;
    for (const Program& program : programs) traces.push_back(trace_by_hand(program, hand));
    EXPECT_EQ(settled_by(declared, programs, traces).second_backward,
              resets ? SecondBackward::resets : SecondBackward::accumulates);
    std::vector<Trace> neither = traces;
    for (Trace& trace : neither) trace.after.back().nodes.front().grad *= 3;
    EXPECT_EQ(settled_by(declared, programs, neither).second_backward, SecondBackward::unknown);
    for (const double once : {0.0, 1.0, -3.0}) {
      std::vector<Trace> simple = traces;
      for (Trace& trace : simple) {
        trace.after.front().nodes.front().grad = once;
        trace.after.back().nodes.front().grad = resets ? once : 2 * once;
      }
      EXPECT_EQ(settled_by(declared, programs, simple).second_backward,
                once == 0 ? SecondBackward::unknown
                : resets  ? SecondBackward::resets
                          : SecondBackward::accumulates)
          << once;
    }
    for (Trace& trace : traces) trace.after.back().status = trace.after.size() > 1 ? -1 : 0;
    EXPECT_EQ(settled_by(declared, programs, traces).second_backward, SecondBackward::refuses);
  }
}

TEST(OracleProbe, says_what_was_found_and_what_was_not) {
  Capabilities declared;
  declared.ops = kSpecificationOps;
  declared.log_form = LogForm::division;
  Capabilities settled = declared;
  settled.second_backward = SecondBackward::accumulates;
  settled.exp_form = ExpForm::from_output;
  std::string text;
  for (const Policy& policy : policies(declared, settled)) {
    text += policy.name + "=" + policy.value + " ";
  }
  EXPECT_EQ(text,
            "second_backward=accumulates exp_form=from_output pow_form=unknown "
            "mask_form=unknown ");
  settled.recomputes = bit(Op::exp) | bit(Op::log);
  EXPECT_EQ(policies(declared, settled)[3].name, "recomputes");
  EXPECT_EQ(policies(declared, settled)[3].value, "exp log");
  declared.relu_at_zero_open = true;
  settled.relu_at_zero = 0.5;
  const std::vector<Policy> with_kink = policies(declared, settled);
  EXPECT_EQ(with_kink.back().name, "relu_at_zero");
  EXPECT_EQ(with_kink.back().value, "0.5");
}

}  // namespace
}  // namespace cradle
