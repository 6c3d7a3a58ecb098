// Writing and reading results.

#include "checks/cradle/json_result.h"

#include <gnu/libc-version.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "checks/cradle/finding_words.h"
#include "checks/cradle/known.h"
#include "checks/cradle/target.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

using nlohmann::json;

json row_json(const Row& row) {
  json object = {{"name", row.check},
                 {"profile", row.profile},
                 {"applicable", row.applicable},
                 {"reason", row.reason},
                 {"cases", row.cases},
                 {"agree", row.agree},
                 {"disagree", row.disagree},
                 {"inconclusive", row.inconclusive},
                 {"seconds", row.seconds},
                 {"exponent", nullptr}};
  object["verdict"] = row.applicable ? std::string(name_of(row.verdict())) : "not_applicable";
  const auto measured = [](std::uint64_t count) { return count > 0; };
  if (std::any_of(row.errors.begin(), row.errors.end(), measured)) object["errors"] = row.errors;
  object["threshold"] = row.threshold ? json(*row.threshold) : json(nullptr);
  return object;
}

json nodes_json(const std::vector<NodeRow>& nodes) {
  const auto known = [](const std::string& number) {
    return number.empty() ? json(nullptr) : json(number);
  };
  json rows = json::array();
  for (const NodeRow& row : nodes) {
    rows.push_back({{"data", known(row.data)},
                    {"grad", known(row.grad)},
                    {"expected", known(row.expected)},
                    {"ulps", known(row.ulps)},
                    {"wrong", row.wrong}});
  }
  return rows;
}

json finding_json(const Finding& finding) {
  const Judgement& judgement = finding.judgement;
  json object = {{"check", finding.check},
                 {"profile", finding.profile},
                 {"kind", name_of(judgement.kind)},
                 {"severity", static_cast<int>(judgement.kind)},
                 {"program", program_text(finding)},
                 {"case", finding.index},
                 {"met", finding.met},
                 {"message", judgement.message}};
  object["node"] = judgement.has_node ? json(judgement.node) : json(nullptr);
  object["op"] = judgement.has_node ? json(info(judgement.op).name) : json(nullptr);
  for (const auto& [name, number] : {std::pair{"got", judgement.got},
                                     {"expected", judgement.expected},
                                     {"lower", judgement.lower},
                                     {"upper", judgement.upper},
                                     {"ulps", judgement.ulps}}) {
    object[name] = judgement.has_node ? json(print(number)) : json(nullptr);
  }
  if (!finding.cause.empty()) object["cause"] = finding.cause;
  if (!finding.meaning.empty()) object["meaning"] = finding.meaning;
  if (!finding.explanation.empty()) object["explanation"] = finding.explanation;
  if (!finding.nodes.empty()) object["nodes"] = nodes_json(finding.nodes);
  return object;
}

std::string first_value_of(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, key.size(), key) == 0) return line.substr(line.find(": ") + 2);
  }
  return "unknown";
}

json environment_json(const Capabilities& capabilities) {
  const LibmUlps& ulps = capabilities.ulps;
  return {{"commit", commit_of_build()},
          {"compiler", CRADLE_COMPILER},
          {"libm", std::string("glibc ") + gnu_get_libc_version()},
          {"cpu", first_value_of("/proc/cpuinfo", "model name")},
          {"libm_ulps", {{"exp", ulps.exp}, {"log", ulps.log}, {"pow", ulps.pow}}}};
}

}  // namespace

std::string environment_text(const Capabilities& capabilities) {
  return environment_json(capabilities).dump();
}

std::string commit_of_build() { return CRADLE_COMMIT; }

std::string version_of_build() { return CRADLE_VERSION; }

std::string date_of_build() { return CRADLE_DATE; }

