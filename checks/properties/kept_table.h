// Tables that are kept in the tree and compared with what is measured now.

#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace cradle {

/// True when two texts are the same but for numbers with a point, which may differ by `allowed`:
/// they depend on how a processor rounds a library's functions.
inline bool alike(const std::string& kept, const std::string& now, double allowed) {
  std::istringstream old_parts(kept), new_parts(now);
  std::string a, b;
  const auto has_point = [](const std::string& x) {
    const std::size_t sign = !x.empty() && x[0] == '-' ? 1 : 0;
    return x.find('.') != std::string::npos && std::isdigit(x[sign]);
  };
  for (const char end : {'\t', ':'}) {
    if (now.find(end) == std::string::npos) continue;
    while (std::getline(new_parts, b, end)) {
      if (!std::getline(old_parts, a, end) || !alike(a, b, allowed)) return false;
    }
    return !std::getline(old_parts, a, end);
  }
  if (kept == now) return true;
  std::size_t old_end = 0, new_end = 0;
  if (!has_point(kept) || !has_point(now)) return false;
  const double off = std::fabs(std::stod(kept, &old_end) - std::stod(now, &new_end));
  return off <= allowed && old_end == kept.size() && new_end == now.size();
}

/// Adds a byte to a sum of a text (FNV-1a), which begins with kNoText.
inline constexpr std::uint32_t kNoText = 2166136261u;
constexpr std::uint32_t summed(std::uint32_t sum, unsigned byte) {
  return (sum ^ byte) * 16777619u;
}

/// A row, and by how much its numbers may differ.
struct KeptRow {
  std::string text;
  double allowed = 0;
};

/// Expects the rows of `name`.tsv beside the tests, which stand under a line of titles. When they
/// differ, the table as it is now is `name`.now.tsv in the working directory, and `reminder`
/// printed.
inline void expect_kept(const std::string& name, const std::vector<KeptRow>& rows,
                        const char* reminder) {
  std::ifstream table(CRADLE_KEPT "/" + name + ".tsv");
  std::string line;
  std::getline(table, line);
  std::string now = line + "\n";
  for (const KeptRow& row : rows) {
    now += row.text + "\n";
    std::getline(table, line);
    EXPECT_TRUE(alike(line, row.text, row.allowed)) << "kept " << line << "\nnow  " << row.text;
  }
  EXPECT_FALSE(std::getline(table, line)) << "the table has a row more: " << line;
  if (!testing::Test::HasFailure()) return;
  const std::filesystem::path path = std::filesystem::absolute(name + ".now.tsv");
  std::ofstream(path) << now;
  std::printf("The table as it is now is %s. %s\n", path.c_str(), reminder);
}

}  // namespace cradle
