// Progress as JSON: who runs what, how far, and the result so far as workers send it.

#include "checks/cradle/progress_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "checks/cradle/input.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/target.h"

namespace cradle {
namespace {

using nlohmann::json;

constexpr std::size_t kBytesMax = std::size_t{64} << 20;

json identity_json(const RunIdentity& identity) {
  return {{"engine", identity.engine},
          {"length", identity.length},
          {"actions", identity.actions},
          {"shard", std::to_string(identity.shard) + "/" + std::to_string(identity.shard_count)},
          {"commit", commit_of_build()}};
}

// The first thing in which two runs differ; nothing when they are the same.
std::string difference(const json& stored, const json& wanted) {
  for (const auto& [key, value] : wanted.items()) {
    const json found = stored.value(key, json());
    if (found != value) return key + " is " + found.dump() + " there and " + value.dump() + " here";
  }
  return {};
}

StoredRun run_of(const json& object) {
  StoredRun run;
  run.state.next_chunk = object.at("next_chunk");
  run.state.seconds = object.at("seconds");
  run.state.cases_done = object.at("cases_done");
  run.state.last_case = object.at("last_case");
  run.state.finished = object.at("finished");
  auto result = from_transport(object.at("result").dump());
  if (!result) throw UserError{kBadInput, "its result cannot be read"};
  run.result = std::move(*result);
  return run;
}

}  // namespace

StoredRun read_progress(const std::string& path, const RunIdentity& identity) {
  if (!std::filesystem::exists(path)) return {};
  const auto refuse = [&](const std::string& why) {
    return UserError{kBadInput, path + ": " + why};
  };
  std::string text;
  std::string error;
  if (!read_bytes(path, kBytesMax, text, error)) throw refuse("cannot be read: " + error);
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object() || object.value("schema", 0) != 1 || !object.contains("run")) {
    throw refuse("this is no progress file of cradle exhaust");
  }
  const std::string other = difference(object["run"], identity_json(identity));
  if (!other.empty()) throw refuse("this is the progress of another run: " + other);
  try {
    return run_of(object);
  } catch (const json::exception&) {
    throw refuse("this progress file is damaged");
  } catch (const UserError&) {
    throw refuse("this progress file is damaged");
  }
}

void write_progress(const std::string& path, const RunIdentity& identity, const StoredRun& run) {
  const json object = {{"schema", 1},
                       {"run", identity_json(identity)},
                       {"next_chunk", run.state.next_chunk},
                       {"seconds", run.state.seconds},
                       {"cases_done", run.state.cases_done},
                       {"last_case", run.state.last_case},
                       {"finished", run.state.finished},
                       {"result", json::parse(to_transport(run.result))}};
  std::string error;
  if (!write_file(path, object.dump(1) + '\n', error)) throw UserError{kBadInput, error};
}

}  // namespace cradle
