// Edits of records, and splicing.

#include "checks/program/mutate.h"

#include <algorithm>
#include <bit>

#include "checks/program/generate_parts.h"
#include "checks/program/mutate_parts.h"
#include "checks/program/numbers.h"
#include "checks/program/reused.h"
#include "checks/program/verbs.h"

namespace cradle {
namespace {

// A count of 8 bits is full after 256 references: bursts are mostly short, and up to twice that.
constexpr std::size_t kBurstBits = 9;

void append_bytes(std::span<const Record> records, std::vector<std::uint8_t>& bytes) {
  bytes.reserve(bytes.size() + records.size() * kRecordBytes);
  for (const Record& record : records) write_record(record, bytes);
}

// A run of records: where it begins and ends, mostly short.
struct Run {
  std::ptrdiff_t begin = 0;
  std::ptrdiff_t end = 0;
};

Run draw_run(Choices& choices, std::size_t size) {
  const std::size_t begin = choices.below(size);
  const std::size_t most =
      choices.below(4) == 0 ? size - begin : std::min<std::size_t>(size - begin, 4);
  const std::size_t length = 1 + choices.below(most);
  return {static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(begin + length)};
}

class Editor {
 public:
  Editor(std::vector<Record>& records, std::size_t most, RecordMaker& maker)
      : records_(records), most_(most), maker_(maker), choices_(maker.choices()) {}

  void edit() {
    if (records_.empty()) return insert(maker_.any());
    switch (choices_.below(16)) {
      case 0:
      case 1:
      case 2:
        return change();
      case 3:
      case 4:
      case 5:
      case 6:
        return insert(maker_.any());
      case 7:
      case 8:
        return erase();
      case 9:
        return copy();
      case 10:
        return exchange();
      case 11:
        return burst();
      case 12:
        return flip();
      default:
        return insert(draw_graph(maker_, room()));
    }
  }

 private:
  std::size_t room() const { return most_ > records_.size() ? most_ - records_.size() : 0; }
  Record& one() { return records_[choices_.below(records_.size())]; }

  // At the end half of the time: what is there already keeps its meaning.
  void insert(std::vector<Record> made) {
    made.resize(std::min(made.size(), room()));
    const std::size_t at =
        choices_.below(2) == 0 ? records_.size() : choices_.below(records_.size() + 1);
    records_.insert(records_.begin() + static_cast<std::ptrdiff_t>(at), made.begin(), made.end());
  }
  void insert(const Record& made) { insert(std::vector<Record>{made}); }

  void change() {
    Record& record = one();
    switch (choices_.below(4)) {
      case 0:
        record.kind = maker_.any().kind;
        return;
      case 1:
        record.distances[choices_.below(2)] = maker_.distance();
        return;
      case 2:
        record.number = maker_.number(record.kind);
        return;
      default:
        record = maker_.any();
        return;
    }
  }

  void erase() {
    const Run run = draw_run(choices_, records_.size());
    records_.erase(records_.begin() + run.begin, records_.begin() + run.end);
  }

  void copy() {
    const Run run = draw_run(choices_, records_.size());
    insert(std::vector<Record>(records_.begin() + run.begin, records_.begin() + run.end));
  }

  void exchange() { std::swap(one(), one()); }

  // One record many times: releases down to nothing, backward again and again, a chain.
  void burst() {
    const std::size_t at = choices_.below(records_.size());
    const std::size_t times = std::min<std::size_t>(
        1 + choices_.below(std::size_t{2} << choices_.below(kBurstBits)), room());
    const Record again = records_[at];
    records_.insert(records_.begin() + static_cast<std::ptrdiff_t>(at), times, again);
  }

  // What no list of good numbers has: the neighbour of one, any exponent.
  void flip() { one().number ^= std::uint64_t{1} << choices_.below(64); }

