// Writing what was measured.

#include "bench/speed_json.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

namespace cradle::bench {
namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown";
}

nlohmann::json environment() {
  double load[1] = {0};
  getloadavg(load, 1);
  return {{"processor", processor()},
          {"cores", std::thread::hardware_concurrency()},
          {"load", load[0]},
          {"compiler", __VERSION__}};
}

}  // namespace

bool write_speed(const std::vector<Row>& rows, const std::string& file) {
  nlohmann::json result = {{"schema", 1},
                           {"environment", environment()},
                           {"rows", nlohmann::json::array()},
                           {"memory", nlohmann::json::array()}};
  for (const Row& row : rows) {
    if (!row.has("total")) continue;
    result["rows"].push_back({{"workload", row.workload},
                              {"engine", row.engine},
                              {"size", row.median("ops")},
                              {"ns_per_op", row.median("total")},
                              {"min", row.min("total")},
                              {"max", row.max("total")},
                              {"forward", row.median("forward")},
                              {"backward", row.median("backward")},
                              {"release", row.median("release")},
                              {"bytes_per_op", row.max("bytes")}});
  }
  for (const Row& row : rows) {
    const std::vector<double> alive = alive_over_time(row);
    if (alive.empty()) continue;
    result["memory"].push_back(
        {{"workload", row.workload}, {"engine", row.engine}, {"bytes", alive}});
  }
  std::ofstream out(file);
  out << result.dump(1) << '\n';
  if (out.good()) return true;
  fmt::print(stderr, "bench: cannot write {}\n", file);
  return false;
}

}  // namespace cradle::bench
