// cradle-host: the process that a plug-in is loaded into.
//
// FILE is a shared object, or cmd: and a command.
//
//   cradle-host describe VERSION FILE FD      writes a PluginDescription to the file descriptor
//   cradle-host serve VERSION FILE NUMBER...  runs batches of programs, see ServeArguments
//
// For cradle alone. It holds no engine of its own and exports nothing but malloc's family, so that
// whatever names a plug-in has stay the plug-in's.

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/child.h"
#include "checks/engines/engine.h"
#include "checks/engines/plugin.h"
#include "checks/engines/plugin/heap.h"
#include "checks/engines/plugin/pipe.h"

namespace cradle {
namespace {

constexpr int kBadArguments = 2;

using Entry = const cradle_engine* (*)();

// Loads the plug-in for good; `error` says why it cannot be used.
const cradle_engine* load(const char* path, std::string& error) {
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    error = dlerror();
    return nullptr;
  }
  void* const symbol = dlsym(library, "cradle_engine_v1");
  if (symbol == nullptr) {
    error = "it does not export cradle_engine_v1 (in C++ it must be declared extern \"C\")";
    return nullptr;
  }
  Entry entry = nullptr;
  static_assert(sizeof entry == sizeof symbol);
  std::memcpy(&entry, &symbol, sizeof entry);
  const cradle_engine* const given = entry();
  error = check_table(given);
  if (!error.empty()) return nullptr;
  // Of today's size, whatever the plug-in was compiled with.
  static cradle_capabilities record = whole_record(*given->capabilities);
  static cradle_engine table = whole_table(*given);
  table.capabilities = &record;
  return &table;
}

std::uint32_t offers_of(const cradle_engine& table) {
  std::uint32_t offers = 0;
  const auto add = [&](Offer offer, bool offered) {
    if (offered) offers |= std::uint32_t{1} << static_cast<unsigned>(offer);
  };
  add(Offer::retain, table.retain != nullptr);
  add(Offer::release, table.release != nullptr);
  add(Offer::set, table.set != nullptr);
  add(Offer::zero_grad, table.zero_grad != nullptr);
  add(Offer::count, table.count != nullptr);
  add(Offer::live_nodes, table.live_nodes != nullptr);
  add(Offer::identity, table.identity != nullptr);
  add(Offer::allocations, table.allocations != nullptr);
  add(Offer::fail, table.fail != nullptr);
  add(Offer::misuse, table.misuse != nullptr);
  add(Offer::network, table.network != nullptr);
  add(Offer::last_error, table.last_error != nullptr);
  return offers;
}

template <std::size_t size>
void copy_text(const std::string& text, std::array<char, size>& to) {
  std::strncpy(to.data(), text.c_str(), size - 1);
}

bool is_command(std::string_view path) { return path.starts_with("cmd:"); }
std::string command_of(const char* path) { return path + sizeof "cmd:" - 1; }

int describe(const char* path, int answer) {
  PluginDescription told;
  std::string error;
  if (is_command(path)) told = PipeEngine(command_of(path)).describe();
  const cradle_engine* const engine = is_command(path) ? nullptr : load(path, error);
  if (!error.empty()) copy_text(error, told.error);
  if (engine != nullptr) {
    told.offers = offers_of(*engine);
    told.record = *engine->capabilities;
    copy_text(engine->capabilities->name, told.name);
    told.record.name = nullptr;
  }
  told.complete = kPluginDescribed;
  const bool written = pwrite(answer, &told, sizeof told, 0) == static_cast<ssize_t>(sizeof told);
  _exit(written ? 0 : 1);
}

const cradle_engine* load_to_serve(const char* path) {
  std::string error;
  const cradle_engine* const engine = load(path, error);
  if (engine == nullptr) std::fprintf(stderr, "ERROR: %s\n", error.c_str());
  return engine;
}

int serve_plugin(const char* path, char** numbers) {
  const auto number = [&](int k) { return std::strtoull(numbers[k], nullptr, 10); };
  ChildSetup setup;
  setup.load = load_to_serve;
  setup.path = path;
  setup.live_allocations = live_allocations;
  setup.memory_bytes = number(1);
  setup.limit_memory_bytes = number(2);
  setup.limit_stack_bytes = number(3);
  setup.requests = static_cast<int>(number(4));
  setup.responses = static_cast<int>(number(5));
  setup.complaints = static_cast<int>(number(6));
  const int file = static_cast<int>(number(0));
  void* const memory = mmap(nullptr, setup.memory_bytes, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_NORESERVE, file, 0);
  if (memory == MAP_FAILED) return kSetupFailed;
  close(file);
  setup.memory = static_cast<std::byte*>(memory);
  std::optional<PipeEngine> engine;
  if (is_command(path)) {
    setup.live_allocations = nullptr;
    setup.announce = [&](std::vector<Job> jobs) {
      if (!engine) {
        engine.emplace(command_of(path));
        engine->describe();
      }
      engine->announce(std::move(jobs));
    };
    setup.run = [&](const Job& job) { return engine->take(job); };
  }
  serve(setup);
}

}  // namespace
}  // namespace cradle

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const bool fits = argc > 2 && std::string_view(argv[2]) == cradle::kHostVersion;
  if (argc > 2 && !fits) {
    std::fputs("cradle-host and cradle are of different versions\n", stderr);
    return cradle::kLoadFailed;
  }
  if (what == "describe" && argc == 5) return cradle::describe(argv[3], std::atoi(argv[4]));
  if (what == "serve" && argc == 11) return cradle::serve_plugin(argv[3], argv + 4);
  std::fputs("cradle-host is run by cradle, not by hand: cradle check --engine ./libmine.so\n",
             stderr);
  return cradle::kBadArguments;
}
