// Families: programs of any size by name, for bugs that only size shows.
//
//   chain K         K nodes in a row: x + b and x * c in turn, with b = 1, c = -1;
//                   every value stays small and exact
//   ladder K        K diamonds on top of each other, 2^K paths: y = h x + h x with h = 1/2
//   fan_out N       one node used N times, the results added in a balanced tree
//   dense N         N sums, each the mean of all before it: N (N - 1) + 1 nodes
//   network W W ..  a network of these widths on one sample, with squared error

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checks/program/program.h"

namespace cradle {

struct Family {
  std::string_view name;
  std::string_view parameters;  // how they are written in the usage
  std::uint64_t smallest;       // value of the first parameter
  std::uint64_t largest;        // so that at most kParsedNodesMax nodes come out
};

/// Returns the families, in a fixed order.
const std::vector<Family>& families();

/// Expands a family. On a bad name or parameter the program is empty and `error` says why.
Program expand_family(std::string_view name, const std::vector<std::uint64_t>& parameters,
                      std::string& error);

}  // namespace cradle
