// Every planted bug shows on a program of a few lines: its engine does something else than its
// base.
//
// This looks at traces, not at verdicts: a bug that no check finds must be the check's fault. The
// engines run in a child each, as some of them crash, exit or hang.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <map>
#include <string>
#include <string_view>

#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

struct Shown {
  std::string_view bug;
  std::string_view program;
  bool lethal = false;  // crashes, exits or hangs
};

// Deeper than a recursion gets in 8 MiB: instrumented, its frames are larger.
constexpr std::string_view kDeep = kSanitized ? "family chain 200000\n" : "family chain 1000000\n";

constexpr Shown kShown[] = {
    {"scale_add", "%0 = input 1\n%1 = add %0 %0\n"},
    {"scale_mul", "%0 = input 1\n%1 = mul %0 %0\n"},
    {"scale_pow", "%0 = input 1\n%1 = pow %0 2\n"},
    {"scale_exp", "%0 = input 0\n%1 = exp %0\n"},
    {"scale_log", "%0 = input 1\n%1 = log %0\n"},
    {"scale_relu", "%0 = input 1\n%1 = relu %0\n"},
    {"add_same_operand", "%0 = input 1\n%1 = add %0 %0\n"},
    {"mul_same_operand", "%0 = input 1\n%1 = mul %0 %0\n"},
    {"overwrite_gradient", "%0 = input 1\n%1 = add %0 %0\n"},
    {"sign_lost", "%0 = input 1\n%1 = add %0 %0\n"},
    {"exp_from_input", "%0 = input 0\n%1 = exp %0\n"},
    {"pow_without_decrement", "%0 = input 2\n%1 = pow %0 2\n"},
    {"pow_zero_times_infinity", "%0 = input 0\n%1 = pow %0 0\n"},
    {"pow_of_magnitude", "%0 = input -1\n%1 = pow %0 2\n"},
    {"pow_cached_by_base", "%0 = input 2\n%1 = pow %0 2\n%2 = pow %0 3\n%3 = add %1 %2\n"},
    {"pow_snapped_exponent", "%0 = input 2\n%1 = pow %0 2.0000001\n"},
    {"pow_exponent_8_bit", "%0 = input 1\n%1 = pow %0 200\n"},
    {"exp_saturates", "%0 = input 100\n%1 = exp %0\n"},
    {"log_of_magnitude", "%0 = input -1\n%1 = log %0\n"},
    {"log_at_making", "%0 = input 1\n%1 = log %0\nset %0 2\nbackward %1\n"},
    {"pow_wrong_reciprocal", "%0 = input 2\n%1 = pow %0 -1\n"},
    {"log_epsilon", "%0 = input 1\n%1 = log %0\n"},
    {"float_mul", "%0 = input 0.1\n%1 = mul %0 %0\n"},
    {"relu_at_zero", "%0 = input 0\n%1 = relu %0\n"},
    {"clamped_gradient", "%0 = input 6\n%1 = mul %0 %0\n"},
    {"relu_from_threshold", "%0 = input 1e-7\n%1 = relu %0\n"},
    {"clamped_far_out", "%0 = input 1e7\n%1 = mul %0 %0\n"},
    {"flushed_gradient", "%0 = input 1e-31\n%1 = input 1\n%2 = mul %0 %1\n"},
    {"nan_to_zero", "%0 = input nan\n%1 = mul %0 %0\n"},
    {"zero_skipped", "%0 = input 0\n%1 = input 1\n%2 = mul %0 %1\n"},
    {"float_sum", "%0 = input 0.1\n%1 = mul %0 %0\n"},
    {"float_sum_of_many", "%0 = input 0.1\n%1 = mul %0 %0\n%2 = mul %0 %1\n%3 = mul %0 %2\n"},
    {"subnormal_factor", "%0 = input 1e-310\n%1 = input 1\n%2 = mul %0 %1\n"},
    {"third_use_lost", "%0 = input 1\n%1 = add %0 %0\n%2 = add %0 %1\n"},
    {"second_use_scaled", "%0 = input 1\n%1 = add %0 %0\n"},
    {"square_of_a_shared_node", "%0 = input 1\n%1 = mul %0 %0\n%2 = add %1 %0\n"},
    {"deep_gradient_lost", "family chain 60\n"},
    {"data_at_making", "%0 = input 1\n%1 = mul %0 %0\nset %0 2\nbackward %1\n"},
    {"int_exponent", "%0 = input 4\n%1 = pow %0 0.5\n"},
    {"nan_relu", "%0 = input nan\n%1 = relu %0\n"},
    {"exit_on_domain", "%0 = input 0\n%1 = log %0\n", true},
    {"crash_on_nan", "%0 = input nan\n%1 = exp %0\n", true},
    {"hang_on_zero_exponent", "%0 = input 1\n%1 = pow %0 0\n", true},
    {"breadth_first", "%0 = input 1\n%1 = relu %0\n%2 = relu %1\n%3 = add %1 %2\n"},
    {"preorder", "%0 = input 1\n%1 = relu %0\n%2 = relu %1\n%3 = add %1 %2\n"},
    {"revisited_node", "%0 = input 1\n%1 = relu %0\n%2 = add %1 %1\n"},
    {"replays_old_tape", "%0 = input 1\n%1 = relu %0\nbackward %1\nbackward %0\n"},
    {"order_appended", "%0 = input 1\n%1 = relu %0\nbackward %1\nbackward %1\n"},
    {"visited_never_reset", "%0 = input 1\n%1 = relu %0\nbackward %1\nbackward %1\n"},
    {"set_by_data", "%0 = input 1\n%1 = relu %0\n%2 = relu %1\n"},
    {"counts_consumers_once",
     "%0 = input 1\n%1 = relu %0\n%2 = add %1 %1\n%3 = relu %1\n%4 = add %3 %2\n"},
    {"zero_grad_of_inputs", "%0 = input 1\n%1 = exp %0\nbackward %1\nzero_grad\n"},
    {"root_kept", "%0 = input 1\n%1 = add %0 %0\nbackward %1\nbackward %0\n"},
    {"leaf_root_ignored", "%0 = input 1\n"},
    {"root_accumulates", "%0 = input 1\nbackward %0\nbackward %0\n"},
    {"stale_interior", "%0 = input 1\n%1 = relu %0\n%2 = relu %1\n"},
    {"backward_frees_graph", "%0 = input 1\n%1 = relu %0\n"},
    {"leak_in_backward", "%0 = input 1\n"},
    {"missing_release_add", "%0 = input 1\n%1 = add %0 %0\n"},
    {"missing_release_mul", "%0 = input 1\n%1 = mul %0 %0\n"},
    {"missing_release_pow", "%0 = input 1\n%1 = pow %0 2\n"},
    {"missing_release_exp", "%0 = input 1\n%1 = exp %0\n"},
    {"missing_release_log", "%0 = input 1\n%1 = log %0\n"},
    {"missing_release_relu", "%0 = input 1\n%1 = relu %0\n"},
    {"double_release", "%0 = input 1\n%1 = add %0 %0\nrelease %1\n"},
    {"missing_retain", "%0 = input 1\n%1 = add %0 %0\n"},
    {"owner_cycle", "%0 = input 1\n%1 = exp %0\n"},
    {"leaked_constant", "%0 = input 1\n%1 = relu %0\n"},
    {"shared_operand_freed", "%0 = input 1\n%1 = exp %0\n%2 = exp %1\nrelease %2\n"},
    {"leak_of_a_pattern", "%0 = input 1\n%1 = mul %0 %0\n%2 = exp %0\n%3 = add %1 %2\n"},
    {"leak_on_failure", "%0 = input 1\nfail 1\n%1 = relu %0\n"},
    {"leak_on_backward_failure", "%0 = input 1\nfail 1\nbackward %0\n"},
    {"failure_ignored", "%0 = input 1\nfail 1\nbackward %0\n"},
    {"unexplained_error", "%0 = input 1\n"},
    {"recursive_backward", kDeep, true},
    {"recursive_release", kDeep, true},
    {"fixed_array_40", "family chain 41\n"},
    {"fixed_array_1000", "family chain 1001\n"},
    {"fixed_array_10000", "family chain 10001\n", true},
    {"small_set", "family ladder 24\n"},
    {"exponential_ladder", "family ladder 40\n", true},
    {"quadratic_list", "family chain 300000\n", true},
    {"count_8_bit", "family fan_out 255\n"},
    {"sub_sign_lost", "%0 = input 1\n%1 = sub %0 %0\n"},
    {"sub_turned_round", "%0 = input 1\n%1 = neg %0\n%2 = sub %0 %1\n"},
    {"div_product_rule", "%0 = input 2\n%1 = div %0 %0\n"},
    {"div_sign_lost", "%0 = input 2\n%1 = div %0 %0\n"},
    {"div_not_squared", "%0 = input 2\n%1 = div %0 %0\n"},
    {"neg_sign_lost", "%0 = input 1\n%1 = neg %0\n"},
    {"text_exponent", "%0 = input 2\n%1 = pow %0 0.125\n"},
    {"powv_exponent_dropped", "%0 = input 2\n%1 = powv %0 %0\n"},
    {"powv_log_of_exponent", "%0 = input 2\n%1 = input 3\n%2 = powv %0 %1\n"},
    {"powv_without_decrement", "%0 = input 2\n%1 = powv %0 %0\n"},
    {"leaky_slope", "%0 = input -1\n%1 = leaky_relu %0\n"},
    {"tanh_from_input", "%0 = input 1\n%1 = tanh %0\n"},
    {"tanh_not_squared", "%0 = input 1\n%1 = tanh %0\n"},
    {"tanh_overflow", "%0 = input 400\n%1 = tanh %0\n"},
    {"sigmoid_overflow", "%0 = input 400\n%1 = sigmoid %0\n"},
    {"sigmoid_plus", "%0 = input 1\n%1 = sigmoid %0\n"},
    {"sigmoid_from_input", "%0 = input 1\n%1 = sigmoid %0\n"},
    {"sin_from_output", "%0 = input 1\n%1 = sin %0\n"},
    {"cos_sign_lost", "%0 = input 1\n%1 = cos %0\n"},
    {"sqrt_doubled", "%0 = input 4\n%1 = sqrt %0\n"},
    {"sqrt_from_input", "%0 = input 4\n%1 = sqrt %0\n"},
    {"abs_one_sided", "%0 = input -1\n%1 = abs %0\n"},
    {"neuron_gate_open", "%0 = input -0.25\n%1 = neuron %0 %0 %0 1\n"},
};

