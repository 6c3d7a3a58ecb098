// A calibration as JSON: the documented schema, and the counts that processes send.

#include <nlohmann/json.hpp>

#include "checks/cradle/calibrate_parts.h"
#include "checks/cradle/calibrate_report.h"
#include "checks/cradle/json_result.h"

namespace cradle {

using nlohmann::json;

namespace {

json optional_json(const std::optional<std::uint64_t>& number) {
  return number ? json(*number) : json(nullptr);
}

std::optional<std::uint64_t> optional_number(const json& object) {
  if (object.is_null()) return std::nullopt;
  return object.get<std::uint64_t>();
}

json counts_of(const FalseAlarms& row) {
  return {row.cases,   row.alarms, row.inconclusive, optional_json(row.first),
          row.message, row.program};
}

void add_counts(const json& counts, FalseAlarms& row) {
  row.cases += counts.at(0).get<std::uint64_t>();
  row.alarms += counts.at(1).get<std::uint64_t>();
  row.inconclusive += counts.at(2).get<std::uint64_t>();
  const auto first = optional_number(counts.at(3));
  if (!first || (row.first && *row.first <= *first)) return;
  row.first = first;
  row.message = counts.at(4);
  row.program = counts.at(5);
}

json counts_of(const Detection& row) {
  return {row.affected, row.found, row.inconclusive, optional_json(row.first)};
}

void add_counts(const json& counts, Detection& row) {
  row.affected += counts.at(0).get<std::uint64_t>();
  row.found += counts.at(1).get<std::uint64_t>();
  row.inconclusive += counts.at(2).get<std::uint64_t>();
  const auto first = optional_number(counts.at(3));
  if (first && (!row.first || *first < *row.first)) row.first = first;
}

json counts_of(const Planted& row) {
  if (!row.done) return nullptr;
  return {row.found_by, row.signatures, row.cases, row.profile, row.seconds, row.program};
}

void add_counts(const json& counts, Planted& row) {
  if (counts.is_null()) return;
  row.done = true;
  row.found_by = counts.at(0).get<std::vector<std::string>>();
  row.signatures = counts.at(1).get<std::vector<std::string>>();
  row.cases = counts.at(2);
  row.profile = counts.at(3);
  row.seconds = counts.at(4);
  row.program = counts.at(5);
}

template <typename Row>
json table_of(const std::vector<Row>& rows) {
  json table = json::array();
  for (const Row& row : rows) table.push_back(counts_of(row));
  return table;
}

template <typename Row>
bool add_table(const json& table, std::vector<Row>& rows) {
  if (table.size() != rows.size()) return false;
  for (std::size_t k = 0; k < rows.size(); ++k) add_counts(table[k], rows[k]);
  return true;
}

json row_json(const FalseAlarms& row) {
  json object = {{"oracle", row.oracle},
                 {"profile", row.profile},
                 {"engine", row.engine},
                 {"form", row.form},
                 {"cases", row.cases},
                 {"alarms", row.alarms},
                 {"inconclusive", row.inconclusive},
                 {"first", optional_json(row.first)}};
  object["message"] = row.first ? json(row.message) : json(nullptr);
  object["program"] = row.first ? json(row.program) : json(nullptr);
  return object;
}

json row_json(const Detection& row) {
  return {{"oracle", row.oracle},
          {"rule", info(row.rule).name},
          {"delta", kDeltas[row.delta]},
          {"form", row.form},
          {"graphs", row.graphs},
          {"affected", row.affected},
          {"found", row.found},
          {"inconclusive", row.inconclusive},
          {"first", optional_json(row.first)}};
}

json row_json(const Planted& row) {
  return {{"bug", row.bug},        {"base", row.base},       {"found_by", row.found_by},
          {"cases", row.cases},    {"profile", row.profile}, {"seconds", row.seconds},
          {"program", row.program}};
}

json row_json(const Cost& row) {
  return {{"oracle", row.oracle},
          {"shape", row.shape},
          {"nodes", row.nodes},
          {"per_second", row.per_second}};
}

template <typename Row>
json rows_json(const std::vector<Row>& rows) {
  json list = json::array();
  for (const Row& row : rows) list.push_back(row_json(row));
  return list;
}

}  // namespace

std::string to_transport(const Calibration& part) {
  const json object = {{"false_alarms", table_of(part.false_alarms)},
                       {"detection", table_of(part.detection)},
                       {"planted", table_of(part.planted)}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool add_transport(const std::string& text, Calibration& sum) {
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded()) return false;
  return add_table(object["false_alarms"], sum.false_alarms) &&
         add_table(object["detection"], sum.detection) && add_table(object["planted"], sum.planted);
}

std::string to_json(const Calibration& result, const CalibrateOptions& options,
                    const std::string& command) {
  json planted = json::array();
  for (const Planted& row : result.planted) {
    if (row.done && !row.base.empty()) planted.push_back(row_json(row));
  }
  const json object = {{"schema", 1},
                       {"engine", options.capabilities.name},
                       {"environment", json::parse(environment_text(options.capabilities))},
                       {"seed", options.seed},
                       {"graphs", options.graphs},
                       {"nodes", options.nodes},
                       {"command", command},
                       {"good", result.good()},
                       {"interrupted", result.interrupted},
                       {"seconds", result.seconds},
                       {"false_alarms", rows_json(result.false_alarms)},
                       {"detection", rows_json(result.detection)},
                       {"planted", planted},
                       {"cost", rows_json(result.cost)}};
  return object.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace cradle
