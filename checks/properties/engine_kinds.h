// Engines of every kind, as records: for tables of what oracles allow and say.

#pragma once

#include "checks/properties/forms.h"

namespace cradle {

/// An engine with some forms of its rules, and what else is special about it.
struct EngineKind {
  const char* name;
  unsigned forms;  // of engine_with_forms
  unsigned bits;
  Mode mode;
  void (*bend)(Capabilities&);
};

namespace kinds {

inline void plain(Capabilities&) {}
inline void poor_library(Capabilities& c) { c.ulps = {3, 2, 5, 1.5, 1.25, 7, 9, 2, 4}; }
inline void unknown(Capabilities& c) { c = with_forms_unknown(c); }
inline void clips(Capabilities& c) { c.gradient_clip = 2; }
inline void clips_at_no_float(Capabilities& c) { c.gradient_clip = 1.3; }
inline void other_kinks(Capabilities& c) {
  c.relu_slope = 0.25, c.relu_at_zero = 0.5, c.leaky_slope = 0.2, c.leaky_at_zero = 1;
  c.abs_at_zero = -1, c.relu_keeps_nan = true;
}
inline void in_order(Capabilities& c) { c.neuron_in_order = true; }
inline void rare(Capabilities& c) { take_rare_forms(c, false); }
inline void rarest(Capabilities& c) { take_rare_forms(c, true); }

}  // namespace kinds

inline constexpr EngineKind kEngineKinds[] = {
    {"first forms", 0, 53, Mode::reverse, kinds::plain},
    {"second forms", 1, 53, Mode::reverse, kinds::plain},
    {"third forms", 2, 53, Mode::reverse, kinds::plain},
    {"unknown forms", 0, 53, Mode::reverse, kinds::unknown},
    {"rare forms", 0, 53, Mode::reverse, kinds::rare},
    {"rarest forms", 1, 53, Mode::reverse, kinds::rarest},
    {"tangents", 0, 53, Mode::forward, kinds::plain},
    {"poor library", 0, 53, Mode::reverse, kinds::poor_library},
    {"poor library, third forms", 2, 53, Mode::reverse, kinds::poor_library},
    {"clips", 0, 53, Mode::reverse, kinds::clips},
    {"other kinks", 0, 53, Mode::reverse, kinds::other_kinks},
    {"in order", 0, 53, Mode::reverse, kinds::in_order},
    {"binary32", 0, 24, Mode::reverse, kinds::plain},
    {"binary32, unknown forms", 1, 24, Mode::reverse, kinds::unknown},
    {"binary32, poor library", 2, 24, Mode::reverse, kinds::poor_library},
    {"binary32, tangents", 0, 24, Mode::forward, kinds::plain},
    {"binary32, clips", 0, 24, Mode::reverse, kinds::clips_at_no_float},
};

inline Capabilities engine_of_kind(const EngineKind& kind) {
  Capabilities engine = engine_with_forms(kind.forms, kind.mode, kind.bits);
  kind.bend(engine);
  return engine;
}

}  // namespace cradle
