// Records: reading them from choices, with repair, and writing them.

#include "checks/program/codec.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "checks/program/generate_parts.h"
#include "checks/program/ledger.h"
#include "checks/program/record.h"

namespace cradle {
namespace {

// Turns records into a program, repairing what does not fit.
class Repair {
 public:
  Repair(const GenerateOptions& options, std::size_t records, Program& program)
      : options_(options),
        kinds_(options),
        ops_(kinds_.ops()),
        verbs_(kinds_.verbs()),
        program_(program) {
    program_.code.clear();
    program_.actions.clear();
    program_.code.reserve(std::min(records, options.nodes_max));
    program_.actions.reserve(verbs_.empty() ? 0 : std::min(records, options.actions_max));
    ledger_.reserve(program_.code.capacity());
  }

  void add(const Record& record) {
    if (record.kind < kActionKinds || verbs_.empty()) {
      instruction(record);
    } else {
      action(record);
    }
  }
  void finish() {
    if (program_.code.empty()) program_.code.push_back({});
  }

 private:
  // The nearest node at `distance` or further back that fits; nothing when there is none.
  template <typename Fits>
  std::optional<NodeId> nearest(std::uint32_t distance, Fits fits) const {
    const NodeId size = ledger_.size();
    if (size == 0) return std::nullopt;
    const NodeId start = size - 1 - distance % size;
    for (NodeId node = start + 1; node-- > 0;) {
      if (fits(node)) return node;
    }
    for (NodeId node = start + 1; node < size; ++node) {
      if (fits(node)) return node;
    }
    return std::nullopt;
  }
  std::optional<NodeId> nearest_held(std::uint32_t distance) const {
    return nearest(distance, [&](NodeId node) { return ledger_.held(node) > 0; });
  }

  void push(const Instruction& instruction) {
    if (program_.code.size() == options_.nodes_max) return;
    program_.code.push_back(instruction);
    ledger_.make();
  }

  void instruction(const Record& record) {
    Instruction made;
    made.op = ops_[record.kind % kActionKinds % ops_.size()];
    for (std::size_t slot = 0; slot < info(made.op).arity; ++slot) {
      const auto operand = nearest_held(record.distances[slot]);
      if (!operand) {
        made = Instruction{};
        break;
      }
      made.operands[slot] = *operand;
    }
    if (made.op == Op::neuron) {
      made.linear = record.linear;
      made.count = std::max<std::uint16_t>(1, record.count);
      for (unsigned group = 0; group < 2; ++group) {
        NodeId end = made.operands[group];
        while (end < ledger_.size() && ledger_.held(end) > 0 &&
               end - made.operands[group] < made.count) {
          ++end;
        }
        made.count = static_cast<std::uint16_t>(end - made.operands[group]);
      }
    }
    if (info(made.op).immediate != Immediate::none) {
      made.immediate = canonical(std::bit_cast<double>(record.number));
    }
    push(made);
  }

  // The op of that number, or the next one of the options that can be given a NULL operand.
  std::optional<Op> op_given_null(std::uint16_t number) const {
    for (std::size_t k = 0; k < kOpCount; ++k) {
      const Op op = kOps[(number + k) % kOpCount].op;
      if (op == Op::input || op == Op::neuron) continue;
      if (contains(options_.ops, op)) return op;
    }
    return std::nullopt;
  }

  std::optional<NodeId> target(Verb verb, std::uint32_t distance) const {
    switch (verb) {
      case Verb::set:
        return nearest(distance, [&](NodeId node) {
          return ledger_.held(node) > 0 && program_.code[node].op == Op::input;
        });
      case Verb::misuse_stale:
        return nearest(distance, [&](NodeId node) { return ledger_.freshly_dead(node); });
      case Verb::misuse_over_release:
        return nearest(distance, [&](NodeId node) {
          return ledger_.held(node) == 1 && ledger_.count(node) == 1;
        });
      default:
        return nearest_held(distance);
    }
  }

