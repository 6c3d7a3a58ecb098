// The names are looked for as bytes: a reader of ELF files would be a hundred lines, and a name
// that is found by chance is tried in vain.

#include "checks/engines/sanitizer_runtime.h"

#include <glob.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace cradle {
namespace {

constexpr const char* kClangRuntimes =
    "/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.asan-*.so";

std::vector<std::string> clang_runtimes() {
  std::vector<std::string> found;
  glob_t paths = {};
  if (glob(kClangRuntimes, 0, nullptr, &paths) == 0) {
    found.assign(paths.gl_pathv, paths.gl_pathv + paths.gl_pathc);
  }
  globfree(&paths);
  return found;
}

}  // namespace

std::vector<std::string> sanitizer_runtimes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.find("__asan_init") == std::string::npos) return {};
  if (const char* const chosen = std::getenv("CRADLE_ASAN_RUNTIME")) return {chosen};
  const std::size_t gcc = bytes.find("libasan.so.");
  if (gcc != std::string::npos) return {bytes.substr(gcc, bytes.find('\0', gcc) - gcc)};
  return clang_runtimes();
}

void preload(const std::string& runtime) {
  setenv("LD_PRELOAD", runtime.c_str(), 1);
  const char* const given = std::getenv("ASAN_OPTIONS");
  // Leaks are judged by their slope; to name the lines of a stack takes a fifth of a second. A
  // limit on data would kill the runtime, not the engine.
  const std::string options = "detect_leaks=0:symbolize=0:hard_rss_limit_mb=8192";
  setenv("ASAN_OPTIONS", given == nullptr ? options.c_str() : (options + ':' + given).c_str(), 1);
}

}  // namespace cradle