  std::vector<Record>& records_;
  std::size_t most_;
  RecordMaker& maker_;
  Choices& choices_;
};

}  // namespace

RecordMaker::RecordMaker(Choices& choices, const GenerateOptions& options)
    : choices_(choices), kinds_(options) {
  const OpSet ops = draw_swarm(choices, options.ops);
  for (const Op op : kinds_.ops()) {
    if (op == Op::input || !contains(ops, op)) continue;
    ops_.push_back(op);
    if (info(op).arity == 1) unary_.push_back(op);
    if (info(op).arity == 2) binary_.push_back(op);
  }
  const bool all = choices.below(2) == 0;
  const VerbSet drawn =
      all ? options.verbs : options.verbs & static_cast<VerbSet>(choices.below(kAllVerbs + 1));
  for (const Verb verb : kinds_.verbs()) {
    if (contains(drawn, verb)) verbs_.push_back(verb);
  }
}

Record RecordMaker::of(Op op) {
  const auto kind = kinds_.of(op);
  if (!kind) return op == Op::input ? Record{} : operation();
  Record record;
  record.kind = *kind;
  for (std::uint32_t& back : record.distances) back = distance();
  record.number = number(*kind);
  record.count = static_cast<std::uint16_t>(1 + choices_.below(4));
  record.linear = choices_.below(2) == 0;
  return record;
}

Record RecordMaker::of(Verb verb, std::uint32_t distance) {
  const auto kind = kinds_.of(verb);
  if (!kind) return operation();
  Record record;
  record.kind = *kind;
  record.distances[0] = distance;
  record.number = number(*kind);
  record.count = static_cast<std::uint16_t>(choices_.below(kOpCount));
  return record;
}

Record RecordMaker::among(const FewOps& ops) {
  return ops.empty() ? of(Op::input) : of(ops[choices_.below(ops.size())]);
}

Record RecordMaker::input() { return of(Op::input); }
Record RecordMaker::operation() { return among(ops_); }
Record RecordMaker::unary() { return among(unary_.empty() ? ops_ : unary_); }
Record RecordMaker::binary() { return among(binary_.empty() ? ops_ : binary_); }

Record RecordMaker::action() {
  return verbs_.empty() ? operation() : of(verbs_[choices_.below(verbs_.size())], distance());
}

Record RecordMaker::any() {
  const std::uint64_t what = choices_.below(8);
  return what == 0 ? input() : what < 5 ? operation() : action();
}

std::uint32_t RecordMaker::distance() {
  constexpr std::uint32_t kBounds[] = {1, 1, 1, 2, 4, 16, 64, 4096};
  return static_cast<std::uint32_t>(choices_.below(kBounds[choices_.below(8)]));
}

std::uint64_t RecordMaker::number(std::uint64_t kind) {
  if (kinds_.of(Verb::fail) == kind) return 1 + choices_.below(choices_.below(4) == 0 ? 64 : 6);
  if (kinds_.of(Op::pow) == kind) return std::bit_cast<std::uint64_t>(draw_exponent(choices_));
  const std::uint64_t what = choices_.below(8);
  return std::bit_cast<std::uint64_t>(what < 6   ? draw_readable(choices_)
                                      : what < 7 ? draw_special(choices_)
                                                 : draw_bits(choices_));
}

void mutate(std::vector<std::uint8_t>& bytes, std::size_t max_bytes, Choices& choices,
            const GenerateOptions& options) {
  const std::size_t most =
      std::min(max_bytes / kRecordBytes, options.nodes_max + options.actions_max);
  Reused<Record, Editor> records;
  append_records(bytes, records);
  records.resize(std::min(records.size(), most));
  RecordMaker maker(choices, options);
  Editor editor(records, most, maker);
  const std::uint64_t edits = 1 + choices.below(4);
  for (std::uint64_t k = 0; k < edits; ++k) editor.edit();
  if (records.empty() && most > 0) records.push_back({});
  bytes.clear();
  append_bytes(records, bytes);
}

std::vector<std::uint8_t> splice(std::span<const std::uint8_t> first,
                                 std::span<const std::uint8_t> second, std::size_t max_bytes,
                                 Choices& choices) {
  Reused<Record, Editor> records;
  append_records(first, records);
  Reused<Record, Run> others;
  append_records(second, others);
  if (!others.empty()) {
    const auto at = static_cast<std::ptrdiff_t>(choices.below(records.size() + 1));
    if (choices.below(2) == 0) {
      const auto from = static_cast<std::ptrdiff_t>(choices.below(others.size()));
      records.erase(records.begin() + at, records.end());
      records.insert(records.end(), others.begin() + from, others.end());
    } else {
      const Run run = draw_run(choices, others.size());
      records.insert(records.begin() + at, others.begin() + run.begin, others.begin() + run.end);
    }
  }
  records.resize(std::min(records.size(), max_bytes / kRecordBytes));
  std::vector<std::uint8_t> bytes;
  append_bytes(records, bytes);
  return bytes;
}

}  // namespace cradle
