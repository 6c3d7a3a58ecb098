// Completion in bash and zsh, and the manual page: each offers, or tells, every verb and every flag
// that the command has.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "checks/properties/command_process.h"

namespace cradle {
namespace {

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string installed(const std::string& name, const Folder& folder) {
  return run_program({"sh", "-c", "command -v " + name}, folder).out;
}

// What bash would offer behind a line: the script does not ask readline for anything else.
std::vector<std::string> offered(const std::string& line, const Folder& folder) {
  static constexpr const char* kScript =
      "set -u; cd \"$2\"; COMP_WORDBREAKS=$' \\t\\n\"\\'@><=;|&(:'; source <(\"$3\" completion "
      "bash); COMP_LINE=$1; COMP_POINT=${#1}; _cradle; printf '%s\\n' "
      "${COMPREPLY[@]+\"${COMPREPLY[@]}\"}";
  const Ended ended = run_program(
      {"bash", "--norc", "--noprofile", "-c", kScript, "bash", line, folder / ".", CRADLE_BINARY},
      folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "") << line;
  std::vector<std::string> lines = sorted_lines(ended.out);
  std::erase(lines, "");
  return lines;
}

// Flags and verbs as help lists them.
std::vector<std::string> told_by_help(const Words& words, const std::string& section,
                                      const Folder& folder) {
  std::vector<std::string> names;
  std::istringstream stream(run_cradle(words, folder).out);
  bool inside = false;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line[0] != ' ') inside = line == section;
    if (!inside || line.size() < 3 || line[0] != ' ' || line[2] == ' ') continue;
    std::istringstream entry(line);
    for (std::string name; entry >> name;) {
      const bool more = name.back() == ',';
      if (more) name.pop_back();
      names.push_back(name);
      if (!more) break;
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(CompletionInBash, offers_every_verb_and_every_flag) {
  const Folder folder;
  const std::vector<std::string> verbs = told_by_help({"help"}, "Verbs:", folder);
  EXPECT_EQ(offered("cradle ", folder), verbs);
  EXPECT_EQ(offered("cradle help ", folder), verbs);
  EXPECT_EQ(offered("cradle ex", folder), Words{"exhaust"});
  for (const std::string& verb : verbs) {
    const std::vector<std::string> flags = told_by_help({"help", verb}, "Flags:", folder);
    EXPECT_GE(flags.size(), 2u);
    EXPECT_EQ(offered("cradle " + verb + " -", folder), flags) << verb;
  }
  EXPECT_EQ(offered("cradle check --engine tape --js", folder), Words{"--json"});
  EXPECT_EQ(offered("/usr/bin/cradle check --strict --jo", folder), Words{"--jobs"});
}

TEST(CompletionInBash, offers_the_values_of_a_flag) {
  const Folder folder;
  folder.write("mine.prog", "");
  folder.write("libmine.so", "");
  EXPECT_EQ(offered("cradle check --engine microcrad", folder),
            (Words{"microcrad", "microcrad:single"}));
  EXPECT_EQ(offered("cradle check --engine ./lib", folder), Words{"./libmine.so"});
  // Bash has "faulty:" already: what is behind it is offered.
  EXPECT_EQ(offered("cradle check --engine faulty:sign_l", folder), Words{"sign_lost"});
  EXPECT_EQ(offered("cradle check --engine=faulty:sign_l", folder), Words{"sign_lost"});
  EXPECT_EQ(offered("cradle check --profile=sp", folder), Words{"special"});
  EXPECT_EQ(offered("cradle check --only glo", folder), Words{"global"});
  EXPECT_EQ(offered("cradle check --only local,glo", folder), Words{"local,global"});
  EXPECT_EQ(offered("cradle calibrate --only d", folder), Words{"detection"});
  EXPECT_EQ(offered("cradle convert --to ", folder), (Words{"bytes", "text"}));
  EXPECT_EQ(offered("cradle completion ", folder), (Words{"bash", "zsh"}));
  EXPECT_EQ(offered("cradle run mine", folder), Words{"mine.prog"});
  EXPECT_EQ(offered("cradle check --json lib", folder), Words{"libmine.so"});
  EXPECT_EQ(offered("cradle check --seed ", folder), Words{});
  EXPECT_EQ(offered("cradle unknown ", folder), Words{});
}

TEST(CompletionInZsh, is_read_without_complaint_and_has_every_flag) {
  const Folder folder;
  const Ended script = run_cradle({"completion", "zsh"}, folder);
  EXPECT_EQ(script.status, 0);
  for (const std::string& verb : told_by_help({"help"}, "Verbs:", folder)) {
    EXPECT_NE(script.out.find("\n      " + verb + ")\n"), std::string::npos) << verb;
    for (const std::string& flag : told_by_help({"help", verb}, "Flags:", folder)) {
      EXPECT_NE(script.out.find('\'' + flag), std::string::npos) << flag;
    }
  }
  if (installed("zsh", folder).empty()) GTEST_SKIP() << "zsh is not installed";
  const std::string file = folder.write("_cradle", script.out);
  const Ended read = run_program({"zsh", "-f", "-n", file}, folder);
  EXPECT_EQ(read.status, 0) << read.err;
  // As a user has it: in a folder of fpath, found by compinit.
  const Ended loaded =
      run_program({"zsh", "-f", "-c",
                   "fpath=($1 $fpath); autoload -U compinit; compinit -u -D; print $_comps[cradle]",
                   "zsh", folder / "."},
                  folder);
  EXPECT_EQ(loaded.out, "_cradle\n") << loaded.err;
}

// In a shell as a user has it, on a terminal that zsh makes: keys in, and the line that they give.
TEST(CompletionInZsh, completes_a_line) {
  const Folder folder;
  if (installed("zsh", folder).empty()) GTEST_SKIP() << "zsh is not installed";
  folder.write("_cradle", run_cradle({"completion", "zsh"}, folder).out);
  static constexpr const char* kScript = R"(
    zmodload zsh/zpty
    zpty -b shell zsh -f -i
    zpty -w shell "fpath=($1 \$fpath); autoload -U compinit; compinit -u -D; print rea''dy"
    await() {  # until it is shown, or a minute is over
      local piece all='' until=$((SECONDS + 60))
      while [[ $all != *$1* ]] && ((SECONDS < until)); do
        if zpty -r -t shell piece; then all+=$piece; else sleep 0.05; fi
      done
      [[ $all == *$1* ]] || print -r -- "no $1 in $all"
    }
    await ready
    zpty -w -n shell $'cradle check --engine faulty:sign_l\t'
    await sign_lost
    zpty -w -n shell $'\x15cradle check --only local,glo\t'
    await local,global
    zpty -w -n shell $'\x15cradle exh\t--act\t'
    await --actions
  )";
  const Ended ended = run_program({"zsh", "-f", "-c", kScript, "zsh", folder / "."}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "") << ended.err;
}

TEST(ManualPage, tells_every_verb_and_every_flag_and_is_well_formed) {
  const Folder folder;
  const Ended page = run_cradle({"manual"}, folder);
  EXPECT_EQ(page.status, 0);
  const std::string file = folder.write("cradle.1", page.out);
  if (installed("groff", folder).empty()) GTEST_SKIP() << "groff is not installed";
  const Ended shown =
      run_program({"groff", "-man", "-ww", "-Tascii", "-P-cbou", "-rLL=200n", file}, folder);
  EXPECT_EQ(shown.status, 0);
  EXPECT_EQ(shown.err, "") << "warnings";
  for (const std::string& verb : told_by_help({"help"}, "Verbs:", folder)) {
    EXPECT_NE(shown.out.find("cradle " + verb), std::string::npos) << verb;
    for (const std::string& flag : told_by_help({"help", verb}, "Flags:", folder)) {
      if (flag == "-h" || flag == "--help") continue;  // told once, for all
      EXPECT_NE(shown.out.find(flag), std::string::npos) << verb << ' ' << flag;
    }
  }
  for (const char* part : {"EXIT STATUS", "ENVIRONMENT", "NO_COLOR", "--help"}) {
    EXPECT_NE(shown.out.find(part), std::string::npos) << part;
  }
  if (installed("mandoc", folder).empty()) return;
  const Ended checked = run_program({"mandoc", "-T", "lint", "-W", "warning", file}, folder);
  EXPECT_EQ(checked.out + checked.err, "");
}

}  // namespace
}  // namespace cradle
