// Words of the command line that CLI11 would read too leniently: durations, sizes, counts, seeds.

#pragma once

#include <string>

#include "checks/cradle/verbs.h"

namespace cradle {

/// Each reads one word and throws std::invalid_argument with a message that says what fits.

/// "30s", "5m", "2h", "500ms", or seconds as a number.
double parse_duration(const std::string& word);

/// "64K", "512M", "8G", or bytes as a number.
std::size_t parse_size(const std::string& word);

/// "pure=1000,lifetime=10,mlp=0"; what is not named keeps its value.
void parse_cases(const std::string& words, CheckArguments& arguments);

/// "i/n" with 1 <= i <= n.
void parse_shard(const std::string& word, CheckArguments& arguments);

/// A whole number from 0 to 2^64 - 1: nothing wraps around.
std::uint64_t parse_seed(const std::string& word);

/// "%7" or "7".
NodeId parse_node(const std::string& word);

Profile parse_profile(const std::string& word);

}  // namespace cradle
