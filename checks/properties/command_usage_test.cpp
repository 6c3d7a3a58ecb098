// What the command says of itself: help of each verb with examples that work, in 80 columns; and
// what may have been meant by a word that it does not know.

#include <gtest/gtest.h>

#include <string>

#include "checks/cradle/nearest.h"
#include "checks/cradle/usage.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The entries of a section of help: "Verbs", "Flags", "Example"; without what explains them.
std::vector<std::string> entries_of(const std::string& help, const std::string& section) {
  std::vector<std::string> entries;
  bool inside = false;
  for (const std::string& line : lines_of(help)) {
    if (!line.empty() && line[0] != ' ') inside = line == section + ':' || line == section + "s:";
    if (inside && line.size() > 2 && line[0] == ' ' && line[2] != ' ') {
      entries.push_back(line.substr(2));
    }
  }
  return entries;
}

std::vector<std::string> verbs_of(const Folder& folder) {
  std::vector<std::string> verbs;
  for (const std::string& entry : entries_of(run_cradle({"--help"}, folder).out, "Verb")) {
    verbs.push_back(entry.substr(0, entry.find(' ')));
  }
  return verbs;
}

TEST(CommandHelp, of_each_verb_has_an_example_fits_80_columns_and_is_told_by_help_too) {
  const Folder folder;
  const std::vector<std::string> verbs = verbs_of(folder);
  EXPECT_GE(verbs.size(), 13u);
  for (const std::string& verb : verbs) {
    const Ended ended = run_cradle({verb, "--help"}, folder);
    EXPECT_EQ(ended.status, 0) << verb;
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(ended.out.rfind("usage: cradle " + verb, 0), 0u) << ended.out;
    EXPECT_FALSE(entries_of(ended.out, "Example").empty()) << verb;
    EXPECT_EQ(run_cradle({"help", verb}, folder).out, ended.out);
    for (const std::string& line : lines_of(ended.out)) EXPECT_LE(line.size(), 80u) << line;
    for (const std::string& flag : entries_of(ended.out, "Flag")) {
      EXPECT_EQ(flag[0], '-') << flag;
    }
  }
  EXPECT_EQ(run_cradle({"help"}, folder).out, run_cradle({"--help"}, folder).out);
  EXPECT_EQ(run_cradle({"--version"}, folder).out.rfind("cradle 0.", 0), 0u);
}

TEST(CommandHelp, has_examples_that_work) {
  const Folder folder;
  folder.write("add.prog", "%0 = input 2\n%1 = add %0 %0\n");
  const std::string tools = folder / "tools";
  std::filesystem::create_directory(tools);
  std::filesystem::create_symlink(CRADLE_BINARY, tools + "/cradle");
  std::filesystem::create_symlink(std::string(CRADLE_SAMPLES) + "/libsample_raw_value.so",
                                  folder / "libmine.so");
  run_cradle({"run", folder / "add.prog", "--json", folder / "result.json"}, folder);
  std::size_t run = 0;
  for (const std::string& verb : verbs_of(folder)) {
    for (const std::string& example :
         entries_of(run_cradle({"help", verb}, folder).out, "Example")) {
      // Minutes, with a sanitizer, of what other tests do as well.
      if (kSanitized && (verb == "check" || verb == "calibrate")) continue;
      const std::string line = "cd " + folder / "." + " && PATH=" + tools + ":$PATH && " + example;
      const Ended ended = run_program({"bash", "-c", line}, folder);
      const bool finds = example.find("faulty:") != std::string::npos;
      EXPECT_EQ(ended.status, finds ? 1 : 0) << example << '\n' << ended.out << ended.err;
      ++run;
    }
  }
  EXPECT_GE(run, kSanitized ? 12u : 16u);
  for (const char* file : {"graph.svg", "small.prog", "bug.c", "add.bytes", "progress.json",
                           "result.html", "result.xml", "result.sarif", "cradle.1"}) {
    const bool drawn = std::string(file) != "graph.svg" ||
                       run_program({"sh", "-c", "command -v dot"}, folder).status == 0;
    EXPECT_EQ(std::filesystem::exists(folder / file), drawn) << file;
  }
}

TEST(CommandHelp, is_as_narrow_as_the_terminal) {
  VerbUsage verb;
  verb.name = "look";
  verb.help = "See what there is, in words that do not fit a line of forty columns";
  verb.flags = {
      {{"--number-of-things"}, "N", "how many of them, at the most, are told", false, false, false},
      {{"-o"}, "F", "where to write what was seen", false, true, false}};
  verb.examples = {"cradle look"};
  for (const std::size_t columns : {40u, 60u, 80u}) {
    for (const std::string& line : lines_of(help_text(verb, columns))) {
      EXPECT_LE(line.size(), columns) << line;
    }
  }
  EXPECT_NE(help_text(verb, 40), help_text(verb, 80));
  EXPECT_EQ(help_text(verb, 1), help_text(verb, 40)) << "words are not cut";
}

TEST(CommandNearWords, that_are_nearly_right_are_answered_with_the_right_one) {
  const Folder folder;
  struct Typo {
    int status;
    Words words;
    std::string told;
  };
  for (const Typo& typo : {
           Typo{2, {"chekc"}, "there is no verb 'chekc': did you mean check? See cradle --help"},
           {2, {"minimize", "F"}, "there is no verb 'minimize': did you mean minimise?"},
           {2, {"help", "exaust"}, "there is no verb 'exaust': did you mean exhaust?"},
           {2,
            {"check", "--enigne", "tape"},
            "check has no flag '--enigne': did you mean --engine? See cradle check --help"},
           {2, {"check", "--seed=1", "--ony=local"}, "no flag '--ony': did you mean --only?"},
           {2, {"run", "F", "--htlm", "G"}, "run has no flag '--htlm': did you mean --html?"},
           {2, {"--versoin"}, "cradle has no flag '--versoin': did you mean --version?"},
           {3, {"check", "--engine", "microcad"}, "'microcad': did you mean microcrad?"},
           {3, {"run", "F", "--engine", "faulty:sign_last"}, "did you mean faulty:sign_lost?"},
           {2, {"check", "--only", "gobal"}, "'gobal': did you mean global?"},
           {2, {"check", "--only", "local,meta"}, "'meta'; there are survival, forward"},
           {2, {"check", "--frobnicate"}, "check has no flag '--frobnicate'; see cradle check"},
       }) {
    SCOPED_TRACE(typo.told);
    const Ended ended = run_cradle(typo.words, folder);
    EXPECT_EQ(ended.status, typo.status);
    EXPECT_NE(ended.err.find(typo.told), std::string::npos) << ended.err;
    EXPECT_EQ(lines_of(ended.err).size(), 1u) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
}

TEST(CommandNearWords, are_near_by_letters_that_are_missing_surplus_another_or_swapped) {
  const std::vector<std::string> names = {"check", "exhaust", "run"};
  for (const char* word : {"check", "chck", "checkk", "chock", "hceck"}) {
    EXPECT_EQ(nearest(word, names), "check") << word;
  }
  EXPECT_EQ(nearest("rn", names), "run");
  EXPECT_EQ(nearest("", names), std::nullopt);
  EXPECT_EQ(nearest("verify", names), std::nullopt);
  EXPECT_EQ(nearest("ch", names), std::nullopt);
  EXPECT_EQ(nearest(std::string(1'000'000, 'x'), names), std::nullopt);
  EXPECT_EQ(did_you_mean("runs", names), ": did you mean run?");
  EXPECT_EQ(did_you_mean("verify", names), "");
}

}  // namespace
}  // namespace cradle
