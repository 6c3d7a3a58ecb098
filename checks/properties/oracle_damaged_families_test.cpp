// What is said of equal programs where one thing is wrong with the trace of one of them, against
// the table damaged_families.tsv; and what probing makes of traces of which one thing is wrong,
// against damaged_probing.tsv. A cell of the first is VerdictCell's; of the second it is all
// that is settled, or "the same" as by traces that are right.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/probe.h"
#include "checks/properties/forms.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/related_runs.h"
#include "checks/properties/rules_by_hand.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"
#include "checks/properties/trace_damages.h"
#include "checks/properties/verdict_cell.h"

namespace cradle {
namespace {

std::vector<RelatedRuns> families_of(const cradle_engine& engine,
                                     const Capabilities& capabilities) {
  std::vector<RelatedRuns> all;
  for (const Profile profile : {Profile::safe, Profile::special}) {
    GenerateOptions options = options_of(profile, capabilities.ops);
    options.nodes_max = 10;
    for (std::uint64_t index = 0; index < 12; ++index) {
      all.push_back(run_related(sample(options, index), engine));
    }
  }
  return all;
}

std::string row_of_families(const std::string& name, const TraceDamage& damage,
                            const Capabilities& capabilities, const std::vector<RelatedRuns>& all) {
  VerdictCell own, others;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const RelatedRuns& family = all[k];
    RelatedRuns hurt = family;
    hurt.trace = damaged(family.trace, damage, k);
    own.add(hurt.judge(capabilities));
    for (std::size_t one = 0; one < family.traces.size(); ++one) {
      hurt = family;
      hurt.traces[one] = damaged(family.traces[one], damage, k);
      others.add(hurt.judge(capabilities));
    }
  }
  if (damage.name == std::string("none")) {
    EXPECT_EQ(own.disagreements() + others.disagreements(), 0);
  }
  return name + ", " + damage.name + "\t" + own.text() + "\t" + others.text();
}

TEST(OracleDamagedFamilies, are_answered_as_in_the_table) {
  std::vector<KeptRow> rows;
  for (const char* const name : {"microcrad", "textbook", "tape"}) {
    const cradle_engine& engine = *find_engine(name);
    const Capabilities capabilities = capabilities_of(engine);
    const std::vector<RelatedRuns> all = families_of(engine, capabilities);
    for (const TraceDamage& damage : kNumberDamages) {
      rows.push_back({row_of_families(name, damage, capabilities, all), 0.015});
    }
  }
  expect_kept("damaged_families", rows, "A check that finds less needs a reason.");
}

std::string settled_by_damaged(const TraceDamage* damage, const Capabilities& engine) {
  Capabilities declared = open_engine(engine.precision_bits);
  declared.second_backward = SecondBackward::unknown;
  declared.can_set = true;
  const std::vector<Program> programs = probe_programs(declared);
  std::vector<Trace> traces;
  for (const Program& program : programs) {
    Ways ways;
    ways.seed = traces.size();
    const bool is_pure_one = is_pure(program);
    Trace trace = is_pure_one ? trace_by_rules(program, engine, ways) : trace_by_hand(program);
    if (damage != nullptr) {
      for (Snapshot& at : trace.after) damage->apply(trace, at, at.nodes.front());
    }
    traces.push_back(std::move(trace));
  }
  std::string text;
  for (const Policy& policy : policies(declared, settled_by(declared, programs, traces))) {
    text += policy.name + "=" + policy.value + " ";
  }
  return text;
}

TEST(OracleDamagedFamilies, are_probed_as_in_the_table) {
  std::vector<KeptRow> rows;
  for (const TraceDamage& damage : kNumberDamages) {
    std::string row = damage.name;
    for (const unsigned bits : {53u, 24u}) {
      Capabilities engine = open_engine(bits);
      take_forms(engine, bits == 24 ? 1 : 0);
      const std::string found = settled_by_damaged(&damage, engine);
      row += "\t" + (found == settled_by_damaged(nullptr, engine) ? "the same" : found);
    }
    rows.push_back({row});
  }
  expect_kept("damaged_probing", rows, "What is settled by traces that are wrong needs a reason.");
}

}  // namespace
}  // namespace cradle
