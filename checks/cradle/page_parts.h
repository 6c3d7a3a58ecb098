// The parts of a page, from the top down.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/cradle/html.h"
#include "checks/cradle/stored_result.h"

namespace cradle {

/// Each returns what a page of its kind shows.
Html campaign_page(const StoredResult& stored);
Html calibration_page(const StoredCalibration& stored);

/// What a page says first.
struct Headline {
  std::string_view verdict;  // a class of the style: "pass", "fail" or "undecided"
  std::string engine;
  std::string sentence;
  std::string seed;  // empty: none was used
  double seconds = 0;
  std::string command;
  Html contents = {};  // the way to what is further down
};

/// Returns the top of a page: verdict, engine, what that means, seed, time, machine, command.
Html headline(const Headline& what, const Environment& environment);

/// Returns a histogram for each check of how near its cases came to the tolerance; nothing when
/// none measured it, as in a result from before it was.
Html errors_section(const Result& result);

/// Returns a finding that is told: its own words, and those of others that show the same program.
Html finding_article(const StoredResult& stored, const std::vector<std::size_t>& group,
                     std::size_t number);

/// Returns the drawing of a finding's graph, of the part around the faulty node where the whole
/// would be too large to read, or why there is none.
Html drawing_of(const Finding& finding);

/// Returns a chart of the share of affected graphs that each oracle finds against the amount by
/// which a rule is wrong, for one kind of graphs; nothing when none was affected.
std::optional<Html> detection_chart(const Calibration& calibration, const std::string& graphs);

/// The style sheet and the script of every page.
std::string_view page_style();
std::string_view page_script();

}  // namespace cradle
