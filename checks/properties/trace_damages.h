// What may be wrong with a trace, one thing at a time: for tables of what oracles say to it.

#pragma once

#include <cmath>
#include <numeric>

#include "checks/oracles/libm.h"
#include "checks/program/trace.h"
#include "checks/properties/samples.h"

namespace cradle {

/// What is done to one snapshot of a trace, and to one of its nodes. What is hidden is wrong, too:
/// nobody may look at it.
struct TraceDamage {
  const char* name;
  void (*apply)(Trace& trace, Snapshot& at, NodeState& node);
};

/// Of numbers.
inline constexpr TraceDamage kNumberDamages[] = {
    {"none", [](Trace&, Snapshot&, NodeState&) {}},
    {"gradient up", [](Trace&, Snapshot&, NodeState& n) { n.grad = std::nextafter(n.grad, 9e99); }},
    {"gradient down",
     [](Trace&, Snapshot&, NodeState& n) { n.grad = std::nextafter(n.grad, -9e99); }},
    {"gradient 9 ulps up", [](Trace&, Snapshot&, NodeState& n) { n.grad *= 1 + 0x9p-52; }},
    {"gradient doubled", [](Trace&, Snapshot&, NodeState& n) { n.grad *= 2; }},
    {"gradient negated", [](Trace&, Snapshot&, NodeState& n) { n.grad = -n.grad; }},
    {"gradient lost", [](Trace&, Snapshot&, NodeState& n) { n.grad = 0; }},
    {"gradient 1", [](Trace&, Snapshot&, NodeState& n) { n.grad = 1; }},
    {"gradient infinite", [](Trace&, Snapshot&, NodeState& n) { n.grad = kInfinity; }},
    {"gradient NaN", [](Trace&, Snapshot&, NodeState& n) { n.grad = kNoNumber; }},
    {"gradient hidden",
     [](Trace&, Snapshot&, NodeState& n) { n.grad = 77, n.readable &= ~NodeState::kGrad; }},
    {"value up", [](Trace&, Snapshot&, NodeState& n) { n.data = std::nextafter(n.data, 9e99); }},
    {"value down", [](Trace&, Snapshot&, NodeState& n) { n.data = std::nextafter(n.data, -9e99); }},
    {"value 9 ulps down", [](Trace&, Snapshot&, NodeState& n) { n.data *= 1 - 0x9p-52; }},
    {"value negated", [](Trace&, Snapshot&, NodeState& n) { n.data = -n.data; }},
    {"value 0", [](Trace&, Snapshot&, NodeState& n) { n.data = 0; }},
    {"value infinite", [](Trace&, Snapshot&, NodeState& n) { n.data = -kInfinity; }},
    {"value NaN", [](Trace&, Snapshot&, NodeState& n) { n.data = kNoNumber; }},
    {"value hidden",
     [](Trace&, Snapshot&, NodeState& n) { n.data = 77, n.readable &= ~NodeState::kData; }},
    {"node hidden", [](Trace&, Snapshot&, NodeState& n) { n = {.data = 77, .grad = 77}; }},
    {"failed", [](Trace&, Snapshot& s, NodeState&) { s.status = -1; }},
    {"every gradient hidden",
     [](Trace&, Snapshot& s, NodeState&) {
       for (NodeState& n : s.nodes) n.grad = 77, n.readable &= ~NodeState::kGrad;
     }},
    {"every value hidden",
     [](Trace&, Snapshot& s, NodeState&) {
       for (NodeState& n : s.nodes) n.data = 77, n.readable &= ~NodeState::kData;
     }},
    {"gradients swept twice",
     [](Trace&, Snapshot& s, NodeState&) {
       for (NodeState& n : s.nodes) n.grad += n.grad;
     }},
    {"gradients zeroed",
     [](Trace&, Snapshot& s, NodeState&) {
       for (NodeState& n : s.nodes) n.grad = 0;
     }},
    {"identities shown",
     [](Trace& t, Snapshot&, NodeState&) {
       t.identity.resize(t.made.size());
       std::iota(t.identity.begin(), t.identity.end(), NodeId{0});
     }},
    {"an earlier node was given",
     [](Trace& t, Snapshot&, NodeState&) {
       t.identity.resize(t.made.size());
       std::iota(t.identity.begin(), t.identity.end(), NodeId{0});
       t.identity.back() = 0;
     }},
};

/// Of references, failures and memory.
inline constexpr TraceDamage kRunDamages[] = {
    {"succeeded", [](Trace&, Snapshot& s, NodeState&) { s.status = 0; }},
    {"a reference more", [](Trace&, Snapshot&, NodeState& n) { ++n.count; }},
    {"a reference less", [](Trace&, Snapshot&, NodeState& n) { --n.count; }},
    {"no references", [](Trace&, Snapshot&, NodeState& n) { n.count = 0; }},
    {"count hidden",
     [](Trace&, Snapshot&, NodeState& n) { n.count = 77, n.readable &= ~NodeState::kCount; }},
    {"a node more lives", [](Trace&, Snapshot& s, NodeState&) { ++s.live; }},
    {"a node less lives", [](Trace&, Snapshot& s, NodeState&) { --s.live; }},
    {"live nodes hidden", [](Trace&, Snapshot& s, NodeState&) { s.live = kUnreadable; }},
    {"an allocation more", [](Trace&, Snapshot& s, NodeState&) { ++s.allocations; }},
    {"no allocations", [](Trace&, Snapshot& s, NodeState&) { s.allocations = 0; }},
    {"a node is left", [](Trace& t, Snapshot&, NodeState&) { ++t.end.live; }},
    {"nodes are left", [](Trace& t, Snapshot&, NodeState&) { t.end.live += 7; }},
    {"what is left is hidden", [](Trace& t, Snapshot&, NodeState&) { t.end.live = kUnreadable; }},
    {"memory is left", [](Trace& t, Snapshot&, NodeState&) { t.left_behind = 3; }},
    {"the first node is not made", [](Trace& t, Snapshot&, NodeState&) { t.made[0] = false; }},
    {"the last node is not made",
     [](Trace& t, Snapshot&, NodeState&) { t.made.back() = !t.made.back(); }},
    {"one node is made or not",
     [](Trace& t, Snapshot& s, NodeState& n) {
       t.made.at(static_cast<std::size_t>(&n - s.nodes.data())).flip();
     }},
    {"no node is made",
     [](Trace& t, Snapshot&, NodeState&) { t.made.assign(t.made.size(), false); }},
    {"every node is made",
     [](Trace& t, Snapshot&, NodeState&) { t.made.assign(t.made.size(), true); }},
    {"the last look is another",
     [](Trace& t, Snapshot&, NodeState&) {
       if (!t.last.nodes.empty()) t.last.nodes.front().data += 1;
     }},
    {"the newest value at the last look",
     [](Trace& t, Snapshot&, NodeState&) {
       if (!t.last.nodes.empty()) t.last.nodes.back().data += 1;
     }},
    {"a gradient at the last look",
     [](Trace& t, Snapshot&, NodeState&) {
       if (!t.last.nodes.empty()) t.last.nodes.front().grad += 1;
     }},
    {"a reference at the last look",
     [](Trace& t, Snapshot&, NodeState&) {
       if (!t.last.nodes.empty()) ++t.last.nodes.back().count;
     }},
    {"slow", [](Trace&, Snapshot& s, NodeState&) { s.seconds = 9; }},
    {"too few snapshots", [](Trace& t, Snapshot&, NodeState&) { t.after.pop_back(); }},
    {"too few nodes", [](Trace&, Snapshot& s, NodeState&) { s.nodes.pop_back(); }},
    {"killed", [](Trace& t, Snapshot&, NodeState&) { t.death = Death::signal, t.death_code = 11; }},
};

/// Damages the `which`-th snapshot with nodes, counted round, and one of its nodes.
inline Trace damaged(Trace trace, const TraceDamage& damage, std::uint64_t which) {
  if (trace.after.empty()) return trace;
  for (std::size_t k = 0; k < trace.after.size(); ++k) {
    Snapshot& at = trace.after[(which + k) % trace.after.size()];
    if (at.nodes.empty()) continue;
    damage.apply(trace, at, at.nodes[which * 7 % at.nodes.size()]);
    return trace;
  }
  return trace;
}

}  // namespace cradle
