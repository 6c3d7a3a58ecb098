// The rows of operators.h: what a user of an engine writes, and what it is worth.
//
// A row is a function of x and y that is declared only where the handle has its operators.

#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace cradle {

/// What one expression got wrong.
struct OperatorFailure {
  std::string expression;
  std::string what;  // "its value", "its derivative by x", ...
  double got = 0;
  double expected = 0;
  bool thrown = false;  // `what` says what was thrown, and there are no numbers
};

/// What check_operators found.
struct OperatorReport {
  std::size_t checked = 0;  // expressions
  std::vector<OperatorFailure> failures;
  std::vector<std::string> absent;  // expressions that the handle has not the operators for
};

/// Evaluates the rows on one engine: use check_operators.
template <typename E>
class OperatorRows {
 public:
  using V = typename E::Handle;
  using Before = void (*)(const char* expression);
  explicit OperatorRows(Before before) : before_(before) {}

  OperatorReport all() {
    of_two_handles();
    of_numbers();
    of_integers();
    of_assignments();
    of_assignments_to_itself();
    of_temporaries();
    of_handles_that_change();
    of_handles_that_move();
    return std::move(report_);
  }

 private:
  static constexpr double kX = 4;
  static constexpr double kY = 2;

  struct Expected {
    double data, dx, dy;
  };

  // V, where all these are V or become one.
  template <std::convertible_to<V>... Results>
  using As = V;
  // V, where it can be copied and these can be written.
  template <typename... Results>
  requires std::copyable<V>
  using Copied = V;

  template <typename Expression>
  void row(const char* text, const Expected& expected, Expression expression) {
    if constexpr (std::invocable<Expression, V&, V&>) {
      if (before_ != nullptr) before_(text);
      ++report_.checked;
      try {
        evaluate(text, expected, expression);
      } catch (const std::exception& error) {
        report_.failures.push_back({text, std::string("it throws: ") + error.what(), 0, 0, true});
      }
    } else {
      report_.absent.emplace_back(text);
    }
  }

  // Handles die before their session ends.
  template <typename Expression>
  void evaluate(const char* text, const Expected& expected, Expression expression) {
    E engine{};
    if constexpr (requires { engine.open(); }) engine.open();
    {
      V x = engine.input(kX);
      V y = engine.input(kY);
      V root = expression(x, y);
      std::vector<V> others;  // in the memory of what is dead by now
      for (int k = 0; k < 8; ++k) others.push_back(engine.input(k));
      compare(text, "its value", engine.data(root), expected.data);
      engine.backward(root);
      compare(text, "its derivative by x", engine.grad(x), expected.dx);
      compare(text, "its derivative by y", engine.grad(y), expected.dy);
      compare(text, "x itself", engine.data(x), kX);
      compare(text, "y itself", engine.data(y), kY);
    }
    if constexpr (requires { engine.close(); }) engine.close();
  }

  void compare(const char* text, const char* what, double got, double expected) {
    if (got == expected) return;
    report_.failures.push_back({text, what, got, expected, false});
  }

  void of_two_handles() {
    row("x + y", {6, 1, 1}, [](auto& x, auto& y) -> As<decltype(x + y)> { return x + y; });
    row("x - y", {2, 1, -1}, [](auto& x, auto& y) -> As<decltype(x - y)> { return x - y; });
    row("x * y", {8, 2, 4}, [](auto& x, auto& y) -> As<decltype(x * y)> { return x * y; });
    row("x / y", {2, 0.5, -1}, [](auto& x, auto& y) -> As<decltype(x / y)> { return x / y; });
    row("-x", {-4, -1, 0}, [](auto& x, auto&) -> As<decltype(-x)> { return -x; });
    row("x + x", {8, 2, 0}, [](auto& x, auto&) -> As<decltype(x + x)> { return x + x; });
    row("x - x", {0, 0, 0}, [](auto& x, auto&) -> As<decltype(x - x)> { return x - x; });
    row("x * x", {16, 8, 0}, [](auto& x, auto&) -> As<decltype(x * x)> { return x * x; });
    row("x / x", {1, 0, 0}, [](auto& x, auto&) -> As<decltype(x / x)> { return x / x; });
  }

