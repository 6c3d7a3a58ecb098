// A calibration for people: on the terminal, as Markdown for a README, as numbers for a plot.

#pragma once

#include <string>

#include "checks/cradle/calibrate.h"

namespace cradle {

/// Returns the tables in 80 columns, the verdict, and how to repeat it.
std::string report(const Calibration& result, const CalibrateOptions& options,
                   const std::string& command);

/// Returns a sentence on alarms and a short table of detection, in Markdown: a part of a README.
std::string markdown(const Calibration& result, const CalibrateOptions& options,
                     const std::string& command);

/// Returns the share of affected graphs that each oracle finds against the amount, all rules taken
/// together: a line of oracle, form, graphs, delta as a number, share, separated by tabs. One ulp
/// counts as 2^-53 of the contribution, its least relative size.
std::string plot_data(const Calibration& result);

/// Returns a share in percent, of three digits at most and never rounded up to all; "-" of nothing.
std::string share(std::uint64_t part, std::uint64_t whole);

/// Returns it in schema 1, as the README of this folder says.
std::string to_json(const Calibration& result, const CalibrateOptions& options,
                    const std::string& command);

}  // namespace cradle
