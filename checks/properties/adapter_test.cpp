// An adapter of a few lines gives a whole table, for handles of any kind.

#include "checks/engines/adapter.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/run.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// Dual numbers with a shared owner. An `add` of 0 returns its first operand; a `mul` with NaN
// throws.
struct Dual {
  double data = 0;
  double grad = 0;
};

struct Shared {
  using Handle = std::shared_ptr<Dual>;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "shared";
    record.ops = ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_MUL});
    record.handle = CRADLE_HANDLE_SHARED;
    return record;
  }
  Handle input(double value) { return std::make_shared<Dual>(Dual{value, 0}); }
  Handle apply(std::uint32_t op, Handle& x, Handle& y, double) {
    if (op == CRADLE_OP_ADD) return y->data == 0 ? x : input(x->data + y->data);
    if (x->data != x->data) throw std::domain_error("NaN");
    return input(x->data * y->data);
  }
  void backward(Handle& root) { root->grad = 1; }
  double data(Handle& node) { return node->data; }
  double grad(Handle& node) { return node->grad; }
  const void* identity(Handle& node) { return node.get(); }
};

// A handle that is a number: no pointer to be NULL, nothing to own.
struct Numbers {
  using Handle = int;
  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "numbers";
    record.ops = ops_of({CRADLE_OP_NEG});
    return record;
  }
  static bool made(const Handle& node) { return node >= 0; }
  Handle input(double value) { return static_cast<int>(value); }
  Handle apply(std::uint32_t, Handle& x, Handle&, double) { return -x; }
  int backward(Handle&) { return ++backwards == 1 ? 0 : -1; }
  double data(Handle& node) { return node; }
  double grad(Handle&) { return 0; }
  int backwards = 0;
};

TEST(Adapter, offers_what_the_struct_has_and_nothing_else) {
  const cradle_engine* engine = engine_of<Shared>();
  EXPECT_EQ(check_table(engine), "");
  const Capabilities capabilities = capabilities_of(*engine);
  EXPECT_EQ(capabilities.name, "shared");
  EXPECT_EQ(capabilities.ops, bit(Op::input) | bit(Op::add) | bit(Op::mul));
  EXPECT_TRUE(capabilities.identity_readable);
  EXPECT_TRUE(capabilities.can_retain && capabilities.can_release);  // by its handles, which own
  EXPECT_FALSE(capabilities.can_set);
  EXPECT_FALSE(capabilities.has_network || capabilities.can_fail);
  EXPECT_EQ(engine->count, nullptr);
}

TEST(Adapter, keeps_owning_handles_and_tells_which_are_the_same) {
  const Trace trace =
      run(program_of("%0 = input 2\n%1 = input 0\n%2 = add %0 %1\n%3 = mul %2 %0\n"),
          *engine_of<Shared>());
  EXPECT_EQ(trace.after.at(0).nodes[3].data, 4);
  EXPECT_EQ(trace.after.at(0).nodes[3].grad, 1);
  EXPECT_EQ(trace.identity, (std::vector<NodeId>{0, 1, 0, 3}));
}

TEST(Adapter, takes_an_exception_or_an_op_that_is_not_offered_for_a_failure) {
  const Trace thrown =
      run(program_of("%0 = input nan\n%1 = mul %0 %0\n%2 = add %0 %0\n"), *engine_of<Shared>());
  EXPECT_EQ(thrown.made, (std::vector<bool>{true, false, true}));
  const Trace unknown = run(program_of("%0 = input 1\n%1 = exp %0\n"), *engine_of<Shared>());
  EXPECT_EQ(unknown.made, (std::vector<bool>{true, false}));
  EXPECT_EQ(unknown.after.at(0).status, -1);
}

TEST(Adapter, lets_the_struct_say_what_a_failure_is) {
  const Trace trace = run(program_of("%0 = input 3\n%1 = neg %0\n"), *engine_of<Numbers>());
  EXPECT_EQ(trace.made, (std::vector<bool>{true, false}));
}

TEST(Adapter, gives_each_session_a_fresh_struct) {
  const Program program = program_of("%0 = input 1\n");
  EXPECT_EQ(run(program, *engine_of<Numbers>()).after.at(0).status, 0);
  EXPECT_EQ(run(program, *engine_of<Numbers>()).after.at(0).status, 0);
}

}  // namespace
}  // namespace cradle