  void of_numbers() {
    row("x + 5.0", {9, 1, 0}, [](auto& x, auto&) -> As<decltype(x + 5.0)> { return x + 5.0; });
    row("5.0 + x", {9, 1, 0}, [](auto& x, auto&) -> As<decltype(5.0 + x)> { return 5.0 + x; });
    row("x - 5.0", {-1, 1, 0}, [](auto& x, auto&) -> As<decltype(x - 5.0)> { return x - 5.0; });
    row("5.0 - x", {1, -1, 0}, [](auto& x, auto&) -> As<decltype(5.0 - x)> { return 5.0 - x; });
    row("x * 0.5", {2, 0.5, 0}, [](auto& x, auto&) -> As<decltype(x * 0.5)> { return x * 0.5; });
    row("0.5 * x", {2, 0.5, 0}, [](auto& x, auto&) -> As<decltype(0.5 * x)> { return 0.5 * x; });
    row("x / 8.0", {0.5, 0.125, 0},
        [](auto& x, auto&) -> As<decltype(x / 8.0)> { return x / 8.0; });
    row("1.0 / x", {0.25, -0.0625, 0},
        [](auto& x, auto&) -> As<decltype(1.0 / x)> { return 1.0 / x; });
  }

  // What an int becomes on its way to the engine.
  void of_integers() {
    row("x + 1", {5, 1, 0}, [](auto& x, auto&) -> As<decltype(x + 1)> { return x + 1; });
    row("1 - x", {-3, -1, 0}, [](auto& x, auto&) -> As<decltype(1 - x)> { return 1 - x; });
    row("2 * x", {8, 2, 0}, [](auto& x, auto&) -> As<decltype(2 * x)> { return 2 * x; });
    row("x / 8", {0.5, 0.125, 0}, [](auto& x, auto&) -> As<decltype(x / 8)> { return x / 8; });
    row("1 / x", {0.25, -0.0625, 0}, [](auto& x, auto&) -> As<decltype(1 / x)> { return 1 / x; });
  }

  // What is assigned to z, another handle of x, is not assigned to x.
  void of_assignments() {
    row("z = x, z += y", {6, 1, 1}, []<typename H>(H& x, H& y) -> Copied<decltype(x += y)> {
      H z = x;
      z += y;
      return z;
    });
    row("z = x, z -= y", {2, 1, -1}, []<typename H>(H& x, H& y) -> Copied<decltype(x -= y)> {
      H z = x;
      z -= y;
      return z;
    });
    row("z = x, z *= y", {8, 2, 4}, []<typename H>(H& x, H& y) -> Copied<decltype(x *= y)> {
      H z = x;
      z *= y;
      return z;
    });
    row("z = x, z /= y", {2, 0.5, -1}, []<typename H>(H& x, H& y) -> Copied<decltype(x /= y)> {
      H z = x;
      z /= y;
      return z;
    });
    row("z = x, z += 1.0, z *= y", {10, 2, 5},
        []<typename H>(H& x, H& y) -> Copied<decltype(x += 1.0), decltype(x *= y)> {
          H z = x;
          z += 1.0;
          z *= y;
          return z;
        });
  }

  void of_assignments_to_itself() {
    row("z = x, z += z", {8, 2, 0}, []<typename H>(H& x, H&) -> Copied<decltype(x += x)> {
      H z = x;
      z += z;
      return z;
    });
    row("z = x, z -= z", {0, 0, 0}, []<typename H>(H& x, H&) -> Copied<decltype(x -= x)> {
      H z = x;
      H& same = z;
      z -= same;
      return z;
    });
    row("z = x, z *= z", {16, 8, 0}, []<typename H>(H& x, H&) -> Copied<decltype(x *= x)> {
      H z = x;
      z *= z;
      return z;
    });
    row("z = x * y, z = z, z + x", {12, 3, 4},
        []<typename H>(H& x, H& y) -> As<decltype(x = x), decltype(x * y), decltype(x + y)> {
          H z = x * y;
          H& same = z;
          z = same;
          return z + x;
        });
    row("z = x * y, z = std::move(z), z + x", {12, 3, 4},
        []<typename H>(H& x, H& y) -> As<decltype(x * y), decltype(x + y)> {
          H z = x * y;
          H& same = z;
          z = std::move(same);
          return z + x;
        });
  }

