// Bad texts, each with the exact place and the words that a person needs: file, line, column, what
// is wrong there and, where it helps, what would be right.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "checks/program/limits.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

struct BadText {
  std::string text;
  std::size_t line;
  std::size_t column;
  std::vector<std::string> fragments;
};

void expect_error(const BadText& bad) {
  const Parsed parsed = parse(bad.text, "bad.prog");
  const std::string shown = bad.text.substr(0, 200);
  ASSERT_TRUE(parsed.error.has_value()) << shown;
  const std::string text = parsed.error->text();
  const std::string place =
      "bad.prog:" + std::to_string(bad.line) + ':' + std::to_string(bad.column) + ": ";
  EXPECT_EQ(text.substr(0, place.size()), place) << shown << "\n" << text;
  for (const std::string& fragment : bad.fragments) {
    EXPECT_NE(text.find(fragment), std::string::npos) << fragment << " in " << text;
  }
  EXPECT_EQ(text.find('\n'), std::string::npos) << "one line";
  EXPECT_LT(text.size(), 250u) << text;
  EXPECT_TRUE(parsed.program.code.empty()) << "no half program";
}

TEST(ParseErrors, instructions) {
  const std::vector<BadText> table = {
      {"%1 = input 1", 1, 1, {"makes %0", "'%1'"}},
      {"%0 = input 1\n%0 = input 2", 2, 1, {"makes %1", "'%0'"}},
      {"%x = input 1", 1, 1, {"makes %0"}},
      {"% = input 1", 1, 1, {"makes %0"}},
      {"%0 input 1", 1, 4, {"'='"}},
      {"%0", 1, 3, {"'='"}},
      {"%0 =", 1, 5, {"an op"}},
      {"%0 = inpt 1", 1, 6, {"unknown op 'inpt'"}},
      {"%0 = ADD 1", 1, 6, {"unknown op 'ADD'"}},
      {"%0 = input", 1, 11, {"needs a value"}},
      {"%0 = input abc", 1, 12, {"'abc'", "no number"}},
      {"%0 = input 1e400", 1, 12, {"'1e400'", "no number that a double can hold"}},
      {"%0 = input 1e-400", 1, 12, {"no number that a double can hold"}},
      {"%0 = input 0x-1", 1, 12, {"no number"}},
      {"%0 = input 1 2", 1, 14, {"nothing may follow", "'2'"}},
      {"%0 = input 1\n%1 = add %0 %1", 2, 13, {"%1 does not exist yet", "newest is %0"}},
      {"%0 = exp %0", 1, 10, {"%0 does not exist yet", "no node has been made"}},
      {"%0 = input 1\n%1 = add %0 0", 2, 13, {"'0' is no node"}},
      {"%0 = input 1\n%1 = add %0", 2, 12, {"add needs a node"}},
      {"%0 = input 1\n%1 = add %0 %0 %0", 2, 16, {"nothing may follow", "'%0'"}},
      {"%0 = input 1\n%1 = exp %99999999999", 2, 10, {"is no node"}},
      {"%0 = input 1\n%1 = pow %0", 2, 12, {"pow needs an exponent"}},
      {"%0 = input 1\n%1 = pow %0 # 2", 2, 13, {"pow needs an exponent"}},
      {"%0 = input 1\n%1 = pow %0 %0", 2, 13, {"'%0'", "no number"}},
      {"%0 = input 1\n\n# c\n   %1 = log   %7", 4, 15, {"%7 does not exist yet"}},
      {"%0 = input 1\r\n%1 = exp\r\n", 2, 10, {"exp needs a node"}},
      {"%0 = input 1\nrelease %0\n%1 = exp %0", 3, 10, {"%0 is not held", "released"}},
  };
  for (const BadText& bad : table) expect_error(bad);
}

TEST(ParseErrors, neurons) {
  const std::string two = "%0 = input 1\n%1 = input 2\n";
  const std::vector<BadText> table = {
      {two + "%2 = neuron %0 %1", 3, 18, {"neuron needs a node"}},
      {two + "%2 = neuron %0 %1 %0", 3, 21, {"number of its products", "65535"}},
      {two + "%2 = neuron %0 %1 %0 0", 3, 22, {"number of its products"}},
      {two + "%2 = neuron %0 %1 %0 65536", 3, 22, {"number of its products"}},
      {two + "%2 = neuron %0 %1 %0 -1", 3, 22, {"number of its products"}},
      {two + "%2 = neuron %0 %1 %0 2", 3, 22, {"2 nodes from %1 on", "exist"}},
      {two + "%2 = neuron %0 %0 %0 2 linea", 3, 24, {"nothing may follow", "'linea'"}},
      {two + "%2 = neuron %0 %0 %0 2 linear 3", 3, 31, {"nothing may follow", "'3'"}},
      {two + "release %1\n%2 = neuron %0 %0 %0 2", 4, 22, {"%1 is not held"}},
  };
  for (const BadText& bad : table) expect_error(bad);
}

