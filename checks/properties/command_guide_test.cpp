// The page on the language says what the sources say: its grammar, every op, action and family.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "checks/program/families.h"
#include "checks/program/text.h"
#include "checks/program/verbs.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// The code that each row of a table begins with, under a heading.
std::vector<std::string> rows_under(const std::string& heading) {
  std::vector<std::string> rows;
  bool inside = false;
  for (const std::string& line : lines_of(contents(std::string(CRADLE_GUIDE) + "/language.md"))) {
    if (line.starts_with("## ")) inside = line == "## " + heading;
    if (inside && line.starts_with("| `")) rows.push_back(line.substr(3, line.find("` |") - 3));
  }
  return rows;
}

TEST(LanguagePage, has_the_grammar_of_the_parser) {
  std::vector<std::string> written;
  for (const std::string& line :
       lines_of(contents(std::string(CRADLE_GUIDE) + "/../program/text.h"))) {
    if (line.starts_with("//   ")) {
      written.push_back(line.substr(5));
    } else if (!written.empty()) {
      break;
    }
  }
  std::vector<std::string> told;
  bool inside = false;
  for (const std::string& line : lines_of(contents(std::string(CRADLE_GUIDE) + "/language.md"))) {
    if (line == "```") {
      if (inside) break;
      inside = true;
    } else if (inside) {
      told.push_back(line);
    }
  }
  EXPECT_GT(told.size(), 5u);
  EXPECT_EQ(told, written);
}

TEST(LanguagePage, has_each_op_once_in_a_line_that_can_be_read) {
  std::multiset<std::string_view> told;
  for (const std::string& row : rows_under("Ops")) {
    const Parsed parsed = parse("%0 = input 0.5\n%1 = input 0.25\n" + row + '\n', "language.md");
    ASSERT_FALSE(parsed.error) << row << ": " << parsed.error->text();
    EXPECT_EQ(print(parsed.program.code.back(), 2), row);
    told.insert(info(parsed.program.code.back().op).name);
  }
  std::multiset<std::string_view> known;
  for (const OpInfo& row : kOps) known.insert(row.name);
  EXPECT_EQ(told, known);
}

// Neurons are a function of the adapter's own.
TEST(AdaptersPage, lists_each_op_by_the_name_it_has_in_C) {
  const std::string page = contents(std::string(CRADLE_GUIDE) + "/adapters.md");
  const std::size_t begin = page.find("`ADD ") + 1;
  const std::string list = ' ' + page.substr(begin, page.find('`', begin) - begin) + ' ';
  for (const OpInfo& row : kOps) {
    if (row.op == Op::input || row.op == Op::neuron) continue;
    std::string name(row.name);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return std::toupper(letter); });
    EXPECT_NE(list.find(' ' + name + ' '), std::string::npos) << name << " is not in:" << list;
  }
}

TEST(LanguagePage, has_each_action_once_in_a_line_that_can_be_read) {
  std::multiset<std::string_view> told;
  for (const std::string& row : rows_under("Actions")) {
    const std::string released = row.starts_with("misuse stale") ? "release %0\n" : "";
    const std::string before = "%0 = input 0.5\n%1 = input 1\n" + released;
    const Parsed parsed = parse(before + row + '\n', "language.md");
    ASSERT_FALSE(parsed.error) << row << ": " << parsed.error->text();
    EXPECT_EQ(print(parsed.program.actions.back()), row);
    told.insert(info(parsed.program.actions.back().verb).name);
  }
  std::multiset<std::string_view> known;
  for (const VerbInfo& row : kVerbs) known.insert(row.name);
  EXPECT_EQ(told, known);
}

TEST(LanguagePage, has_each_family_once_in_a_line_that_can_be_read) {
  std::multiset<std::string> told;
  for (const std::string& row : rows_under("Families")) {
    const Parsed parsed = parse(row + '\n', "language.md");
    ASSERT_FALSE(parsed.error) << row << ": " << parsed.error->text();
    EXPECT_EQ("family " + parsed.family, row);
    told.insert(parsed.family.substr(0, parsed.family.find(' ')));
  }
  std::multiset<std::string> known;
  for (const Family& family : families()) known.insert(std::string(family.name));
  EXPECT_EQ(told, known);
}

}  // namespace
}  // namespace cradle