std::string to_json(const Result& result, Verdict verdict, const Capabilities& capabilities) {
  json object = {{"schema", 1},
                 {"engine", result.engine},
                 {"environment", environment_json(capabilities)},
                 {"seed", result.seed},
                 {"command", result.command},
                 {"verdict", name_of(verdict)},
                 {"seconds", result.seconds},
                 {"interrupted", result.interrupted},
                 {"checks", json::array()},
                 {"policies", json::array()},
                 {"findings", json::array()}};
  for (const Row& row : result.rows) object["checks"].push_back(row_json(row));
  for (const Policy& policy : result.policies) {
    object["policies"].push_back({{"name", policy.name}, {"value", policy.value}});
  }
  for (const Finding& finding : result.findings) {
    object["findings"].push_back(finding_json(finding));
  }
  for (const Finding& finding : result.known) {
    object["known"].push_back({{"key", key_of(finding)}, {"met", finding.met}});
  }
  if (!result.unseen.empty()) object["unseen"] = result.unseen;
  if (!result.stopped.empty()) object["stopped"] = result.stopped;
  return object.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

bool write_file(const std::string& path, const std::string& text, std::string& error) {
  // A link, a pipe or a device is written in place: to put a file where it was would destroy it.
  struct stat status = {};
  const bool in_place = lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
  const std::string target = in_place ? path : path + ".part";
  std::FILE* const file = std::fopen(target.c_str(), "wb");
  bool good = file != nullptr;
  if (good) {
    good = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    good = std::fclose(file) == 0 && good;
    good = good && (in_place || std::rename(target.c_str(), path.c_str()) == 0);
  }
  if (!good) {
    error = path + " cannot be written: " + std::strerror(errno);
    if (!in_place) std::remove(target.c_str());
  }
  return good;
}

void require_writable(const std::string& path) {
  if (path.empty()) return;
  struct stat status = {};
  const bool exists = stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return;  // a pipe or device
  const std::string trial = exists ? path : path + ".part";
  std::FILE* const file = std::fopen(trial.c_str(), "ab");
  if (file == nullptr) {
    throw UserError{kBadInput, path + " cannot be written: " + std::strerror(errno)};
  }
  std::fclose(file);
  if (!exists) std::remove(trial.c_str());
}

std::string to_transport(const Result& result) {
  json object = {{"rows", json::array()}, {"findings", json::array()}, {"deaths", result.deaths}};
  for (const Row& row : result.rows) {
    json one = row_json(row);
    one["harmless"] = row.harmless;
    object["rows"].push_back(std::move(one));
  }
  for (const Finding& finding : result.findings) {
    json one = finding_json(finding);
    one["family"] = finding.family;
    one["seconds"] = finding.seconds;
    one["op_number"] = static_cast<int>(finding.judgement.op);
    object["findings"].push_back(std::move(one));
  }
  object["ops"] = result.histogram.ops;
  object["sizes"] = result.histogram.sizes;
  object["profiles"] = result.histogram.profiles;
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

namespace {

double number_of(const json& text) {
  const auto number = parse_number(text.get<std::string>());
  if (!number) throw std::out_of_range("no number");
  return *number;
}

std::vector<NodeRow> nodes_of(const json& rows) {
  const auto known = [](const json& number) {
    return number.is_null() ? std::string() : number.get<std::string>();
  };
  std::vector<NodeRow> nodes;
  for (const json& row : rows) {
    nodes.push_back({known(row.at("data")), known(row.at("grad")), known(row.at("expected")),
                     known(row.at("ulps")), row.at("wrong")});
  }
  return nodes;
}

std::uint8_t within(const json& number, std::size_t last) {
  if (number.get<std::uint64_t>() > last) throw std::out_of_range("no such code");
  return number.get<std::uint8_t>();
}

}  // namespace

std::optional<Result> from_transport(const std::string& text) try {
  const json object = json::parse(text);
  Result result;
  result.deaths = object.at("deaths");
  for (const json& one : object.at("rows")) {
    Row row;
    row.check = one.at("name");
    row.profile = one.at("profile");
    row.reason = one.at("reason");
    row.cases = one.at("cases");
    row.agree = one.at("agree");
    row.disagree = one.at("disagree");
    row.harmless = one.at("harmless");
    row.applicable = one.at("applicable");
    row.inconclusive = one.at("inconclusive");
    row.seconds = one.at("seconds");
    row.errors = one.value("errors", ErrorCounts{});
    if (!one.at("threshold").is_null()) row.threshold = one.at("threshold").get<std::uint64_t>();
    result.rows.push_back(std::move(row));
  }
  for (const json& one : object.at("findings")) {
    Finding finding;
    finding.check = one.at("check");
    finding.profile = one.at("profile");
    finding.index = one.at("case");
    finding.met = one.at("met");
    finding.family = one.at("family");
    finding.explanation = one.value("explanation", "");
    if (one.contains("nodes")) finding.nodes = nodes_of(one["nodes"]);
    finding.seconds = one.at("seconds");
    finding.program = parse(one.at("program").get<std::string>(), "worker").program;
    Judgement& judgement = finding.judgement;
    judgement.verdict = Verdict::disagree;
    judgement.kind = static_cast<Kind>(within(one.at("severity"), 8));
    judgement.message = one.at("message");
    judgement.has_node = !one.at("node").is_null();
    judgement.op = static_cast<Op>(within(one.at("op_number"), kOpCount - 1));
    if (judgement.has_node) {
      judgement.node = one.at("node");
      judgement.got = number_of(one.at("got"));
      judgement.expected = number_of(one.at("expected"));
      judgement.lower = number_of(one.at("lower"));
      judgement.upper = number_of(one.at("upper"));
      judgement.ulps = number_of(one.at("ulps"));
    }
    result.findings.push_back(std::move(finding));
  }
  result.histogram.ops = object.at("ops");
  result.histogram.sizes = object.at("sizes");
  result.histogram.profiles = object.at("profiles");
  return result;
} catch (const json::exception&) {
  return std::nullopt;
} catch (const std::out_of_range&) {
  return std::nullopt;
}

}  // namespace cradle
