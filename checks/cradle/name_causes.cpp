// A mistake must explain a few fixed programs, on most of which each leaves another gradient: then
// the one is named that explains most findings.

#include "checks/cradle/name_causes.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "checks/cradle/checks.h"
#include "checks/cradle/finding_words.h"
#include "checks/oracles/causes.h"
#include "checks/oracles/metamorphic.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// A sum of equals; a node with two users; one that is met sooner than it has heard from all, by
// either operand; the same root twice; another root over the same nodes.
constexpr std::array kTelling = {
    "%0 = input 3\n%1 = add %0 %0\n",
    "%0 = input 3\n%1 = input 2\n%2 = add %0 %1\n%3 = mul %0 %2\n",
    "%0 = input 3\n%1 = add %0 %0\n%2 = mul %1 %1\n%3 = add %1 %2\n",
    "%0 = input 3\n%1 = add %0 %0\n%2 = mul %1 %1\n%3 = add %2 %1\n",
    "%0 = input 3\n%1 = mul %0 %0\n%2 = mul %1 %0\nbackward %2\nbackward %2\n",
    "%0 = input 3\n%1 = mul %0 %0\n%2 = mul %1 %0\n%3 = add %1 %0\nbackward %2\nbackward %3\n",
};

constexpr std::size_t kProcesses = 5;
constexpr const char* kUnsteady =
    "what was read is somebody else's by then: the numbers are others in each process";

struct Explained {
  Finding* finding;
  SweepSet sweeps = 0;
};

class Namer {
 public:
  Namer(const CampaignOptions& options)
      : capabilities_(options.capabilities), host_(*options.engine, options.limits) {}

  // Addresses differ from process to process, and what is read through a stale one with them.
  void name_unsteady(std::vector<Finding>& findings) {
    for (Finding& finding : findings) {
      const Kind kind = finding.judgement.kind;
      const bool is_number = kind == Kind::value || kind == Kind::gradient;
      if (!is_number || !finding.judgement.has_node || !finding.family.empty()) continue;
      if (finding.check == name_of(CheckId::mlp) || !differs_in_each_process(finding)) continue;
      finding.cause = kUnsteady;
    }
  }

  void name_sweeps(std::vector<Finding>& findings) {
    std::vector<Explained> explained;
    for (Finding& finding : findings) {
      if (finding.judgement.kind != Kind::gradient || finding.check == name_of(CheckId::mlp) ||
          !finding.cause.empty()) {
        continue;
      }
      const SweepSet sweeps = explaining(finding);
      if (sweeps != 0) explained.push_back({&finding, sweeps});
    }
    if (explained.empty()) return;
    run_telling();
    while (!explained.empty()) {
      const std::string_view words = best(explained);
      if (words.empty()) return;
      std::erase_if(explained, [&](const Explained& each) {
        if (!has(each.sweeps, words)) return false;
        each.finding->cause = words;
        return true;
      });
    }
  }

 private:
  // What follows the order of addresses gives few numbers, and soon gives one again.
  bool differs_in_each_process(const Finding& finding) {
    const auto check = static_cast<CheckId>(check_named(finding.check));
    const Job job{fitted(finding.program, capabilities_), std::nullopt};
    std::set<std::pair<NodeId, std::uint64_t>> numbers;
    for (std::size_t k = 0; k < kProcesses; ++k) {
      host_.restart();
      const Judgement judgement = run_and_judge(host_, check, job, capabilities_);
      if (judgement.verdict != Verdict::disagree || !judgement.has_node) continue;
      const auto bits = std::bit_cast<std::uint64_t>(judgement.got);
      if (!numbers.insert({judgement.node, bits}).second) return false;
    }
    return numbers.size() > 2;
  }

  static bool has(SweepSet sweeps, std::string_view words) {
    for (std::size_t k = 1; k < sweep_count(); ++k) {
      if ((sweeps >> k & 1) != 0 && mistake_of(k) == words) return true;
    }
    return false;
  }

  SweepSet mistakes(const Program& program) {
    const Program own = fitted(program, capabilities_);
    const SweepSet sweeps = sweeps_that_explain(own, host_.run(own), capabilities_);
    return (sweeps & kRightSweep) != 0 ? 0 : sweeps;
  }

  // Of a finding that compares programs, what explains the first of them that is wrong.
  SweepSet explaining(const Finding& finding) {
    SweepSet sweeps = mistakes(finding.program);
    if (sweeps != 0 || finding.check != name_of(CheckId::metamorphic)) return sweeps;
    for (const Program& other : related_programs(finding.program, capabilities_)) {
      sweeps = mistakes(other);
      if (sweeps != 0) break;
    }
    return sweeps;
  }

  void run_telling() {
    const OpSet ops = bit(Op::add) | bit(Op::mul);
    if ((capabilities_.ops & ops) != ops) return;
    for (const char* const text : kTelling) {
      const Program program = parse(text, "telling").program;
      telling_.push_back(sweeps_that_explain(program, host_.run(program), capabilities_));
    }
  }

