// Printing programs, and the spelling of numbers.

#include "checks/program/text.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "checks/program/verbs.h"

namespace cradle {
namespace {

void append(std::string& text, std::uint64_t number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

void append_node(std::string& text, NodeId node) {
  text += '%';
  append(text, node);
}

void append_line(std::string& text, const Instruction& instruction, NodeId node) {
  const OpInfo& row = info(instruction.op);
  append_node(text, node);
  text += " = ";
  text += row.name;
  for (std::size_t slot = 0; slot < row.arity; ++slot) {
    text += ' ';
    append_node(text, instruction.operands[slot]);
  }
  if (instruction.op == Op::neuron) {
    text += ' ';
    append(text, instruction.count);
    if (instruction.linear) text += " linear";
  }
  if (row.immediate != Immediate::none) text += ' ' + print(instruction.immediate);
}

void append_line(std::string& text, const Action& action) {
  const VerbInfo& row = info(action.verb);
  text += row.name;
  if (row.has_target) {
    text += ' ';
    append_node(text, action.target);
  }
  if (action.verb == Verb::set) text += ' ' + print(action.value);
  if (action.verb == Verb::misuse_null) (text += ' ') += info(action.op).name;
  if (action.verb == Verb::fail) {
    text += ' ';
    append(text, action.count);
  }
}

}  // namespace

std::string ParseError::text() const {
  return file + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " + message;
}

std::string print(double number) {
  if (std::isnan(number)) return "nan";
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return std::string(digits.data(), end);
}

std::string print(const Instruction& instruction, NodeId node) {
  std::string text;
  append_line(text, instruction, node);
  return text;
}

std::string print(const Action& action) {
  std::string text;
  append_line(text, action);
  return text;
}

std::string print(const Program& program) {
  std::string text;
  std::size_t next = 0;
  for (NodeId position = 0; position <= program.code.size(); ++position) {
    for (; next < program.actions.size() && program.actions[next].position == position; ++next) {
      append_line(text, program.actions[next]);
      text += '\n';
    }
    if (position == program.code.size()) break;
    append_line(text, program.code[position], position);
    text += '\n';
  }
  return text;
}

std::optional<double> parse_number(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) return std::nullopt;
  }
  std::chars_format format = std::chars_format::general;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    format = std::chars_format::hex;
    text.remove_prefix(2);
    // from_chars would also read "-1", "inf" and "nan" here.
    if (text.front() != '.' && !std::isxdigit(static_cast<unsigned char>(text.front()))) {
      return std::nullopt;
    }
  }
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, format);
  // Out of range is no number: it would silently become another one.
  if (error != std::errc() || stop != end) return std::nullopt;
  return canonical(negative ? -number : number);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShownMax = 40;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result = "'";
  for (const char c : text.substr(0, kShownMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      result += c;
    } else {
      (((result += "\\x") += kHex[byte >> 4])) += kHex[byte & 15];
    }
  }
  if (text.size() > kShownMax) result += "...";
  return result += '\'';
}

std::string as_word(const std::string& word) {
  const char* const plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+=,-";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char letter : word)
    quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + '\'';
}

}  // namespace cradle
