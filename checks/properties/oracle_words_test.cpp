// Distances, names and numbers as judgements tell them.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "checks/oracles/c_program.h"
#include "checks/oracles/death.h"
#include "checks/oracles/libm.h"
#include "checks/oracles/local.h"
#include "checks/oracles/verdict.h"
#include "checks/oracles/words.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

TEST(OracleWords, measure_distances_in_units_of_what_was_expected) {
  EXPECT_EQ(ulps_between(1, 1), 0);
  EXPECT_EQ(ulps_between(1 + 0x1p-52, 1), 1);
  EXPECT_EQ(ulps_between(1 - 0x1p-53, 1), 0.5);
  EXPECT_EQ(ulps_between(-2, 2), std::ldexp(1, 53));
  EXPECT_EQ(ulps_between(1 + 0x1p-23, 1, 24), 1);
  EXPECT_EQ(ulps_between(0x1p-1074, 0), 1);
  EXPECT_EQ(ulps_between(0x1p-149, 0, 24), 1);
  EXPECT_EQ(ulps_between(0x1p-1073, 0x1p-1074), 1) << "no smaller unit than the smallest number";
  EXPECT_EQ(ulps_between(kNoNumber, kNoNumber), 0);
  EXPECT_EQ(ulps_between(kNoNumber, 1), kInfinity);
  EXPECT_EQ(ulps_between(1, kNoNumber), kInfinity);
  EXPECT_EQ(ulps_between(kInfinity, 1), kInfinity);
  EXPECT_EQ(ulps_between(kInfinity, kInfinity), 0);
  EXPECT_EQ(ulps_between(0x1.8p1023, -0x1.8p1023), 3 * 0x1p52) << "their difference overflows";
}

// What is off by a tenth of a per mille is rounding no more, and not a contribution that is
// missing.
TEST(OracleWords, call_a_contribution_missing_that_is_so_to_a_billionth) {
  for (const unsigned bits : {53u, 24u}) {
    const double near = bits == 24 ? 1e-4 : 1e-9;
    const Program program =
        program_of("%0 = input 3\n%1 = input 5\n%2 = mul %0 %1\n%3 = add %2 %0\n");
    Capabilities engine = hand_capabilities();
    engine.precision_bits = bits;
    for (const double off : {0.0, 0.75, 1.25}) {
      Trace trace = trace_by_hand(program);
      trace.after[0].nodes[0].grad = 1 - 5 * off * near;
      const std::string message = judge_local(program, trace, engine).message;
      EXPECT_EQ(message.find("is missing") != std::string::npos, off < 1) << message;
    }
  }
}

TEST(OracleWords, say_nothing_of_numbers_that_were_not_asked) {
  const Judgement judgement = judged(Verdict::agree);
  EXPECT_FALSE(judgement.has_node);
  for (const double number :
       {judgement.got, judgement.expected, judgement.lower, judgement.upper, judgement.ulps}) {
    EXPECT_EQ(number, 0);
  }
  EXPECT_EQ(judgement.share, -1);
  EXPECT_EQ(judgement.node, 0u);
  EXPECT_EQ(judgement.op, Op::input);
}

TEST(OracleWords, share_a_tolerance) {
  EXPECT_EQ(share_of(0, 0), 0);
  EXPECT_EQ(share_of(0, 4), 0);
  EXPECT_EQ(share_of(-1, 4), 0.25);
  EXPECT_EQ(share_of(5, 4), 1);
  EXPECT_EQ(share_of(1e-300, 0), 1) << "accepted beside a tolerance of 0";
  EXPECT_EQ(agreed(0.5).share, 0.5);
  EXPECT_EQ(agreed(0.5).verdict, Verdict::agree);
  EXPECT_LT(judged(Verdict::agree).share, 0) << "nothing was measured";
  EXPECT_FALSE(judged(Verdict::disagree).has_node);
  EXPECT_EQ(judged(Verdict::inconclusive, "why").message, "why");
}

TEST(OracleWords, write_numbers) {
  EXPECT_EQ(plain_number(0.1), "0.1");
  EXPECT_EQ(plain_number(-kNoNumber), "nan");
  EXPECT_EQ(signed_number(0.5), "+0.5");
  EXPECT_EQ(signed_number(-0.5), "-0.5");
  EXPECT_EQ(signed_number(0), "+0");
  EXPECT_EQ(signed_number(-0.0), "-0");
  EXPECT_EQ(signed_number(kNoNumber), "nan");
  EXPECT_EQ(signed_number(kInfinity), "+inf");
  EXPECT_EQ(at_node(7), "node %7 disagrees");
}

