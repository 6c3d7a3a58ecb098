// What an engine leaves open is found out in a child before anything is judged, and told.

#include <gtest/gtest.h>

#include <string>

#include "checks/cradle/checks.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/oracles/probe.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

// Textbook, but it says nothing of itself that a check could find out.
const cradle_engine& tight_lipped() {
  static cradle_capabilities silent = *find_engine("textbook")->capabilities;
  silent.second_backward = CRADLE_SECOND_UNKNOWN;
  silent.exp_form = silent.log_form = silent.pow_form = silent.mask_form = 0;
  static const cradle_engine engine = [] {
    cradle_engine changed = *find_engine("textbook");
    changed.capabilities = &silent;
    return changed;
  }();
  return engine;
}

TEST(Probe, settles_what_an_engine_does_not_say) {
  const Capabilities declared = capabilities_of(tight_lipped());
  ASSERT_EQ(declared.second_backward, SecondBackward::unknown);
  ASSERT_EQ(declared.exp_form, ExpForm::unknown);
  const Capabilities settled = probe(tight_lipped());
  EXPECT_EQ(settled.second_backward, SecondBackward::accumulates);
  EXPECT_EQ(settled.exp_form, ExpForm::from_output);
  EXPECT_NE(settled.pow_form, PowForm::unknown);
  EXPECT_FALSE(policies(declared, settled).empty());
}

TEST(Probe, survives_engines_that_do_not) {
  for (const char* name : {"faulty:exit_on_domain", "faulty:hang_on_zero_exponent",
                           "faulty:crash_on_nan", "faulty:backward_frees_graph"}) {
    const Capabilities settled = probe(*find_engine(name));
    EXPECT_EQ(settled.ops, capabilities_of(*find_engine(name)).ops) << name;
  }
}

TEST(Probe, what_was_found_out_is_printed_and_in_json) {
  const Folder folder;
  const std::string file = folder / "result.json";
  const Ended ended = run_cradle({"check", "--engine", "textbook", "--cases",
                                  "pure=20,lifetime=0,mlp=0", "--only", "local", "--json", file},
                                 folder);
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  const cradle_engine& engine = *find_engine("textbook");
  const std::vector<Policy> expected = policies(capabilities_of(engine), probe(engine));
  const nlohmann::json told = parsed_json(contents(file))["policies"];
  ASSERT_EQ(told.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_EQ(told[k]["name"], expected[k].name);
    EXPECT_EQ(told[k]["value"], expected[k].value);
    EXPECT_NE(ended.out.find(expected[k].name + "=" + expected[k].value), std::string::npos)
        << ended.out;
  }
}

}  // namespace
}  // namespace cradle
