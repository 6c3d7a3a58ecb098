// Comparing two runs by their ratios to a yardstick.

#include "bench/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace cradle::bench {
namespace {

using nlohmann::json;

struct Time {
  double median = 0;
  double min = 0;
  double max = 0;
};

// By workload and engine.
using Times = std::map<std::pair<std::string, std::string>, Time>;

std::optional<Times> read(const std::string& file) {
  std::ifstream in(file);
  if (!in.good()) {
    fmt::print(stderr, "bench: cannot read {}\n", file);
    return std::nullopt;
  }
  try {
    const json result = json::parse(in);
    if (result.at("schema") != 1) throw std::invalid_argument("its schema is not 1");
    Times times;
    for (const json& row : result.at("rows")) {
      times[{row.at("workload"), row.at("engine")}] = {row.at("ns_per_op"), row.at("min"),
                                                       row.at("max")};
    }
    return times;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {} is no result of ci/bench: {}\n", file, error.what());
    return std::nullopt;
  }
}

// The row that both runs measure a workload by: textbook, or else loops by hand.
const char* yardstick_of(const std::string& workload, const Times& before, const Times& after) {
  for (const char* engine : {"textbook", "loops by hand"}) {
    if (before.contains({workload, engine}) && after.contains({workload, engine})) return engine;
  }
  return nullptr;
}

Time ratio(const Time& time, const Time& yardstick) {
  return {time.median / yardstick.median, time.min / yardstick.median, time.max / yardstick.median};
}

}  // namespace

int compare(const std::string& old_file, const std::string& new_file) {
  const std::optional<Times> before = read(old_file);
  const std::optional<Times> after = read(new_file);
  if (!before || !after) return 2;
  int slower = 0;
  int compared = 0;
  for (const auto& [name, time] : *after) {
    const auto& [workload, engine] = name;
    const char* const yardstick = yardstick_of(workload, *before, *after);
    const auto old = before->find(name);
    if (old == before->end() || yardstick == nullptr || engine == yardstick) continue;
    const Time was = ratio(old->second, before->at({workload, yardstick}));
    const Time is = ratio(time, after->at({workload, yardstick}));
    const char* verdict = is.min > was.max ? "slower" : is.max < was.min ? "faster" : "";
    fmt::print("{:<28}{:<22}{:>8.4f} to {:>7.4f} of {:<14}{:>6.2f} {}\n", workload, engine,
               was.median, is.median, yardstick, is.median / was.median, verdict);
    slower += is.min > was.max ? 1 : 0;
    ++compared;
  }
  fmt::print("{} compared, {} slower beyond the spread of both runs\n", compared, slower);
  if (compared == 0) fmt::print(stderr, "bench: the files have no row in common\n");
  return compared == 0 ? 2 : slower > 0 ? 1 : 0;
}

}  // namespace cradle::bench
