// Laws of the corpus: each file is a program, says first why it exists, and has the only text that
// its program has.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checks/program/codec.h"
#include "checks/program/execute.h"
#include "checks/program/text.h"
#include "checks/program/verbs.h"

namespace cradle {
namespace {

struct Entry {
  std::string name;
  std::string text;
  Parsed parsed;
};

std::vector<Entry> read_corpus() {
  std::vector<Entry> entries;
  for (const auto& file : std::filesystem::directory_iterator(CRADLE_CORPUS)) {
    if (file.path().extension() != ".prog") continue;
    Entry entry;
    entry.name = file.path().stem().string();
    std::ifstream stream(file.path(), std::ios::binary);
    entry.text.assign(std::istreambuf_iterator<char>(stream), {});
    entry.parsed = parse(entry.text, file.path().filename().string());
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& lhs, const Entry& rhs) { return lhs.name < rhs.name; });
  return entries;
}

// The lines of a text without its comments.
std::string without_comments(const std::string& text) {
  std::string rest;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (text[begin] != '#') rest += text.substr(begin, end - begin) + '\n';
    begin = end + 1;
  }
  return rest;
}

TEST(Corpus, has_at_least_forty_programs_and_all_of_them_parse) {
  const std::vector<Entry> corpus = read_corpus();
  EXPECT_GE(corpus.size(), 40u);
  for (const Entry& entry : corpus) {
    EXPECT_FALSE(entry.parsed.error) << entry.parsed.error->text();
    EXPECT_TRUE(well_formed(entry.parsed.program)) << entry.name;
  }
}

TEST(Corpus, the_first_line_of_each_says_why_it_exists) {
  for (const Entry& entry : read_corpus()) {
    const std::string first = entry.text.substr(0, entry.text.find('\n'));
    EXPECT_EQ(first.substr(0, 2), "# ") << entry.name;
    EXPECT_GE(first.size(), 30u) << entry.name;
    EXPECT_LE(first.size(), 110u) << entry.name;
    const bool ends = first.ends_with('.') || first.ends_with(':') || first.ends_with(',');
    EXPECT_TRUE(ends) << entry.name << ": a sentence, or one that the next line goes on with";
  }
}

TEST(Corpus, file_names_are_words_joined_by_underscores) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  for (const Entry& entry : read_corpus()) {
    EXPECT_EQ(entry.name.find_first_not_of(kLetters), std::string::npos) << entry.name;
  }
}

TEST(Corpus, each_text_is_what_its_program_prints) {
  for (const Entry& entry : read_corpus()) {
    const Program& program = entry.parsed.program;
    const Parsed again = parse(print(program), "printed");
    ASSERT_FALSE(again.error) << entry.name;
    EXPECT_TRUE(again.program == program) << entry.name;
    const std::string& family = entry.parsed.family;
    EXPECT_EQ(without_comments(entry.text),
              family.empty() ? print(program) : "family " + family + '\n')
        << entry.name;
  }
}

TEST(Corpus, each_program_has_bytes_for_the_fuzzers) {
  for (const Entry& entry : read_corpus()) {
    const auto bytes = encode(entry.parsed.program, fuzz_options());
    ASSERT_TRUE(bytes.has_value()) << entry.name;
    EXPECT_TRUE(decode(*bytes, fuzz_options()) == entry.parsed.program) << entry.name;
  }
}

TEST(Corpus, no_two_programs_are_the_same) {
  std::map<std::string, std::string> names;
  for (const Entry& entry : read_corpus()) {
    const auto [other, is_new] = names.emplace(print(entry.parsed.program), entry.name);
    EXPECT_TRUE(is_new) << entry.name << " and " << other->second;
  }
}

TEST(Corpus, together_they_use_every_op_and_every_verb) {
  OpSet ops = 0;
  VerbSet verbs = 0;
  for (const Entry& entry : read_corpus()) {
    for (const Instruction& instruction : entry.parsed.program.code) ops |= bit(instruction.op);
    for (const Action& action : entry.parsed.program.actions) verbs |= bit(action.verb);
  }
  for (const OpInfo& row : kOps)
    EXPECT_TRUE(contains(ops, row.op)) << "no program has " << row.name;
  EXPECT_EQ(verbs, kAllVerbs);
}

TEST(Corpus, the_expression_of_micrograds_readme_has_its_value) {
  for (const Entry& entry : read_corpus()) {
    if (entry.name != "micrograd_readme") continue;
    EXPECT_NEAR(execute<double>(entry.parsed.program).back(), 24.7041, 5e-5);
    return;
  }
  ADD_FAILURE() << "micrograd_readme.prog is missing";
}

}  // namespace
}  // namespace cradle
