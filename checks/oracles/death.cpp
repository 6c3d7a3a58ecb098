// Deaths in words.

#include "checks/oracles/death.h"

#include "checks/oracles/words.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// The signals that engines die of; their numbers are those of Linux on x86-64 and ARM.
std::string name_of_signal(int number) {
  switch (number) {
    case 4:
      return " (illegal instruction)";
    case 6:
      return " (abort)";
    case 7:
      return " (bus error)";
    case 8:
      return " (arithmetic exception)";
    case 9:
      return " (killed)";
    case 11:
      return " (segmentation fault)";
    case 15:
      return " (terminated)";
    default:
      return "";
  }
}

// What it was at: " in backward %3".
std::string moment(const Program& program, const Trace& trace) {
  const auto [what, which] = trace.died_at;
  const PerformedActions actions(program);
  switch (what) {
    case Moment::What::opening:
      return " when it was opened";
    case Moment::What::making:
      if (which >= program.code.size()) return "";
      return " while %" + std::to_string(which) + " was made";
    case Moment::What::network:
      return " in its own network";
    case Moment::What::acting:
      return which < actions.size() ? " in " + print(actions[which]) : "";
    case Moment::What::ending:
      if (which >= program.code.size()) return "";
      return " when %" + std::to_string(which) + " was released at the end";
    case Moment::What::closing:
      return " when the session was closed";
    case Moment::What::unknown:
      break;
  }
  return "";
}

// What it said last: a sanitizer's headline, as a rule.
std::string note(const Trace& trace) {
  return trace.death_note.empty() ? std::string() : "; it said: " + trace.death_note;
}

}  // namespace

Judgement judge_death(const Program& program, const Trace& trace) {
  switch (trace.death) {
    case Death::none:
      if (fits(trace, program)) return judged(Verdict::agree);
      return disagreement(Kind::memory,
                          "the engine left a trace that cannot be one of the program");
    case Death::signal:
      return disagreement(Kind::memory, "the engine died: signal " +
                                            std::to_string(trace.death_code) +
                                            name_of_signal(trace.death_code) +
                                            moment(program, trace) + note(trace));
    case Death::exit:
      return disagreement(Kind::memory, "the engine called exit(" +
                                            std::to_string(trace.death_code) + ")" +
                                            moment(program, trace) + note(trace));
    case Death::timeout:
      return disagreement(
          Kind::cost, "the engine did not finish within the time limit" + moment(program, trace));
    case Death::memory:
      return disagreement(Kind::memory,
                          "the engine used more memory than the limit" + moment(program, trace));
    case Death::unrun:
      return judged(Verdict::inconclusive, "it was not run: others of its batch had hung");
    case Death::unopened:
      return judged(Verdict::inconclusive, "the engine could not be opened");
    case Death::protocol:
      return disagreement(Kind::memory, "the engine's process left no readable trace");
  }
  return judged(Verdict::inconclusive, "the engine's fate is unknown");
}

}  // namespace cradle