bool equal_in_all(double lhs, double rhs) {
  return std::bit_cast<std::uint64_t>(canonical(lhs)) ==
         std::bit_cast<std::uint64_t>(canonical(rhs));
}

bool equal_in_all(const Snapshot& lhs, const Snapshot& rhs) {
  if (lhs.status != rhs.status || lhs.live != rhs.live) return false;
  for (std::size_t node = 0; node < lhs.nodes.size(); ++node) {
    const NodeState& a = lhs.nodes[node];
    const NodeState& b = rhs.nodes[node];
    if (!equal_in_all(a.data, b.data) || !equal_in_all(a.grad, b.grad) || a.count != b.count)
      return false;
  }
  return true;
}

bool equal_in_all(const Trace& lhs, const Trace& rhs) {
  for (std::size_t k = 0; k < lhs.after.size(); ++k) {
    if (!equal_in_all(lhs.after[k], rhs.after[k])) return false;
  }
  return lhs.made == rhs.made && equal_in_all(lhs.last, rhs.last) && equal_in_all(lhs.end, rhs.end);
}

enum class End { same, different, death, timeout };

// A bug that hangs costs the test this much; the rest gets what a sanitizer and a busy machine may
// need.
constexpr std::chrono::seconds kLethalLimit{2};
constexpr std::chrono::seconds kLimit{60};