TEST(OracleWords, name_verdicts_and_kinds) {
  EXPECT_EQ(name_of(Verdict::agree), "agree");
  EXPECT_EQ(name_of(Verdict::disagree), "disagree");
  EXPECT_EQ(name_of(Verdict::inconclusive), "inconclusive");
  const std::pair<Kind, const char*> kinds[] = {
      {Kind::value, "value"},   {Kind::gradient, "gradient"}, {Kind::memory, "memory"},
      {Kind::leak, "leak"},     {Kind::depth, "depth"},       {Kind::cost, "cost"},
      {Kind::policy, "policy"}, {Kind::edge, "edge"}};
  for (const auto& [kind, name] : kinds) {
    EXPECT_EQ(name_of(kind), name);
    EXPECT_EQ(counts(kind), kind != Kind::policy && kind != Kind::edge) << name;
  }
}

TEST(OracleWords, tell_what_an_engine_died_of) {
  const Program program = program_of("%0 = input 1\n%1 = exp %0\n");
  Trace trace = trace_by_hand(program);
  trace.death = Death::signal;
  const std::pair<int, const char*> signals[] = {{4, "signal 4 (illegal instruction)"},
                                                 {6, "signal 6 (abort)"},
                                                 {7, "signal 7 (bus error)"},
                                                 {8, "signal 8 (arithmetic exception)"},
                                                 {9, "signal 9 (killed)"},
                                                 {11, "signal 11 (segmentation fault)"},
                                                 {15, "signal 15 (terminated)"}};
  for (const auto& [number, words] : signals) {
    trace.death_code = number;
    EXPECT_EQ(judge_death(program, trace).message, std::string("the engine died: ") + words);
  }
  trace.death_code = 3;
  EXPECT_EQ(judge_death(program, trace).message, "the engine died: signal 3");
}

TEST(OracleWords, tell_what_else_became_of_an_engine) {
  const Program program = program_of("%0 = input 1\n%1 = exp %0\n");
  Trace trace = trace_by_hand(program);
  trace.death_note = "its last words";
  const std::tuple<Death, Kind, const char*> deaths[] = {
      {Death::exit, Kind::memory, "the engine called exit(7); it said: its last words"},
      {Death::timeout, Kind::cost, "the engine did not finish within the time limit"},
      {Death::memory, Kind::memory, "the engine used more memory than the limit"},
      {Death::protocol, Kind::memory, "the engine's process left no readable trace"}};
  trace.death_code = 7;
  for (const auto& [death, kind, words] : deaths) {
    trace.death = death;
    const Judgement judgement = judge_death(program, trace);
    EXPECT_EQ(judgement.message, words);
    EXPECT_EQ(judgement.kind, kind) << words;
    EXPECT_EQ(judgement.verdict, Verdict::disagree) << words;
  }
  trace.death = Death::signal;
  trace.death_code = 6;
  EXPECT_EQ(judge_death(program, trace).message,
            "the engine died: signal 6 (abort); it said: its last words");
  for (const Death death : {Death::unrun, Death::unopened}) {
    trace.death = death;
    EXPECT_EQ(judge_death(program, trace).verdict, Verdict::inconclusive);
  }
}

TEST(OracleWords, include_a_c_program_for_any_plugin) {
  const Program program = program_of("%0 = input 1\n%1 = exp %0\n");
  const Judgement judgement = judged(Verdict::agree);
  for (const char* const plugin : {"engine.so", "./engine", "/some/engine.so"}) {
    const std::string text = c_program(program, plugin, judgement, "local");
    EXPECT_NE(text.find("dlopen"), std::string::npos) << plugin;
  }
  EXPECT_EQ(c_program(program, "tape", judgement, "local").find("dlopen"), std::string::npos);
  const Program sum = program_of("%0 = input 1\n%1 = input 2\n%2 = sub %1 %0\n");
  EXPECT_NE(c_program(sum, "./e.so", judgement, "local").find("operands[] = {1, 0}"),
            std::string::npos);
  // A leak that only the heap shows takes sessions.
  EXPECT_NE(c_program(program, "./e.so", judgement, "leaks").find("mallinfo2"), std::string::npos);
  EXPECT_EQ(c_program(program, "./e.so", judgement, "local").find("mallinfo2"), std::string::npos);
  const std::string odd = c_program(program, "./a\"b\\c.so", judgement, "local");
  EXPECT_NE(odd.find(R"("./a\"b\\c.so")"), std::string::npos) << odd;
}

TEST(OracleWords, allow_infinity_where_a_library_may_overflow) {
  const Float128 greatest = std::numeric_limits<double>::max();
  EXPECT_EQ(within_ulps(greatest, 1).upper, kInfinity);
  EXPECT_EQ(within_ulps(-greatest, 1).lower, -kInfinity);
  EXPECT_EQ(within_ulps(greatest / 2, 1).upper, 0x1p1023);
  EXPECT_LT(within_ulps(greatest, 1).lower, std::numeric_limits<double>::max());
}

TEST(OracleWords, know_what_the_library_here_promises) {
  EXPECT_EQ(host_ulps(Op::sqrt), 0.5);
  EXPECT_EQ(host_ulps(Op::relu), kInfinity);
  for (const Op op : {Op::exp, Op::log, Op::pow, Op::powv, Op::sin, Op::cos, Op::tanh}) {
    EXPECT_GT(host_ulps(op), 0.5);
  }
}

}  // namespace
}  // namespace cradle