  // True when it explains every telling program that some sweep explains.
  bool is_consistent(std::size_t sweep) const {
    return std::all_of(telling_.begin(), telling_.end(),
                       [&](SweepSet sweeps) { return sweeps == 0 || (sweeps >> sweep & 1) != 0; });
  }

  // The mistake that explains most of them; empty when none is consistent.
  std::string_view best(const std::vector<Explained>& explained) const {
    std::ptrdiff_t most = 0;
    std::string_view words;
    for (std::size_t k = 1; k < sweep_count(); ++k) {
      if (!is_consistent(k)) continue;
      const auto by_this = [&](const Explained& each) { return (each.sweeps >> k & 1) != 0; };
      const auto count = std::count_if(explained.begin(), explained.end(), by_this);
      if (count <= most) continue;
      most = count;
      words = mistake_of(k);
    }
    return words;
  }

  const Capabilities& capabilities_;
  Host host_;
  std::vector<SweepSet> telling_;
};

// Families whose time grows too fast, whatever their shape.
void name_costs(std::vector<Finding>& findings) {
  std::vector<Finding*> slow;
  for (Finding& finding : findings) {
    const bool of_size = finding.check == name_of(CheckId::depth) && !finding.family.empty();
    if (of_size && finding.judgement.kind == Kind::cost) slow.push_back(&finding);
  }
  if (slow.size() < 2) return;
  // Where making is slow, a program that is given up has hardly come to its backward.
  const bool in_making = std::any_of(slow.begin(), slow.end(), [](const Finding* finding) {
    return finding->judgement.message.find("making the nodes grows") != std::string::npos;
  });
  for (Finding* const finding : slow) {
    finding->cause = std::string(in_making ? "making a node" : "backward") +
                     " takes more and more time for each node";
  }
}

// Families that break at one number of nodes.
void name_sizes(std::vector<Finding>& findings) {
  std::vector<Finding*> broken;
  for (Finding& finding : findings) {
    const bool of_size = !finding.family.empty() && finding.judgement.kind != Kind::cost;
    if (of_size && finding.profile != "release") broken.push_back(&finding);
  }
  const auto nodes = [](const Finding* finding) { return finding->program.code.size(); };
  std::set<std::string> shapes;
  for (const Finding* const finding : broken) {
    shapes.insert(finding->family.substr(0, finding->family.find(' ')));
  }
  if (shapes.size() < 2) return;
  const auto [least, most] = std::minmax_element(
      broken.begin(), broken.end(),
      [&](const Finding* lhs, const Finding* rhs) { return nodes(lhs) < nodes(rhs); });
  if (nodes(*most) > nodes(*least) + nodes(*least) / 10) return;
  const std::string cause = fmt::format(
      "it breaks at about {} nodes, whatever their shape: a table has a fixed size", nodes(*least));
  for (Finding* const finding : broken) finding->cause = cause;
}

// Numbers that tell the same of several findings.
void name_meanings(std::vector<Finding>& findings) {
  std::map<std::string, std::vector<Finding*>> by_meaning;
  for (Finding& finding : findings) {
    const Kind kind = finding.judgement.kind;
    if (!finding.cause.empty() || (kind != Kind::value && kind != Kind::gradient)) continue;
    const std::string meaning = usual_meaning(finding, true);
    if (!meaning.empty()) by_meaning[meaning].push_back(&finding);
  }
  for (const auto& [meaning, shared] : by_meaning) {
    std::set<std::string> programs;
    for (const Finding* const finding : shared) programs.insert(program_text(*finding));
    const bool may_be_chance = shared.front()->judgement.kind == Kind::gradient;
    if (programs.size() < (may_be_chance ? 3 : 2)) continue;
    for (Finding* const finding : shared) finding->cause = meaning;
  }
}

// A count that is too high, and what then lives on.
void name_kept_references(std::vector<Finding>& findings) {
  std::vector<Finding*> counts;
  std::vector<Finding*> leaks;
  for (Finding& finding : findings) {
    const Judgement& judgement = finding.judgement;
    const bool count = judgement.message.find("its reference count is") != std::string::npos;
    if (count && judgement.got > judgement.expected) counts.push_back(&finding);
    if (judgement.kind == Kind::leak) leaks.push_back(&finding);
  }
  if (counts.empty() || leaks.empty()) return;
  for (const auto* const all : {&counts, &leaks}) {
    for (Finding* const finding : *all)
      finding->cause = "references are taken that nobody gives back";
  }
}

}  // namespace

void name_causes(const CampaignOptions& options, std::vector<Finding>& findings) {
  if (findings.empty()) return;
  Namer namer(options);
  namer.name_unsteady(findings);
  namer.name_sweeps(findings);
  name_costs(findings);
  name_sizes(findings);
  name_kept_references(findings);
  name_meanings(findings);
}

}  // namespace cradle
