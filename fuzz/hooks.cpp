// What libFuzzer calls besides a target: before the first input, and instead of its own mutations.
//
// A mutation edits whole records, or splices two inputs.
// Inputs that are no programs are left to libFuzzer, and so is everything where CRADLE_MUTATOR is
// "off": that is how the mutator's own worth is measured.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "checks/program/choices.h"
#include "checks/program/mutate.h"
#include "fuzz/small_stack.h"
#include "fuzz/subject.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Bytes = std::vector<std::uint8_t>;

// libFuzzer knows what the engine compared its operands with.
constexpr std::uint64_t kPlainEvery = 16;

bool is_structured() {
  static const bool on = [] {
    const char* const setting = std::getenv("CRADLE_MUTATOR");
    return (setting == nullptr || std::strcmp(setting, "off") != 0) &&
           cradle::subject().input == cradle::InputKind::program;
  }();
  return on;
}

std::size_t put(const Bytes& bytes, std::uint8_t* out) {
  std::copy(bytes.begin(), bytes.end(), out);
  return bytes.size();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** argv) {
  cradle::run_on_a_small_stack(*argv);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  cradle::SeedChoices choices(seed);
  if (!is_structured() || choices.below(kPlainEvery) == 0) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  static Bytes bytes;
  bytes.assign(data, data + size);
  cradle::mutate(bytes, max_size, choices, cradle::subject().options);
  return put(bytes, data);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second,
                                                 std::size_t second_size, std::uint8_t* out,
                                                 std::size_t max_size, unsigned seed) {
  if (!is_structured()) return 0;  // libFuzzer's own crossover is among its mutations
  cradle::SeedChoices choices(seed);
  return put(cradle::splice({first, first_size}, {second, second_size}, max_size, choices), out);
}
