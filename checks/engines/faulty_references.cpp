// Planted bugs in the counting of references.

#include "checks/engines/textbook_faults.h"

namespace cradle::textbook {
namespace {

// The op whose dying results forget their last operand.
OpCode forgetful_op() {
  switch (options.fault) {
    case Fault::missing_release_add:
      return OpCode::add;
    case Fault::missing_release_mul:
      return OpCode::mul;
    case Fault::missing_release_pow:
      return OpCode::pow;
    case Fault::missing_release_exp:
      return OpCode::exp;
    case Fault::missing_release_log:
      return OpCode::log;
    case Fault::missing_release_relu:
      return OpCode::relu;
    default:
      return OpCode::leaf;
  }
}

}  // namespace

std::uint32_t faulty_takes(const Value& result, std::uint32_t operand) {
  if (is_planted(Fault::leak_on_failure)) return 0;  // they were taken before memory was asked for
  const bool again = operand > 0 && result.prev[operand] == result.prev[operand - 1];
  return is_planted(Fault::missing_retain) && again ? 0 : 1;
}

std::uint32_t faulty_drops(const Value& result, std::uint32_t operand) {
  if (is_planted(Fault::double_release) && result.op_code == OpCode::add && operand == 0) return 2;
  const Value& used = *result.prev[operand];
  if (is_planted(Fault::shared_operand_freed) && used.ref_count == 2 && used.n_prevs > 0) return 2;
  if (is_planted(Fault::leak_of_a_pattern) && result.op_code == OpCode::add && operand == 0 &&
      used.op_code == OpCode::mul && result.prev[1]->op_code == OpCode::exp) {
    return 0;
  }
  if (result.op_code == forgetful_op() && operand + 1 == result.n_prevs) return 0;
  return 1;
}

}  // namespace cradle::textbook
