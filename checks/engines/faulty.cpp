// The table of planted bugs, and how each becomes an engine: the table of its base with another
// name and another `open`, which plants the bug after the base has opened a healthy session.

#include "checks/engines/faulty.h"

#include <array>
#include <string>
#include <utility>

#include "checks/engines/textbook_engine.h"
#include "checks/engines/textbook_memory.h"

namespace cradle {
namespace {

using textbook::Fault;

struct Row {
  Fault fault;
  const char* name;
  std::string_view description;
  bool of_size = false;
};

constexpr Row kRows[] = {
    {Fault::scale_add, "faulty:scale_add", "what add passes on is one ulp too large"},
    {Fault::scale_mul, "faulty:scale_mul", "what mul passes on is one ulp too large"},
    {Fault::scale_pow, "faulty:scale_pow", "what pow passes on is one ulp too large"},
    {Fault::scale_exp, "faulty:scale_exp", "what exp passes on is one ulp too large"},
    {Fault::scale_log, "faulty:scale_log", "what log passes on is one ulp too large"},
    {Fault::scale_relu, "faulty:scale_relu", "what relu passes on is one ulp too large"},
    {Fault::add_same_operand, "faulty:add_same_operand", "the gradient of a + a counts a once"},
    {Fault::mul_same_operand, "faulty:mul_same_operand", "the gradient of a * a counts a once"},
    {Fault::overwrite_gradient, "faulty:overwrite_gradient", "gradients are set, not added to"},
    {Fault::sign_lost, "faulty:sign_lost", "the second operand of add gets the gradient negated"},
    {Fault::exp_from_input, "faulty:exp_from_input", "exp' is taken from the operand"},
    {Fault::pow_without_decrement, "faulty:pow_without_decrement", "pow' is e x^e"},
    {Fault::pow_zero_times_infinity, "faulty:pow_zero_times_infinity",
     "pow' is e x^(e-1) at exponent 0 too, which is NaN at 0"},
    {Fault::pow_of_magnitude, "faulty:pow_of_magnitude", "pow' is e |x|^(e-1)"},
    {Fault::pow_cached_by_base, "faulty:pow_cached_by_base",
     "pow' takes x^(e-1) from the first pow of the sweep with the same x"},
    {Fault::pow_snapped_exponent, "faulty:pow_snapped_exponent",
     "pow' takes an exponent within 1e-6 of an integer for it"},
    {Fault::pow_exponent_8_bit, "faulty:pow_exponent_8_bit",
     "pow' keeps an integer exponent in 8 bits"},
    {Fault::exp_saturates, "faulty:exp_saturates", "exp' is 1e30 at the most"},
    {Fault::log_of_magnitude, "faulty:log_of_magnitude", "log' is 1 / |x|"},
    {Fault::log_at_making, "faulty:log_at_making",
     "log' uses its operand's data as it was when the result was made"},
    {Fault::pow_wrong_reciprocal, "faulty:pow_wrong_reciprocal", "pow' at exponent -1 is -1 / x"},
    {Fault::log_epsilon, "faulty:log_epsilon", "log' is 1 / (x + 1e-8)"},
    {Fault::float_mul, "faulty:float_mul", "mul' goes through binary32"},
    {Fault::relu_at_zero, "faulty:relu_at_zero", "relu' is 1 at 0"},
    {Fault::relu_from_threshold, "faulty:relu_from_threshold", "relu' is 0 up to 1e-6"},
    {Fault::clamped_gradient, "faulty:clamped_gradient", "gradients are clamped to [-10, 10]"},
    {Fault::clamped_far_out, "faulty:clamped_far_out", "gradients are clamped to [-1e6, 1e6]"},
    {Fault::flushed_gradient, "faulty:flushed_gradient", "what is below 1e-30 is not passed on"},
    {Fault::nan_to_zero, "faulty:nan_to_zero", "a contribution that is NaN counts as 0"},
    {Fault::zero_skipped, "faulty:zero_skipped", "a product that is 0 passes nothing on"},
    {Fault::float_sum, "faulty:float_sum", "gradients are added up in binary32"},
    {Fault::float_sum_of_many, "faulty:float_sum_of_many",
     "from its fourth term on a gradient is added up in binary32"},
    {Fault::subnormal_factor, "faulty:subnormal_factor", "mul' takes a subnormal factor for 0"},
    {Fault::third_use_lost, "faulty:third_use_lost",
     "what the third consumer of a node passes on is lost"},
    {Fault::second_use_scaled, "faulty:second_use_scaled",
     "what the second consumer of a node passes on is too large by 2^-40"},
    {Fault::square_of_a_shared_node, "faulty:square_of_a_shared_node",
     "mul of a node by itself sets its gradient, where it has one already"},
    {Fault::deep_gradient_lost, "faulty:deep_gradient_lost",
     "nothing is passed on more than 25 nodes from the root"},
    {Fault::data_at_making, "faulty:data_at_making",
     "mul' uses its second operand's data as it was when the product was made"},
    {Fault::int_exponent, "faulty:int_exponent", "the exponent of pow is cut to an integer"},
    {Fault::nan_relu, "faulty:nan_relu", "relu of NaN is 0"},
    {Fault::exit_on_domain, "faulty:exit_on_domain",
     "log of what is not positive ends the process"},
    {Fault::crash_on_nan, "faulty:crash_on_nan", "an op whose value is NaN crashes"},
    {Fault::hang_on_zero_exponent, "faulty:hang_on_zero_exponent", "pow with exponent 0 hangs"},
    {Fault::breadth_first, "faulty:breadth_first", "backward goes breadth first"},
    {Fault::preorder, "faulty:preorder", "backward goes depth first, results before operands"},
    {Fault::revisited_node, "faulty:revisited_node",
     "a node that is met twice passes its gradient on twice"},
    {Fault::replays_old_tape, "faulty:replays_old_tape",
     "backward replays every op that was ever made"},
    {Fault::order_appended, "faulty:order_appended",
     "the order of a backward is appended to those before it"},
    {Fault::visited_never_reset, "faulty:visited_never_reset",
     "nodes that a backward has visited are left out by the next"},
    {Fault::set_by_data, "faulty:set_by_data", "the visited set takes nodes of equal data for one"},
    {Fault::counts_consumers_once, "faulty:counts_consumers_once",
     "a node is swept when it has heard as often as it has consumers: too early after a + a"},
    {Fault::zero_grad_of_inputs, "faulty:zero_grad_of_inputs",
     "zero_grad leaves results as they are"},
    {Fault::root_kept, "faulty:root_kept", "backward starts from the gradient of a used root"},
    {Fault::leaf_root_ignored, "faulty:leaf_root_ignored", "backward of an input does nothing"},
    {Fault::root_accumulates, "faulty:root_accumulates", "backward adds 1 to the root's gradient"},
    {Fault::stale_interior, "faulty:stale_interior",
     "interior nodes show the gradient they had before the backward"},
    {Fault::backward_frees_graph, "faulty:backward_frees_graph",
     "backward releases the operands of every result"},
    {Fault::leak_in_backward, "faulty:leak_in_backward",
     "backward keeps a reference to every node it visits"},
    {Fault::missing_release_add, "faulty:missing_release_add",
     "a dying add does not release its second operand"},
    {Fault::missing_release_mul, "faulty:missing_release_mul",
     "a dying mul does not release its second operand"},
    {Fault::missing_release_pow, "faulty:missing_release_pow",
     "a dying pow does not release its operand"},
    {Fault::missing_release_exp, "faulty:missing_release_exp",
     "a dying exp does not release its operand"},
    {Fault::missing_release_log, "faulty:missing_release_log",
     "a dying log does not release its operand"},
    {Fault::missing_release_relu, "faulty:missing_release_relu",
     "a dying relu does not release its operand"},
    {Fault::double_release, "faulty:double_release",
     "a dying add releases its first operand twice"},
    {Fault::missing_retain, "faulty:missing_retain", "equal operands are retained once"},
    {Fault::owner_cycle, "faulty:owner_cycle", "the result of exp owns itself"},
    {Fault::leaked_constant, "faulty:leaked_constant",
     "relu makes a constant that nobody releases"},
    {Fault::shared_operand_freed, "faulty:shared_operand_freed",
     "a dying result frees a result that one other still holds"},
    {Fault::leak_of_a_pattern, "faulty:leak_of_a_pattern",
     "a dying add of a mul and an exp does not release the mul"},
    {Fault::leak_on_failure, "faulty:leak_on_failure",
     "an op that runs out of memory has retained its operands"},
    {Fault::leak_on_backward_failure, "faulty:leak_on_backward_failure",
     "a backward that runs out of memory keeps a reference to its root"},
    {Fault::failure_ignored, "faulty:failure_ignored",
     "a backward that runs out of memory says it went well"},
    {Fault::unexplained_error, "faulty:unexplained_error", "backward of an input fails"},
    {Fault::network_last_sample, "faulty:network_last_sample",
     "a network's parameters get the gradients of the batch's last sample only"},
    {Fault::network_bias_of_last_sample, "faulty:network_bias_of_last_sample",
     "a network's biases get the gradients of the batch's last sample only"},
    {Fault::network_scaled_loss, "faulty:network_scaled_loss",
     "a network gets half the gradient of its loss for all but the batch's last sample"},
    {Fault::network_slope_at_kink, "faulty:network_slope_at_kink",
     "relu' is 1 at 0 within networks"},
    {Fault::network_skips_zeros, "faulty:network_skips_zeros",
     "a network leaves out the products whose input is 0, and so those inputs' gradients"},
    {Fault::recursive_backward, "faulty:recursive_backward", "the sort recurses", true},
    {Fault::recursive_release, "faulty:recursive_release", "release recurses", true},
    {Fault::fixed_array_40, "faulty:fixed_array_40", "backward has room for 40 nodes", true},
    {Fault::fixed_array_1000, "faulty:fixed_array_1000", "backward has room for 1,000 nodes", true},
    {Fault::fixed_array_10000, "faulty:fixed_array_10000", "backward crashes beyond 10,000 nodes",
     true},
    {Fault::small_set, "faulty:small_set", "the visited set loses an entry when it grows past 48",
     true},
    {Fault::exponential_ladder, "faulty:exponential_ladder",
     "the sort visits a node once for each path to it", true},
    {Fault::quadratic_list, "faulty:quadratic_list", "the visited set is a list", true},
    {Fault::count_8_bit, "faulty:count_8_bit", "reference counts have 8 bits", true},
};

const cradle_engine* base_of(const Row& row) {
  return row.of_size ? textbook_iterative_engine() : textbook_engine();
}

template <std::size_t index>
void* open_with() {
  const Row& row = kRows[index];
  void* const session = base_of(row)->open();
  textbook::options.fault = row.fault;
  if (row.fault == Fault::recursive_backward) textbook::options.iterative_sort = false;
  if (row.fault == Fault::recursive_release) textbook::options.iterative_release = false;
  textbook::memory.keep_nodes = true;
  return session;
}

// The C table, with what it points at.
struct Engine {
  cradle_capabilities record = {};
  cradle_engine table = {};
};

template <std::size_t... index>
std::array<Engine, sizeof...(index)> make_engines(std::index_sequence<index...>) {
  std::array<Engine, sizeof...(index)> engines;
  const auto make = [&](std::size_t k, void* (*open)()) {
    engines[k].record = *base_of(kRows[k])->capabilities;
    engines[k].record.name = kRows[k].name;
    engines[k].table = *base_of(kRows[k]);
    engines[k].table.open = open;
  };
  (make(index, open_with<index>), ...);
  return engines;
}

std::vector<PlantedBug> make_list() {
  static std::array engines = make_engines(std::make_index_sequence<std::size(kRows)>());
  std::vector<PlantedBug> list;
  for (std::size_t k = 0; k < engines.size(); ++k) {
    engines[k].table.capabilities = &engines[k].record;
    list.push_back({kRows[k].name, kRows[k].description, base_of(kRows[k])->capabilities->name,
                    &engines[k].table});
  }
  for (const PlantedBug& bug : bent_tapes()) list.push_back(bug);
  return list;
}

}  // namespace

const std::vector<PlantedBug>& planted_bugs() {
  static const std::vector<PlantedBug> bugs = make_list();
  return bugs;
}

}  // namespace cradle
