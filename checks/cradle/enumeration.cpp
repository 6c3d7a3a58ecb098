// Stepping an odometer from program to program.

#include "checks/cradle/enumeration.h"

#include <cassert>

namespace cradle {

std::uint64_t enumerated_count(std::size_t length, OpSet ops) {
  std::uint64_t count = 0;
  for (std::size_t k = 1; k <= length; ++k) count += small_program_count(k, ops & ~bit(Op::neuron));
  return count;
}

Enumeration::Enumeration(std::size_t length, OpSet ops)
    : length_max_(length), ops_(ops & ~bit(Op::neuron)) {
  if (length > 0) rewind();
}

void Enumeration::rewind() {
  odometer_ = Odometer();
  length_ = 1;
  index_ = 0;
  current_ = generate_small(odometer_, length_, ops_);
}

Program Enumeration::program(std::uint64_t index) {
  if (index < index_) rewind();
  for (; index_ < index; ++index_) {
    if (!odometer_.next()) {
      odometer_ = Odometer();
      ++length_;
      assert(length_ <= length_max_);
    }
    current_ = generate_small(odometer_, length_, ops_);
  }
  return current_;
}

}  // namespace cradle
