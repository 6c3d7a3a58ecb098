// From the schema of check, run and exhaust to a result.

#include "checks/cradle/stored_result.h"

#include "checks/cradle/node_rows.h"
#include "checks/cradle/stored_json.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// No program of more nodes is told line by line.
constexpr std::size_t kStoredNodesMax = 1'000'000;

Verdict verdict_named(const Member& member) {
  for (const Verdict verdict : {Verdict::agree, Verdict::disagree, Verdict::inconclusive}) {
    if (member.text() == name_of(verdict)) return verdict;
  }
  member.refuse("is no verdict: " + in_quotes(member.text()));
}

Kind kind_named(const Member& member) {
  for (int number = 1; number <= static_cast<int>(Kind::edge); ++number) {
    if (member.text() == name_of(static_cast<Kind>(number))) return static_cast<Kind>(number);
  }
  member.refuse("is no kind of finding: " + in_quotes(member.text()));
}

double number_in(const Member& member) {
  const auto number = parse_number(member.text());
  if (!number) member.refuse("is no number: " + in_quotes(member.text()));
  return *number;
}

std::string number_or_nothing(const Member& row, const char* name) {
  const auto member = row.find(name);
  return member ? print(number_in(*member)) : std::string();
}

ErrorCounts stored_errors(const Member& member) {
  const std::vector<Member> items = member.items();
  ErrorCounts errors = {};
  if (items.size() != errors.size()) {
    member.refuse("should have " + std::to_string(errors.size()) + " entries");
  }
  for (std::size_t k = 0; k < errors.size(); ++k) errors[k] = items[k].count();
  return errors;
}

Row stored_row(const Member& member) {
  Row row;
  row.check = member.at("name").text();
  row.profile = member.at("profile").text();
  row.applicable = member.at("applicable").flag();
  row.reason = member.at("reason").text();
  row.cases = member.at("cases").count();
  row.agree = member.at("agree").count();
  row.disagree = member.at("disagree").count();
  row.inconclusive = member.at("inconclusive").count();
  // How many of them count is not told: only whether one does.
  const auto verdict = member.find("verdict");
  if (verdict && verdict->text() == name_of(Verdict::agree)) row.harmless = row.disagree;
  row.seconds = member.at("seconds").number();
  if (const auto threshold = member.find("threshold")) row.threshold = threshold->count();
  if (const auto errors = member.find("errors")) row.errors = stored_errors(*errors);
  return row;
}

// A family is known by its name: nobody needs its million nodes here, unless they are told.
void read_program_into(Finding& finding, const Member& member) {
  constexpr std::string_view kFamily = "family ";
  const std::string text = member.text();
  if (text.starts_with(kFamily)) {
    finding.family = text.substr(kFamily.size(), text.find('\n') - kFamily.size());
    return;
  }
  Parsed parsed = parse(text, "program");
  if (parsed.error) member.refuse("is no program: " + parsed.error->text());
  if (parsed.program.code.size() > kStoredNodesMax) member.refuse("is too large");
  finding.program = std::move(parsed.program);
}

Judgement stored_judgement(const Member& member) {
  Judgement judgement;
  judgement.verdict = Verdict::disagree;
  judgement.kind = kind_named(member.at("kind"));
  judgement.message = member.at("message").text();
  const auto node = member.find("node");
  judgement.has_node = node.has_value();
  if (!node) return judgement;
  const std::uint64_t number = node->count();
  if (number >= ~NodeId{0}) node->refuse("is no node");
  judgement.node = static_cast<NodeId>(number);
  judgement.got = number_in(member.at("got"));
  judgement.expected = number_in(member.at("expected"));
  judgement.ulps = number_in(member.at("ulps"));
  judgement.lower = number_in(member.at("lower"));
  judgement.upper = number_in(member.at("upper"));
  return judgement;
}

void read_nodes_into(Finding& finding, const Member& member) {
  const std::vector<Member> rows = member.items();
  if (rows.size() > kNodeRowsMax) member.refuse("are too many");
  if (!finding.family.empty() && !rows.empty()) {
    Parsed parsed = parse("family " + finding.family, "program");
    if (parsed.error) member.refuse("are of a family that is none: " + parsed.error->text());
    if (parsed.program.code.size() == rows.size()) finding.program = std::move(parsed.program);
  }
  if (rows.size() != finding.program.code.size()) {
    member.refuse("should have an entry for each of the program's " +
                  std::to_string(finding.program.code.size()) + " nodes");
  }
  for (const Member& row : rows) {
    finding.nodes.push_back({number_or_nothing(row, "data"), number_or_nothing(row, "grad"),
                             number_or_nothing(row, "expected"), number_or_nothing(row, "ulps"),
                             row.at("wrong").flag()});
  }
}

Finding stored_finding(const Member& member) {
  Finding finding;
  finding.check = member.at("check").text();
  finding.profile = member.at("profile").text();
  finding.index = member.at("case").count();
  finding.met = member.at("met").count();
  finding.judgement = stored_judgement(member);
  read_program_into(finding, member.at("program"));
  if (const auto words = member.find("cause")) finding.cause = words->text();
  if (const auto words = member.find("meaning")) finding.meaning = words->text();
  if (const auto lines = member.find("explanation")) finding.explanation = lines->text();
  if (const auto nodes = member.find("nodes")) read_nodes_into(finding, *nodes);
  return finding;
}

}  // namespace

Environment read_environment(const Member& file) {
  const Member object = file.at("environment");
  Environment environment;
  for (const auto& [name, title] : {std::pair{"compiler", "compiler"},
                                    {"libm", "C library"},
                                    {"cpu", "processor"},
                                    {"commit", "commit of cradle"}}) {
    if (const auto member = object.find(name)) environment.emplace_back(title, member->text());
  }
  return environment;
}

StoredResult read_result(const Member& file) {
  StoredResult stored;
  Result& result = stored.result;
  result.engine = file.at("engine").text();
  result.seed = file.at("seed").count();
  result.command = file.at("command").text();
  result.seconds = file.at("seconds").number();
  if (const auto flag = file.find("interrupted")) result.interrupted = flag->flag();
  stored.verdict = verdict_named(file.at("verdict"));
  stored.environment = read_environment(file);
  for (const Member& row : file.at("checks").items()) result.rows.push_back(stored_row(row));
  for (const Member& policy : file.at("policies").items()) {
    result.policies.push_back({policy.at("name").text(), policy.at("value").text()});
  }
  for (const Member& finding : file.at("findings").items()) {
    result.findings.push_back(stored_finding(finding));
    const auto op = finding.find("op");
    stored.ops.push_back(op ? op->text() : std::string());
  }
  if (const auto known = file.find("known")) {
    for (const Member& row : known->items()) stored.known_keys.push_back(row.at("key").text());
  }
  if (const auto unseen = file.find("unseen")) result.unseen = unseen->texts();
  if (const auto stopped = file.find("stopped")) result.stopped = stopped->texts();
  return stored;
}

StoredFile read_stored(const std::string& text, const std::string& file) {
  const nlohmann::json object = parsed_file(text, file);
  const Member top(object, file);
  if (!object.is_object() || !object.contains("schema") ||
      (!object.contains("findings") && !object.contains("detection"))) {
    top.refuse("is no result of cradle check, run, exhaust or calibrate");
  }
  if (const auto schema = top.at("schema"); schema.count() != 1) {
    schema.refuse("is " + std::to_string(schema.count()) + "; this cradle reads schema 1");
  }
  if (object.contains("findings")) return read_result(top);
  return read_calibration(top);
}

}  // namespace cradle