  void action(const Record& record) {
    if (program_.actions.size() == options_.actions_max) return;
    Action made;
    made.position = ledger_.size();
    made.verb = verbs_[(record.kind - kActionKinds) % verbs_.size()];
    if (made.verb == Verb::fail) {
      made.count = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(record.number));
    } else if (made.verb == Verb::misuse_null) {
      const auto op = op_given_null(record.count);
      if (!op) return instruction(Record{});
      made.op = *op;
    } else if (made.verb != Verb::zero_grad) {
      const auto node = target(made.verb, record.distances[0]);
      if (!node) return instruction(Record{});  // an input: something to act on next time
      made.target = *node;
    }
    if (made.verb == Verb::set) made.value = canonical(std::bit_cast<double>(record.number));
    if (made.verb == Verb::retain) ledger_.retain(made.target);
    if (made.verb == Verb::release || made.verb == Verb::misuse_over_release) {
      ledger_.release(made.target);
    }
    program_.actions.push_back(made);
  }

  const GenerateOptions& options_;
  RecordKinds kinds_;
  const FewOps& ops_;
  const FewVerbs& verbs_;
  Program& program_;
  Ledger ledger_{program_};
};

}  // namespace

GenerateOptions fuzz_options(OpSet ops, VerbSet verbs) {
  GenerateOptions options;
  options.profile = Profile::raw;
  options.ops = ops;
  options.verbs = verbs;
  options.nodes_max = kFuzzNodesMax;
  options.actions_max = kFuzzActionsMax;
  return options;
}

Program generate_raw(Choices& choices, const GenerateOptions& options) {
  Program program;
  Repair repair(options, 0, program);
  const std::size_t records_max = options.nodes_max + options.actions_max;
  for (std::size_t k = 0; k < records_max && !choices.exhausted(); ++k) {
    repair.add(read_record(choices));
  }
  repair.finish();
  assert(well_formed(program));
  return program;
}

void decode(std::span<const std::uint8_t> bytes, const GenerateOptions& options, Program& program) {
  const std::size_t most = (options.nodes_max + options.actions_max) * kRecordBytes;
  const std::size_t end = std::min(bytes.size(), most);
  Repair repair(options, end / kRecordBytes + 1, program);
  for (std::size_t at = 0; at < end; at += kRecordBytes) {
    repair.add(record_at(bytes.subspan(at)));
  }
  repair.finish();
}

Program decode(std::span<const std::uint8_t> bytes, const GenerateOptions& options) {
  Program program;
  decode(bytes, options, program);
  return program;
}

std::optional<std::vector<std::uint8_t>> encode(const Program& program,
                                                const GenerateOptions& options) {
  if (program.code.size() > options.nodes_max || program.actions.size() > options.actions_max) {
    return std::nullopt;
  }
  const RecordKinds kinds(options);
  std::vector<std::uint8_t> bytes;
  std::size_t next = 0;
  for (NodeId position = 0; position <= program.code.size(); ++position) {
    for (; next < program.actions.size() && program.actions[next].position == position; ++next) {
      const Action& action = program.actions[next];
      const auto kind = kinds.of(action.verb);
      if (!kind) return std::nullopt;
      if (action.verb == Verb::misuse_null && !kinds.of(action.op)) return std::nullopt;
      Record record;
      record.kind = *kind;
      record.count = static_cast<std::uint16_t>(action.op);
      if (info(action.verb).has_target) record.distances[0] = position - 1 - action.target;
      record.number =
          action.verb == Verb::fail ? action.count : std::bit_cast<std::uint64_t>(action.value);
      write_record(record, bytes);
    }
    if (position == program.code.size()) break;
    const Instruction& instruction = program.code[position];
    const auto kind = kinds.of(instruction.op);
    if (!kind) return std::nullopt;
    Record record;
    record.kind = *kind;
    record.linear = instruction.linear;
    record.count = instruction.count;
    for (std::size_t slot = 0; slot < info(instruction.op).arity; ++slot) {
      record.distances[slot] = position - 1 - instruction.operands[slot];
    }
    record.number = std::bit_cast<std::uint64_t>(instruction.immediate);
    write_record(record, bytes);
  }
  return bytes;
}

}  // namespace cradle
