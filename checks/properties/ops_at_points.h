// Every op at points that are easy, and at some that are not: small programs for tables of bounds
// and of verdicts.

#pragma once

#include <string>

#include "checks/properties/samples.h"

namespace cradle {

/// Two operands, each a product.
struct OpPoint {
  const char* x[2];  // the factors of the first operand, and of the second
  const char* y[2];
};

// With exact operands and rounded ones, near 1, near 0, towards the ends of either precision, and
// where exponentials are.
inline constexpr OpPoint kOpPoints[] = {
    {{"0.75", "1"}, {"1.5", "1"}},
    {{"0.3", "2.7"}, {"0.7", "1.9"}},
    {{"1.1", "-0.9"}, {"-1.3", "0.77"}},
    {{"1.7e-3", "1.3e-3"}, {"3.3e-3", "2.1"}},
    {{"31", "0.9"}, {"0.11", "-1.7"}},
    {{"1.1e10", "1.7e5"}, {"1.3", "0.9"}},
    {{"1.3e-10", "1.1e-9"}, {"0.9", "0.3"}},
    {{"1.3e-20", "1.1e-20"}, {"1.7e-3", "0.9"}},
    {{"1.1e70", "1.7e65"}, {"1.3", "-1.1"}},
    {{"1.1e-160", "1.7e-154"}, {"1.9", "1.1"}},
    {{"0.3", "1"}, {"1.1e-90", "1.3e-70"}},
    {{"0.9", "1.1"}, {"1.1e20", "1.3e-2"}},
    {{"-690", "1.01"}, {"1.5", "0.7"}},
    {{"-83", "1.01"}, {"1.1e-14", "0.3"}},
    {{"1.3e-80", "1.1e-70"}, {"1.7", "1.9"}},
    {{"1.7e-11", "1.1e-9"}, {"1.3", "1.9"}},
};

/// An op, and its line in a program.
struct OpLine {
  const char* name;
  const char* line;
};
inline constexpr OpLine kOpLines[] = {
    {"add", "add %2 %5"},
    {"sub", "sub %2 %5"},
    {"neg", "neg %2"},
    {"mul", "mul %2 %5"},
    {"div", "div %2 %5"},
    {"pow 0", "pow %2 0"},
    {"pow 1", "pow %2 1"},
    {"pow 2", "pow %2 2"},
    {"pow 3", "pow %2 3"},
    {"pow 0.5", "pow %2 0.5"},
    {"pow 0.1", "pow %2 0.1"},
    {"pow -1", "pow %2 -1"},
    {"pow 2.5", "pow %2 2.5"},
    {"pow -2.3", "pow %2 -2.3"},
    {"powv", "powv %2 %5"},
    {"exp", "exp %2"},
    {"log", "log %2"},
    {"relu", "relu %2"},
    {"leaky_relu", "leaky_relu %2"},
    {"abs", "abs %2"},
    {"tanh", "tanh %2"},
    {"sigmoid", "sigmoid %2"},
    {"sin", "sin %2"},
    {"cos", "cos %2"},
    {"sqrt", "sqrt %2"},
    {"neuron", "neuron %1 %4 %0 2"},
    {"linear neuron", "neuron %1 %4 %0 2 linear"},
};

/// Returns the op of two rounded operands, and a product with a rounded number, which is the root.
inline Program program_at(const OpPoint& point, const char* line) {
  std::string text;
  const char* const factors[] = {point.x[0], point.x[1], point.y[0], point.y[1]};
  for (int k = 0; k < 4; k += 2) {
    const int first = k / 2 * 3;
    for (int i = 0; i < 2; ++i) {
      text += "%" + std::to_string(first + i) + " = input " + factors[k + i] + "\n";
    }
    text += "%" + std::to_string(first + 2) + " = mul %" + std::to_string(first) + " %" +
            std::to_string(first + 1) + "\n";
  }
  // The gradient is a rounded number, too.
  text += std::string("%6 = ") + line + "\n%7 = input 0.3\n%8 = input 1.7\n%9 = mul %7 %8\n" +
          "%10 = mul %6 %9\n";
  return program_of(text);
}

}  // namespace cradle
