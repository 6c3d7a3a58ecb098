// Numbering the table: op by op in the order of kOps, first operands slowest.

#include "checks/program/edges.h"

#include <array>
#include <cassert>
#include <limits>
#include <span>

namespace cradle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Few enough to be given in pairs.
constexpr std::array kFew = {0.0,  -0.0, 1.0,     -1.0,   0.5,  2.0,       -3.0,       5e-324,
                             1e-8, 50.0, 1.4e154, -1e300, 1e16, kInfinity, -kInfinity, kNan};

// 709.8 and -745.2 are where exp leaves the range, 88.8 and -103.98 where it leaves that of
// binary32; 1.3407807929942597e154 is the last number whose square is finite.
constexpr std::array kMore = {-0.5,
                              -2.0,
                              3.0,
                              0.25,
                              -5e-324,
                              2.2250738585072014e-308,
                              -2.2250738585072014e-308,
                              -1e-8,
                              1e-16,
                              -1e-16,
                              -50.0,
                              19.1,
                              -37.5,
                              88.8,
                              -103.98,
                              400.0,
                              -400.0,
                              709.7,
                              709.8,
                              -745.2,
                              1.3407807929942597e154,
                              -1.4e154,
                              1e300,
                              1.7976931348623157e308,
                              -1.7976931348623157e308,
                              1.5707963267948966,
                              3.141592653589793,
                              -3.141592653589793,
                              1e22};

constexpr std::array kExponents = {0.0, 1.0,  -1.0, 2.0,  0.5,  -0.5,
                                   3.0, -2.0, 2.5,  10.0, 12.0, 300.0};

constexpr std::uint64_t kAll = kFew.size() + kMore.size();

double edge(std::uint64_t k) { return k < kFew.size() ? kFew[k] : kMore[k - kFew.size()]; }

// Pairs, and then each with itself.
constexpr std::uint64_t kPairs = kFew.size() * kFew.size();

std::uint64_t count_of(const OpInfo& row) {
  if (row.op == Op::input || row.op == Op::neuron) return 0;
  if (row.op == Op::pow) return kExponents.size() * kFew.size();
  return row.arity == 1 ? kAll : kPairs + kFew.size();
}

NodeId edge_input(Program& program, double value) {
  Instruction line;
  line.immediate = canonical(value);
  program.code.push_back(line);
  return static_cast<NodeId>(program.code.size() - 1);
}

Program program_of(const OpInfo& row, std::uint64_t index) {
  Program program;
  Instruction line;
  line.op = row.op;
  if (row.op == Op::pow) {
    line.operands[0] = edge_input(program, kFew[index % kFew.size()]);
    line.immediate = kExponents[index / kFew.size()];
  } else if (row.arity == 1) {
    line.operands[0] = edge_input(program, edge(index));
  } else if (index < kPairs) {
    line.operands[0] = edge_input(program, kFew[index / kFew.size()]);
    line.operands[1] = edge_input(program, kFew[index % kFew.size()]);
  } else {
    line.operands[0] = line.operands[1] = edge_input(program, kFew[index - kPairs]);
  }
  program.code.push_back(line);
  return program;
}

}  // namespace

std::uint64_t edge_count(OpSet ops) {
  std::uint64_t count = 0;
  for (const OpInfo& row : kOps) count += contains(ops, row.op) ? count_of(row) : 0;
  return count;
}

Program edge_program(OpSet ops, std::uint64_t index) {
  for (const OpInfo& row : kOps) {
    if (!contains(ops, row.op)) continue;
    if (index < count_of(row)) return program_of(row, index);
    index -= count_of(row);
  }
  assert(false);
  return {};
}

}  // namespace cradle
