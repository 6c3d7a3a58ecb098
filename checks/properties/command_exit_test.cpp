// The command's mistakes: each bad word, file, program or engine ends with its own exit status and
// one line on standard error that says where, and nothing else is printed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "checks/properties/command_process.h"

namespace cradle {
namespace {

constexpr const char* kAdd = "%0 = input 1\n%1 = add %0 %0\n";

// `place` is what stands behind "cradle: ".
void expect_refused_file(const Words& words, int status, const std::string& place,
                         const Folder& folder, const Conditions& conditions = {}) {
  std::string shown;
  for (const std::string& word : words) shown += ' ' + word;
  SCOPED_TRACE(shown);
  const Ended ended = run_cradle(words, folder, conditions);
  EXPECT_EQ(ended.status, status);
  EXPECT_EQ(ended.err.rfind("cradle: " + place, 0), 0u) << ended.err;
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  EXPECT_EQ(ended.err.empty() ? '\0' : ended.err.back(), '\n');
  EXPECT_TRUE(std::all_of(ended.err.begin(), ended.err.end(), [](char c) {
    return c == '\n' || (c >= ' ' && c <= '~');
  })) << ended.err;
  EXPECT_EQ(ended.out, "");
}

// Every verb that reads a program, and check, which reads a corpus.
std::vector<Words> readers(const Folder& folder, const std::string& file) {
  return {{"run", file},
          {"show", file, "-o", folder / "graph.dot"},
          {"minimise", file},
          {"reproduce", file},
          {"convert", file, "--to", "bytes", "-o", folder / "bytes"}};
}

void expect_bad_program(const Folder& folder, const std::string& file, const std::string& place) {
  for (const Words& words : readers(folder, file)) expect_refused_file(words, 2, place, folder);
}

TEST(CommandMistakes, in_a_program_are_told_with_file_line_and_column) {
  const Folder folder;
  const auto bad = [&](const char* text, const std::string& place) {
    const std::string file = folder.write("bad.prog", text);
    expect_bad_program(folder, file, file + ':' + place);
  };
  bad("", "1:1: the program has no instructions");
  bad("# nothing but words\n", "2:1: the program has no instructions");
  bad("%0 = input 1\n%1 = add %0 %7\n", "2:13: %7 does not exist yet");
  bad("%0 = input 1\n%1 = pow %0\n", "2:12: pow needs an exponent");
  bad("%0 = input 1\nrelease %0\nrelease %0\n", "3:9: %0 is not held here");
  bad("%0 = input 1\n%2 = exp %0\n", "2:1: ");
  bad("%0 = input one\n", "1:12: ");
  bad("%0 = input 1\n%1 = cosh %0\n", "2:6: ");
  bad("%0 = input 1\nfail 0\n", "2:6: ");
  bad("family chain\n", "1:");
  bad("family chain 99999999999999999999\n", "1:14: ");
}

TEST(CommandMistakes, in_a_program_on_standard_input_are_told_with_its_place) {
  const Folder folder;
  Conditions conditions;
  conditions.input = folder.write("bad.prog", "%0 = input 1\n%1 = add %0 %7\n");
  expect_refused_file({"run", "-"}, 2, "standard input:2:13: %7 does not exist yet", folder,
                      conditions);
  conditions.input = "/dev/null";
  expect_refused_file({"run", "-"}, 2, "standard input:1:1: ", folder, conditions);
  conditions.input = "";  // closed
  expect_refused_file({"run", "-"}, 2, "standard input:1:1: cannot be read: ", folder, conditions);
}

TEST(CommandMistakes, that_are_no_text_at_all_are_told_at_their_first_bytes) {
  const Folder folder;
  std::mt19937_64 noise_words(1);  // the standard says what it gives
  std::string noise = "\x01";
  for (int k = 0; k < 625; ++k) {
    const std::uint64_t word = noise_words();
    noise.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  for (const std::string& file : {folder.write("noise", noise), std::string("/dev/zero"),
                                  folder.write("line", std::string(100'000'000, 'x'))}) {
    expect_bad_program(folder, file, file + ":1:");
  }
  const std::string second_line = folder.write("second_line", "\n" + noise);
  expect_bad_program(folder, second_line, second_line + ":2:1: this is no text");
  const std::string late =
      folder.write("late", kAdd + std::string("# ") + std::string(100'000'000, 'x'));
  expect_bad_program(folder, late, late + ":3:");
}

TEST(CommandMistakes, of_files_that_cannot_be_read_or_written_are_told_with_their_names) {
  const Folder folder;
  const std::string add = folder.write("add.prog", kAdd);
  const std::string absent = folder / "absent.prog";
  expect_bad_program(folder, absent, absent + ":1:1: cannot be read: No such file");
  expect_bad_program(folder, folder / ".", folder / "." + ":1:1: cannot be read: it is a folder");
  const std::string unwritable = folder / "absent/result";
  expect_refused_file({"show", add, "-o", unwritable + ".dot"}, 2, unwritable, folder);
  expect_refused_file({"show", add, "-o", unwritable + ".svg"}, 2, unwritable, folder);
  expect_refused_file({"show", add, "-o", folder / "graph.jpeg"}, 2, "-o takes a name", folder);
  expect_refused_file({"convert", add, "--to", "bytes", "-o", unwritable}, 2, unwritable, folder);
  expect_refused_file({"convert", absent, "--to", "text"}, 2, absent + ":1:1: ", folder);
  expect_refused_file({"convert", "/dev/zero", "--to", "text"}, 2, "/dev/zero:1:1: ", folder);
  expect_refused_file({"convert", "/dev/null", "--to", "text"}, 2, "/dev/null:1:1: ", folder);
}

}  // namespace
}  // namespace cradle