  // Operands that are dead when backward is called.
  void of_temporaries() {
    row("(x * y) + x", {12, 3, 4},
        [](auto& x, auto& y) -> As<decltype((x * y) + x)> { return (x * y) + x; });
    row("(x + y) * (x - y)", {12, 8, -4},
        [](auto& x, auto& y) -> As<decltype((x + y) * (x - y))> { return (x + y) * (x - y); });
    row("((x * y) + (x * y)) * ((y * y) + x)", {128, 48, 128},
        [](auto& x, auto& y) -> As<decltype(((x * y) + (x * y)) * ((y * y) + x))> {
          return ((x * y) + (x * y)) * ((y * y) + x);
        });
    row("-(-x)", {4, 1, 0}, [](auto& x, auto&) -> As<decltype(-(-x))> { return -(-x); });
    row("5.0 - (1.0 - x) * 2.0", {11, 2, 0},
        [](auto& x, auto&) -> As<decltype(5.0 - (1.0 - x) * 2.0)> {
          return 5.0 - (1.0 - x) * 2.0;
        });
    row("{ t = x * y; z = t + t; } z + x", {20, 5, 8},
        []<typename H>(H& x, H& y) -> As<decltype(x * y), decltype(x + y)> {
          const auto doubled = [&]() -> H {
            H t = x * y;
            return t + t;
          };
          H z = doubled();
          return z + x;
        });
  }

  // A handle comes to mean another node, which does not change the node that it meant.
  void of_handles_that_change() {
    row("z = x * 2, z = z + 1", {9, 2, 0},
        []<typename H>(H& x,
                       H&) -> As<decltype(x * 2.0), decltype(x + 1.0), decltype(x = x + 1.0)> {
          H z = x * 2.0;
          z = z + 1.0;
          return z;
        });
    row("z = x + y, three times z = z * y", {48, 8, 80},
        []<typename H>(H& x, H& y) -> As<decltype(x + y), decltype(x * y), decltype(x = x * y)> {
          H z = x + y;
          for (int k = 0; k < 3; ++k) z = z * y;
          return z;
        });
    row("a = x * y, b = a + x, a = x + y, b", {12, 3, 4},
        []<typename H>(H& x, H& y) -> As<decltype(x * y), decltype(x + y), decltype(x = x + y)> {
          H a = x * y;
          H b = a + x;
          a = x + y;
          return b;
        });
    row("c = x, c * c", {16, 8, 0},
        []<typename H>(H& x, H&) -> As<decltype(H(x)), decltype(x * x)> {
          // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): to copy is the question
          const H c = x;
          return c * c;
        });
  }

  void of_handles_that_move() {
    row("a = x * y, b = std::move(a), b + x", {12, 3, 4},
        []<typename H>(H& x, H& y) -> As<decltype(x * y), decltype(x + y)> {
          H a = x * y;
          H b = std::move(a);
          return b + x;
        });
    row("a = x + y, b = x * y, std::swap(a, b), a - b", {2, 1, 3},
        []<typename H>(H& x, H& y) -> As<decltype(x + y), decltype(x * y), decltype(x - y)> {
          H a = x + y;
          H b = x * y;
          std::swap(a, b);
          return a - b;
        });
    row("a vector that grows: the sum of 64 times x * y", {512, 128, 256},
        []<typename H>(H& x, H& y) -> As<decltype(x * y), decltype(x + y), decltype(x = x + y)> {
          std::vector<H> products;
          for (int k = 0; k < 64; ++k) products.push_back(x * y);
          H sum = products[0] + products[1];
          for (std::size_t k = 2; k < products.size(); ++k) sum = sum + products[k];
          return sum;
        });
    // 610 and 987 are numbers of Fibonacci.
    row("a vector that grows: each the sum of the two before", {4414, 610, 987},
        []<typename H>(H& x, H& y) -> As<decltype(H(x)), decltype(x + y)> {
          std::vector<H> sums = {x, y};
          for (std::size_t k = 0; k < 15; ++k) sums.push_back(sums[k] + sums[k + 1]);
          return std::move(sums.back());
        });
  }

  Before before_;
  OperatorReport report_;
};

}  // namespace cradle
