// Calibration: what the checks can see, and how often they cry wolf.
//
// Four tables, made with the oracles as they are shipped: alarms on an engine that is right,
// detection of one rule that is wrong by a known amount, the planted bugs under a whole campaign,
// and the throughput of each oracle. Every row is there from the start and only its counts grow, so
// that parts made by several processes are added up row by row, in any order.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checks/engines/engine.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

enum class Part : std::uint8_t { false_alarms, detection, planted, cost };
inline constexpr std::array<const char*, 4> kPartNames = {"false_alarms", "detection", "planted",
                                                          "cost"};

/// The oracles that can be asked for, by the user's names; survival is asked in any case.
inline constexpr std::array<const char*, 6> kCalibratedOracles = {
    "forward", "local", "global", "difference", "metamorphic", "gradcheck"};

/// By how much a rule is wrong. The last one moves a contribution to the neighbouring double, which
/// is half as much as 2^-52 of it where its leading digits are ones.
inline constexpr std::array<const char*, 10> kDeltas = {
    "1e-2", "1e-4", "1e-6", "1e-8", "1e-10", "1e-12", "1e-14", "1e-15", "2^-52", "1 ulp"};

struct CalibrateOptions {
  const cradle_engine* engine = nullptr;  // that false alarms and costs are measured on
  Capabilities capabilities;              // its own, settled; detection takes its ops from there
  std::uint64_t graphs = 100;             // of each cell of detection; false alarms: ten times it
  std::uint32_t nodes = 124;              // of a large graph
  std::uint64_t seed = 1;
  unsigned jobs = 1;
  std::array<bool, kPartNames.size()> parts = {true, true, true, true};
  std::vector<std::string> oracles;   // which; empty: all
  std::vector<std::string> profiles;  // of false alarms; empty: all
  std::vector<std::string> bugs;      // which planted ones; empty: all
  bool progress = true;

  bool has(Part part) const { return parts[static_cast<std::size_t>(part)]; }
};

struct FalseAlarms {
  std::string oracle;
  std::string profile;
  std::string engine;
  std::string form;  // "declared"; of the tape "known" or "union": of all legal forms of its rules
  std::uint64_t cases = 0;
  std::uint64_t alarms = 0;
  std::uint64_t inconclusive = 0;
  std::optional<std::uint64_t> first;  // the number of the first graph with an alarm, from 1
  std::string message;                 // of that alarm
  std::string program;
};

struct Detection {
  std::string oracle;
  Op rule = Op::input;
  std::size_t delta = 0;       // a place in kDeltas
  std::string form;            // what the oracle knew: "known", "union", or "any": it never asks
  std::string graphs;          // "large", "small" or "plain"
  std::uint64_t affected = 0;  // graphs in which a gradient that it reads is another for it
  std::uint64_t found = 0;
  std::uint64_t inconclusive = 0;
  std::optional<std::uint64_t> first;  // the number of the first graph found, from 1
};

struct Planted {
  std::string bug;   // or the engine without one
  std::string base;  // that engine; empty when this is it
  bool done = false;
  std::vector<std::string> found_by;    // checks
  std::vector<std::string> signatures;  // of its findings; those of the base do not count
  std::uint64_t cases = 0;              // of the stream in which it was found first, up to then
  std::string profile;                  // of that case: "safe", "actions", "networks", ...
  double seconds = 0;                   // until it was found, by one process
  std::string program;                  // minimised
};

struct Cost {
  std::string oracle;
  std::string shape;
  std::uint64_t nodes = 0;
  double per_second = 0;  // programs judged, by one process
};

struct Calibration {
  std::vector<FalseAlarms> false_alarms;
  std::vector<Detection> detection;
  std::vector<Planted> planted;
  std::vector<Cost> cost;
  double seconds = 0;
  bool interrupted = false;
  std::string failure;  // of cradle itself: a part is lost

  /// True when no oracle alarmed on an engine that is right, and every planted bug was found.
  bool good() const;
};

/// Returns the profiles of graphs that false alarms are looked for in.
std::vector<std::string> false_alarm_profiles();

/// Returns every row of what is asked for, without counts.
Calibration blank_calibration(const CalibrateOptions& options);

/// Calibrates in several processes. The tables are the same for any number of them, but for times.
///
/// Ctrl-C stops it after the graphs under way; what was done until then is returned.
Calibration calibrate(const CalibrateOptions& options);

/// Returns the graphs of a calibration as texts, without neurons: for each a comment of its profile
/// and number, then its lines. Large graphs that rules are scaled in are of profile "scaled".
std::string graphs_text(const CalibrateOptions& options);

}  // namespace cradle
