// The message of a finding. The command under it holds the program, so that one paste runs it
// again.

#include "fuzz/report.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

#include "checks/oracles/c_program.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

const Program* running_program = nullptr;
std::string_view running_engine;
std::string c_path;
bool in_short = false;

// A C program cannot make an allocation fail, nor misuse what it has let go of.
bool can_be_c(const Program& program) {
  for (const Action& action : program.actions) {
    if (action.verb == Verb::fail || action.verb >= Verb::misuse_null) return false;
  }
  return true;
}

void write_c(std::string_view oracle, const Judgement& judgement) {
  if (c_path.empty() || running_program == nullptr || !can_be_c(*running_program)) return;
  std::ofstream(c_path) << c_program(*running_program, std::string(running_engine), judgement,
                                     std::string(oracle));
}

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

void report_in_short(std::string path) {
  in_short = true;
  c_path = std::move(path);
}

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
  if (judgement.verdict != Verdict::disagree || !counts(judgement.kind)) return;
  write_c(oracle, judgement);
  report(oracle, judgement.message);
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
extern "C" __attribute__((weak)) const char* __asan_get_report_description();
void __asan_on_error() {
  if (cradle::in_short) {
    const std::string kind = __asan_get_report_description ? __asan_get_report_description() : "";
    std::fprintf(stderr, "ERROR: AddressSanitizer: %s\n", kind.c_str());
    cradle::Judgement death;
    death.verdict = cradle::Verdict::disagree;
    death.kind = cradle::Kind::memory;
    death.message = "AddressSanitizer: " + kind;
    cradle::write_c("survival", death);
  }
  cradle::print_running();
  if (cradle::in_short) _exit(1);
}
void __ubsan_on_report() { cradle::print_running(); }
// NOLINTEND(bugprone-reserved-identifier)
