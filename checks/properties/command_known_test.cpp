// Findings that are declared to be known: they do not count, and what is declared and does not show
// is told.

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "checks/properties/command_process.h"

namespace cradle {
namespace {

Ended check_known(const std::string& known, const Folder& folder) {
  return run_cradle(
      {"check", "--engine", "faulty:add_same_operand", "--cases", "pure=400,lifetime=100,mlp=0",
       "--only", "local,global,lifetime", "--known", known},
      folder);
}

// The lines under a title, up to an empty one.
std::string under(const std::string& title, const std::string& text) {
  std::istringstream stream(text.substr(std::min(text.size(), text.find(title))));
  std::string lines;
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line) && !line.empty()) lines += line + '\n';
  return lines;
}

TEST(CommandKnown, findings_do_not_count_and_those_that_are_gone_are_told) {
  const Folder folder;
  const Ended fresh = check_known(folder.write("known", "# gone\nforward/value/exp\n"), folder);
  EXPECT_EQ(fresh.status, 1) << fresh.err;
  EXPECT_EQ(under("Known, and not seen this time:", fresh.out), "  forward/value/exp\n");
  const std::string keys = under("New; a line of each", fresh.out);
  EXPECT_NE(keys.find("local/gradient/add\n"), std::string::npos) << fresh.out;
  const Ended adopted = check_known(folder.write("all", keys), folder);
  EXPECT_EQ(adopted.status, 0) << adopted.out;
  EXPECT_NE(under("Known, and not counted:", adopted.out).find("local/gradient/add  met "),
            std::string::npos)
      << adopted.out;
  EXPECT_NE(adopted.out.find("agree: 0 findings"), std::string::npos) << adopted.out;
  EXPECT_NE(adopted.out.find(" --known "), std::string::npos);
}

TEST(CommandKnown, files_with_mistakes_are_told_with_their_line) {
  const Folder folder;
  const auto told = [&](const std::string& text, const std::string& what) {
    const Ended ended = check_known(folder.write("bad", text), folder);
    EXPECT_EQ(ended.status, 2);
    EXPECT_NE(ended.err.find(what), std::string::npos) << ended.err;
  };
  told("\nleak\n", "bad:2: write CHECK/KIND");
  told("leek/leak\n", "bad:1: there is no check 'leek'");
  told("leaks/leek\n", "bad:1: there is no kind 'leek'");
  EXPECT_EQ(check_known(folder / "none", folder).status, 2);
}

}  // namespace
}  // namespace cradle
