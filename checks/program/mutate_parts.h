// The parts that `mutate` is made of: records of a draw of ops and verbs, and graphs of them.

#pragma once

#include <cstdint>
#include <vector>

#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/record.h"

namespace cradle {

/// Makes records of the ops and verbs that it drew when it was made.
class RecordMaker {
 public:
  RecordMaker(Choices& choices, const GenerateOptions& options);

  /// Returns an input, an operation or, where there are verbs, an action.
  Record any();
  Record input();
  Record operation();
  Record action();
  /// Returns an operation of one operand, or of two: of any op where the draw has none of those.
  Record unary();
  Record binary();
  /// Returns a record of that op, or verb; an operation, or an input, where it is not offered.
  Record of(Op op);
  Record of(Verb verb, std::uint32_t distance = 0);

  /// Returns how far back an operand is: mostly near.
  std::uint32_t distance();
  /// Returns a number for a record of that kind.
  std::uint64_t number(std::uint64_t kind);

  bool offers(Op op) const { return kinds_.of(op).has_value(); }
  bool offers(Verb verb) const { return kinds_.of(verb).has_value(); }
  Choices& choices() { return choices_; }

 private:
  Record among(const FewOps& ops);

  Choices& choices_;
  RecordKinds kinds_;
  FewOps ops_;  // the draw; never with input
  FewOps unary_;
  FewOps binary_;
  FewVerbs verbs_;
};

/// Returns a graph and what is done with it, of at most `most` records: a dense one and backward, a
/// ladder, a long chain, a neuron, two roots, releases in some order, a node held many times.
std::vector<Record> draw_graph(RecordMaker& maker, std::size_t most);

}  // namespace cradle
