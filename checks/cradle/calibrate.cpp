// Planning a calibration, handing its items to processes, and adding up what they send.

#include "checks/cradle/calibrate.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "checks/cradle/calibrate_parts.h"
#include "checks/cradle/checks.h"
#include "checks/cradle/gradcheck.h"
#include "checks/cradle/pool.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/local.h"

namespace cradle {
namespace {

constexpr Oracle kOracles[] = {{"forward", judge_forward},
                               {"local", judge_local},
                               {"global", judge_global, true},
                               {"difference", judge_difference}};

std::vector<Item> plan(const CalibrateOptions& options, Calibration& blank) {
  std::vector<Item> items;
  if (options.has(Part::planted)) plan_planted(options, blank, items);
  if (options.has(Part::false_alarms)) plan_false_alarms(options, blank, items);
  if (options.has(Part::detection)) plan_detection(options, blank, items);
  return items;
}

std::string work(const CalibrateOptions& options, const std::vector<Item>& items,
                 const Calibration& blank, const NextItem& next) {
  Calibration sum = blank;
  std::unique_ptr<Host> host;
  while (const auto number = next()) {
    const Item& item = items[*number];
    switch (item.part) {
      case Part::false_alarms:
        if (host == nullptr) host = std::make_unique<Host>(*options.engine, HostLimits{});
        add_false_alarms(options, item, *host, sum);
        break;
      case Part::detection:
        add_detection(options, item, sum);
        break;
      case Part::planted:
        add_planted(options, item, sum);
        break;
      case Part::cost:
        break;
    }
  }
  return to_transport(sum);
}

// What the engine without the bug shows, too, is no sign of the bug.
void discount_bases(std::vector<Planted>& planted) {
  for (Planted& bug : planted) {
    const auto base = std::find_if(planted.begin(), planted.end(),
                                   [&](const Planted& other) { return other.bug == bug.base; });
    if (bug.base.empty() || base == planted.end()) continue;
    for (std::size_t k = bug.signatures.size(); k-- > 0;) {
      const auto& known = base->signatures;
      if (std::find(known.begin(), known.end(), bug.signatures[k]) == known.end()) continue;
      bug.signatures.erase(bug.signatures.begin() + static_cast<std::ptrdiff_t>(k));
      bug.found_by.erase(bug.found_by.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
}

// A check may have several findings of one bug; each is named once, in the order of the checks.
void name_checks_once(Planted& bug) {
  std::array<bool, kCheckCount> found = {};
  for (const std::string& check : bug.found_by) found[check_named(check)] = true;
  bug.found_by.clear();
  for (std::size_t k = 0; k < kCheckCount; ++k) {
    if (found[k]) bug.found_by.emplace_back(name_of(static_cast<CheckId>(k)));
  }
}

}  // namespace

bool wanted(const CalibrateOptions& options, const std::string& oracle) {
  const auto& list = options.oracles;
  return list.empty() || std::find(list.begin(), list.end(), oracle) != list.end();
}

std::vector<Oracle> oracles_of(const CalibrateOptions& options, bool values) {
  std::vector<Oracle> list;
  for (const Oracle& oracle : kOracles) {
    if ((values || oracle.judge != judge_forward) && wanted(options, oracle.name)) {
      list.push_back(oracle);
    }
  }
  return list;
}

bool Calibration::good() const {
  for (const FalseAlarms& row : false_alarms) {
    if (row.alarms > 0 && row.oracle != kGradcheckName) return false;
  }
  return std::all_of(planted.begin(), planted.end(), [](const Planted& row) {
    return !row.done || row.found_by.empty() == row.base.empty();
  });
}

Calibration blank_calibration(const CalibrateOptions& options) {
  Calibration blank;
  plan(options, blank);
  return blank;
}

Calibration calibrate(const CalibrateOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Calibration sum;
  const std::vector<Item> items = plan(options, sum);
  const Calibration blank = sum;
  PoolOptions pool;
  pool.jobs = options.jobs;
  pool.item_count = items.size();
  pool.weight = [&](std::uint64_t k) { return items[k].weight; };
  pool.progress = options.progress;
  const PoolOutcome outcome =
      run_pool(pool, [&](const NextItem& next) { return work(options, items, blank, next); });
  sum.interrupted = outcome.interrupted;
  sum.failure = outcome.failure;
  for (const std::string& part : outcome.parts) {
    if (!add_transport(part, sum)) sum.failure = "a process of cradle sent what cannot be read";
  }
  discount_bases(sum.planted);
  for (Planted& bug : sum.planted) name_checks_once(bug);
  if (options.has(Part::cost) && !sum.interrupted) sum.cost = measure_costs(options);
  sum.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return sum;
}

}  // namespace cradle
