// The bugs of the engine in C++, each seen in engines that people publish. It is linked with a
// shared_planted.cpp that was compiled with PLANTED=name and has that one; with none it has none.

#pragma once

namespace shared_engine {

enum class Bug {
  none,
  // The order of the sweep.
  breadth_first,      // a queue: results are not always before what they are made of
  pre_order,          // depth first, each node listed when it is met
  propagates_again,   // a node that is met twice passes on what it has so far, twice
  hashes_data,        // the visited set tells nodes apart by the bytes of their data
  order_is_appended,  // the order is kept for the next backward, which appends to it
  clears_graph,       // backward drops the operands to save memory: the next one goes nowhere
  // Rules.
  clamps,
  sub_loses_sign,
  div_by_product_rule,
  tanh_from_input,
  pow_zero_zero,  // 0 * 0^-1
  powv_drops_exponent,
  tanh_overflows,
  sigmoid_overflows,
  exits_on_domain_error,
  // Memory.
  cycle_at_once,        // a closure owns its node
  cycle_once_backward,  // backward leaves an owner of the root in the root
  // Size.
  exponential_memory,  // the sort lists a node once for each path to it
  quadratic_visited,   // the visited set is a list
  recursive_sort,
  recursive_release,
  names_all_leaves,  // the name of a leaf is compared with those of all that ever were
};

extern const Bug kPlanted;
inline bool planted(Bug bug) { return kPlanted == bug; }

}  // namespace shared_engine
