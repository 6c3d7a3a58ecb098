// From the schema of calibrate to a calibration.

#include <algorithm>

#include "checks/cradle/stored_json.h"
#include "checks/cradle/stored_result.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

FalseAlarms stored_alarms(const Member& member) {
  FalseAlarms row;
  row.oracle = member.at("oracle").text();
  row.profile = member.at("profile").text();
  row.engine = member.at("engine").text();
  row.form = member.at("form").text();
  row.cases = member.at("cases").count();
  row.alarms = member.at("alarms").count();
  row.inconclusive = member.at("inconclusive").count();
  if (const auto first = member.find("first")) row.first = first->count();
  if (const auto message = member.find("message")) row.message = message->text();
  if (const auto program = member.find("program")) row.program = program->text();
  return row;
}

Detection stored_detection(const Member& member) {
  Detection row;
  row.oracle = member.at("oracle").text();
  const Member rule = member.at("rule");
  const auto op = std::find_if(kOps.begin(), kOps.end(),
                               [&](const OpInfo& each) { return each.name == rule.text(); });
  if (op == kOps.end()) rule.refuse("is no op: " + in_quotes(rule.text()));
  row.rule = op->op;
  const Member delta = member.at("delta");
  const auto amount = std::find(kDeltas.begin(), kDeltas.end(), delta.text());
  if (amount == kDeltas.end()) delta.refuse("is no amount: " + in_quotes(delta.text()));
  row.delta = static_cast<std::size_t>(amount - kDeltas.begin());
  row.form = member.at("form").text();
  row.graphs = member.at("graphs").text();
  row.affected = member.at("affected").count();
  row.found = member.at("found").count();
  if (row.found > row.affected) member.refuse("has found more than was affected");
  row.inconclusive = member.at("inconclusive").count();
  return row;
}

Planted stored_planted(const Member& member) {
  Planted row;
  row.done = true;
  row.bug = member.at("bug").text();
  row.base = member.at("base").text();
  row.found_by = member.at("found_by").texts();
  row.cases = member.at("cases").count();
  row.profile = member.at("profile").text();
  row.seconds = member.at("seconds").number();
  row.program = member.at("program").text();
  return row;
}

Cost stored_cost(const Member& member) {
  return {member.at("oracle").text(), member.at("shape").text(), member.at("nodes").count(),
          member.at("per_second").number()};
}

}  // namespace

StoredCalibration read_calibration(const Member& file) {
  StoredCalibration stored;
  Calibration& calibration = stored.calibration;
  stored.engine = file.at("engine").text();
  stored.seed = file.at("seed").count();
  stored.graphs = file.at("graphs").count();
  stored.nodes = file.at("nodes").count();
  stored.command = file.at("command").text();
  stored.good = file.at("good").flag();
  stored.environment = read_environment(file);
  calibration.seconds = file.at("seconds").number();
  if (const auto flag = file.find("interrupted")) calibration.interrupted = flag->flag();
  for (const Member& row : file.at("false_alarms").items()) {
    calibration.false_alarms.push_back(stored_alarms(row));
  }
  for (const Member& row : file.at("detection").items()) {
    calibration.detection.push_back(stored_detection(row));
  }
  for (const Member& row : file.at("planted").items()) {
    calibration.planted.push_back(stored_planted(row));
  }
  for (const Member& row : file.at("cost").items()) calibration.cost.push_back(stored_cost(row));
  return stored;
}

}  // namespace cradle
