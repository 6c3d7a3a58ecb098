// Parsing programs: any bytes in, a well-formed program or the first error and its place out.

#include <algorithm>

#include "checks/program/families.h"
#include "checks/program/ledger.h"
#include "checks/program/limits.h"
#include "checks/program/text.h"
#include "checks/program/verbs.h"
#include "checks/program/words.h"

namespace cradle {
namespace {

std::string node_name(NodeId node) { return '%' + std::to_string(node); }

class Parser {
 public:
  std::optional<Failure> line(std::string_view text) {
    Words words(text);
    const std::string_view first = words.next();
    if (first.empty()) return std::nullopt;
    if (!family_.empty()) return words.failure("a family stands alone in its file");
    std::optional<Failure> failure = first == "family"      ? parse_family(words)
                                     : first.front() == '%' ? parse_instruction(words, first)
                                                            : parse_action(words, first);
    if (failure) return failure;
    const std::string_view rest = words.next();
    if (!rest.empty())
      return words.failure("nothing may follow here, but " + in_quotes(rest) + " does");
    return std::nullopt;
  }
  Program take_program() { return std::move(program_); }
  std::string take_family() { return std::move(family_); }
  bool empty() const { return program_.code.empty(); }

 private:
  std::optional<Failure> parse_instruction(Words& words, std::string_view first);
  std::optional<Failure> parse_neuron(Words& words, Instruction& instruction);
  std::optional<Failure> parse_action(Words& words, std::string_view first);
  std::optional<Failure> parse_misuse(Words& words, Action& action);
  std::optional<Failure> parse_family(Words& words);
  std::optional<Failure> held_node(Words& words, std::string_view what, NodeId& node);
  std::optional<Failure> made_node(Words& words, std::string_view what, NodeId& node);

