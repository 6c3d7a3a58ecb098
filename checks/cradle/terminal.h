// The report on the terminal: 80 columns, colour only where it is seen.

#pragma once

#include <string>
#include <vector>

#include "checks/cradle/result.h"

namespace cradle {

/// True when a file is a terminal that understands escape codes: TERM=dumb says that it does not.
bool understands_escapes(int file);

/// True when standard output understands colours and neither NO_COLOR nor --no-color speaks against
/// it.
bool color_wanted(bool allowed);

/// Returns the columns of a terminal, 80 where a file is none.
std::size_t columns_of(int file);

/// Returns how wide text for people is to be on standard output: 80 columns, or those of a narrower
/// terminal.
std::size_t output_columns();

/// What a report is never narrower than: its tables would tell nothing.
inline constexpr std::size_t kReportColumnsMin = 60;

/// Returns the whole report: rows, what the cases were, policies, findings, verdict, how to repeat
/// it. Lines have `columns` at most, or the least of a report, but for programs, commands and what
/// explains a node, which have 80. In less than 80 the table leaves out what is seldom read.
std::string report(const Result& result, bool strict, bool color, std::size_t columns = 80);

/// Returns a finding: what, where and why, the program, and the command that reruns it.
///
/// `found` are those of several checks that show the same program, the one to tell first.
std::string report_finding(const std::vector<const Finding*>& found, std::size_t number,
                           const std::string& engine, bool color, std::size_t columns = 80);

/// Returns a number with thousands separated by commas.
std::string grouped(std::uint64_t number);

/// Returns a share as "12.34 %".
std::string percent(std::uint64_t part, std::uint64_t whole);

}  // namespace cradle
