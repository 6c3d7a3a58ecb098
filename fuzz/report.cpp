// The message of a finding. The command under it holds the program, so that one paste runs it
// again.

#include "fuzz/report.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "checks/program/text.h"

namespace cradle {
namespace {

const Program* running_program = nullptr;
std::string_view running_engine;

void print_running() {
  if (running_program == nullptr) return;
  const std::string text = print(*running_program);
  const std::string engine(running_engine);
  std::fprintf(stderr, "rerun: cradle run - --engine %s <<'END'\n%sEND\n", engine.c_str(),
               text.c_str());
}

[[noreturn]] void report(std::string_view oracle, std::string_view message) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(oracle.size()), oracle.data(),
               static_cast<int>(message.size()), message.data());
  print_running();
  std::abort();
}

}  // namespace

Running::Running(const Program& program, std::string_view engine) {
  running_program = &program;
  running_engine = engine;
}

Running::~Running() { running_program = nullptr; }

void require_session(const Trace& trace) {
  if (trace.death == Death::none) return;
  report("survival", "the engine opens no session: an earlier program has left something alive");
}

void require(std::string_view oracle, const Judgement& judgement) {
  if (judgement.verdict == Verdict::disagree) report(oracle, judgement.message);
}

void require(std::string_view check, bool holds, std::string_view message) {
  if (!holds) report(check, message);
}

}  // namespace cradle

// What AddressSanitizer and UBSan call when they report an error. There is one death callback in a
// process and libFuzzer owns it: it saves the input.
// NOLINTBEGIN(bugprone-reserved-identifier): the names are the sanitizers'.
extern "C" void __asan_on_error();
extern "C" void __ubsan_on_report();
void __asan_on_error() { cradle::print_running(); }
void __ubsan_on_report() { cradle::print_running(); }
// NOLINTEND(bugprone-reserved-identifier)
