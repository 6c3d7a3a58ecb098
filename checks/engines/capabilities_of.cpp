// Translating the C record into Capabilities. A record or a table that is shorter than today's
// reads as one that ends in zeros, so that the adapters of an older version go on working.

#include "checks/engines/capabilities_of.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

namespace cradle {
namespace {

// The engine interface freezes what the language numbers.
static_assert(CRADLE_OP_COUNT == kOpCount);
static_assert(CRADLE_OP_INPUT == static_cast<int>(Op::input));
static_assert(CRADLE_OP_ADD == static_cast<int>(Op::add));
static_assert(CRADLE_OP_SUB == static_cast<int>(Op::sub));
static_assert(CRADLE_OP_MUL == static_cast<int>(Op::mul));
static_assert(CRADLE_OP_DIV == static_cast<int>(Op::div));
static_assert(CRADLE_OP_NEG == static_cast<int>(Op::neg));
static_assert(CRADLE_OP_POW == static_cast<int>(Op::pow));
static_assert(CRADLE_OP_POWV == static_cast<int>(Op::powv));
static_assert(CRADLE_OP_EXP == static_cast<int>(Op::exp));
static_assert(CRADLE_OP_LOG == static_cast<int>(Op::log));
static_assert(CRADLE_OP_RELU == static_cast<int>(Op::relu));
static_assert(CRADLE_OP_LEAKY_RELU == static_cast<int>(Op::leaky_relu));
static_assert(CRADLE_OP_TANH == static_cast<int>(Op::tanh));
static_assert(CRADLE_OP_SIGMOID == static_cast<int>(Op::sigmoid));
static_assert(CRADLE_OP_SIN == static_cast<int>(Op::sin));
static_assert(CRADLE_OP_COS == static_cast<int>(Op::cos));
static_assert(CRADLE_OP_SQRT == static_cast<int>(Op::sqrt));
static_assert(CRADLE_OP_ABS == static_cast<int>(Op::abs));
static_assert(CRADLE_OP_NEURON == static_cast<int>(Op::neuron));

// The kinds and forms are numbered alike on both sides, so that each translation is one cast.
static_assert(CRADLE_MODE_FORWARD == static_cast<int>(Mode::forward));
static_assert(CRADLE_HANDLE_MOVE_ONLY == static_cast<int>(HandleKind::move_only));
static_assert(CRADLE_RELEASE_NEVER == static_cast<int>(ReleaseKind::never));
static_assert(CRADLE_ZERO_EVERYTHING == static_cast<int>(ZeroGrad::everything));
static_assert(CRADLE_SECOND_REFUSES == static_cast<int>(SecondBackward::refuses));
static_assert(CRADLE_FORM_EXP_RECOMPUTED == static_cast<int>(ExpForm::recomputed));
static_assert(CRADLE_FORM_LOG_RECIPROCAL == static_cast<int>(LogForm::reciprocal));
static_assert(CRADLE_FORM_POW_FROM_OUTPUT == static_cast<int>(PowForm::from_output));
static_assert(CRADLE_FORM_POWV_RECOMPUTED == static_cast<int>(PowvForm::recomputed));
static_assert(CRADLE_FORM_DIV_RECIPROCAL == static_cast<int>(DivForm::reciprocal));
static_assert(CRADLE_FORM_TANH_RECOMPUTED == static_cast<int>(TanhForm::recomputed));
static_assert(CRADLE_FORM_SIGMOID_EXP == static_cast<int>(SigmoidForm::exp));
static_assert(CRADLE_FORM_SQRT_RECIPROCAL == static_cast<int>(SqrtForm::reciprocal));
static_assert(CRADLE_FORM_MASK_MULTIPLIES == static_cast<int>(MaskForm::multiplies));

// The last thing without which a table, or a record, is of no use.
constexpr std::size_t kTableBytesMin = offsetof(cradle_engine, grad) + sizeof(void*);
constexpr std::size_t kRecordBytesMin = offsetof(cradle_capabilities, name) + sizeof(const char*);

template <typename Record>
Record whole(const Record& record) {
  Record filled = {};
  std::memcpy(&filled, &record, std::min<std::size_t>(record.size, sizeof filled));
  return filled;
}

template <typename Kind>
Kind kind_of(std::uint32_t number, Kind last, Kind otherwise) {
  return number <= static_cast<std::uint32_t>(last) ? static_cast<Kind>(number) : otherwise;
}

template <typename Form>
Form form_of(std::uint32_t number, Form last) {
  return kind_of(number, last, Form::unknown);
}

double ulps_or(double declared, double otherwise) {
  return declared > 0 && std::isfinite(declared) ? declared : otherwise;
}

LibmUlps ulps_of(const cradle_capabilities& record) {
  const LibmUlps unknown;
  LibmUlps ulps;
  ulps.exp = ulps_or(record.exp_ulps, unknown.exp);
  ulps.log = ulps_or(record.log_ulps, unknown.log);
  ulps.pow = ulps_or(record.pow_ulps, unknown.pow);
  ulps.div = ulps_or(record.div_ulps, unknown.div);
  ulps.sqrt = ulps_or(record.sqrt_ulps, unknown.sqrt);
  ulps.tanh = ulps_or(record.tanh_ulps, unknown.tanh);
  ulps.sigmoid = ulps_or(record.sigmoid_ulps, unknown.sigmoid);
  ulps.sin = ulps_or(record.sin_ulps, unknown.sin);
  ulps.cos = ulps_or(record.cos_ulps, unknown.cos);
  return ulps;
}

void copy_forms(const cradle_capabilities& record, Capabilities& made) {
  made.exp_form = form_of(record.exp_form, ExpForm::recomputed);
  made.log_form = form_of(record.log_form, LogForm::reciprocal);
  made.pow_form = form_of(record.pow_form, PowForm::from_output);
  made.powv_form = form_of(record.powv_form, PowvForm::recomputed);
  made.div_form = form_of(record.div_form, DivForm::reciprocal);
  made.tanh_form = form_of(record.tanh_form, TanhForm::recomputed);
  made.sigmoid_form = form_of(record.sigmoid_form, SigmoidForm::exp);
  made.sqrt_form = form_of(record.sqrt_form, SqrtForm::reciprocal);
  made.mask_form = form_of(record.mask_form, MaskForm::multiplies);
}

// What is NaN is to be found out, and so is a leaky slope that is not given.
void copy_conventions(const cradle_capabilities& record, Capabilities& made) {
  const bool promised = record.as_declared != 0;
  made.relu_at_zero_open =
      std::isnan(record.relu_at_zero) || (record.relu_at_zero == 0 && !promised);
  if (!made.relu_at_zero_open) made.relu_at_zero = record.relu_at_zero;
  made.abs_at_zero_open = std::isnan(record.abs_at_zero) || (record.abs_at_zero == 0 && !promised);
  if (!made.abs_at_zero_open) made.abs_at_zero = record.abs_at_zero;
  made.leaky_slope_open = record.leaky_slope == 0 || std::isnan(record.leaky_slope);
  if (!made.leaky_slope_open) made.leaky_slope = made.leaky_at_zero = record.leaky_slope;
  const bool given = record.leaky_at_zero != 0 && !std::isnan(record.leaky_at_zero);
  if (given) made.leaky_at_zero = record.leaky_at_zero;
  made.leaky_at_zero_open = !given && (made.leaky_slope_open || record.leaky_at_zero != 0);
}

void copy_kinds(const cradle_capabilities& record, Capabilities& made) {
  made.mode = kind_of(record.mode, Mode::forward, Mode::reverse);
  made.handle = kind_of(record.handle, HandleKind::move_only, HandleKind::unknown);
  made.release = kind_of(record.release, ReleaseKind::never, ReleaseKind::never);
  made.zero_grad = kind_of(record.zero_grad, ZeroGrad::everything, ZeroGrad::none);
  made.second_backward =
      kind_of(record.second_backward, SecondBackward::refuses, SecondBackward::unknown);
}

void copy_offers(const cradle_engine& table, const cradle_capabilities& record,
                 Capabilities& made) {
  made.interior_readable = record.interior_hidden == 0;
  made.identity_readable = table.identity != nullptr;
  made.allocations_readable = table.allocations != nullptr;
  made.can_retain = table.retain != nullptr;
  made.can_release = table.release != nullptr;
  const bool releases =
      made.release == ReleaseKind::per_handle || made.release == ReleaseKind::whole_graph;
  if (!made.can_release && releases) made.release = ReleaseKind::global_reset;
  made.can_set = table.set != nullptr;
  made.can_fail = table.fail != nullptr;
  made.has_network = table.network != nullptr;
  if (table.zero_grad == nullptr) made.zero_grad = ZeroGrad::none;
  const std::uint32_t misuse = table.misuse == nullptr ? 0 : record.misuse;
  made.tells_null = (misuse >> CRADLE_MISUSE_NULL & 1) != 0;
  made.tells_stale = (misuse >> CRADLE_MISUSE_STALE & 1) != 0;
  made.tells_over_release = (misuse >> CRADLE_MISUSE_OVER_RELEASE & 1) != 0;
}

std::string check_record(const cradle_capabilities& given) {
  if (given.size < kRecordBytesMin) return "its capability record is too short";
  const cradle_capabilities record = whole(given);
  if (record.name == nullptr || record.name[0] == '\0') return "it has no name";
  if ((record.ops & kAllOps & ~bit(Op::input)) == 0) return "it offers no op";
  if ((record.ops & ~kAllOps) != 0) return "it offers an op that does not exist";
  if (record.precision_bits != 0 && record.precision_bits != 24 && record.precision_bits != 53) {
    return "its precision is neither 24 nor 53 bits";
  }
  if (!(record.gradient_clip >= 0) || !std::isfinite(record.gradient_clip)) {
    return "its gradient_clip is no bound";
  }
  return "";
}

}  // namespace

std::string check_table(const cradle_engine* engine) {
  if (engine == nullptr) return "there is no table";
  if (engine->abi != CRADLE_ENGINE_ABI) {
    return "its interface has version " + std::to_string(engine->abi) + ", not " +
           std::to_string(CRADLE_ENGINE_ABI);
  }
  if (engine->size < kTableBytesMin) return "its table is too short";
  if (engine->capabilities == nullptr) return "it has no capability record";
  if (engine->open == nullptr) return "it lacks open";
  if (engine->close == nullptr) return "it lacks close";
  if (engine->input == nullptr) return "it lacks input";
  if (engine->apply == nullptr) return "it lacks apply";
  if (engine->backward == nullptr) return "it lacks backward";
  if (engine->data == nullptr) return "it lacks data";
  if (engine->grad == nullptr) return "it lacks grad";
  return check_record(*engine->capabilities);
}

cradle_engine whole_table(const cradle_engine& engine) {
  cradle_engine table = whole(engine);
  table.size = sizeof table;
  return table;
}

cradle_capabilities whole_record(const cradle_capabilities& record) {
  cradle_capabilities made = whole(record);
  made.size = sizeof made;
  return made;
}

Capabilities capabilities_of(const cradle_engine& engine) {
  const cradle_engine table = whole_table(engine);
  const cradle_capabilities record = whole(*table.capabilities);
  Capabilities made;
  made.name = record.name;
  made.ops = record.ops | bit(Op::input);
  if (record.precision_bits != 0) made.precision_bits = record.precision_bits;
  copy_kinds(record, made);
  copy_offers(table, record, made);
  copy_forms(record, made);
  made.ulps = ulps_of(record);
  made.relu_keeps_nan = record.relu_keeps_nan != 0;
  made.neuron_in_order = record.neuron_in_order != 0;
  made.fixed_order = record.fixed_order != 0;
  made.reads_at_backward = record.reads_at_backward != 0;
  made.as_declared = record.as_declared != 0;
  made.one_allocation_a_node = record.one_allocation_a_node != 0;
  made.nodes_max = record.nodes_max;
  made.depth_max = record.depth_max;
  made.gradient_clip = record.gradient_clip;
  made.relu_slope = record.relu_slope;
  copy_conventions(record, made);
  return made;
}

}  // namespace cradle
