// The page of check, run and exhaust: the verdict, the checks, the engine's choices, the findings.

#include <fmt/format.h>

#include <algorithm>

#include "checks/cradle/check_sums.h"
#include "checks/cradle/finding_words.h"
#include "checks/cradle/page_parts.h"
#include "checks/cradle/terminal.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// A page of more findings is not read to its end.
constexpr std::size_t kArticlesMax = 50;

Html verdict_cell(const Row& row) {
  if (!row.applicable) return element("span.badge.idle", "not applicable");
  switch (row.verdict()) {
    case Verdict::agree:
      return element("span.badge.pass", "pass");
    case Verdict::disagree:
      return element("span.badge.fail", "fail");
    case Verdict::inconclusive:
      break;
  }
  return element("span.badge.undecided", row.cases == 0 ? "no case" : "undecided");
}

// The name of a check stands beside all of its rows.
Html name_cell(const Row& row, std::size_t rows) {
  const std::string_view question = question_of(row.check);
  const Html name = element("b", row.check);
  return element("td", question.empty() ? name : name + element("small", question),
                 fmt::format("rowspan=\"{}\"", rows));
}

std::string rate_in_words(const Row& row) {
  if (!(row.seconds > 0) || row.cases == 0) return "-";
  const double rate = static_cast<double>(row.cases) / row.seconds;
  const bool whole = rate >= 100 && rate < 1e15;
  return whole ? grouped(static_cast<std::uint64_t>(rate)) : fmt::format("{:.3g}", rate);
}

Html row_of_table(const Row& row, const Html& name) {
  Html cells = name + element("td", row.profile == "-" ? "" : row.profile) +
               element("td", verdict_cell(row));
  if (!row.applicable) {
    return element("tr", cells + element("td.reason", row.reason, "colspan=\"4\"")) + Html{"\n"};
  }
  cells += element("td.number", grouped(row.cases)) +
           element("td.number",
                   row.disagree == 0 ? Html{"0"} : element("b.wrong", grouped(row.disagree))) +
           element("td.number", percent(row.inconclusive, row.cases)) +
           element("td.number", rate_in_words(row));
  Html text = element("tr", cells) + Html{"\n"};
  if (row.threshold) {
    const std::string told = "smallest failing length: " + grouped(*row.threshold);
    text += element("tr", element("td.reason", told, "colspan=\"6\""));
  }
  return text;
}

Html checks_section(const Result& result) {
  const std::vector<Row>& all = result.rows;
  Html rows;
  for (std::size_t k = 0; k < all.size();) {
    std::size_t end = k;
    std::size_t lines = 0;
    for (; end < all.size() && all[end].check == all[k].check; ++end) {
      lines += all[end].applicable && all[end].threshold ? 2 : 1;
    }
    Html name = name_cell(all[k], lines);
    for (; k < end; ++k) {
      rows += row_of_table(all[k], name);
      name = {};
    }
  }
  Html text = element("h2", "Checks") + table({"check", "profile", "verdict", ">cases", ">disagree",
                                               ">undecided", ">judged per CPU second"},
                                              rows);
  const std::string stopped = stopped_in_words(result.stopped);
  if (!stopped.empty()) text += element("p.note", stopped);
  return element("section", text) + Html{"\n"};
}

Html list_section(std::string_view title, std::string_view about,
                  const std::vector<std::string>& words) {
  if (words.empty()) return {};
  Html items;
  for (const std::string& word : words) items += element("li", element("code", word));
  return element("section",
                 element("h2", title) + element("p.note", about) + element("ul.words", items)) +
         Html{"\n"};
}

Html policies_section(const Result& result) {
  std::vector<std::string> words;
  for (const Policy& policy : result.policies) words.push_back(policy.name + " = " + policy.value);
  return list_section("Policies", "Choices of the engine that it did not declare, as found out.",
                      words);
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

std::string sentence_of(const StoredResult& stored, std::size_t groups) {
  std::uint64_t cases = 0;
  for (const Row& row : stored.result.rows) cases += row.applicable ? row.cases : 0;
  const std::string judged = counted(cases, "judgement");
  std::string text = stored.result.interrupted ? "Interrupted; so far: " : "";
  if (groups > 0) return text + counted(groups, "finding") + " in " + judged + '.';
  if (stored.verdict == Verdict::agree) return text + "No finding in " + judged + '.';
  return text + "No finding in " + judged + ", but what was asked for is not decided.";
}

std::string_view class_of(Verdict verdict) {
  return verdict == Verdict::agree ? "pass" : verdict == Verdict::disagree ? "fail" : "undecided";
}

// The most severe first, whatever the order of the file.
std::vector<std::vector<std::size_t>> told_findings(const std::vector<Finding>& findings) {
  std::vector<std::vector<std::size_t>> groups = same_programs(findings);
  std::stable_sort(groups.begin(), groups.end(), [&](const auto& lhs, const auto& rhs) {
    return findings[lhs.front()].judgement.kind < findings[rhs.front()].judgement.kind;
  });
  return groups;
}

// The way down to each finding, for those who need not read the table first.
Html contents_of(const StoredResult& stored, const std::vector<std::vector<std::size_t>>& groups) {
  Html items;
  for (std::size_t k = 0; k < groups.size() && k < kArticlesMax; ++k) {
    const Finding& finding = stored.result.findings[groups[k].front()];
    const Judgement& judgement = finding.judgement;
    items += element(
        "li", element("a",
                      element("b.kind", name_of(judgement.kind)) + Html{": "} +
                          escaped(finding.cause.empty() ? judgement.message : finding.cause, 200),
                      fmt::format("href=\"#finding-{}\"", k + 1)));
  }
  return items.markup.empty() ? items : element("ol.contents", items);
}

Html findings_section(const StoredResult& stored,
                      const std::vector<std::vector<std::size_t>>& groups) {
  Html articles;
  for (std::size_t k = 0; k < groups.size() && k < kArticlesMax; ++k) {
    articles += finding_article(stored, groups[k], k + 1);
  }
  if (groups.size() > kArticlesMax) {
    articles +=
        element("p.note", fmt::format("{} more are in the JSON.", groups.size() - kArticlesMax));
  }
  return element("section", element("h2", "Findings") +
                                (groups.empty() ? element("p.note", "None.") : articles)) +
         Html{"\n"};
}

}  // namespace

Html campaign_page(const StoredResult& stored) {
  const Result& result = stored.result;
  const auto groups = told_findings(result.findings);
  const bool drawn = result.seconds > 0;  // a single program is not: it has no seed
  const Headline top{class_of(stored.verdict),
                     result.engine,
                     sentence_of(stored, groups.size()),
                     drawn ? std::to_string(result.seed) : std::string(),
                     result.seconds,
                     result.command,
                     contents_of(stored, groups)};
  return headline(top, stored.environment) + checks_section(result) + errors_section(result) +
         policies_section(result) +
         list_section("Known, and not counted", "Findings that were declared to be known.",
                      stored.known_keys) +
         list_section("Known, and not seen this time", "These lines can be taken out of the file.",
                      result.unseen) +
         findings_section(stored, groups);
}

}  // namespace cradle
