// Laws of the text form: what is printed reads back as the same program, whatever is read never
// harms, and numbers keep every bit.

#include "checks/program/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <vector>

#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

RC_GTEST_PROP(Text, parse_of_print_is_the_program, (const Program& program)) {
  const Parsed parsed = parse(print(program), "printed");
  RC_ASSERT(!parsed.error);
  RC_ASSERT(parsed.program == program);
  RC_ASSERT(parsed.family.empty());
}

TEST(Text, parse_of_print_is_the_program_for_thousands_of_every_profile) {
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    for (const VerbSet verbs : {VerbSet{0}, kAllVerbs}) {
      GenerateOptions options;
      options.profile = profile;
      options.ops = kAllOps;
      options.verbs = verbs;
      for (std::uint64_t k = 0; k < 2000; ++k) {
        const Program program = sample(options, k);
        const Parsed parsed = parse(print(program), "printed");
        ASSERT_FALSE(parsed.error) << parsed.error->text() << "\n" << print(program);
        ASSERT_TRUE(parsed.program == program) << print(program);
      }
    }
  }
}

RC_GTEST_PROP(Text, numbers_of_any_bits_read_back_as_themselves, (std::uint64_t bits)) {
  const double number = canonical(std::bit_cast<double>(bits));
  const auto read = parse_number(print(number));
  RC_ASSERT(read.has_value());
  RC_ASSERT(std::bit_cast<std::uint64_t>(*read) == std::bit_cast<std::uint64_t>(number));
}

TEST(Text, numbers_print_in_their_shortest_form) {
  using Limits = std::numeric_limits<double>;
  const std::vector<std::pair<double, std::string>> table = {
      {0, "0"},
      {-0.0, "-0"},
      {0.1, "0.1"},
      {1e300, "1e+300"},
      {-2.5e-310, "-2.5e-310"},
      {5e-324, "5e-324"},
      {Limits::infinity(), "inf"},
      {-Limits::infinity(), "-inf"},
      {Limits::quiet_NaN(), "nan"},
      {1.0 / 3, "0.3333333333333333"},
      {Limits::max(), "1.7976931348623157e+308"}};
  for (const auto& [number, text] : table) EXPECT_EQ(print(number), text);
}

TEST(Text, numbers_are_read_in_decimal_and_hexadecimal) {
  const std::vector<std::pair<std::string, double>> table = {
      {"0", 0},
      {"-0", -0.0},
      {"+1.5", 1.5},
      {"1e3", 1000},
      {".5", 0.5},
      {"5.", 5},
      {"0x1p3", 8},
      {"-0x1.8p+1", -3},
      {"0XA", 10},
      {"0x.8", 0.5},
      {"0x1p-1074", 5e-324},
      {"0x1.fffffffffffffp+1023", 1.7976931348623157e308},
      {"5e-324", 5e-324},
      {"0.30000000000000004", 0.1 + 0.2}};
  for (const auto& [text, number] : table) {
    const auto read = parse_number(text);
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*read), std::bit_cast<std::uint64_t>(number)) << text;
  }
  EXPECT_EQ(print(*parse_number("inf")), "inf");
  EXPECT_EQ(print(*parse_number("-inf")), "-inf");
  EXPECT_EQ(print(*parse_number("nan")), "nan");
  EXPECT_EQ(print(*parse_number("-nan")), "nan");
}

TEST(Text, what_is_no_number_of_a_double_is_refused) {
  for (const std::string text :
       {"",       "-",        "+",   "--1",  "+-1",  "-+1",   "1e",    "e5",    "1.2.3",
        "0x",     "-0x",      "0xg", "0x-1", "0x+1", "0xinf", "0xnan", "1e400", "-1e400",
        "1e-400", "0x1p1024", "1,5", "1 ",   " 1",   "one",   "1f"}) {
    EXPECT_FALSE(parse_number(text).has_value()) << "'" << text << "'";
  }
}

