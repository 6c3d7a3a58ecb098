// A plain main around a fuzz target: any compiler builds it, and every test run replays the corpus.
//
//   TARGET_replay FILE|FOLDER...               runs each program or input; a finding ends it
//   TARGET_replay --text FILE                  prints an input as a program
//   TARGET_replay --seeds FOLDER FILE|...      writes each program as an input of this target
//   TARGET_replay --programs FOLDER FILE|...   writes each input as a program, for other targets
//   TARGET_replay --minimise INPUT FOLDER      writes the least program with the same finding
//
// Names ending in .prog hold programs as text, other files hold bytes. What bytes mean depends on
// the target and its engine, which is why a target translates for itself.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "checks/program/codec.h"
#include "checks/program/lower.h"
#include "checks/program/text.h"
#include "fuzz/shrink.h"
#include "fuzz/small_stack.h"
#include "fuzz/subject.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;
namespace fs = std::filesystem;

constexpr int kDone = 0;
constexpr int kBadInput = 2;

struct Counts {
  std::size_t used = 0;
  std::size_t beyond = 0;  // larger than an input may be, or of ops and actions the engine lacks
};

// Fuzzers name inputs without an extension; a README may lie beside them.
bool is_input(const fs::path& path) {
  return path.extension().empty() || path.extension() == ".prog";
}

// Every file under the paths, in the order of their names: a run is the same each time.
std::vector<fs::path> files_under(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const fs::path path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file() && is_input(entry.path())) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool read(const fs::path& path, std::string& bytes) {
  std::ifstream file(path, std::ios::binary);
  bytes.assign(std::istreambuf_iterator<char>(file), {});
  return file.is_open() && !file.bad();
}

// The bytes of a file, or of the program in it; nothing when the program is beyond an input.
// Errors  `error` says why the file is neither.
std::optional<Bytes> input_of(const fs::path& path, std::string& error) {
  std::string bytes;
  if (!read(path, bytes)) {
    error = path.string() + ":1:1: cannot be read";
    return std::nullopt;
  }
  const cradle::InputKind kind = cradle::subject().input;
  if (path.extension() != ".prog" || kind == cradle::InputKind::text) {
    return Bytes(bytes.begin(), bytes.end());
  }
  if (kind != cradle::InputKind::program) return std::nullopt;  // no bytes are that program
  cradle::Parsed parsed = cradle::parse(bytes, path.string());
  if (parsed.error) {
    error = parsed.error->text();
    return std::nullopt;
  }
  const cradle::GenerateOptions& options = cradle::subject().options;
  if (options.verbs == 0) parsed.program.actions.clear();
  const bool has_neurons = contains(options.ops, cradle::Op::neuron);
  return encode(has_neurons ? parsed.program : expand(parsed.program), options);
}

int fail(const std::string& message) {
  std::fprintf(stderr, "replay: %s\n", message.c_str());
  return kBadInput;
}

// Calls `use(path, bytes)` for every input under `paths`; `use` returns an error, or nothing.
template <typename Use>
int for_each_input(const std::vector<std::string>& paths, const char* what, Use use) {
  Counts counts;
  for (const fs::path& path : files_under(paths)) {
    std::string error;
    const std::optional<Bytes> bytes = input_of(path, error);
    if (bytes) error = use(path, *bytes);
    if (!error.empty()) return fail(error);
    ++(bytes ? counts.used : counts.beyond);
  }
  std::printf("%zu %s, %zu beyond an input of %s\n", counts.used, what, counts.beyond,
              cradle::subject().name.c_str());
  return counts.used == 0 ? fail("nothing to do: there is no file of that kind") : kDone;
}

int replay(const std::vector<std::string>& paths) {
  return for_each_input(paths, "replayed", [](const fs::path& path, const Bytes& bytes) {
    // Said before, not after: a crash that no sanitizer reports has this line at least.
    std::fprintf(stderr, "%s\n", path.c_str());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    return std::string();
  });
}

int write_seeds(const fs::path& folder, const std::vector<std::string>& paths) {
  fs::create_directories(folder);
  return for_each_input(paths, "written", [&](const fs::path& path, const Bytes& bytes) {
    std::ofstream file(folder / path.stem(), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    return file ? std::string() : (folder / path.stem()).string() + ": cannot be written";
  });
}

// What one target has learnt is a seed of the others.
int write_programs(const fs::path& folder, const std::vector<std::string>& paths) {
  if (cradle::subject().input != cradle::InputKind::program) {
    return fail("the inputs of this target are no programs");
  }
  fs::create_directories(folder);
  return for_each_input(paths, "written", [&](const fs::path& path, const Bytes& bytes) {
    const fs::path name = folder / (path.stem().string() + ".prog");
    std::ofstream file(name);
    file << print(decode(bytes, cradle::subject().options));
    file.close();
    return file ? std::string() : name.string() + ": cannot be written";
  });
}

int minimise(const std::string& program, const std::string& path, const std::string& folder) {
  if (cradle::subject().input != cradle::InputKind::program) {
    return fail("inputs of this target are no programs: libFuzzer's -minimize_crash is for them");
  }
  std::string error;
  const std::optional<Bytes> bytes = input_of(path, error);
  if (!bytes) return fail(error.empty() ? path + ": beyond an input" : error);
  std::string target = fs::path(program).filename().string();
  target.erase(std::min(target.find("_replay"), target.size()));
  return cradle::shrink(target, path, *bytes, folder);
}

int print_text(const std::string& path) {
  std::string error;
  const std::optional<Bytes> bytes = input_of(path, error);
  if (!bytes) return fail(error.empty() ? path + ": beyond an input" : error);
  switch (cradle::subject().input) {
    case cradle::InputKind::program:
      std::fputs(print(decode(*bytes, cradle::subject().options)).c_str(), stdout);
      return kDone;
    case cradle::InputKind::network:
      std::fputs(print(lower(cradle::network_of_input(*bytes)).program).c_str(), stdout);
      return kDone;
    case cradle::InputKind::text:
      std::fwrite(bytes->data(), 1, bytes->size(), stdout);
      return kDone;
    case cradle::InputKind::other:
      break;
  }
  return fail(path + ": an input of this target is no program");
}

}  // namespace

int main(int argc, char** argv) {
  cradle::run_on_a_small_stack(argv);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string first = arguments.empty() ? "" : arguments.front();
  if (first == "--text" && arguments.size() == 2) return print_text(arguments[1]);
  if (first == "--seeds" && arguments.size() > 2) {
    return write_seeds(arguments[1], {arguments.begin() + 2, arguments.end()});
  }
  if (first == "--programs" && arguments.size() > 2) {
    return write_programs(arguments[1], {arguments.begin() + 2, arguments.end()});
  }
  if (first == "--minimise" && arguments.size() == 3) {
    return minimise(argv[0], arguments[1], arguments[2]);
  }
  if (first.empty() || first.starts_with("--")) {
    return fail(
        "give files or folders, or --text FILE, --seeds FOLDER FILE..., --programs FOLDER FILE..., "
        "--minimise FILE FOLDER");
  }
  return replay(arguments);
}
