// The verbs of actions: one table of names and shapes, for printing, parsing, generating and
// drawing.

#pragma once

#include <array>
#include <string_view>

#include "checks/program/program.h"

namespace cradle {

struct VerbInfo {
  Verb verb;
  std::string_view name;  // as in the text form
  bool has_target;
};

inline constexpr std::array<VerbInfo, kVerbCount> kVerbs = {{
    {Verb::retain, "retain", true},
    {Verb::release, "release", true},
    {Verb::backward, "backward", true},
    {Verb::zero_grad, "zero_grad", false},
    {Verb::set, "set", true},
    {Verb::fail, "fail", false},
    {Verb::misuse_null, "misuse null", false},
    {Verb::misuse_stale, "misuse stale", true},
    {Verb::misuse_over_release, "misuse over_release", true},
}};

inline constexpr const VerbInfo& info(Verb verb) { return kVerbs[static_cast<std::size_t>(verb)]; }

/// A set of verbs, one bit each.
using VerbSet = std::uint32_t;
inline constexpr VerbSet bit(Verb verb) { return VerbSet{1} << static_cast<unsigned>(verb); }
inline constexpr bool contains(VerbSet set, Verb verb) { return (set & bit(verb)) != 0; }
inline constexpr VerbSet kAllVerbs = (VerbSet{1} << kVerbCount) - 1;
/// What a user of any engine may do.
inline constexpr VerbSet kOrdinaryVerbs = bit(Verb::retain) | bit(Verb::release) |
                                          bit(Verb::backward) | bit(Verb::zero_grad) |
                                          bit(Verb::set);

}  // namespace cradle
