// Writing and reading results.

#include "checks/cradle/json_result.h"

#include <gnu/libc-version.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "checks/program/text.h"

namespace cradle {
namespace {

using nlohmann::json;

// A program of size is its family: a million lines would say no more.
std::string program_text(const Finding& finding) {
  return finding.family.empty() ? print(finding.program) : "family " + finding.family + "\n";
}

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
  object["threshold"] = row.threshold ? json(*row.threshold) : json(nullptr);
  return object;
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
  return {{"commit", CRADLE_COMMIT},
          {"compiler", CRADLE_COMPILER},
          {"libm", std::string("glibc ") + gnu_get_libc_version()},
          {"cpu", first_value_of("/proc/cpuinfo", "model name")},
          {"libm_ulps", {{"exp", ulps.exp}, {"log", ulps.log}, {"pow", ulps.pow}}}};
}

}  // namespace

std::string environment_text(const Capabilities& capabilities) {
  return environment_json(capabilities).dump();
}

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

std::string to_transport(const Result& result) {
  json object = {{"rows", json::array()}, {"findings", json::array()}, {"deaths", result.deaths}};
  for (const Row& row : result.rows) object["rows"].push_back(row_json(row));
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

std::optional<Result> from_transport(const std::string& text) {
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded()) return std::nullopt;
  Result result;
  result.deaths = object["deaths"];
  for (const json& one : object["rows"]) {
    Row row;
    row.check = one["name"];
    row.profile = one["profile"];
    row.reason = one["reason"];
    row.cases = one["cases"];
    row.agree = one["agree"];
    row.disagree = one["disagree"];
    row.inconclusive = one["inconclusive"];
    row.seconds = one["seconds"];
    if (!one["threshold"].is_null()) row.threshold = one["threshold"].get<std::uint64_t>();
    result.rows.push_back(std::move(row));
  }
  for (const json& one : object["findings"]) {
    Finding finding;
    finding.check = one["check"];
    finding.profile = one["profile"];
    finding.index = one["case"];
    finding.met = one["met"];
    finding.family = one["family"];
    finding.seconds = one["seconds"];
    finding.program = parse(one["program"].get<std::string>(), "worker").program;
    Judgement& judgement = finding.judgement;
    judgement.verdict = Verdict::disagree;
    judgement.kind = static_cast<Kind>(one["severity"].get<int>());
    judgement.message = one["message"];
    judgement.has_node = !one["node"].is_null();
    judgement.op = static_cast<Op>(one["op_number"].get<int>());
    if (judgement.has_node) {
      judgement.node = one["node"];
      judgement.got = *parse_number(one["got"].get<std::string>());
      judgement.expected = *parse_number(one["expected"].get<std::string>());
      judgement.lower = *parse_number(one["lower"].get<std::string>());
      judgement.upper = *parse_number(one["upper"].get<std::string>());
      judgement.ulps = *parse_number(one["ulps"].get<std::string>());
    }
    result.findings.push_back(std::move(finding));
  }
  result.histogram.ops = object["ops"];
  result.histogram.sizes = object["sizes"];
  result.histogram.profiles = object["profiles"];
  return result;
}

}  // namespace cradle
