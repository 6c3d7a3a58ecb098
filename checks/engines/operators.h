// The operators and temporaries of a C++ engine, which cradle cannot reach through the table: 5 - x
// evaluated as x - 5, x += x that reads what it has written, an operand that dies too early.
//
// It takes the struct that adapter.h takes, of which it needs Handle, input, backward, data and
// grad, and runs in a program of your own; nothing but the standard library is included.
//
//   int main() {
//     const cradle::OperatorReport report = cradle::check_operators<Adapter>();
//     std::fputs(cradle::text_of(report).c_str(), stdout);
//     return report.failures.empty() ? 0 : 1;
//   }
//
// Each row of operator_rows.h is an expression of the inputs x = 4 and y = 2, with its value and
// both derivatives by hand: sums of powers of two, so that a right engine is exact, in binary32,
// too. x and y must keep their values. A row whose operators the handle does not have is absent.

#pragma once

#include <cstdio>
#include <string>

#include "checks/engines/operator_rows.h"

namespace cradle {

/// Returns the report in lines: a failure each, then what is absent, then the counts.
inline std::string text_of(const OperatorReport& report) {
  std::string text;
  for (const OperatorFailure& failure : report.failures) {
    char numbers[80] = "\n";
    if (!failure.thrown) {
      std::snprintf(numbers, sizeof numbers, ": got %.17g, expected %.17g\n", failure.got,
                    failure.expected);
    }
    text += failure.expression + ": " + failure.what + numbers;
  }
  for (const std::string& expression : report.absent) text += "absent: " + expression + '\n';
  return text + std::to_string(report.checked) + " expressions, " +
         std::to_string(report.failures.size()) + " failures, " +
         std::to_string(report.absent.size()) + " absent\n";
}

/// Evaluates every expression on an engine, each in a session and with inputs of its own.
///
/// `before` is told each expression before it is evaluated: when one crashes it is the last one
/// told; NULL, nobody is. AddressSanitizer sees what is read after its death, and survives by luck.
/// A std::exception is a failure, with what it says; any other leaves this function.
template <typename E>
OperatorReport check_operators(void (*before)(const char* expression) = nullptr) {
  return OperatorRows<E>(before).all();
}

}  // namespace cradle
