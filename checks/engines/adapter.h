// An adapter in about twenty lines: makes the table of C functions from a plain struct.
//
// The adapter keeps the engine's handles by node number and the references that cradle holds; the
// struct says how to make, read and differentiate one handle. What the struct leaves out is left
// out of the table.
//
//   struct Mine {
//     using Handle = mine::Value*;  // or a value, or a shared or move-only pointer
//     static cradle_capabilities capabilities() {
//       cradle_capabilities record = {};
//       record.name = "mine";
//       record.ops = cradle::ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_POW});
//       return record;
//     }
//     Handle input(double value) { return mine::leaf(value); }
//     Handle apply(std::uint32_t op, Handle& x, Handle& y, double exponent) {
//       return op == CRADLE_OP_ADD ? mine::add(x, y) : mine::pow(x, exponent);
//     }
//     int backward(Handle& root) { return mine::backward(root); }
//     double data(Handle& node) { return node->data; }
//     double grad(Handle& node) { return node->grad; }
//   };
//   extern "C" const cradle_engine* cradle_engine_v1() { return cradle::engine_of<Mine>(); }
//
// Required (H is Handle):
//
//   static cradle_capabilities capabilities()
//       what the engine is, asked once. `size` is filled in, and so is zero_grad, with
//       CRADLE_ZERO_NODE, where the struct has that function and the record does not say
//   H input(double)
//       makes an input
//   H apply(std::uint32_t op, H& x, H& y, double exponent)
//       makes the node of an op that the record lists; y is x where the op has one operand, and
//       `exponent` is that of CRADLE_OP_POW
//   int backward(H& root)
//       differentiates; 0, or -1 where it failed. It may return void
//   double data(H&)
//   double grad(H&)
//       reads a node
//
// Optional, each lets cradle check more:
//
//   bool open()
//       starts a session, or refuses with false; the struct stays the same. Without it each session
//       has a fresh struct
//   void close()
//       ends a session, after references were given back and handles destroyed
//   void retain(H&)
//       takes one reference
//   void release(H&)
//       gives one back. The handle stays, and is read as long as other nodes keep the node alive. A
//       handle that owns its node goes without both: it is destroyed when cradle releases it
//   void set(H&, double)
//       writes the data of an input
//   void zero_grad(H&)
//       sets the gradient of a node to 0, or of more, as zero_grad in the record says
//   std::uint32_t count(H&)
//       the references to a node, those that cradle holds included
//   const void* identity(H&)
//       an address that two handles share when they are of one node, and no other two
//   std::uint64_t live_nodes()
//       how many nodes exist in the engine
//   std::uint64_t allocations()
//       how often its allocator was called since open, failures included
//   int fail(std::uint32_t count)
//       makes the count-th allocation from here fail, besides those that are to fail already; 0, or
//       -1 where it cannot
//   H neuron(std::span<H> x, std::span<H> w, H& b, bool linear)
//       makes the node of CRADLE_OP_NEURON, of copies of the handles, which the call may keep
//   bool network(const cradle_network&, std::span<H> x, std::span<H> parameters, std::span<H> y)
//       builds and runs a network, and fills the last two, with a reference for the caller to each;
//       false where it failed. x and y are inputs and outputs of the first sample, the second, ...
//       H needs a default constructor, and copies
//   int misuse(std::uint32_t kind, std::uint32_t op, H* node)
//       does the whole of it (over_release: both releases), and returns 0 when it was told and did
//       no harm; `node` of a NULL misuse is the youngest held, or NULL
//   static bool made(const H&)
//       false for the handle of a failure; a null pointer is understood
//
// What throws in input, apply, neuron, network, backward or fail counts as failed, and what it says
// is reported. What throws elsewhere ends the process, as a crash does.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

#include "checks/engines/adapter_session.h"
#include "checks/engines/engine.h"

namespace cradle {

/// What exp, log and pow of the C library are known to stay below, in units in the last place.
#ifdef __GLIBC__
inline constexpr double kLibmUlps = 0.55;
#else
inline constexpr double kLibmUlps = 1;
#endif

/// Returns the mask of a list of numbers such as CRADLE_OP_ADD, for `ops` of a record.
constexpr std::uint32_t ops_of(std::initializer_list<int> ops) {
  std::uint32_t mask = 0;
  for (const int op : ops) mask |= std::uint32_t{1} << op;
  return mask;
}

/// Returns the table of an engine, for cradle_engine_v1 to return. It is made once, and lives as
/// long as the process. What the struct leaves out is NULL in it; what is required and missing does
/// not compile.
template <typename E>
const cradle_engine* engine_of() {
  using S = AdapterSession<E>;
  using H = typename E::Handle;
  static const cradle_engine table = [] {
    cradle_engine made = {};
    made.abi = CRADLE_ENGINE_ABI;
    made.size = sizeof made;
    made.capabilities = &S::record();
    made.open = S::open;
    made.close = S::close;
    made.input = S::input;
    made.apply = S::apply;
    made.backward = S::backward;
    made.data = S::data;
    made.grad = S::grad;
    if constexpr (requires(E & e, H & h) { e.retain(h); }) made.retain = S::retain;
    if constexpr (S::kReleases || S::kOwns) made.release = S::release;
    if constexpr (S::kOwns) made.retain = S::retain;
    if constexpr (requires(E & e, H & h) { e.set(h, 0.0); }) made.set = S::set;
    if constexpr (requires(E & e, H & h) { e.zero_grad(h); }) made.zero_grad = S::zero_grad;
    if constexpr (requires(E & e, H & h) { e.count(h); }) made.count = S::count;
    if constexpr (requires(E & e) { e.live_nodes(); }) made.live_nodes = S::live_nodes;
    if constexpr (S::kIdentifies) made.identity = S::identity;
    if constexpr (requires(E & e) { e.allocations(); }) made.allocations = S::allocations;
    if constexpr (requires(E & e) { e.fail(1U); }) made.fail = S::fail;
    if constexpr (requires(E & e, H * h) { e.misuse(0U, 0U, h); }) made.misuse = S::misuse;
    made.last_error = S::last_error;
    if constexpr (requires(E & e, const cradle_network& n, std::span<H> h) {
                    e.network(n, h, h, h);
                  }) {
      made.network = S::network;
    }
    return made;
  }();
  return &table;
}

}  // namespace cradle
