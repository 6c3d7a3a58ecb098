// The customary gradient check, as a yardstick: central differences in doubles with a guessed
// tolerance.
//
// The formula and the defaults are those of PyTorch's gradcheck in its slow mode: one input at a
// time, a step of 1e-6, and agreement within 1e-5 + 1e-3 |numeric|. It is no oracle of this
// project: it alarms at kinks, and whatever is smaller than its tolerance it cannot see.

#pragma once

#include <vector>

#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

inline constexpr const char* kGradcheckName = "gradcheck defaults";

/// The differences of one program: its gradients are compared with them as often as wanted.
class Gradcheck {
 public:
  /// Requires  well_formed(program) and is_pure(program).
  /// Cost      two executions of the program in doubles an input.
  Gradcheck(const Program& program, const Capabilities& capabilities);

  /// True when some input's gradient is not close to its difference, a NaN in either included.
  /// Requires  a trace of the program; gradients that cannot be read are passed over.
  bool rejects(const Trace& trace) const;

 private:
  struct Slope {
    NodeId input;
    double numeric;
  };
  std::vector<Slope> slopes_;
};

}  // namespace cradle
