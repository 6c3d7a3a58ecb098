// What an oracle said of many cases, in one cell of a table.

#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

#include "checks/oracles/verdict.h"
#include "checks/program/program.h"
#include "checks/properties/kept_table.h"

namespace cradle {

/// Counts verdicts, and sums up what they say: see the head of oracle_verdicts_test.cpp.
class VerdictCell {
 public:
  void add(const Judgement& judgement) {
    ++counts_[static_cast<std::size_t>(judgement.verdict)];
    if (judgement.verdict == Verdict::agree && judgement.share >= 0) {
      share_ += judgement.share;
      ++shares_;
    }
    if (judgement.verdict == Verdict::disagree) {
      say(std::string(name_of(judgement.kind)) + (judgement.has_node ? " at a node" : ""));
      say("node " + std::string(judgement.node, '|') + " " + std::string(info(judgement.op).name));
    }
    say(judgement.message);
    if (judgement.verdict == Verdict::disagree && judgement.has_node) measure(judgement);
  }
  // FNV-1a, of everything but digits.
  void say(const std::string& words) {
    for (const char letter : words + "\n") {
      if (letter >= '0' && letter <= '9') continue;
      sum_ = summed(sum_, static_cast<unsigned char>(letter));
    }
  }
  int disagreements() const { return counts_[1]; }
  std::string text() const {
    char all[80];
    std::snprintf(all, sizeof all, "%d/%d/%d:%.3f:%.2f:%.2f:%08x", counts_[0], counts_[1],
                  counts_[2], shares_ > 0 ? share_ / shares_ : 0.0, width_, distance_, sum_);
    return all;
  }

 private:
  // How wide the range of what was expected is, and how far what came is from it; and where each of
  // them is, beside the others and beside 0.
  void measure(const Judgement& judgement) {
    std::string order = "order ";
    for (const double a : {judgement.got, judgement.expected}) {
      for (const double b : {judgement.expected, judgement.lower, judgement.upper, 0.0}) {
        order += a < b ? '<' : a > b ? '>' : a == b ? '=' : '?';
      }
    }
    say(order);
    const double size = judgement.expected == 0 ? 1 : std::fabs(judgement.expected);
    const double width = (judgement.upper - judgement.lower) / size;
    if (std::isfinite(width)) width_ += std::log2(1 + std::fmin(width * 0x1p53, 1e15));
    distance_ += std::log2(1 + std::fmin(judgement.ulps, 1e15));
  }

  int counts_[3] = {};
  double share_ = 0;
  int shares_ = 0;
  double width_ = 0;
  double distance_ = 0;
  std::uint32_t sum_ = kNoText;
};

}  // namespace cradle
