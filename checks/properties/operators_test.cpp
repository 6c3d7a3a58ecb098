// The rows of operators.h: microcrad's own handle passes them all, and each way to get an operator
// or a temporary wrong is told by its expression.

#include "checks/engines/operators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "microcrad/microcrad.hpp"

namespace cradle {
namespace {

struct Microcrad {
  using Handle = microcrad::Var;

  Handle input(double value) { return value; }
  void backward(Handle& root) { root.backward(); }
  double data(Handle& node) { return node.data(); }
  double grad(Handle& node) { return node.grad(); }
};

TEST(Operators, of_a_healthy_engine_are_all_right) {
  const OperatorReport report = check_operators<Microcrad>();
  EXPECT_TRUE(report.failures.empty()) << text_of(report);
  EXPECT_TRUE(report.absent.empty()) << text_of(report);
  EXPECT_GT(report.checked, 40u);
}

enum class Bug {
  none,
  number_minus_handle_is_turned,  // 5 - x is x - 5
  number_over_handle_is_turned,   // 1 / x is x / 1
  integers_stay_integers,         // 1 / x is the integer 1 over an integer
  add_assign_changes_all_copies,
  multiply_assign_reads_what_it_wrote,
  temporaries_are_not_held,
  moved_from_is_released_too,
  self_assignment_releases,
  numbers_are_refused,
};

// A table of nodes, each with a count of the handles and nodes that use it; what nobody uses is
// made into the next node.
struct Row {
  double data = 0;
  double grad = 0;
  double slope[2] = {};
  std::size_t operand[2] = {};
  std::size_t used = 0;
  std::size_t age = 0;  // of two nodes the one with the greater depends on the other
};

template <Bug kBug>
class Toy {
 public:
  Toy(double value) : at_(make(value, 0, 0, 0, 0)) {}  // NOLINT(google-explicit-constructor)
  Toy(const Toy& other) : at_(other.at_) { ++rows[at_].used; }
  Toy(Toy&& other) noexcept : at_(std::exchange(other.at_, 0)) {
    if (kBug == Bug::moved_from_is_released_too) release(at_);
  }
  Toy& operator=(const Toy& other) {
    if (kBug == Bug::self_assignment_releases) release(at_);
    ++rows[other.at_].used;
    if (kBug != Bug::self_assignment_releases) release(at_);
    at_ = other.at_;
    return *this;
  }
  Toy& operator=(Toy&& other) noexcept {
    std::swap(at_, other.at_);
    return *this;
  }
  ~Toy() { release(at_); }

  static Toy of(double data, const Toy& a, double slope_a, const Toy& b, double slope_b) {
    Toy made;
    made.at_ = make(data, a.at_, slope_a, b.at_, slope_b);
    return made;
  }

  Row& row() const { return rows[at_]; }

  void backward() const {
    std::vector<std::size_t> order;
    for (std::size_t k = 1; k < rows.size(); ++k) order.push_back(k);
    const auto younger = [](std::size_t a, std::size_t b) { return rows[a].age > rows[b].age; };
    std::sort(order.begin(), order.end(), younger);
    row().grad = 1;
    for (const std::size_t k : order) {
      for (int slot = 0; slot < 2; ++slot) {
        rows[rows[k].operand[slot]].grad += rows[k].slope[slot] * rows[k].grad;
      }
    }
  }

 private:
  Toy() = default;

  static std::size_t make(double data, std::size_t a, double slope_a, std::size_t b,
                          double slope_b) {
    static std::size_t age = 0;
    std::size_t at = 1;  // 0 is nobody's
    while (at < rows.size() && rows[at].used > 0) ++at;
    if (at == rows.size()) rows.emplace_back();
    rows[at] = {data, 0, {slope_a, slope_b}, {a, b}, 1, ++age};
    if (kBug == Bug::temporaries_are_not_held) return at;
    ++rows[a].used;
    ++rows[b].used;
    return at;
  }

  static void release(std::size_t at) {  // NOLINT(misc-no-recursion): rows are few
    if (at == 0 || rows[at].used == 0 || --rows[at].used > 0) return;
    if (kBug == Bug::temporaries_are_not_held) return;
    const Row dead = std::exchange(rows[at], Row{});
    release(dead.operand[0]);
    release(dead.operand[1]);
  }

