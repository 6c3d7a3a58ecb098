// (f(x + h) - f(x - h)) / 2h in doubles, and the comparison of torch.allclose.

#include "checks/cradle/gradcheck.h"

#include <cmath>

#include "checks/program/execute.h"

namespace cradle {
namespace {

constexpr double kStep = 1e-6;
constexpr double kAbsolute = 1e-5;
constexpr double kRelative = 1e-3;

bool is_close(double analytic, double numeric) {
  if (analytic == numeric) return true;  // infinities too
  if (!std::isfinite(analytic) || !std::isfinite(numeric)) return false;
  return std::fabs(analytic - numeric) <= kAbsolute + kRelative * std::fabs(numeric);
}

}  // namespace

Gradcheck::Gradcheck(const Program& program, const Capabilities& capabilities) {
  const Ramps ramps{capabilities.relu_slope, capabilities.leaky_slope};
  Program moved = program;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    if (program.code[node].op != Op::input) continue;
    const double x = program.code[node].immediate;
    moved.code[node].immediate = x + kStep;
    const double above = execute<double>(moved, ramps).back();
    moved.code[node].immediate = x - kStep;
    const double below = execute<double>(moved, ramps).back();
    moved.code[node].immediate = x;
    slopes_.push_back({node, (above - below) / (2 * kStep)});
  }
}

bool Gradcheck::rejects(const Trace& trace) const {
  const std::vector<NodeState>& nodes = trace.after.front().nodes;
  for (const Slope& slope : slopes_) {
    const NodeState& state = nodes[slope.input];
    if (state.has_grad() && !is_close(state.grad, slope.numeric)) return true;
  }
  return false;
}

}  // namespace cradle
