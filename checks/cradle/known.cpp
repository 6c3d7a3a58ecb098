// Keys: made, read, and compared.

#include "checks/cradle/known.h"

#include <algorithm>
#include <fstream>

#include "checks/cradle/checks.h"
#include "checks/cradle/target.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// What is wrong with a key, or nothing.
std::string mistake_in(const std::string& key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string::npos) return "write CHECK/KIND, such as leaks/leak";
  const std::string check = key.substr(0, slash);
  if (check_named(check) == kCheckCount) return "there is no check " + in_quotes(check);
  const std::size_t second = key.find('/', slash + 1);
  const std::string kind = key.substr(slash + 1, second - slash - 1);
  for (unsigned k = 1; k <= static_cast<unsigned>(Kind::edge); ++k) {
    if (name_of(static_cast<Kind>(k)) == kind) return {};
  }
  return "there is no kind " + in_quotes(kind);
}

}  // namespace

std::string key_of(const Finding& finding) {
  std::string key = finding.check + '/' + std::string(name_of(finding.judgement.kind));
  if (!finding.family.empty()) {
    key += '/' + finding.family.substr(0, finding.family.find(' '));
  } else if (finding.judgement.has_node) {
    key += '/' + std::string(info(finding.judgement.op).name);
  }
  return key;
}

std::vector<std::string> read_known(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UserError{kBadInput, path + ": it cannot be read"};
  std::vector<std::string> keys;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    line.erase(std::min(line.size(), line.find('#')));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
      line.pop_back();
    }
    line.erase(0, std::min(line.size(), line.find_first_not_of(" \t")));
    if (line.empty()) continue;
    const std::string mistake = mistake_in(line);
    if (!mistake.empty()) {
      throw UserError{kBadInput, path + ':' + std::to_string(number) + ": " + mistake};
    }
    keys.push_back(line);
  }
  return keys;
}

void set_aside(Result& result, const std::vector<std::string>& keys) {
  const auto is_known = [&](const Finding& finding) {
    return std::find(keys.begin(), keys.end(), key_of(finding)) != keys.end();
  };
  const auto first = std::stable_partition(result.findings.begin(), result.findings.end(),
                                           [&](const Finding& one) { return !is_known(one); });
  result.known.assign(std::make_move_iterator(first),
                      std::make_move_iterator(result.findings.end()));
  result.findings.erase(first, result.findings.end());
  for (const std::string& key : keys) {
    const bool seen = std::any_of(result.known.begin(), result.known.end(),
                                  [&](const Finding& one) { return key_of(one) == key; });
    if (!seen) result.unseen.push_back(key);
  }
}

}  // namespace cradle
