// Engines that cradle itself never loads: plug-ins, known by what a child told of them.

#pragma once

#include <memory>
#include <string>

#include "checks/engines/engine.h"

namespace cradle {

/// An engine that lives in children only. Its table says what it offers and cannot be called.
struct ForeignEngine {
  cradle_engine table = {};
  cradle_capabilities record = {};
  std::string name;
  std::string path;                 // of the shared object, absolute; or cmd: and a command
  std::string runtime;              // of its sanitizer, to be preloaded; empty: it has none
  bool counts_allocations = false;  // by the process that it is loaded into
};

/// Asks a child what the shared object, or the command behind cmd:, is.
///
/// Errors  An engine without a table, `error` says why: no such file, not a shared object, a
///         missing symbol, another version of the interface, or what it did when it was loaded.
struct LoadedPlugin {
  std::unique_ptr<ForeignEngine> engine;
  std::string error;
};
LoadedPlugin load_plugin(const std::string& path);

/// Returns the foreign engine whose table this is, or NULL for one that can be called.
const ForeignEngine* as_foreign(const cradle_engine& table);

/// Returns the path of cradle-host: beside this program, or where it is installed; or nothing. For
/// a plug-in with a sanitizer's runtime it is cradle-host-asan, which leaves malloc to that.
std::string host_program(bool has_runtime);

}  // namespace cradle
