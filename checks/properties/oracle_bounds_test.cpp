// How wide the bounds are on programs that were drawn, for engines of every kind, against the table
// of them that is kept.
//
// radii.tsv has each op at points that are chosen; here ops follow each other, numbers are zero,
// subnormal or infinite, gradients are any numbers, and engines clip, differ at kinks, add up in a
// fixed order, or have a poor library. A cell of bounds.tsv is "bounds:infinite:none:mean": how
// many bounds are positive numbers, how many are infinite and 0, and the mean of log2 of the first
// kind; so that a bound that moves shows even where rounding errors are subnormal.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/oracles/quotient.h"
#include "checks/oracles/values.h"
#include "checks/properties/engine_kinds.h"
#include "checks/properties/frozen_function.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

class BoundCell {
 public:
  void add(double bound) {
    if (std::isnan(bound) || std::isinf(bound)) {
      ++infinite_;
    } else if (bound > 0) {
      ++count_;
      sum_ += std::log2(bound);
    } else {
      ++none_;
    }
  }
  // float128 reaches further down than double does.
  void add(const Float128& bound) {
    if (!(bound > 0) || bound > 1e300) return add(static_cast<double>(bound));
    ++count_;
    sum_ += static_cast<double>(log(bound)) / std::log(2.0);
  }
  void undecided() { ++infinite_; }
  std::string text() const {
    char all[80];
    std::snprintf(all, sizeof all, "%d:%d:%d:%.5f", count_, infinite_, none_,
                  count_ > 0 ? sum_ / count_ : 0.0);
    return all;
  }

 private:
  int count_ = 0;
  int infinite_ = 0;
  int none_ = 0;
  double sum_ = 0;
};

// The cells of one engine and one profile.
struct BoundCells {
  BoundCell value, value_nan, value_zero, share_below, share_above;
  BoundCell radius, gradient_radius, hull_below, hull_above, quotient, quick_hull, frozen,
      quick_frozen;

  std::string text() const {
    std::string all;
    for (const BoundCell* cell :
         {&value, &value_nan, &value_zero, &share_below, &share_above, &radius, &gradient_radius,
          &hull_below, &hull_above, &quotient, &quick_hull, &frozen, &quick_frozen}) {
      all += "\t" + cell->text();
    }
    return all;
  }
};

// What is expected may be what this host's library gives; the range is the same everywhere.
double middle_of(const LegalValues& legal) {
  if (!(legal.range.lower <= legal.range.upper)) return legal.expected;
  const double middle = legal.range.lower / 2 + legal.range.upper / 2;
  return std::isfinite(middle) && middle != 0 ? middle : legal.expected;
}

// Each value is in the middle of what its operands allow, and gradients are of any size, some of
// them of a kind that is rare: so that all is the same with every library.
Trace trace_of_any_gradients(const Program& program, const Capabilities& engine,
                             std::uint64_t seed) {
  std::vector<double> values;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const Instruction& line = program.code[node];
    values.push_back(line.immediate);
    if (line.op != Op::input) {
      values[node] = middle_of(legal_values(program, node, values, engine));
    }
  }
  Trace trace;
  trace.made.assign(values.size(), true);
  trace.after.emplace_back();
  SeedChoices choices(seed);
  for (const double value : values) {
    const double rare[] = {0, -0.0, kInfinity, 0x1p-1074, -0x1p1000, kNoNumber};
    const std::uint64_t which = choices.below(60);
    const double fraction = 1 + static_cast<double>(choices.below(1 << 20)) * 0x1p-20;
    const int exponent = static_cast<int>(choices.below(20)) - 10;
    const double plain = std::ldexp(choices.below(2) == 0 ? fraction : -fraction, exponent);
    NodeState state;
    state.data = value;
    state.grad = which < 6 ? rare[which] : plain;
    state.readable = NodeState::kData | NodeState::kGrad;
    trace.after[0].nodes.push_back(state);
  }
  trace.after[0].nodes.back().grad = 1;
  return trace;
}

void add_values(const Program& program, const Trace& trace, const Capabilities& engine,
                BoundCells& cells) {
  std::vector<double> values;
  for (const NodeState& state : trace.after[0].nodes) values.push_back(state.data);
  for (NodeId node = 0; node < values.size(); ++node) {
    if (program.code[node].op == Op::input) continue;
    const LegalValues legal = legal_values(program, node, values, engine);
    cells.value.add(legal.range.upper - legal.range.lower);
    if (legal.nan) cells.value_nan.add(1);
    if (legal.signed_zero) cells.value_zero.add(1);
  }
}

void add_rules(const Program& program, const Trace& trace, const Capabilities& engine,
               BoundCells& cells) {
  for (const NodeReport& row : local_report(program, trace, engine)) {
    if (!row.judged) continue;
    cells.share_below.add(row.expected - row.lower);
    cells.share_above.add(row.upper - row.expected);
  }
}

double plain_double(const Float128& x) { return static_cast<double>(x); }
double plain_double(const DoubleDouble& x) { return to_double(x); }

