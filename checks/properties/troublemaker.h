// An engine that does its worst when it is told to: what a host must survive.
//
// The table is made by hand. `pow` with an exponent that is a Trouble makes that trouble; with any
// other exponent its result has the exponent as data, so that traces can be told apart.

#pragma once

#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <new>

#include "checks/engines/engine.h"

namespace cradle {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kTroubleSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kTroubleSanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool kTroubleSanitized = false;
#endif

enum class Trouble {
  none,
  exits,
  aborts,
  hangs,
  recurses,
  takes_a_megabyte_of_stack,
  takes_a_gigabyte,
  closes_files,
  starts_a_child,
  exits_and_leaves_a_child,
  dies_later,
  dies_later_and_leaves_a_child,
  fills_memory_with_ones,
  fills_memory_with_zeros,
  fills_memory_and_aborts,
  bends_identity,
  returns_garbage,
};

/// What the engine tells the test, in memory that both processes have.
struct SharedByTroublemaker {
  std::atomic<pid_t> process;  // that hangs, or was started
};

inline SharedByTroublemaker& shared_by_troublemaker() {
  static auto* const shared =
      new (mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
          SharedByTroublemaker;
  return *shared;
}

namespace trouble {

struct Session {
  std::map<std::uint32_t, double> data;
  bool bent = false;
  bool garbage = false;
};

inline Session& of(void* session) { return *static_cast<Session*>(session); }

// Each call takes at least a kilobyte of stack, which no compiler may leave out.
// NOLINTNEXTLINE(misc-no-recursion): that is the trouble.
inline int recurse(int depth, int depth_max) {
  char frame[1024];
  std::memset(frame, depth, sizeof frame);
  asm volatile("" : : "r"(frame) : "memory");  // somebody might look at it
  if (depth == depth_max) return frame[0];
  return recurse(depth + 1, depth_max) + frame[depth % 1024];
}

[[noreturn]] inline void hang() {
  shared_by_troublemaker().process = getpid();
  for (std::atomic<unsigned> turns = 0;; ++turns) {
  }
}

inline void leave_a_child() {
  const pid_t child = fork();
  shared_by_troublemaker().process = child == 0 ? getpid() : child;
  if (child != 0) return;
  for (;;) pause();
}

inline void die_in_50_milliseconds() {
  signal(SIGALRM, SIG_DFL);
  const itimerval soon = {{0, 0}, {0, 50'000}};
  setitimer(ITIMER_REAL, &soon, nullptr);
}

// Fills the start of every large mapping that is shared: the host's is the only one.
inline void fill_shared_memory(int byte) {
  std::FILE* const maps = std::fopen("/proc/self/maps", "r");
  char line[512];
  while (maps != nullptr && std::fgets(line, sizeof line, maps) != nullptr) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char rights[8] = {};
    if (std::sscanf(line, "%lx-%lx %7s", &begin, &end, rights) != 3) continue;
    if (std::strcmp(rights, "rw-s") != 0 || end - begin < (1ul << 20)) continue;
    const unsigned long half = (end - begin) / 2;
    for (const unsigned long from : {begin, begin + half}) {
      std::memset(reinterpret_cast<void*>(from), byte, 1ul << 20);  // NOLINT
    }
  }
  if (maps != nullptr) std::fclose(maps);
}

inline int make(Session& session, Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return 0;
    case Trouble::exits:
      std::exit(0);
    case Trouble::aborts:
      std::abort();
    case Trouble::hangs:
      hang();
    case Trouble::recurses:
      return recurse(0, std::numeric_limits<int>::max()) == 12345 ? -1 : 0;
    case Trouble::takes_a_megabyte_of_stack:
      return recurse(0, 1024) == 12345 ? -1 : 0;
    case Trouble::takes_a_gigabyte: {
      void* volatile const memory = std::malloc(std::size_t{1} << 30);
      std::free(memory);
      return memory == nullptr ? -1 : 0;
    }
    case Trouble::closes_files:
      for (int file = 0; file < 1024; ++file) close(file);
      return 0;
    case Trouble::starts_a_child:
      leave_a_child();
      return 0;
    case Trouble::exits_and_leaves_a_child:
      leave_a_child();
      std::exit(0);
    case Trouble::dies_later:
      die_in_50_milliseconds();
      return 0;
    case Trouble::dies_later_and_leaves_a_child:
      leave_a_child();
      die_in_50_milliseconds();
      return 0;
    case Trouble::fills_memory_with_ones:
      fill_shared_memory(0xff);
      return 0;
    case Trouble::fills_memory_with_zeros:
      fill_shared_memory(0);
      return 0;
    case Trouble::fills_memory_and_aborts:
      fill_shared_memory(0x55);
      std::abort();
    case Trouble::bends_identity:
      session.bent = true;
      return 0;
    case Trouble::returns_garbage:
      session.garbage = true;
      return 0;
  }
  return 0;
}

inline int apply(void* session, std::uint32_t node, const cradle_instruction* instruction) {
  of(session).data[node] = instruction->immediate;
  const bool is_trouble = instruction->immediate > 0 && instruction->immediate < 100;
  return is_trouble ? make(of(session), static_cast<Trouble>(instruction->immediate)) : 0;
}

inline double grad(void* session, std::uint32_t) {
  return of(session).garbage ? -std::nan("12345") : 1;
}

}  // namespace trouble

inline const cradle_engine* troublemaker() {
  static cradle_capabilities record = {};
  static cradle_engine table = {};
  record.size = sizeof record;
  record.name = "troublemaker";
  record.ops = 1u << CRADLE_OP_INPUT | 1u << CRADLE_OP_POW;
  table.abi = CRADLE_ENGINE_ABI;
  table.size = sizeof table;
  table.capabilities = &record;
  table.open = []() -> void* { return new trouble::Session; };
  table.close = [](void* session) { delete &trouble::of(session); };
  table.input = [](void* session, std::uint32_t node, double value) {
    trouble::of(session).data[node] = value;
    return 0;
  };
  table.apply = trouble::apply;
  table.backward = [](void*, std::uint32_t) { return 0; };
  table.data = [](void* session, std::uint32_t node) { return trouble::of(session).data[node]; };
  table.grad = trouble::grad;
  table.identity = [](void* session, std::uint32_t node) {
    return trouble::of(session).bent ? node + 1 : node;
  };
  shared_by_troublemaker();  // before a host copies this process
  return &table;
}

}  // namespace cradle