// What the child does: it compares with the base, where there is one.
[[noreturn]] void compare_and_exit(const Program& program, const cradle_engine& engine,
                                   const cradle_engine* base) {
  rlimit stack = {std::size_t{8} << 20, std::size_t{8} << 20};
  setrlimit(RLIMIT_STACK, &stack);
  rlimit core = {0, 0};
  setrlimit(RLIMIT_CORE, &core);
  Trace expected;
  if (base != nullptr) expected = run(program, *base);
  const Trace trace = run(program, engine);
  _exit(base == nullptr || equal_in_all(trace, expected) ? 10 : 11);
}

End run_in_child(const Program& program, const cradle_engine& engine, const cradle_engine* base,
                 std::chrono::seconds limit) {
  const pid_t child = fork();
  if (child == 0) compare_and_exit(program, engine, base);
  const auto start = std::chrono::steady_clock::now();
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    usleep(500);
    if (std::chrono::steady_clock::now() - start < limit) continue;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return End::timeout;
  }
  if (!WIFEXITED(status)) return End::death;
  if (WEXITSTATUS(status) == 10) return End::same;
  return WEXITSTATUS(status) == 11 ? End::different : End::death;
}

const cradle_engine* base_of(const cradle_engine* engine) {
  for (const EngineEntry& entry : engine_list()) {
    if (find_engine(entry.name) == engine) return find_engine(entry.base);
  }
  return nullptr;
}

