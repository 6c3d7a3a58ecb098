// The text form of programs: what a person writes, what logs print, what the corpus stores.
//
//   file        = { line "\n" }
//   line        = [ instruction | action | family ] [ "#" comment ]
//   instruction = node "=" ( "input" number | op node { node } [ number ]
//                          | "neuron" node node node count [ "linear" ] )
//   action      = ( "retain" | "release" | "backward" ) node
//               | ( "misuse stale" | "misuse over_release" ) node
//               | "set" node number | "zero_grad" | "fail" count | "misuse null" op
//   family      = "family" name count { count }        (alone in its file, see families.h)
//   node        = "%" digits                           (numbered from 0 in the order of the lines)
//   number      = decimal | hex float | "inf" | "-inf" | "nan"

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "checks/program/program.h"

namespace cradle {

/// Where and why a text is not a program. Lines and columns count from 1, columns in bytes.
struct ParseError {
  std::string file;
  std::size_t line = 1;
  std::size_t column = 1;
  std::string message;

  /// Returns "file:line:column: message".
  std::string text() const;
};

struct Parsed {
  Program program;
  std::string family;  // "chain 1001", when the text was one line of that kind
  std::optional<ParseError> error;
};

/// Prints a program, one line an instruction or action.
/// Ensures  parse(print(p)) == p for every well-formed p.
std::string print(const Program& program);

/// Prints one instruction or action as it stands in a text, without a line end.
std::string print(const Instruction& instruction, NodeId node);
std::string print(const Action& action);

/// Returns the shortest decimal that reads back as the same double; "nan", "inf", "-inf", "-0".
std::string print(double number);

/// Parses a text of any bytes. `file` names it in errors.
/// Ensures  without an error, the program is well formed and has at least one instruction.
Parsed parse(std::string_view text, std::string_view file);

/// Reads a number as the text form spells it; nothing when there is anything else.
std::optional<double> parse_number(std::string_view text);

/// Returns `text` with unprintable bytes escaped, cut to a length that fits a line of a terminal.
std::string in_quotes(std::string_view text);

/// Returns a word as a shell reads it back: in quotes where it has anything to be quoted for.
std::string as_word(const std::string& word);

}  // namespace cradle
