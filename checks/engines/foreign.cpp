// Asking cradle-host, in a process that is given ten seconds, and reading the answer with care.

#include "checks/engines/foreign.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "checks/engines/plugin.h"
#include "checks/engines/sanitizer_runtime.h"

namespace cradle {
namespace {

constexpr int kLoadSecondsMax = 10;

// Marks a table of a foreign engine, and is never called.
void* only_in_a_child() { std::abort(); }

template <typename Result, typename... Parameters>
void fill(Result (*&slot)(Parameters...)) {
  slot = [](Parameters...) -> Result { std::abort(); };
}

template <typename Function>
void fill_if(std::uint32_t offers, Offer offer, Function& slot) {
  if ((offers >> static_cast<unsigned>(offer) & 1) != 0) fill(slot);
}

void make_table(ForeignEngine& engine, std::uint32_t offers) {
  cradle_engine& table = engine.table;
  table.abi = CRADLE_ENGINE_ABI;
  table.size = sizeof table;
  table.capabilities = &engine.record;
  table.open = only_in_a_child;
  fill(table.close);
  fill(table.input);
  fill(table.apply);
  fill(table.backward);
  fill(table.data);
  fill(table.grad);
  fill_if(offers, Offer::retain, table.retain);
  fill_if(offers, Offer::release, table.release);
  fill_if(offers, Offer::set, table.set);
  fill_if(offers, Offer::zero_grad, table.zero_grad);
  fill_if(offers, Offer::count, table.count);
  fill_if(offers, Offer::live_nodes, table.live_nodes);
  fill_if(offers, Offer::identity, table.identity);
  fill_if(offers, Offer::allocations, table.allocations);
  fill_if(offers, Offer::fail, table.fail);
  fill_if(offers, Offer::misuse, table.misuse);
  fill_if(offers, Offer::network, table.network);
  fill_if(offers, Offer::last_error, table.last_error);
}

// Runs `cradle-host describe`; returns how it ended, as by waitpid, or -1 after the time.
int run_describe(const std::string& path, const std::string& runtime, int answer, int complaints) {
  const std::string host = host_program(!runtime.empty());
  const std::string number = std::to_string(answer);
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    setpgid(0, 0);
    const int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    dup2(complaints, STDERR_FILENO);
    fcntl(answer, F_SETFD, 0);
    if (!runtime.empty()) preload(runtime);
    execl(host.c_str(), host.c_str(), "describe", kHostVersion, path.c_str(), number.c_str(),
          nullptr);
    _exit(127);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(kLoadSecondsMax);
  int status = 0;
  while (waitpid(child, &status, WNOHANG) != child) {
    if (std::chrono::steady_clock::now() < end) {
      usleep(500);
      continue;
    }
    kill(-child, SIGKILL);
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return -1;
  }
  kill(-child, SIGKILL);  // what the plug-in may have started
  return status;
}

std::string text_of(int file) {
  std::string text(2048, '\0');
  const ssize_t length = pread(file, text.data(), text.size(), 0);
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string how_it_ended(int status, int complaints) {
  std::string what;
  if (status == -1) {
    what = "loading it takes more than " + std::to_string(kLoadSecondsMax) + " s";
  } else if (WIFSIGNALED(status)) {
    what = "loading it ends in signal " + std::to_string(WTERMSIG(status)) + " (" +
           strsignal(WTERMSIG(status)) + ")";
  } else {
    what = "loading it calls exit(" + std::to_string(WEXITSTATUS(status)) + ")";
  }
  const std::string said = text_of(complaints);
  return said.empty() ? what : what + ", after it said: " + said;
}

// Two anonymous files of this process.
struct Files {
  int answer = memfd_create("answer", MFD_CLOEXEC);
  int complaints = memfd_create("complaints", MFD_CLOEXEC);
  Files() {
    if (answer < 0 || complaints < 0) {
      throw std::system_error(errno, std::generic_category(), "memfd_create");
    }
  }
  ~Files() {
    close(answer);
    close(complaints);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
};

}  // namespace

std::string host_program(bool has_runtime) {
  const std::string name = has_runtime ? "cradle-host-asan" : "cradle-host";
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  for (const char* const place : {"", "../libexec/cradle/"}) {
    const std::filesystem::path file = self.parent_path() / (place + name);
    if (std::filesystem::exists(file, error)) return file.lexically_normal().string();
  }
  return {};
}

static LoadedPlugin load_with(const std::string& file, const std::string& runtime) {
  const Files files;
  const int status = run_describe(file, runtime, files.answer, files.complaints);
  PluginDescription told;
  const bool whole =
      pread(files.answer, &told, sizeof told, 0) == static_cast<ssize_t>(sizeof told) &&
      told.complete == kPluginDescribed;
  told.error.back() = told.name.back() = '\0';
  if (told.error.front() != '\0') return {nullptr, told.error.data()};
  if (whole && told.name.front() == '\0') return {nullptr, "it has no name"};
  if (!whole || status != 0) return {nullptr, how_it_ended(status, files.complaints)};
  auto engine = std::make_unique<ForeignEngine>();
  engine->name = told.name.data();
  engine->path = file;
  engine->runtime = runtime;
  engine->counts_allocations = !file.starts_with("cmd:");
  engine->record = told.record;
  engine->record.size = sizeof engine->record;
  engine->record.name = engine->name.c_str();
  make_table(*engine, told.offers);
  return {std::move(engine), ""};
}

LoadedPlugin load_plugin(const std::string& path) {
  std::error_code error;
  const bool is_command = path.starts_with("cmd:");
  const std::filesystem::path file =
      is_command ? std::filesystem::path(path) : std::filesystem::canonical(path, error);
  if (error) return {nullptr, error.message()};
  if (!is_command && !std::filesystem::is_regular_file(file, error)) {
    return {nullptr, "it is not a file"};
  }
  if (host_program(false).empty()) {
    return {nullptr, "cradle-host, which loads plug-ins, is not installed"};
  }
  if (is_command) return load_with(path, "");
  const std::vector<std::string> runtimes = sanitizer_runtimes(file.string());
  if (runtimes.empty() || kSanitized) return load_with(file.string(), "");
  LoadedPlugin loaded;
  for (const std::string& runtime : runtimes) {
    loaded = load_with(file.string(), runtime);
    if (loaded.engine) return loaded;
  }
  loaded.error +=
      "; it was built with AddressSanitizer: set CRADLE_ASAN_RUNTIME to the path of its "
      "runtime, as the compiler says it with -print-file-name=libclang_rt.asan-x86_64.so "
      "or libasan.so";
  return loaded;
}

const ForeignEngine* as_foreign(const cradle_engine& table) {
  static_assert(offsetof(ForeignEngine, table) == 0);
  return table.open == only_in_a_child ? reinterpret_cast<const ForeignEngine*>(&table) : nullptr;
}

}  // namespace cradle
