// Records to bytes and back.

#include "checks/program/record.h"

#include <algorithm>

#include "checks/program/verbs.h"

namespace cradle {
namespace {

template <typename Items, typename Item>
std::optional<std::uint64_t> index_of(const Items& list, Item item) {
  const auto found = std::find(list.begin(), list.end(), item);
  if (found == list.end()) return std::nullopt;
  return static_cast<std::uint64_t>(found - list.begin());
}

}  // namespace

Record read_record(Choices& choices) {
  constexpr std::uint64_t kWord = std::uint64_t{1} << 32;
  Record record;
  record.kind = choices.below(256);
  record.linear = choices.below(2) != 0;
  record.count = static_cast<std::uint16_t>(choices.below(65536));
  for (std::uint32_t& distance : record.distances) {
    distance = static_cast<std::uint32_t>(choices.below(kWord));
  }
  const std::uint64_t low = choices.below(kWord);
  record.number = low | choices.below(kWord) << 32;
  return record;
}

Record record_at(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, kRecordBytes> whole = {};
  std::copy_n(bytes.data(), std::min(bytes.size(), kRecordBytes), whole.data());
  const auto number = [&](std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t k = count; k-- > 0;) value = value << 8 | whole[at + k];
    return value;
  };
  Record record;
  record.kind = whole[0];
  record.linear = whole[1] % 2 != 0;
  record.count = static_cast<std::uint16_t>(number(2, 2));
  for (std::size_t slot = 0; slot < record.distances.size(); ++slot) {
    record.distances[slot] = static_cast<std::uint32_t>(number(4 + 4 * slot, 4));
  }
  record.number = number(16, 8);
  return record;
}

std::vector<Record> records_of(std::span<const std::uint8_t> bytes) {
  std::vector<Record> records;
  append_records(bytes, records);
  return records;
}

void append_records(std::span<const std::uint8_t> bytes, std::vector<Record>& records) {
  records.reserve(records.size() + bytes.size() / kRecordBytes + 1);
  for (std::size_t at = 0; at < bytes.size(); at += kRecordBytes) {
    records.push_back(record_at(bytes.subspan(at)));
  }
}

void write_record(const Record& record, std::vector<std::uint8_t>& bytes) {
  std::array<std::uint8_t, kRecordBytes> whole;
  std::size_t at = 0;
  const auto put = [&](std::uint64_t number, int byte_count) {
    for (int k = 0; k < byte_count; ++k) whole[at++] = static_cast<std::uint8_t>(number >> 8 * k);
  };
  put(record.kind, 1);
  put(record.linear ? 1 : 0, 1);
  put(record.count, 2);
  for (const std::uint32_t distance : record.distances) put(distance, 4);
  put(record.number, 8);
  bytes.insert(bytes.end(), whole.begin(), whole.end());
}

RecordKinds::RecordKinds(const GenerateOptions& options) {
  for (const OpInfo& row : kOps) {
    if (row.op == Op::input || contains(options.ops, row.op)) ops_.push_back(row.op);
  }
  for (const VerbInfo& row : kVerbs) {
    if (contains(options.verbs, row.verb)) verbs_.push_back(row.verb);
  }
}

std::optional<std::uint64_t> RecordKinds::of(Op op) const { return index_of(ops_, op); }

std::optional<std::uint64_t> RecordKinds::of(Verb verb) const {
  const auto index = index_of(verbs_, verb);
  return index ? std::optional(kActionKinds + *index) : std::nullopt;
}

}  // namespace cradle
