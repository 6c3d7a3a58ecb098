// Reading words, strictly: what is not understood is an error, never a default.

#include "checks/cradle/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "checks/program/text.h"

namespace cradle {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (word.empty() || error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return number;
}

}  // namespace

double parse_duration(const std::string& word) {
  double scale = 1;
  std::string_view digits = word;
  const auto ends = [&](std::string_view unit, double seconds) {
    if (digits.size() <= unit.size() || digits.substr(digits.size() - unit.size()) != unit)
      return false;
    digits.remove_suffix(unit.size());
    scale = seconds;
    return true;
  };
  if (!ends("ms", 1e-3) && !ends("s", 1) && !ends("m", 60)) ends("h", 3600);
  const auto number = parse_number(digits);
  if (!number || !(*number > 0) || !std::isfinite(*number * scale)) {
    throw std::invalid_argument(in_quotes(word) + " is no duration: write 30s, 5m, 2h or 500ms");
  }
  return *number * scale;
}

std::size_t parse_size(const std::string& word) {
  std::string_view digits = word;
  unsigned shift = 0;
  for (const auto& [unit, bits] : {std::pair{'K', 10u}, {'M', 20u}, {'G', 30u}}) {
    if (digits.empty() || digits.back() != unit) continue;
    shift = bits;
    digits.remove_suffix(1);
    break;
  }
  const auto number = whole_number(digits);
  if (!number || *number == 0 || *number > (std::uint64_t{1} << 40 >> shift)) {
    throw std::invalid_argument(in_quotes(word) + " is no size: write 64K, 512M or 8G");
  }
  return static_cast<std::size_t>(*number << shift);
}

void parse_cases(const std::string& words, CheckArguments& arguments) {
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    const std::string word = words.substr(begin, end - begin);
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string name = word.substr(0, equals);
    std::uint64_t* const count = name == "pure"       ? &arguments.pure
                                 : name == "lifetime" ? &arguments.lifetime
                                 : name == "mlp"      ? &arguments.mlp
                                                      : nullptr;
    const bool has_number = count != nullptr && equals < word.size();
    const auto number = whole_number(has_number ? std::string_view(word).substr(equals + 1) : "");
    if (!number || *number > (std::uint64_t{1} << 40)) {
      throw std::invalid_argument(in_quotes(word) + " is no count: write pure=N,lifetime=N,mlp=N");
    }
    *count = *number;
    begin = end + 1;
  }
}

void parse_shard(const std::string& word, CheckArguments& arguments) {
  const std::size_t slash = word.find('/');
  const auto part = whole_number(std::string_view(word).substr(0, slash));
  const auto parts = slash == std::string::npos
                         ? std::nullopt
                         : whole_number(std::string_view(word).substr(slash + 1));
  if (!part || !parts || *part < 1 || *part > *parts) {
    throw std::invalid_argument(in_quotes(word) + " is no shard: write i/n with 1 <= i <= n");
  }
  arguments.shard = *part;
  arguments.shard_count = *parts;
}

std::uint64_t parse_seed(const std::string& word) {
  const auto number = whole_number(word);
  if (!number) {
    throw std::invalid_argument(in_quotes(word) + " is no seed: write a number from 0 to 2^64 - 1");
  }
  return *number;
}

NodeId parse_node(const std::string& word) {
  const std::string_view digits = std::string_view(word).substr(word.rfind('%', 0) == 0 ? 1 : 0);
  const auto number = whole_number(digits);
  if (!number || *number > std::numeric_limits<NodeId>::max()) {
    throw std::invalid_argument(in_quotes(word) + " is no node: write %7");
  }
  return static_cast<NodeId>(*number);
}

Profile parse_profile(const std::string& word) {
  for (std::size_t k = 0; k < kProfileCount; ++k) {
    const auto profile = static_cast<Profile>(k);
    if (profile != Profile::raw && word == name_of(profile)) return profile;
  }
  throw std::invalid_argument(in_quotes(word) +
                              " is no profile: there are safe, mlp, special and wild");
}

}  // namespace cradle
