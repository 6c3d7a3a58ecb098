// The C programs of findings, to the letter, against c_programs.txt: of each line of the language,
// for microcrad, an engine by its name and a plug-in; and what each kind of finding adds.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <string>

#include "checks/oracles/c_program.h"
#include "checks/oracles/words.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

constexpr const char* kProgram =
    "%0 = input 0.5\n%1 = input -2\n%2 = add %0 %1\n%3 = mul %2 %0\n%4 = pow %3 3\nretain %3\n"
    "%5 = exp %4\n%6 = log %5\n%7 = relu %6\nbackward %7\n%8 = neuron %0 %2 %7 2\n"
    "%9 = neuron %0 %2 %7 2 linear\nset %0 0.25\nzero_grad\nrelease %3\nbackward %9\n";

// In ops that microcrad lacks.
constexpr const char* kOthers =
    "%0 = input inf\n%1 = input nan\n%2 = sub %0 %1\n%3 = div %0 %1\n%4 = powv %2 %3\n"
    "%5 = tanh %4\nbackward %5\n";

Judgement at_a_node(const Program& program, Kind kind, double got, Range range) {
  return disagreement(program, 3, kind, got, range.lower, range);
}

// The text, without the lines that `known` has: those are told once an engine.
std::string text_of(const char* title, const Program& program, const char* engine,
                    const Judgement& judgement, const char* check, std::set<std::string>& known) {
  std::string text = std::string("==== ") + title + ", of " + engine + "\n";
  std::istringstream lines(c_program(program, engine, judgement, check));
  const bool is_first = known.empty();
  for (std::string line; std::getline(lines, line);) {
    if (!is_first && known.contains(line)) continue;
    text += line + "\n";
    if (is_first) known.insert(line);
  }
  return text;
}

std::string all_texts() {
  const Program program = program_of(kProgram);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::string text;
  for (const char* const engine : {"microcrad", "textbook", "./libmine.so"}) {
    std::set<std::string> known;
    const auto add = [&](const char* title, const Judgement& judgement, const char* check) {
      text += text_of(title, program, engine, judgement, check, known);
    };
    add("agreement", judged(Verdict::agree), "local");
    add("a gradient", at_a_node(program, Kind::gradient, 3, {0.5, 0.75}), "local");
    add("a gradient that is NaN", at_a_node(program, Kind::gradient, nan, {0.5, 0.75}), "local");
    add("a value that should be NaN", at_a_node(program, Kind::value, 1, {nan, nan}), "forward");
    add("a number within its range", at_a_node(program, Kind::gradient, 0.5, {0.25, 1}), "local");
    add("a count", at_a_node(program, Kind::memory, 3, {1, 1}), "lifetime");
    add("a leak", disagreement(Kind::leak, "two nodes are left"), "lifetime");
    add("a leak by the heap", disagreement(Kind::leak, "64 bytes a session"), "leaks");
    add("a crash", disagreement(Kind::memory, "it died"), "survival");
  }
  const Program others = program_of(kOthers);
  for (const char* const engine : {"tape", "./libmine.so"}) {
    std::set<std::string> known;
    text += text_of("other ops", others, engine, judged(Verdict::agree), "local", known);
  }
  return text;
}

TEST(OracleCText, is_that_of_the_kept_file) {
  std::ostringstream kept;
  kept << std::ifstream(CRADLE_KEPT "/c_programs.txt").rdbuf();
  std::istringstream old_lines(kept.str());
  std::istringstream new_lines(all_texts());
  std::string title, before, now;
  while (std::getline(new_lines, now)) {
    std::getline(old_lines, before);
    if (now.starts_with("====")) title = now;
    EXPECT_EQ(before, now) << title;
    if (HasFailure()) break;
  }
  EXPECT_FALSE(!HasFailure() && std::getline(old_lines, before)) << "it goes on: " << before;
  if (!HasFailure()) return;
  std::ofstream("c_programs.now.txt") << all_texts();
  std::printf("The texts as they are now are c_programs.now.txt, here.\n");
}

}  // namespace
}  // namespace cradle