  Program program_;
  Ledger ledger_{program_};
  std::string family_;
};

std::optional<Failure> Parser::made_node(Words& words, std::string_view what, NodeId& node) {
  const std::string_view word = words.next();
  if (word.empty()) return words.failure(std::string(what) + " needs a node such as %0 here");
  const auto number =
      word.front() == '%' ? parse_count<NodeId>(word.substr(1)) : std::optional<NodeId>();
  if (!number) return words.failure(in_quotes(word) + " is no node: write %0, %1, ...");
  if (*number >= ledger_.size()) {
    return words.failure(node_name(*number) + " does not exist yet: " +
                         (ledger_.size() == 0 ? "no node has been made"
                                              : "the newest is " + node_name(ledger_.size() - 1)));
  }
  node = *number;
  return std::nullopt;
}

std::optional<Failure> Parser::held_node(Words& words, std::string_view what, NodeId& node) {
  if (auto failure = made_node(words, what, node)) return failure;
  if (ledger_.held(node) > 0) return std::nullopt;
  return words.failure(node_name(node) + " is not held here: it has been released");
}

std::optional<Failure> Parser::parse_instruction(Words& words, std::string_view first) {
  const auto number = parse_count<NodeId>(first.substr(1));
  const NodeId self = ledger_.size();
  if (!number || *number != self) {
    return words.failure("this line makes " + node_name(self) + ", not " + in_quotes(first));
  }
  if (self >= kParsedNodesMax) {
    return words.failure("a program has at most " + std::to_string(kParsedNodesMax) + " nodes");
  }
  if (words.next() != "=") return words.failure("expected '=' after " + node_name(self));
  const std::string_view name = words.next();
  if (name.empty()) return words.failure("expected an op after '='");
  Instruction instruction;
  const OpInfo* row = nullptr;
  for (const OpInfo& candidate : kOps) {
    if (candidate.name == name) row = &candidate;
  }
  if (row == nullptr) return words.failure("unknown op " + in_quotes(name));
  instruction.op = row->op;
  if (row->op == Op::neuron) {
    if (auto failure = parse_neuron(words, instruction)) return failure;
  } else {
    for (std::size_t slot = 0; slot < row->arity; ++slot) {
      if (auto failure = held_node(words, name, instruction.operands[slot])) return failure;
    }
  }
  if (row->immediate != Immediate::none) {
    const std::string_view word = words.next();
    const char* const what = row->immediate == Immediate::exponent ? "an exponent" : "a value";
    if (word.empty()) return words.failure(std::string(name) + " needs " + what + " here");
    const auto value = parse_number(word);
    if (!value) return words.failure(in_quotes(word) + " is no number that a double can hold");
    instruction.immediate = *value;
  }
  program_.code.push_back(instruction);
  ledger_.make();
  return std::nullopt;
}

std::optional<Failure> Parser::parse_neuron(Words& words, Instruction& instruction) {
  for (NodeId& operand : instruction.operands) {
    if (auto failure = held_node(words, "neuron", operand)) return failure;
  }
  const std::string_view word = words.next();
  const auto count = parse_count<std::uint16_t>(word);
  if (!count || *count == 0) {
    return words.failure("neuron needs the number of its products here, 1 to " +
                         std::to_string(kNeuronProductsMax));
  }
  instruction.count = *count;
  for (unsigned group = 0; group < 2; ++group) {
    for (NodeId k = 0; k < *count; ++k) {
      const NodeId node = instruction.operands[group] + k;
      if (node >= ledger_.size()) {
        return words.failure("the " + std::to_string(*count) + " nodes from " +
                             node_name(instruction.operands[group]) + " on do not all exist yet");
      }
      if (ledger_.held(node) == 0) return words.failure(node_name(node) + " is not held here");
    }
  }
  Words ahead = words;
  const std::string_view linear = ahead.next();
  if (linear == "linear") {
    instruction.linear = true;
    words = ahead;
  }
  return std::nullopt;
}

std::optional<Failure> Parser::parse_misuse(Words& words, Action& action) {
  const std::string_view how = words.next();
  if (how == "null") {
    action.verb = Verb::misuse_null;
    const std::string_view name = words.next();
    for (const OpInfo& row : kOps) {
      if (row.name == name) action.op = row.op;
    }
    if (action.op == Op::input || action.op == Op::neuron) {
      return words.failure("misuse null needs an op with operands, not " + in_quotes(name));
    }
    return std::nullopt;
  }
  if (how == "stale") {
    action.verb = Verb::misuse_stale;
    if (auto failure = made_node(words, "misuse stale", action.target)) return failure;
    if (ledger_.freshly_dead(action.target)) return std::nullopt;
    return words.failure(node_name(action.target) +
                         " is not stale: it lives, or nodes were made since it died");
  }
  if (how == "over_release") {
    action.verb = Verb::misuse_over_release;
    if (auto failure = held_node(words, "misuse over_release", action.target)) return failure;
    if (ledger_.count(action.target) == 1) {
      ledger_.release(action.target);
      return std::nullopt;
    }
    return words.failure(node_name(action.target) + " has more than one reference");
  }
  return words.failure("expected null, stale or over_release, not " + in_quotes(how));
}

std::optional<Failure> Parser::parse_action(Words& words, std::string_view first) {
  if (program_.actions.size() >= kParsedActionsMax) {
    return words.failure("a program has at most " + std::to_string(kParsedActionsMax) + " actions");
  }
  Action action;
  action.position = ledger_.size();
  std::optional<Failure> failure;
  if (first == "zero_grad") {
    action.verb = Verb::zero_grad;
  } else if (first == "fail") {
    action.verb = Verb::fail;
    const auto count = parse_count<std::uint32_t>(words.next());
    if (!count || *count == 0) return words.failure("fail needs a number of 1 or more here");
    action.count = *count;
  } else if (first == "misuse") {
    failure = parse_misuse(words, action);
  } else if (first == "retain" || first == "release" || first == "backward" || first == "set") {
    failure = held_node(words, first, action.target);
    if (failure) return failure;
    if (first == "retain") {
      action.verb = Verb::retain;
      ledger_.retain(action.target);
    } else if (first == "release") {
      action.verb = Verb::release;
      ledger_.release(action.target);
    } else if (first == "set") {
      action.verb = Verb::set;
      if (program_.code[action.target].op != Op::input) {
        return words.failure(node_name(action.target) + " is no input: only inputs can be set");
      }
      const std::string_view word = words.next();
      const auto value = parse_number(word);
      if (!value) return words.failure("set needs a value here, not " + in_quotes(word));
      action.value = *value;
    }
  } else {
    return words.failure("unknown word " + in_quotes(first) + ": expected %N = ..., or an action");
  }
  if (!failure) program_.actions.push_back(action);
  return failure;
}

std::optional<Failure> Parser::parse_family(Words& words) {
  if (!program_.code.empty() || !program_.actions.empty()) {
    return words.failure("a family stands alone in its file");
  }
  const std::string_view name = words.next();
  const Failure at_name = words.failure({});
  family_ = name;
  std::vector<std::uint64_t> parameters;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    const auto number = parse_count<std::uint64_t>(word);
    if (!number) return words.failure(in_quotes(word) + " is no count");
    parameters.push_back(*number);
    family_ += ' ' + std::to_string(*number);
  }
  std::string error;
  program_ = expand_family(name, parameters, error);
  if (!error.empty()) return Failure{at_name.column, error};
  return std::nullopt;
}

// A byte that no text has, or nothing.
std::optional<std::size_t> first_binary_byte(std::string_view line) {
  for (std::size_t k = 0; k < line.size(); ++k) {
    const auto byte = static_cast<unsigned char>(line[k]);
    if ((byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7f) return k;
  }
  return std::nullopt;
}

}  // namespace

Parsed parse(std::string_view text, std::string_view file) {
  Parsed parsed;
  Parser parser;
  std::size_t line_number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    ++line_number;
    std::optional<Failure> failure;
    if (const auto binary = first_binary_byte(line.substr(0, kLineBytesMax))) {
      failure = Failure{*binary, "this is no text: byte " + in_quotes(line.substr(*binary, 1))};
    } else if (line.size() > kLineBytesMax) {
      failure = Failure{kLineBytesMax,
                        "the line is longer than " + std::to_string(kLineBytesMax) + " bytes"};
    } else {
      failure = parser.line(line);
    }
    if (failure) {
      parsed.error = {std::string(file), line_number, failure->column + 1, failure->message};
      return parsed;
    }
    begin = end + 1;
  }
  if (parser.empty()) {
    parsed.error = {std::string(file), line_number + 1, 1, "the program has no instructions"};
    return parsed;
  }
  parsed.program = parser.take_program();
  parsed.family = parser.take_family();
  return parsed;
}

}  // namespace cradle