TEST(PlantedBugs, are_each_shown_by_a_program_of_a_few_lines) {
  for (const Shown& shown : kShown) {
    SCOPED_TRACE(shown.bug);
    const cradle_engine* engine = find_engine("faulty:" + std::string(shown.bug));
    ASSERT_NE(engine, nullptr);
    const cradle_engine* base = base_of(engine);
    ASSERT_NE(base, nullptr);
    const Program program = program_of(shown.program);
    if (shown.lethal) {
      EXPECT_EQ(run_in_child(program, *base, nullptr, kLimit), End::same) << "the base survives";
      const End end = run_in_child(program, *engine, nullptr, kLethalLimit);
      EXPECT_TRUE(end == End::death || end == End::timeout);
    } else {
      EXPECT_EQ(run_in_child(program, *engine, base, kLimit), End::different);
    }
  }
}

TEST(PlantedBugs, are_all_in_the_table_above) {
  std::map<std::string, int> shown;
  for (const Shown& row : kShown) ++shown["faulty:" + std::string(row.bug)];
  for (const EngineEntry& entry : engine_list()) {
    // No program shows a bug of an engine's own networks: see network_bugs_test.
    if (entry.name.rfind("faulty:network_", 0) == 0) continue;
    EXPECT_EQ(shown[entry.name], entry.base.empty() ? 0 : 1) << entry.name;
  }
}

TEST(PlantedBugs, do_not_outlive_their_session) {
  const Program program = program_of("%0 = input 1\n%1 = relu %0\n%2 = add %1 %1\n");
  for (const Shown& shown : kShown) {
    if (shown.lethal) continue;
    SCOPED_TRACE(shown.bug);
    const cradle_engine* engine = find_engine("faulty:" + std::string(shown.bug));
    const cradle_engine* base = base_of(engine);
    const Trace before = run(program, *base);
    EXPECT_EQ(run(program, *engine).made.size(), 3u);
    EXPECT_TRUE(equal_in_all(before, run(program, *base)));
  }
}

}  // namespace
}  // namespace cradle
