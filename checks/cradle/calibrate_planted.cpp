// Every planted bug under the campaign of cradle check: which checks find it, and how soon. The
// corpus is left out: it remembers these very bugs.

#include <algorithm>
#include <utility>

#include "checks/cradle/calibrate_parts.h"
#include "checks/cradle/campaign.h"
#include "checks/cradle/depth.h"
#include "checks/cradle/target.h"
#include "checks/engines/faulty.h"
#include "checks/engines/run.h"
#include "checks/program/edges.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// A campaign grows with the number of graphs, up to cradle check's own default.
constexpr std::uint64_t kPureMax = 20'000;
constexpr std::uint64_t kLifetimeMax = 5'000;
constexpr std::uint64_t kNetworksMax = 100;
constexpr std::uint64_t kFaultsMax = 200;

constexpr double kBugMilliseconds = 1500;

CampaignOptions campaign_of(const CalibrateOptions& options, const std::string& engine) {
  const Target target = find_target(engine);
  CampaignOptions campaign;
  campaign.engine = target.engine;
  campaign.capabilities = target.capabilities;
  campaign.capabilities.name = target.name;
  campaign.cases.seed = options.seed;
  for (std::size_t k = 0; k < kCheckCount; ++k) {
    campaign.selected[k] = not_applicable(static_cast<CheckId>(k), campaign.capabilities).empty();
  }
  const auto plan = [&](Stream stream, CheckId check, std::uint64_t cases) {
    const bool made = campaign.selected[static_cast<std::size_t>(check)];
    campaign.schedule.cases[static_cast<std::size_t>(stream)] = made ? cases : 0;
  };
  plan(Stream::pure, CheckId::survival, std::min(kPureMax, 20 * options.graphs));
  plan(Stream::lifetime, CheckId::lifetime, std::min(kLifetimeMax, 5 * options.graphs));
  plan(Stream::mlp, CheckId::mlp, std::min(kNetworksMax, options.graphs));
  plan(Stream::depth, CheckId::depth, depth_case_count());
  plan(Stream::edges, CheckId::survival, edge_count(campaign.capabilities.ops));
  plan(Stream::faults, CheckId::faults, std::min(kFaultsMax, options.graphs));
  campaign.jobs = 1;  // the same findings for any number of processes
  campaign.progress = false;
  return campaign;
}

std::string program_of(const Finding& finding) {
  return finding.family.empty() ? print(finding.program) : "family " + finding.family + '\n';
}

}  // namespace

void plan_planted(const CalibrateOptions& options, Calibration& blank, std::vector<Item>& items) {
  std::vector<std::string> bases;
  for (const PlantedBug& bug : planted_bugs()) {
    const std::string name(bug.name);
    const auto& list = options.bugs;
    if (!list.empty() && std::find(list.begin(), list.end(), name) == list.end()) continue;
    Planted row;
    row.bug = name;
    row.base = bug.base;
    if (std::find(bases.begin(), bases.end(), row.base) == bases.end()) bases.push_back(row.base);
    blank.planted.push_back(row);
  }
  for (const std::string& base : bases) {
    Planted row;
    row.bug = base;
    blank.planted.push_back(row);
  }
  // The bugs of size are the last and take the longest: they begin.
  for (std::size_t row = blank.planted.size(); row-- > 0;) {
    items.push_back({Part::planted, row, 0, 1, kBugMilliseconds});
  }
}

void add_planted(const CalibrateOptions& options, const Item& item, Calibration& sum) {
  Planted& row = sum.planted[item.row];
  std::string failure;
  const Result result = run_campaign(campaign_of(options, row.bug), failure);
  row.done = failure.empty() && !result.interrupted;
  const Finding* soonest = nullptr;
  for (const Finding& finding : result.findings) {
    if (!counts(finding.judgement.kind)) continue;
    row.found_by.push_back(finding.check);
    row.signatures.push_back(signature(finding.check, finding.judgement));
    if (soonest == nullptr || finding.seconds < soonest->seconds) soonest = &finding;
  }
  if (soonest == nullptr) return;
  row.seconds = soonest->seconds;
  row.cases = soonest->index + 1;
  row.profile = soonest->profile;
  // The smallest program is the best to read, whichever check shows it: but for one that shows it
  // only beside its relatives.
  const auto place = [](const Finding& finding) {
    return std::make_pair(finding.check == name_of(CheckId::metamorphic),
                          program_of(finding).size());
  };
  const Finding& shown =
      *std::min_element(result.findings.begin(), result.findings.end(),
                        [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
  row.program = program_of(shown);
}

}  // namespace cradle
