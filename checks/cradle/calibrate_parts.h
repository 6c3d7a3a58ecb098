// The items that a calibration is divided into. Each adds to the rows of a blank calibration.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checks/cradle/calibrate.h"
#include "checks/engines/host.h"
#include "checks/oracles/verdict.h"

namespace cradle {

/// An oracle of one program and its trace.
struct Oracle {
  const char* name;
  Judgement (*judge)(const Program&, const Trace&, const Capabilities&);
  bool reads_inputs = false;  // and the gradient of no other node
};

/// Returns the oracles that are asked for, in the order of the report: of values and gradients, or
/// of gradients alone.
std::vector<Oracle> oracles_of(const CalibrateOptions& options, bool values);

/// True when an oracle, or the yardstick, is asked for.
bool wanted(const CalibrateOptions& options, const std::string& oracle);

/// Graphs `begin` to `end` - 1 of a kind, or one planted bug.
struct Item {
  Part part = Part::false_alarms;
  std::size_t row = 0;  // of a table of the part: a profile, a size, a bug
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  double weight = 0;  // roughly milliseconds
};

/// Counts a judgement of graph `index` of a healthy engine.
void count(const Judgement& judgement, const Program& program, std::uint64_t index,
           FalseAlarms& row);

/// Each adds the rows of a part to a calibration, and the items that fill them to `items`.
void plan_false_alarms(const CalibrateOptions& options, Calibration& blank,
                       std::vector<Item>& items);
void plan_detection(const CalibrateOptions& options, Calibration& blank, std::vector<Item>& items);
void plan_planted(const CalibrateOptions& options, Calibration& blank, std::vector<Item>& items);

/// Each does one item, and adds what it found to the rows of `sum`.
///
/// Requires  rows as planned by the functions above, in that order. `host` runs the engine.
void add_false_alarms(const CalibrateOptions& options, const Item& item, Host& host,
                      Calibration& sum);
void add_detection(const CalibrateOptions& options, const Item& item, Calibration& sum);
void add_planted(const CalibrateOptions& options, const Item& item, Calibration& sum);

/// Measures the throughput of each oracle, in this process.
std::vector<Cost> measure_costs(const CalibrateOptions& options);

/// Counts as text, from a process to its parent.
std::string to_transport(const Calibration& part);
/// Adds such counts, row by row. False when they cannot be read, or have other rows.
bool add_transport(const std::string& text, Calibration& sum);

}  // namespace cradle
