// Rules are kinds of findings, results are findings, artifacts are their programs.

#include "checks/cradle/sarif.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checks/cradle/check_sums.h"
#include "checks/cradle/finding_words.h"
#include "checks/cradle/json_result.h"

namespace cradle {
namespace {

using nlohmann::json;

constexpr int kKindCount = static_cast<int>(Kind::edge);

json message_json(std::string_view text) { return {{"text", text}}; }

// A path as a reference of a URI: what is no letter of one is escaped, and where it begins is told
// by the host.
std::string uri_of(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char letter : path) {
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') ||
                       std::string_view("/-._~").find(letter) != std::string_view::npos;
    uri += plain
               ? std::string(1, letter)
               : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(letter)));
  }
  return uri;
}

json rules_json() {
  json rules = json::array();
  for (int number = 1; number <= kKindCount; ++number) {
    const Kind kind = static_cast<Kind>(number);
    rules.push_back({{"id", name_of(kind)},
                     {"shortDescription", message_json(kind_in_words(kind))},
                     {"defaultConfiguration", {{"level", counts(kind) ? "error" : "note"}}}});
  }
  return rules;
}

// The line of a program that makes a node, from 1.
std::size_t line_of_node(const std::string& program, NodeId node) {
  const std::string start = '%' + std::to_string(node) + " =";
  std::size_t line = 1;
  for (std::size_t at = 0; at < program.size(); ++line) {
    if (program.compare(at, start.size(), start) == 0) return line;
    const std::size_t end = program.find('\n', at);
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return 1;
}

json place_json(const std::string& uri, std::size_t line) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri}}}, {"region", {{"startLine", line}}}}}};
}

std::string name_of_program(std::size_t number) { return fmt::format("finding-{}.prog", number); }

std::string sentences(const std::vector<const Finding*>& found, const std::string& engine) {
  const Finding& finding = *found.front();
  std::string text = finding.judgement.message + ".\nFound by " + checks_in_words(found);
  if (!finding.profile.empty() && finding.profile != "-") text += ", " + met_in_words(finding);
  text += ".\n";
  const std::string cause = cause_in_words(found);
  if (!cause.empty()) text += cause + '\n';
  return text + "\nThe smallest program that shows it:\n" + program_text(finding) +
         "\nSee it again:\n" + rerun_command(finding, engine);
}

std::string fingerprint(const Finding& finding, const std::string& op) {
  const std::string what =
      finding.family.empty() ? op : finding.family.substr(0, finding.family.find(' '));
  return fmt::format("{}/{}/{}", finding.check, name_of(finding.judgement.kind), what);
}

json result_json(const StoredResult& stored, const std::vector<std::size_t>& group,
                 std::size_t number, const std::string& source) {
  std::vector<const Finding*> found;
  for (const std::size_t k : group) found.push_back(&stored.result.findings[k]);
  const Finding& finding = *found.front();
  const Judgement& judgement = finding.judgement;
  const std::string program = program_text(finding);
  const json place = place_json(name_of_program(number),
                                judgement.has_node ? line_of_node(program, judgement.node) : 1);
  json result = {
      {"ruleId", name_of(judgement.kind)},
      {"ruleIndex", static_cast<int>(judgement.kind) - 1},
      {"level", counts(judgement.kind) ? "error" : "note"},
      {"message", message_json(sentences(found, stored.result.engine))},
      {"partialFingerprints",
       {{"checkKindOp/v1", fingerprint(finding, stored.ops[group.front()])}}},
      {"properties", {{"program", program}, {"check", finding.check}, {"met", finding.met}}}};
  if (source.empty()) {
    result["locations"] = json::array({place});
  } else {
    result["locations"] = json::array({place_json(uri_of(source), 1)});
    json related = place;
    related["id"] = 1;
    related["message"] = message_json("the smallest program that shows it");
    result["relatedLocations"] = json::array({related});
  }
  return result;
}

// Checks without a conclusive case have no finding to show, and are not to be overlooked.
json invocation_json(const StoredResult& stored) {
  json notifications = json::array();
  for (const CheckSum& sum : sums_of(stored)) {
    if (sum.ending != Ending::undecided) continue;
    notifications.push_back(
        {{"level", "error"}, {"message", message_json(sum.check + ": " + sum.reason)}});
  }
  return {{"commandLine", stored.result.command},
          {"executionSuccessful", notifications.empty()},
          {"toolExecutionNotifications", notifications}};
}

}  // namespace

std::string sarif(const StoredResult& stored, const std::string& source) {
  json results = json::array();
  json artifacts = json::array();
  for (const auto& group : same_programs(stored.result.findings)) {
    const std::size_t number = results.size() + 1;
    results.push_back(result_json(stored, group, number, source));
    const std::string program = program_text(stored.result.findings[group.front()]);
    artifacts.push_back(
        {{"location", {{"uri", name_of_program(number)}}}, {"contents", {{"text", program}}}});
  }
  json run = {{"tool",
               {{"driver",
                 {{"name", "cradle"}, {"version", version_of_build()}, {"rules", rules_json()}}}}},
              {"automationDetails", {{"id", "cradle/" + stored.result.engine + '/'}}},
              {"invocations", json::array({invocation_json(stored)})},
              {"artifacts", artifacts},
              {"results", results}};
  const json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", json::array({std::move(run)})}};
  return log.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace cradle
