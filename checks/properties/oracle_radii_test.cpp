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
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/forms.h"
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
    std::snprintf(number, sizeof number, "%.5f", count_ > 0 ? sum_ / count_ : 0.0);
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

// The cells of an op: three forms known, and none known, in binary64 and in binary32.
std::string row_of(const OpLine& row, const std::string& measure) {
  std::string text = std::string(row.name) + "\t" + measure;
  for (const unsigned bits : {53u, 24u}) {
    for (const unsigned variant : {0u, 1u, 2u, 3u}) {
      const Mode mode = measure == "forward mode" ? Mode::forward : Mode::reverse;
      Capabilities engine = engine_with_forms(variant % 3, mode, bits);
      if (variant == 3) engine = with_forms_unknown(engine);
      Mean cell;
      for (const OpPoint& point : kOpPoints) {
        Program program = program_at(point, row.line);
        if (bits == 24) program = in_floats(program);
        if (measure == "local") {
          add_local(program, engine, cell);
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
      rows.push_back({row_of(row, measure), 1.5e-5});
    }
    rows.push_back({row_of(row, "local"), 0.01});
  }
  expect_kept(CRADLE_RADII, "radii.now.tsv", rows, "A bound that grew needs its derivation.");
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
