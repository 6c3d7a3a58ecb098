// How wide the bounds are, op by op and form by form, against the table of them that is kept.
//
// No other test sees that a bound has grown where it was not the sharpest one: a right engine
// passes all the more. A number of radii.tsv is the mean, over the points below, of log2(1 + b), b
// the bound in units of u times what it bounds; after it how many points are undecided, if any.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/oracles/quotient.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/forms.h"
#include "checks/properties/frozen_function.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/ops_at_points.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// The mean of one cell, and its undecided points.
class Mean {
 public:
  void bound(double radius, double size, double u) {
    const double many = size > 0 ? radius / u / size : radius * 0x1p1000;
    sum_ += std::log2(1 + std::fmin(many, 1e15));  // what underflows is not known to a digit
    ++count_;
  }
  void undecided() { ++undecided_; }
  std::string text() const {
    char number[40];
    std::snprintf(number, sizeof number, "%.9f", count_ > 0 ? sum_ / count_ : 0.0);
    return undecided_ == 0 ? number : std::string(number) + ":" + std::to_string(undecided_);
  }

 private:
  double sum_ = 0;
  int count_ = 0;
  int undecided_ = 0;
};

void add_global(const Program& program, const Capabilities& engine, bool of_values, Mean& cell) {
  const GlobalReference reference = global_reference(program, engine);
  if (!reference.decided) return cell.undecided();
  const double u = engine.precision_bits == 24 ? 0x1p-24 : 0x1p-53;
  if (of_values) {
    const double size = std::fabs(static_cast<double>(reference.value[6]));
    return cell.bound(reference.value_radius[6], size, u);
  }
  for (const NodeId input : {0u, 3u}) {
    const double size = std::fabs(static_cast<double>(reference.gradient[input]));
    cell.bound(reference.gradient_radius[input], size, u);
  }
}

void add_local(const Program& program, const Capabilities& engine, Mean& cell) {
  const Trace trace = trace_by_forms(program, engine);
  for (const NodeReport& row : local_report(program, trace, engine)) {
    if (row.node != 2 && row.node != 5) continue;
    if (!row.judged || !std::isfinite(row.upper - row.lower)) {
      cell.undecided();
    } else {
      const double u = engine.precision_bits == 24 ? 0x1p-24 : 0x1p-53;
      cell.bound(row.upper - row.lower, std::fabs(row.expected), u);
    }
  }
}

// What differences allow a consumer to contribute, and what they are wrong by themselves, in
// 2^-110.
void add_hull(const Program& program, const Capabilities& engine, bool of_difference, Mean& cell) {
  const Trace trace = trace_by_forms(program, engine);
  const double u = of_difference ? 0x1p-110 : engine.precision_bits == 24 ? 0x1p-24 : 0x1p-53;
  const std::uint32_t slots = program.code[6].op == Op::neuron ? 5 : info(program.code[6].op).arity;
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const auto term = quotient_term<Float128>(program, 6, slot, trace.after[0].nodes, engine);
    if (!term.decided) {
      cell.undecided();
      continue;
    }
    const Float128 width = of_difference ? term.error : Float128(term.upper - term.lower);
    cell.bound(static_cast<double>(width), static_cast<double>(fabs(term.centre)), u);
  }
}

// What the difference of the whole program is wrong by, in units of it.
template <typename Real>
void add_frozen(const Program& program, const Capabilities& engine, double unit, Mean& cell) {
  const GlobalReference reference = global_reference(program, engine);
  if (!reference.decided) return cell.undecided();
  auto function = frozen_function<Real>(program, engine);
  for (const NodeId input : {0u, 3u}) {
    // Of either order: as good as a tenth of a double, and as it can be.
    for (const double wanted : {0x1p-56, 0.0}) {
      const double shift = unit_in_first_place(program.code[input].immediate);
      const Float128 size = fabs(reference.gradient[input]) * shift;
      const Difference difference = function.along({{input, shift}}, size * wanted);
      if (!difference.defined) {
        cell.undecided();
      } else {
        cell.bound(static_cast<double>(difference.error), static_cast<double>(size), unit);
      }
    }
  }
}

// The engines of a row: three forms known, none known, and two rare ones known.
Capabilities engine_of(unsigned variant, Mode mode, unsigned bits) {
  Capabilities engine = engine_with_forms(variant % 3, mode, bits);
  if (variant == 3) engine = with_forms_unknown(engine);
  if (variant > 3) take_rare_forms(engine, variant == 5);
  return engine;
}

// The cells of an op, in binary64 and in binary32.
std::string row_of(const OpLine& row, const std::string& measure) {
  std::string text = std::string(row.name) + "\t" + measure;
  for (const unsigned bits : {53u, 24u}) {
    for (unsigned variant = 0; variant < 6; ++variant) {
      const Mode mode = measure == "forward mode" ? Mode::forward : Mode::reverse;
      const Capabilities engine = engine_of(variant, mode, bits);
      Mean cell;
      for (const OpPoint& point : kOpPoints) {
        Program program = program_at(point, row.line);
        if (bits == 24) program = in_floats(program);
        if (measure == "local") {
          add_local(program, engine, cell);
        } else if (measure == "frozen") {
          add_frozen<Float128>(program, engine, 0x1p-110, cell);
        } else if (measure == "frozen, filter") {
          add_frozen<DoubleDouble>(program, engine, 0x1p-101, cell);
        } else if (measure == "hull" || measure == "difference") {
          add_hull(program, engine, measure == "difference", cell);
        } else {
          add_global(program, engine, measure == "value", cell);
        }
      }
      text += "\t" + cell.text();
    }
  }
  return text;
}

TEST(OracleRadii, are_those_of_the_table) {
  std::vector<KeptRow> rows;
  for (const OpLine& row : kOpLines) {
    for (const char* const measure : {"value", "gradient", "forward mode"}) {
      rows.push_back({row_of(row, measure), 2e-8});
    }
    for (const char* const measure : {"difference", "frozen", "frozen, filter"}) {
      rows.push_back({row_of(row, measure), 2e-8});
    }
    // These depend on what a library made of the values.
    for (const char* const measure : {"local", "hull"}) {
      rows.push_back({row_of(row, measure), 0.01});
    }
  }
  expect_kept("radii", rows, "A bound that grew needs its derivation.");
}

TEST(OracleRadii, are_compared_number_by_number) {
  EXPECT_TRUE(alike("a\t1.00000\t2.00000:1", "a\t1.00001\t2.00000:1", 1.5e-5));
  EXPECT_FALSE(alike("a\t1.00000\t2.00000:1", "a\t1.00003\t2.00000:1", 1.5e-5));
  EXPECT_FALSE(alike("a\t1.00000\t2.00000:1", "a\t1.00000\t2.00000:2", 1.5e-5));
  EXPECT_FALSE(alike("a\t1.00000\t2.00000:1", "a\t1.00000\t2.00000", 1.5e-5));
  EXPECT_FALSE(alike("a\t1.00000", "a\t1.00000\t2.00000", 1.5e-5));
  EXPECT_FALSE(alike("a\t1.00000\t2.00000", "a\t1.00000", 1.5e-5));
  EXPECT_FALSE(alike("a\t1.00000", "b\t1.00000", 1.5e-5));
  EXPECT_FALSE(alike("", "a\t1.00000", 1.5e-5));
  EXPECT_TRUE(alike("a:37.58", "a:37.59", 0.015));
  EXPECT_FALSE(alike("a:37.57", "a:37.59", 0.015));
}

}  // namespace
}  // namespace cradle