TEST(Text, comments_blank_lines_tabs_and_carriage_returns_change_nothing) {
  const std::string plain =
      "%0 = input 0.5\n%1 = neuron %0 %0 %0 1 linear\nset %0 2\nbackward %1\n";
  const std::string spread =
      "# a comment\r\n\r\n  %0\t=  input   0.5 # the only input\r\n%1 = neuron %0 %0 %0 1 "
      "linear#x\r\n"
      "\t \r\nset %0 2\r\n   backward %1";
  const Parsed first = parse(plain, "plain");
  const Parsed second = parse(spread, "spread");
  ASSERT_FALSE(first.error);
  ASSERT_FALSE(second.error) << second.error->text();
  EXPECT_TRUE(first.program == second.program);
  EXPECT_EQ(print(second.program), plain);
}

TEST(Text, a_family_is_expanded_and_its_name_kept) {
  const Parsed parsed = parse("# big\n family  chain   0005  # five nodes\n\n", "f");
  ASSERT_FALSE(parsed.error) << parsed.error->text();
  EXPECT_EQ(parsed.program.code.size(), 5u);
  EXPECT_EQ(parsed.family, "chain 5");
}

// Random bytes, and bytes of the language's own words, never harm.
RC_GTEST_PROP(Text, parsing_survives_any_bytes,
              (const std::vector<std::uint8_t>& bytes, std::uint64_t seed)) {
  const Parsed random = parse(std::string(bytes.begin(), bytes.end()), "bytes");
  RC_ASSERT(random.error.has_value() || well_formed(random.program));
  static const std::vector<std::string> kPieces = {
      "%0",     "%1",          "%2",           " ",         " = ",  "input",
      "add",    "pow",         "neuron",       "linear",    "\n",   "\n",
      "#",      "-0",          "nan",          "0x1p3",     "3",    "release",
      "retain", "backward",    "set",          "zero_grad", "fail", "misuse",
      "null",   "stale",       "over_release", "\t",        "\r",   "%",
      "=",      "99999999999", "%4294967296"};
  SeedChoices choices(seed);
  std::string text;
  for (int k = 0; k < 60; ++k) text += kPieces[choices.below(kPieces.size())];
  const Parsed words = parse(text, "words");
  RC_ASSERT(words.error.has_value() || well_formed(words.program));
}

void mutate(Choices& choices, std::string& text) {
  if (text.empty()) return;
  const std::size_t place = choices.below(text.size());
  switch (choices.below(5)) {
    case 0:
      text[place] = static_cast<char>(choices.below(256));
      break;
    case 1:
      text.erase(place, 1 + choices.below(8));
      break;
    case 2:
      text.insert(place, 1, "%0123456789 =\n#-.e"[choices.below(18)]);
      break;
    case 3:
      text.insert(place, text.substr(choices.below(text.size()), choices.below(30)));
      break;
    default:
      text.resize(place);
  }
}

RC_GTEST_PROP(Text, parsing_survives_mutated_texts_and_gives_their_place,
              (const Program& program, std::uint64_t seed)) {
  SeedChoices choices(seed);
  for (int k = 0; k < 20; ++k) {
    std::string text = print(program);
    const std::uint64_t changes = 1 + choices.below(4);
    for (std::uint64_t change = 0; change < changes; ++change) mutate(choices, text);
    const Parsed parsed = parse(text, "mutated");
    if (!parsed.error) {
      RC_ASSERT(well_formed(parsed.program));
      RC_ASSERT(!parsed.program.code.empty());
      RC_ASSERT(parse(print(parsed.program), "again").program == parsed.program);
      continue;
    }
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    RC_ASSERT(parsed.error->line >= 1u && parsed.error->line <= lines + 1);
    RC_ASSERT(parsed.error->column >= 1u && parsed.error->column <= text.size() + 1);
    RC_ASSERT(!parsed.error->message.empty());
  }
}

}  // namespace
}  // namespace cradle
