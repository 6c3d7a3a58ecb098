// What a campaign found: plain data, merged from workers, printed and written by others.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/oracles/probe.h"
#include "checks/oracles/verdict.h"
#include "checks/program/generate.h"
#include "checks/program/program.h"

namespace cradle {

/// How near the cases that agree came to the tolerance: how many have a largest error, in units of
/// it, of 0 (the first class), up to 2^-9, up to 2^-8, ..., up to 1/2, and up to 1.
using ErrorCounts = std::array<std::uint64_t, 11>;

/// Returns the class of an error from 0 to 1, in units of the tolerance.
std::size_t error_class(double share);

/// One check over one profile of cases.
struct Row {
  std::string check;
  std::string profile;
  bool applicable = true;
  std::string reason;  // why not, or the first reason of an inconclusive case
  std::uint64_t cases = 0;
  std::uint64_t agree = 0;
  std::uint64_t disagree = 0;
  std::uint64_t harmless = 0;  // of these: policies and edges, which count only when strict
  std::uint64_t inconclusive = 0;
  double seconds = 0;
  std::optional<std::uint64_t> threshold;  // the smallest failing length of a family
  ErrorCounts errors = {};                 // of those that agree and measure one

  /// Disagree if one case did that counts; inconclusive if none was conclusive; else agree.
  Verdict verdict() const;
  /// One more that agrees, with its error.
  void count_agreement(double share) {
    ++agree;
    if (share >= 0) ++errors[error_class(share)];
  }
  /// One more that disagrees, or one less.
  void count_disagreement(Kind kind, int difference) {
    disagree += static_cast<std::uint64_t>(difference);
    if (!counts(kind)) harmless += static_cast<std::uint64_t>(difference);
  }
};

/// One node of a finding's program as the engine left it. Numbers are in the text form's spelling;
/// what could not be read, or is not known, is empty.
struct NodeRow {
  std::string data;
  std::string grad;
  std::string expected;  // of the gradient, by what its consumers say
  std::string ulps;      // between the two
  bool wrong = false;
};

struct Finding {
  std::string check;
  std::string profile;
  std::uint64_t index = 0;  // of the case it was met in
  std::uint64_t met = 1;    // how many cases showed the same
  double seconds = 0;       // from the start of the worker until it was met
  Program program;          // minimised
  std::string family;       // "chain 1001" when size is what matters: `program` is its expansion
  Judgement judgement;
  std::string cause;           // that several findings share, see name_causes.h; may be empty
  std::string meaning;         // what it usually is, where it has no cause; may be empty
  std::string explanation;     // lines for people, see explain.h; may be empty
  std::vector<NodeRow> nodes;  // one a node, or none, see node_rows.h
};

/// What the generated cases were: seen by a person, so that a campaign of nothing cannot pass
/// unnoticed.
struct Histogram {
  std::array<std::uint64_t, kOpCount> ops = {};
  std::array<std::uint64_t, 9> sizes = {};  // nodes: 1-2, 3-4, 5-8, 9-16, 17-32, ..., 129-256, more
  std::array<std::uint64_t, kProfileCount> profiles = {};
};

struct Result {
  std::string engine;
  std::uint64_t seed = 1;
  std::string command;  // that repeats it
  double seconds = 0;
  bool interrupted = false;
  std::string failure;       // of cradle itself: a part of the result is lost
  std::uint64_t deaths = 0;  // of children
  std::vector<Row> rows;
  std::vector<Finding> findings;
  std::vector<Finding> known;        // that were declared to be known: they do not count
  std::vector<std::string> unseen;   // what was declared and did not show, see known.h
  std::vector<std::string> stopped;  // checks that had enough before their last case
  std::vector<Policy> policies;
  Histogram histogram;

  /// Disagree if a finding counts (policies and edges only when strict), inconclusive if a check
  /// that ran had no conclusive case, else agree.
  Verdict verdict(bool strict) const;
};

/// Counts a program in the histogram.
void count(Histogram& histogram, const Program& program, std::string_view profile);

/// Returns the row of a check over a profile, an empty one if there was none.
Row& row_of(Result& result, std::string_view check, std::string_view profile);

/// Adds the counts of `part` to `whole`: rows by check and profile, findings one after the other.
void merge(Result& whole, Result part);

/// A check stops after this many distinct findings; the others go on.
inline constexpr std::size_t kFindingsMax = 3;

/// Sorts findings by severity and keeps, of those that show the same, the one met first, and no
/// more than `most` of a check (apart from families).
void fold(std::vector<Finding>& findings, std::size_t most = kFindingsMax);

/// Findings of several checks that show one program: what a report tells once.
///
/// Shape  indices into `findings`, each once, in the order of the checks within a group; the first
///        of a group is the one to tell: the most severe, and local's where it is as severe as
///        others, because it names the consumer at fault.
std::vector<std::vector<std::size_t>> same_programs(const std::vector<Finding>& findings);

/// Returns what two findings share when they show the same bug, as far as can be told without
/// minimising.
std::string signature(const std::string& check, const Judgement& judgement);

}  // namespace cradle