TEST(ParseErrors, actions) {
  const std::string one = "%0 = input 1\n";
  const std::vector<BadText> table = {
      {one + "frobnicate %0", 2, 1, {"unknown word 'frobnicate'"}},
      {one + "release", 2, 8, {"release needs a node"}},
      {one + "release %0\nrelease %0", 3, 9, {"%0 is not held"}},
      {one + "release %1", 2, 9, {"%1 does not exist yet"}},
      {"backward %0", 1, 10, {"%0 does not exist yet", "no node"}},
      {one + "backward %0 %0", 2, 13, {"nothing may follow"}},
      {one + "%1 = exp %0\nset %1 2", 3, 5, {"%1 is no input"}},
      {one + "set %0", 2, 7, {"set needs a value"}},
      {one + "set %0 x", 2, 8, {"set needs a value", "'x'"}},
      {one + "fail", 2, 5, {"fail needs a number of 1 or more"}},
      {one + "fail 0", 2, 6, {"1 or more"}},
      {one + "fail 4294967296", 2, 6, {"1 or more"}},
      {one + "zero_grad %0", 2, 11, {"nothing may follow"}},
      {one + "misuse", 2, 7, {"null, stale or over_release"}},
      {one + "misuse add", 2, 8, {"null, stale or over_release", "'add'"}},
      {one + "misuse null", 2, 12, {"op with operands"}},
      {one + "misuse null input", 2, 13, {"op with operands", "'input'"}},
      {one + "misuse null neuron", 2, 13, {"op with operands"}},
      {one + "misuse stale %0", 2, 14, {"%0 is not stale"}},
      {one + "release %0\n%1 = input 2\nmisuse stale %0", 4, 14, {"not stale", "since it died"}},
      {one + "%1 = exp %0\nmisuse over_release %0", 3, 21, {"more than one reference"}},
  };
  for (const BadText& bad : table) expect_error(bad);
}

TEST(ParseErrors, families) {
  const std::vector<BadText> table = {
      {"family", 1, 7, {"unknown family", "chain, ladder, fan_out, dense and network"}},
      {"family tree 3", 1, 8, {"unknown family"}},
      {"family chain", 1, 8, {"write family chain K"}},
      {"family chain 0", 1, 8, {"takes 1 to 10000000"}},
      {"family chain 10000001", 1, 8, {"takes 1 to 10000000"}},
      {"family chain 3 4", 1, 8, {"write family chain K"}},
      {"family chain x", 1, 14, {"'x' is no count"}},
      {"family chain -3", 1, 14, {"'-3' is no count"}},
      {"family chain 99999999999999999999", 1, 14, {"is no count"}},
      {"family network 3", 1, 8, {"write family network"}},
      {"family network 3 0 1", 1, 8, {"1 to 65535"}},
      {"family network 3 65536", 1, 8, {"1 to 65535"}},
      {"family network 3 18446744073709551615", 1, 8, {"1 to 65535"}},
      {"family network 65535 65535", 1, 8, {"more than 10000000 nodes"}},
      {"family dense 3001", 1, 8, {"takes 1 to 3000"}},
      {"family chain 3\n%3 = input 1", 2, 1, {"stands alone"}},
      {"%0 = input 1\nfamily chain 3", 2, 1, {"stands alone"}},
      {"zero_grad\nfamily chain 3", 2, 1, {"stands alone"}},
      {"family chain 3\nfamily chain 3", 2, 1, {"stands alone"}},
  };
  for (const BadText& bad : table) expect_error(bad);
}

TEST(ParseErrors, files_that_are_no_programs) {
  std::string binary =
      "%0 = input 1\n\x7f"
      "ELF";
  const std::vector<BadText> table = {
      {"", 1, 1, {"no instructions"}},
      {"\n\n", 3, 1, {"no instructions"}},
      {"# only a comment\n", 2, 1, {"no instructions"}},
      {"zero_grad\n", 2, 1, {"no instructions"}},
      {binary, 2, 1, {"no text", "\\x7f"}},
      {std::string("%0 = in\0put 1", 13), 1, 8, {"no text", "\\x00"}},
      {"%0 = input 1 # \x01\n", 1, 16, {"no text", "\\x01"}},
      {"\xff\xfe\x00", 1, 1, {"unknown word", "\\xff\\xfe"}},
      {"\xef\xbb\xbf%0 = input 1\n", 1, 1, {"unknown word"}},
  };
  for (const BadText& bad : table) expect_error(bad);
}

TEST(ParseErrors, a_line_of_a_hundred_megabytes_is_refused_at_once) {
  const std::size_t size = 100'000'000;
  for (const char c : {'1', ' ', '#', '%'}) {
    const std::string text(size, c);
    const auto start = std::chrono::steady_clock::now();
    expect_error({text, 1, kLineBytesMax + 1, {"longer than 4096 bytes"}});
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    EXPECT_LT(taken.count(), 2) << "seconds, sanitizers included";
  }
}

TEST(ParseErrors, what_stands_in_a_message_is_printable_and_short) {
  EXPECT_EQ(in_quotes("add"), "'add'");
  EXPECT_EQ(in_quotes("a\x1b[31m\n"), "'a\\x1b[31m\\x0a'");
  EXPECT_EQ(in_quotes("\xff"), "'\\xff'");
  EXPECT_LT(cradle::in_quotes(std::string(10'000, 'x')).size(), 60u);
}

}  // namespace
}  // namespace cradle
