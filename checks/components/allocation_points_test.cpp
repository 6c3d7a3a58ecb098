// Every allocation point of the engine fails at least once, and their number is known: whoever adds
// one has to add a call here that reaches it.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "checks/components/counting_allocator.h"

namespace {

// The places in the sources where memory is asked for.
std::size_t points_in_sources() {
  const std::regex call("\\ballocate(_array<[^;]*>)?\\(");
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ENGINE_SOURCES)) {
    if (entry.path().extension() != ".cpp" || entry.path().stem() == "memory") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      count += std::regex_search(line, call) ? 1u : 0u;
    }
  }
  return count;
}

struct Call {
  const char* what;
  std::size_t points;  // of the sources, that no call above reaches
  std::function<bool()> make;
};

bool done(Value* made) {
  value_release(made);
  return made != nullptr;
}

bool done(Vector* made) {
  vector_free(made);
  return made != nullptr;
}

bool done(Value** outputs, std::size_t count) {
  if (outputs == nullptr) return false;
  for (std::size_t k = 0; k < count; ++k) value_release(outputs[k]);
  value_array_free(outputs);
  return true;
}

bool fill_vector(Value* value) {
  Vector* const vector = vector_create();
  bool good = vector != nullptr;
  for (int k = 0; k < 100 && good; ++k) good = vector_append(vector, value) == 0;
  vector_free(vector);
  return good;
}

bool fill_set(const std::vector<Value*>& values) {
  SimpleSet* const set = simpleset_create();
  bool good = set != nullptr;
  for (Value* const value : values) good = good && simpleset_insert(set, value) >= 0;
  simpleset_free(set);
  return good;
}

bool first_op_of_a_thread(Value* operand) {
  microcrad_thread_release();
  return done(value_exp(operand));
}

TEST(AllocationPoints, all_of_them_fail_and_are_survived) {
  CountingAllocator allocator;
  std::vector<Value*> held;
  for (int k = 0; k < 100; ++k) held.push_back(value_create_leaf(k));
  // The table of segments, and a segment.
  std::size_t first = 0;
  for (bool good = false; !good; ++first) {
    allocator.fail_nth(first + 1);
    good = first_op_of_a_thread(held[0]);
    allocator.fail_nth(0);
    EXPECT_EQ(microcrad_live_values(), held.size());
    EXPECT_EQ(held[0]->ref_count, 1U);
  }
  ASSERT_EQ(first - 1, 2U);

  std::array<std::uint32_t, 2> widths = {3, 2};
  MLP* const mlp = mlp_create(2, widths.data(), 2);
  Value* x[] = {held[0], held[1]};
  Value* four[] = {held[0], held[1], held[2], held[3]};
  const auto made_and_freed = [](auto* made, auto release) {
    release(made);
    return made != nullptr;
  };
  const std::vector<Call> calls = {
      {"value_create, four operands", 1, [&] { return done(value_create(1, 4, four)); }},
      {"vector_create and vector_append", 2, [&] { return fill_vector(held[0]); }},
      {"simpleset_create and simpleset_insert", 2, [&] { return fill_set(held); }},
      {"neuron_create", 2, [&] { return made_and_freed(neuron_create(3), neuron_free); }},
      {"layer_create", 2, [&] { return made_and_freed(layer_create(2, 3), layer_free); }},
      {"mlp_create", 2, [&] { return made_and_freed(mlp_create(2, widths.data(), 2), mlp_free); }},
      {"mlp_forward", 1, [&] { return done(mlp_forward(mlp, x), 2); }},
      {"mlp_parameters", 0, [&] { return done(mlp_parameters(mlp)); }},
  };
  std::size_t points = 2;
  std::size_t failures = 2;
  for (const Call& call : calls) {
    const std::size_t failed = expect_each_failure_leaves_no_trace(allocator, held, call.make);
    EXPECT_GE(failed, call.points) << call.what;
    std::printf("%s: %zu failures\n", call.what, failed);
    points += call.points;
    failures += failed;
  }
  std::printf("%zu allocation points of the engine, %zu failures survived\n", points, failures);
  EXPECT_EQ(points, points_in_sources()) << "an allocation point that no call here reaches";
  mlp_free(mlp);
  for (Value* const value : held) value_release(value);
}

}  // namespace
