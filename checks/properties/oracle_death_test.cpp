// Deaths are told in words: of what, and at which moment, as far as that can be believed.

#include "checks/oracles/death.h"

#include <gtest/gtest.h>

#include <string>

#include "checks/oracles/lifetime.h"
#include "checks/program/text.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

TEST(OracleDeath, says_how_the_engine_died) {
  const Program program = parse("%0 = input 2\n", "test").program;
  Trace trace;
  trace.death = Death::signal;
  trace.death_code = 11;
  EXPECT_EQ(judge_death(program, trace).message, "the engine died: signal 11 (segmentation fault)");
  EXPECT_EQ(judge_lifetime(program, trace, hand_capabilities()).kind, Kind::memory);
  trace.death = Death::exit;
  trace.death_code = 1;
  EXPECT_EQ(judge_death(program, trace).message, "the engine called exit(1)");
  trace.death = Death::timeout;
  EXPECT_EQ(judge_death(program, trace).message, "the engine did not finish within the time limit");
  EXPECT_EQ(judge_death(program, trace).kind, Kind::cost);
  for (const Death death : {Death::memory, Death::protocol}) {
    trace.death = death;
    EXPECT_EQ(judge_death(program, trace).verdict, Verdict::disagree);
  }
  trace.death = Death::unopened;
  EXPECT_EQ(judge_death(program, trace).verdict, Verdict::inconclusive);
  trace.death = Death::none;  // and no snapshot
  EXPECT_EQ(judge_death(program, trace).kind, Kind::memory);
  EXPECT_EQ(judge_death(program, trace_by_hand(program)).verdict, Verdict::agree);
}

TEST(OracleDeath, names_the_signals_that_engines_die_of_and_repeats_what_was_said) {
  const Program program = parse("%0 = input 2\n", "test").program;
  Trace trace;
  trace.death = Death::signal;
  const char* const names[] = {"",
                               " (illegal instruction)",
                               "",
                               " (abort)",
                               " (bus error)",
                               " (arithmetic exception)",
                               " (killed)",
                               "",
                               " (segmentation fault)",
                               "",
                               "",
                               "",
                               " (terminated)",
                               ""};
  for (int code = 3; code < 17; ++code) {
    trace.death_code = code;
    const std::string died = "the engine died: signal " + std::to_string(code) + names[code - 3];
    EXPECT_EQ(judge_death(program, trace).message, died);
    trace.death_note = "it hurts";
    EXPECT_EQ(judge_death(program, trace).message, died + "; it said: it hurts");
    trace.death_note.clear();
  }
  trace.death = Death::exit;
  trace.death_note = "bye";
  EXPECT_EQ(judge_death(program, trace).message, "the engine called exit(16); it said: bye");
}

TEST(OracleDeath, says_what_the_engine_was_at) {
  const Program program =
      parse("%0 = input 2\n%1 = exp %0\nbackward %1\nrelease %0\n", "test").program;
  const auto told = [&](Moment moment) {
    Trace trace;
    trace.death = Death::signal;
    trace.death_code = 6;
    trace.died_at = moment;
    const std::string message = judge_death(program, trace).message;
    const std::string always = "the engine died: signal 6 (abort)";
    EXPECT_EQ(message.substr(0, always.size()), always);
    return message.substr(always.size());
  };
  using What = Moment::What;
  EXPECT_EQ(told({What::opening, 0}), " when it was opened");
  EXPECT_EQ(told({What::making, 1}), " while %1 was made");
  EXPECT_EQ(told({What::acting, 0}), " in backward %1");
  EXPECT_EQ(told({What::acting, 1}), " in release %0");
  EXPECT_EQ(told({What::ending, 1}), " when %1 was released at the end");
  EXPECT_EQ(told({What::closing, 0}), " when the session was closed");
  EXPECT_EQ(told({What::network, 0}), " in its own network");
  // What a spoilt memory says is not repeated.
  for (const What what : {What::making, What::acting, What::ending}) EXPECT_EQ(told({what, 2}), "");
}

}  // namespace
}  // namespace cradle
