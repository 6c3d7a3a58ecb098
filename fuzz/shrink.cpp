// Candidates in child processes, and the files that are left.

#include "fuzz/shrink.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>

#include "checks/program/codec.h"
#include "checks/program/families.h"
#include "checks/program/minimise.h"
#include "checks/program/text.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace cradle {
namespace {

using Bytes = std::vector<unsigned char>;
namespace fs = std::filesystem;

constexpr unsigned kCandidateSeconds = 2;  // one that takes longer hangs
constexpr double kSecondsMax = 6;          // of a walk; one that is cut short still fails
constexpr std::size_t kLongLines = 40;     // first taken for a family, which is soon brought down
constexpr std::size_t kOfSizeLines = 24;   // above it the family is the finding

// What a child said before it ended.
struct Outcome {
  std::string said;
  std::string what;  // an oracle, a sanitizer's kind of error, a signal; empty: nothing failed
};

std::string read_all(int file) {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t got = 0; (got = read(file, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// The first line that tells what failed.
std::string what_failed(const std::string& said, int status) {
  static const std::regex sanitizer("ERROR: (\\w+Sanitizer): ([\\w-]+)");
  static const std::regex undefined("runtime error: ([a-z -]+)");
  static const std::regex oracle("(?:^|\\n)([a-z_]+): ");
  std::smatch match;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return "hang";
  if (std::regex_search(said, match, sanitizer)) return match.str(2);
  if (std::regex_search(said, match, undefined)) return "undefined";
  if (std::regex_search(said, match, oracle)) return match.str(1);
  if (WIFSIGNALED(status)) return "signal" + std::to_string(WTERMSIG(status));
  return "exit" + std::to_string(WEXITSTATUS(status));
}

Outcome outcome_of(const Bytes& input, const std::string& c_path = {}) {
  std::array<int, 2> ends;
  Outcome outcome;
  if (pipe(ends.data()) != 0) return outcome;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    alarm(kCandidateSeconds);
    report_in_short(c_path);
    LLVMFuzzerTestOneInput(input.data(), input.size());
    _exit(0);
  }
  close(ends[1]);
  outcome.said = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status == 0) return outcome;
  outcome.what = what_failed(outcome.said, status);
  return outcome;
}

// The bytes of a program, as a target that lets the bytes decide may want them: two inputs that
// mean the same, and whose sums are odd and even.
std::vector<Bytes> inputs_of(const Program& program) {
  const auto bytes = encode(program, subject().options);
  if (!bytes || bytes->empty()) return {};
  std::vector<Bytes> inputs(2, Bytes(bytes->begin(), bytes->end()));
  inputs[1][1] = static_cast<unsigned char>(inputs[1][1] | 2U);  // a bit that nothing reads
  return inputs;
}

// An input of the program that fails in that way, or nothing.
std::optional<Bytes> failing_input(const Program& program, const std::string& what) {
  for (const Bytes& input : inputs_of(program)) {
    if (outcome_of(input).what == what) return input;
  }
  return std::nullopt;
}

// The least program that fails in the same way, and the name of its family when it has one.
struct Least {
  Program program;
  std::string family;
};

class Walk {
 public:
  explicit Walk(std::string what) : what_(std::move(what)) {}

  Least from(const Program& program) const {
    const auto fails = [this](const Program& candidate) { return this->fails(candidate); };
    // A finding that depends on more than its program stays as it is.
    if (!fails(program)) return {program, {}};
    if (program.code.size() + program.actions.size() > kLongLines) {
      if (auto family = as_family()) return *family;
    }
    return {minimise(program, fails).program, {}};
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool fails(const Program& program) const {
    const bool late = std::chrono::duration<double>(Clock::now() - start_).count() > kSecondsMax;
    return !late && failing_input(program, what_).has_value();
  }

  std::optional<Least> as_family() const {
    struct Growth {
      const char* family;
      std::uint64_t length_max;
    };
    for (const Growth& growth :
         {Growth{"chain", 3900}, {"fan_out", 1900}, {"ladder", 60}, {"dense", 40}}) {
      const auto member = [&](std::uint64_t length) {
        std::string error;
        return expand_family(growth.family, {length}, error);
      };
      const auto shows = [&](std::uint64_t length) { return fails(member(length)); };
      if (!shows(growth.length_max)) continue;
      // Where a stack ends differs a little from process to process: a sixteenth more is sure.
      const std::uint64_t edge = smallest_failing_length(1, growth.length_max, shows);
      const std::uint64_t length = std::min(growth.length_max, edge + edge / 16);
      const Program least = member(length);
      if (least.code.size() > kOfSizeLines) {
        return Least{least, std::string(growth.family) + ' ' + std::to_string(length)};
      }
      return Least{minimise(least, [this](const Program& p) { return this->fails(p); }).program,
                   {}};
    }
    return std::nullopt;
  }

  std::string what_;
  Clock::time_point start_ = Clock::now();
};

// The program in a finding's message, with the engine that ran it.
struct Shown {
  std::string engine;
  std::string program;
};

Shown shown_in(const std::string& said, const Program& otherwise) {
  static const std::regex rerun("rerun: cradle run - --engine (\\S+) <<'END'\n");
  std::smatch match;
  if (!std::regex_search(said, match, rerun)) return {subject().name, print(otherwise)};
  const std::string rest = match.suffix();
  return {match.str(1), rest.substr(0, rest.find("END\n"))};
}

// FNV-1a: a name for a text that is the same everywhere.
std::string hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  std::array<char, 17> digits;
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return std::string(digits.data(), 8);
}

std::string first_line(const std::string& said, const std::string& what) {
  const std::size_t at = said.find(what);
  if (at == std::string::npos) return what;
  const std::size_t begin = said.rfind('\n', at) + 1;
  return said.substr(begin, said.find('\n', at) - begin);
}

bool write(const fs::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) std::fprintf(stderr, "replay: %s: cannot be written\n", path.c_str());
  return static_cast<bool>(file);
}

}  // namespace

int shrink(const std::string& target, const std::string& path, const Bytes& input,
           const std::string& folder) {
  const Outcome first = outcome_of(input);
  if (first.what.empty()) {
    std::printf("nothing fails: %s\n", path.c_str());
    return 1;
  }
  const Program program = decode(input, subject().options);
  const Least least = Walk(first.what).from(program);
  const Bytes bytes = failing_input(least.program, first.what).value_or(input);
  const Shown shown = shown_in(outcome_of(bytes).said, least.program);
  std::string name = first.what + '-' + hash_of(first.what + '\n' + shown.program);
  if (!least.family.empty()) {
    name = first.what + '-' + least.family.substr(0, least.family.find(' '));
  }
  const fs::path file = fs::path(folder) / (name + ".prog");
  if (fs::exists(file)) {
    std::printf("again %s\n", name.c_str());
    return 0;
  }
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  const Outcome last = outcome_of(bytes, (fs::path(folder) / (name + ".c")).string());
  const std::string text = "# " + target + ", " + shown.engine + ": " +
                           first_line(last.said, first.what) +
                           (least.family.empty() ? "" : "\n# family " + least.family) +
                           "\n# cradle run FILE --engine " + shown.engine + '\n' + shown.program;
  if (!write(file, text)) return 2;
  std::printf("found %s\n", name.c_str());
  return 0;
}

}  // namespace cradle