  inline static std::vector<Row> rows = std::vector<Row>(1);
  std::size_t at_ = 0;
};

template <Bug B>
Toy<B> sum(const Toy<B>& a, const Toy<B>& b, double sign) {
  return Toy<B>::of(a.row().data + sign * b.row().data, a, 1, b, sign);
}
template <Bug B>
Toy<B> product(const Toy<B>& a, const Toy<B>& b) {
  return Toy<B>::of(a.row().data * b.row().data, a, b.row().data, b, a.row().data);
}
template <Bug B>
Toy<B> quotient(const Toy<B>& a, const Toy<B>& b) {
  const double x = a.row().data;
  const double y = b.row().data;
  return Toy<B>::of(x / y, a, 1 / y, b, -x / (y * y));
}

template <Bug B>
Toy<B> operator+(const Toy<B>& a, const Toy<B>& b) {
  return sum(a, b, 1);
}
template <Bug B>
Toy<B> operator-(const Toy<B>& a, const Toy<B>& b) {
  return sum(a, b, -1);
}
template <Bug B>
Toy<B> operator*(const Toy<B>& a, const Toy<B>& b) {
  return product(a, b);
}
template <Bug B>
Toy<B> operator/(const Toy<B>& a, const Toy<B>& b) {
  return quotient(a, b);
}
template <Bug B>
Toy<B> operator-(const Toy<B>& a) {
  return product(a, Toy<B>(-1));
}
template <Bug B>
Toy<B> operator*(const Toy<B>& a, double b) {
  if (B == Bug::numbers_are_refused) throw std::invalid_argument("no numbers here");
  return product(a, Toy<B>(b));
}
template <Bug B>
Toy<B> operator-(double a, const Toy<B>& b) {
  return B == Bug::number_minus_handle_is_turned ? sum(b, Toy<B>(a), -1) : sum(Toy<B>(a), b, -1);
}
template <Bug B>
Toy<B> operator/(double a, const Toy<B>& b) {
  return B == Bug::number_over_handle_is_turned ? quotient(b, Toy<B>(a)) : quotient(Toy<B>(a), b);
}
template <Bug B>
Toy<B> operator/(int a, const Toy<B>& b) {
  if (B != Bug::integers_stay_integers) return quotient(Toy<B>(a), b);
  return Toy<B>::of(a / static_cast<int>(b.row().data), b, 0, b, 0);
}
template <Bug B>
Toy<B>& operator+=(Toy<B>& a, const Toy<B>& b) {
  if (B != Bug::add_assign_changes_all_copies) return a = a + b;
  a.row().data += b.row().data;
  return a;
}
template <Bug B>
Toy<B>& operator*=(Toy<B>& a, const Toy<B>& b) {
  if (B != Bug::multiply_assign_reads_what_it_wrote) return a = a * b;
  a = a + Toy<B>(0);
  a = Toy<B>::of(a.row().data * b.row().data, a, b.row().data, a, 0);
  return a;
}

template <Bug B>
struct Planted {
  using Handle = Toy<B>;

  Handle input(double value) { return value; }
  void backward(Handle& root) { root.backward(); }
  double data(Handle& node) { return node.row().data; }
  double grad(Handle& node) { return node.row().grad; }
};

// Whether the expression is told to be wrong.
bool tells(const OperatorReport& report, const std::string& expression) {
  return std::any_of(report.failures.begin(), report.failures.end(),
                     [&](const auto& failure) { return failure.expression == expression; });
}

TEST(Operators, that_a_handle_does_not_have_are_told) {
  const OperatorReport report = check_operators<Planted<Bug::none>>();
  EXPECT_TRUE(report.failures.empty()) << text_of(report);
  const std::vector<std::string>& absent = report.absent;
  EXPECT_NE(std::find(absent.begin(), absent.end(), "5.0 + x"), absent.end()) << text_of(report);
  EXPECT_NE(std::find(absent.begin(), absent.end(), "z = x, z -= y"), absent.end());
}

TEST(Operators, that_are_wrong_are_told_by_their_expression) {
  const auto expect = [](const OperatorReport& report, const std::string& expression) {
    EXPECT_TRUE(tells(report, expression)) << text_of(report);
  };
  expect(check_operators<Planted<Bug::number_minus_handle_is_turned>>(), "5.0 - x");
  expect(check_operators<Planted<Bug::number_over_handle_is_turned>>(), "1.0 / x");
  expect(check_operators<Planted<Bug::integers_stay_integers>>(), "1 / x");
  expect(check_operators<Planted<Bug::add_assign_changes_all_copies>>(), "z = x, z += y");
  expect(check_operators<Planted<Bug::multiply_assign_reads_what_it_wrote>>(), "z = x, z *= y");
  expect(check_operators<Planted<Bug::numbers_are_refused>>(), "x * 0.5");
}

TEST(Operators, whose_temporaries_die_too_early_are_told_by_their_expression) {
  const auto expect = [](const OperatorReport& report, const std::string& expression) {
    EXPECT_TRUE(tells(report, expression)) << text_of(report);
  };
  expect(check_operators<Planted<Bug::temporaries_are_not_held>>(), "(x + y) * (x - y)");
  expect(check_operators<Planted<Bug::moved_from_is_released_too>>(),
         "a = x * y, b = std::move(a), b + x");
  expect(check_operators<Planted<Bug::self_assignment_releases>>(), "z = x * y, z = z, z + x");
}

std::string last_told;

TEST(Operators, are_told_before_they_are_evaluated) {
  check_operators<Microcrad>([](const char* expression) { last_told = expression; });
  EXPECT_EQ(last_told, "a vector that grows: each the sum of the two before");
}

}  // namespace
}  // namespace cradle
