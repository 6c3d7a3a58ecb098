// What the textbook engine allocates through, and what is switched on in it.
//
// A port of a few hundred lines would call malloc. This one calls it here, so that allocations can
// be counted and made to fail. `faulty:NAME` is the same engine with one planted bug; a healthy
// engine has Fault::none, and every place where a bug sits asks for it by name.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cradle::textbook {

/// The planted bugs. What each does is told once, in the table of faulty.cpp.
enum class Fault : std::uint8_t {
  none,
  // Rules: how a result passes its gradient on.
  scale_add,
  scale_mul,
  scale_pow,
  scale_exp,
  scale_log,
  scale_relu,
  add_same_operand,
  mul_same_operand,
  overwrite_gradient,
  sign_lost,
  exp_from_input,
  pow_without_decrement,
  pow_zero_times_infinity,
  pow_wrong_reciprocal,
  pow_of_magnitude,
  pow_cached_by_base,
  pow_snapped_exponent,
  pow_exponent_8_bit,
  exp_saturates,
  log_of_magnitude,
  log_at_making,
  log_epsilon,
  float_mul,
  relu_at_zero,
  relu_from_threshold,
  clamped_gradient,
  clamped_far_out,
  flushed_gradient,
  nan_to_zero,
  zero_skipped,
  float_sum,
  float_sum_of_many,
  subnormal_factor,
  third_use_lost,
  second_use_scaled,
  square_of_a_shared_node,
  deep_gradient_lost,
  data_at_making,
  // Values.
  int_exponent,
  nan_relu,
  exit_on_domain,
  crash_on_nan,
  hang_on_zero_exponent,
  // The order of the sweep.
  breadth_first,
  preorder,
  revisited_node,
  replays_old_tape,
  order_appended,
  visited_never_reset,
  set_by_data,
  counts_consumers_once,
  // What a backward leaves behind.
  root_kept,
  zero_grad_of_inputs,
  leaf_root_ignored,
  root_accumulates,
  stale_interior,
  backward_frees_graph,
  leak_in_backward,
  // References.
  missing_release_add,
  missing_release_mul,
  missing_release_pow,
  missing_release_exp,
  missing_release_log,
  missing_release_relu,
  double_release,
  missing_retain,
  owner_cycle,
  leaked_constant,
  shared_operand_freed,
  leak_of_a_pattern,
  // Failures.
  leak_on_failure,
  leak_on_backward_failure,
  failure_ignored,
  unexplained_error,
  // Networks.
  network_last_sample,
  network_bias_of_last_sample,
  network_scaled_loss,
  network_slope_at_kink,
  network_skips_zeros,
  // Bugs of size, on the iterative variant.
  recursive_backward,
  recursive_release,
  fixed_array_40,
  fixed_array_1000,
  fixed_array_10000,
  small_set,
  exponential_ladder,
  quadratic_list,
  count_8_bit,
};

struct Options {
  Fault fault = Fault::none;
  bool iterative_sort = false;     // with a stack of its own instead of recursion
  bool iterative_release = false;  // the same
};
inline Options options;

inline bool is_planted(Fault fault) { return options.fault == fault; }

/// malloc, counted.
class Memory {
 public:
  /// Returns memory, or NULL when there is none or when this call was made to fail.
  void* allocate(std::size_t bytes);
  void* resize(void* pointer, std::size_t bytes);
  void release(void* pointer);

  /// The same for a Value and its operands: with `keep_nodes` they are given back by `reset` only,
  /// so that a planted use after free reads what was there, the same each time.
  void* allocate_node(std::size_t bytes);
  void release_node(void* pointer);

  /// Makes the count-th call from here fail.
  void fail(std::uint32_t count) { failing_.push_back(calls_ + count); }
  std::uint64_t calls() const { return calls_; }
  /// Forgets the counts, and gives back what was kept.
  void reset();

  std::uint64_t live_values = 0;
  bool keep_nodes = false;

 private:
  bool fails_now();

  std::uint64_t calls_ = 0;             // the failed ones included
  std::vector<std::uint64_t> failing_;  // numbers of calls to come
  std::vector<void*> kept_;
};
inline Memory memory;

}  // namespace cradle::textbook
