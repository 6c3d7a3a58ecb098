// The record of a fuzz input: one instruction or action in a fixed width.
//
//   byte   0      kind: below kActionKinds an op, else a verb, modulo how many there are
//   byte   1      bit 0: linear
//   bytes  2- 3   count of a neuron; the op of misuse null
//   bytes  4-15   three distances back: 0 is the newest node
//   bytes 16-23   the immediate, the value of set, or the count of fail: low word, high word

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/program.h"

namespace cradle {

inline constexpr std::size_t kRecordBytes = 24;
inline constexpr std::uint64_t kActionKinds = 160;

struct Record {
  std::uint64_t kind = 0;
  bool linear = false;
  std::uint16_t count = 0;
  std::array<std::uint32_t, 3> distances = {};
  std::uint64_t number = 0;
};

/// Reads the next record. Choices that end within it leave zeros.
Record read_record(Choices& choices);

/// Returns the record at the front of some bytes, as read_record does from ByteChoices, and several
/// times as fast. Bytes that end within it leave zeros.
Record record_at(std::span<const std::uint8_t> bytes);

/// Returns the records of any bytes; a last one that is cut short is filled up with zeros.
std::vector<Record> records_of(std::span<const std::uint8_t> bytes);
/// The same, behind the records that are there already.
void append_records(std::span<const std::uint8_t> bytes, std::vector<Record>& records);

/// Appends the kRecordBytes of a record.
void write_record(const Record& record, std::vector<std::uint8_t>& bytes);

/// The few members of an enumeration that a draw offers: made anew for each input of a fuzzer, so
/// that it has no memory of its own.
template <typename Item, std::size_t most>
class Few {
 public:
  void push_back(Item item) { items_[count_++] = item; }
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  Item operator[](std::size_t k) const { return items_[k]; }
  const Item* begin() const { return items_.data(); }
  const Item* end() const { return items_.data() + count_; }

 private:
  std::array<Item, most> items_ = {};
  std::size_t count_ = 0;
};
using FewOps = Few<Op, kOpCount>;
using FewVerbs = Few<Verb, kVerbCount>;

/// Which kinds mean which ops and verbs, with the ops and verbs that an engine offers.
class RecordKinds {
 public:
  explicit RecordKinds(const GenerateOptions& options);

  /// The least kind that means it; nothing when it is not among the options.
  std::optional<std::uint64_t> of(Op op) const;
  std::optional<std::uint64_t> of(Verb verb) const;

  /// In the order of their kinds, each repeated up to kActionKinds, or from there on.
  const FewOps& ops() const { return ops_; }
  const FewVerbs& verbs() const { return verbs_; }

 private:
  FewOps ops_;  // input first
  FewVerbs verbs_;
};

}  // namespace cradle