template <typename Real>
void add_hull(const Program& program, const Trace& trace, const Capabilities& engine, NodeId node,
              std::uint32_t slot, BoundCells& cells) {
  const auto term = quotient_term<Real>(program, node, slot, trace.after[0].nodes, engine);
  constexpr bool exact = std::is_same_v<Real, Float128>;
  BoundCell& below = exact ? cells.hull_below : cells.quick_hull;
  BoundCell& above = exact ? cells.hull_above : cells.quick_hull;
  if (!term.decided) return below.undecided();
  below.add(plain_double(term.centre - term.lower));
  above.add(plain_double(term.upper - term.centre));
  (exact ? cells.quotient : cells.quick_hull).add(Float128(static_cast<double>(term.error)));
}

void add_differences(const Program& program, const Trace& trace, const Capabilities& engine,
                     BoundCells& cells) {
  for (NodeId node = 0; node < program.code.size(); ++node) {
    std::uint32_t slot = 0;
    for_each_operand(program.code[node], [&](std::uint32_t, NodeId) {
      add_hull<Float128>(program, trace, engine, node, slot, cells);
      add_hull<DoubleDouble>(program, trace, engine, node, slot, cells);
      ++slot;
    });
  }
}

template <typename Real>
void add_frozen(const Program& program, const GlobalReference& reference,
                const Capabilities& engine, BoundCell& cell) {
  auto function = frozen_function<Real>(program, engine);
  for (NodeId input = 0; input < program.code.size(); ++input) {
    if (program.code[input].op != Op::input || !function.reaches(input)) continue;
    const double centre = program.code[input].immediate;
    const double unit = centre == 0 ? 1 : unit_in_first_place(centre);
    // Of either order: as good as a tenth of a double, and as it can be.
    for (const double wanted : {0x1p-56, 0.0}) {
      const Float128 size = fabs(reference.gradient[input]) * unit;
      const Difference difference = function.along({{input, unit}}, size * wanted);
      if (difference.defined) {
        cell.add(difference.error);
      } else {
        cell.undecided();
      }
    }
  }
}

void add_radii(const Program& program, const Capabilities& engine, BoundCells& cells) {
  const GlobalReference reference = global_reference(program, engine);
  if (!reference.decided) return cells.radius.undecided();
  for (const double radius : reference.value_radius) cells.radius.add(radius);
  for (const double radius : reference.gradient_radius) cells.gradient_radius.add(radius);
  add_frozen<Float128>(program, reference, engine, cells.frozen);
  add_frozen<DoubleDouble>(program, reference, engine, cells.quick_frozen);
}

// What of a drawn program is made so small that much underflows: products of its inputs, or all its
// gradients.
enum class Tiny { nothing, inputs, gradients };

void make_tiny(Tiny what, bool is_single, Program& program) {
  if (what == Tiny::inputs) {
    for (Instruction& line : program.code) {
      if (line.op == Op::input) line.immediate *= is_single ? 0x1p-70 : 0x1p-520;
    }
  }
  if (what == Tiny::gradients) {
    const auto root = static_cast<NodeId>(program.code.size() - 1);
    program.code.push_back({Op::input, false, 0, {}, is_single ? 0x1p-135 : 0x1p-1060});
    program.code.push_back({Op::mul, false, 0, {root, root + 1, 0}, 0});
  }
}

Trace trace_of_tiny(Tiny what, bool is_single, Trace trace) {
  if (what != Tiny::gradients) return trace;
  for (NodeState& state : trace.after[0].nodes) state.grad *= is_single ? 0x1p-135 : 0x1p-1060;
  trace.after[0].nodes.back().grad = 1;
  return trace;
}

std::string row_of_bounds(const EngineKind& one, Profile profile, std::uint64_t many,
                          Tiny tiny = Tiny::nothing) {
  const Capabilities engine = engine_of_kind(one);
  const bool is_single = one.bits == 24;
  BoundCells cells;
  GenerateOptions options = options_of(profile, kAllOps);
  options.nodes_max = 30;
  for (std::uint64_t index = 0; index < many; ++index) {
    Program program = sample(options, index);
    make_tiny(tiny, is_single, program);
    if (is_single) program = in_floats(program);
    const Trace trace =
        trace_of_tiny(tiny, is_single, trace_of_any_gradients(program, engine, index));
    add_values(program, trace, engine, cells);
    add_rules(program, trace, engine, cells);
    add_differences(program, trace, engine, cells);
    add_radii(program, engine, cells);
  }
  const char* const names[] = {"", ", tiny inputs", ", tiny gradients"};
  return std::string(one.name) + ", " + std::string(name_of(profile)) +
         names[static_cast<std::size_t>(tiny)] + cells.text();
}

TEST(OracleBounds, of_drawn_programs_are_those_of_the_table) {
  std::vector<KeptRow> rows;
  for (const EngineKind& engine : kEngineKinds) {
    rows.push_back({row_of_bounds(engine, Profile::safe, 120), 1.5e-5});
    rows.push_back({row_of_bounds(engine, Profile::special, 240), 1.5e-5});
    rows.push_back({row_of_bounds(engine, Profile::mlp, 12), 1.5e-5});
    rows.push_back({row_of_bounds(engine, Profile::safe, 60, Tiny::inputs), 1.5e-5});
    rows.push_back({row_of_bounds(engine, Profile::safe, 60, Tiny::gradients), 1.5e-5});
  }
  expect_kept("bounds", rows, "A bound that grew needs its derivation.");
}

}  // namespace
}  // namespace cradle
