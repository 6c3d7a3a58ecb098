// Findings with one cause are told as one, with its name; and what has no name gets none.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "checks/cradle/name_causes.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/microcrad.h"
#include "checks/program/text.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

constexpr const char* kChecks =
    "survival,forward,local,global,difference,metamorphic,lifetime,corpus";

// Of runs so few that none has a gradient that is not finite, of which no cause is told: how many
// are judged before the third finding depends on which core is ahead.
std::string told(const std::string& bug, const std::string& checks = kChecks) {
  const Folder folder;
  const Ended ended =
      run_cradle({"check", "--engine", "faulty:" + bug, "--cases",
                  kSanitized ? "pure=2000,lifetime=400,mlp=0" : "pure=5000,lifetime=400,mlp=0",
                  "--only", checks},
                 folder);
  EXPECT_EQ(ended.status, 1) << bug << ended.out << ended.err;
  std::string line;  // words are wrapped
  for (const char c : ended.out) {
    if (c == '\n' || (c == ' ' && !line.empty() && line.back() == ' ')) {
      if (line.empty() || line.back() != ' ') line += ' ';
    } else {
      line += c;
    }
  }
  return line;
}

struct Named {
  std::string bug;
  std::string words;
};

TEST(CommandCauses, of_a_mistaken_sweep_are_named_and_told_once) {
  const std::vector<Named> bugs = {
      {"preorder", "the sweep is not in a topological order"},
      {"revisited_node", "a node is visited once for each path to it"},
      {"overwrite_gradient", "contributions are set, not added up"},
      {"replays_old_tape", "a backward goes through everything that was ever made"},
      {"clamped_gradient", "gradients are clamped to [-10, 10]"},
  };
  for (const Named& each : bugs) {
    const std::string text = told(each.bug);
    EXPECT_NE(text.find("It is as if: " + each.words), std::string::npos) << text;
    EXPECT_NE(text.find("disagree: 1 finding in"), std::string::npos) << text;
    if (kSanitized) break;  // each costs seconds there
  }
}

TEST(CommandCauses, of_a_table_of_a_fixed_size_are_told_once) {
  if (kSanitized) GTEST_SKIP() << "growing graphs takes a minute under a sanitizer";
  const std::string text = told("fixed_array_1000", "depth");
  EXPECT_NE(text.find("it breaks at about 1001 nodes"), std::string::npos) << text;
  EXPECT_NE(text.find("disagree: 1 finding in"), std::string::npos) << text;
}

// A sort and a release that both recurse have a threshold each; a death on the way out of the chain
// decides nothing about its backward.
TEST(CommandCauses, of_depth_tell_a_release_from_a_backward) {
  if (kSanitized) GTEST_SKIP() << "growing graphs takes a minute under a sanitizer";
  const Folder folder;
  const std::string file = folder / "result.json";
  const Ended ended = run_cradle(
      {"check", "--engine", "faulty:recursive_release", "--only", "depth", "--json", file}, folder);
  EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
  const nlohmann::json result = parsed_json(contents(file));
  for (const nlohmann::json& row : result["checks"]) {
    if (row["profile"] == "chain") {
      EXPECT_EQ(row["verdict"], "agree") << row;
      EXPECT_GT(row["inconclusive"], 0) << row;
    }
    const bool released = row["profile"] == "release";
    EXPECT_EQ(row["verdict"] == "disagree", released) << row;
  }
  ASSERT_EQ(result["findings"].size(), 1U) << ended.out;
  const std::string message = result["findings"][0]["message"];
  EXPECT_NE(message.find("was released at the end"), std::string::npos) << message;
}

TEST(CommandCauses, of_a_value_are_told_by_its_number) {
  EXPECT_NE(told("int_exponent", "forward").find("the exponent is kept as an integer"),
            std::string::npos);
  EXPECT_NE(told("text_exponent", "forward").find("as text with two digits"), std::string::npos);
  EXPECT_NE(told("tanh_overflow", "forward").find("e^x overflows"), std::string::npos);
}

TEST(CommandCauses, are_not_made_up) {
  for (const char* const bug : {"third_use_lost", "pow_without_decrement", "sign_lost"}) {
    const std::string text = told(bug);
    EXPECT_EQ(text.find("It is as if"), std::string::npos) << text;
    EXPECT_EQ(text.find("Usually"), std::string::npos) << text;
  }
}

// The gradient of microcrad and something: what it is, is the test's.
double (*extra)() = nullptr;

std::string cause_of_an_extra(double (*what)()) {
  extra = what;
  cradle_engine engine = *microcrad_engine();
  engine.grad = [](void* session, std::uint32_t node) {
    return microcrad_engine()->grad(session, node) + extra();
  };
  CampaignOptions options;
  options.engine = &engine;
  options.capabilities = capabilities_of(engine);
  Finding finding;
  finding.check = "local";
  finding.program = parse("%0 = input 1\n%1 = exp %0\n", "").program;
  finding.judgement.verdict = Verdict::disagree;
  finding.judgement.kind = Kind::gradient;
  finding.judgement.has_node = true;
  std::vector<Finding> findings = {finding};
  name_causes(options, findings);
  return findings.front().cause;
}

// As what is read through a stale pointer: addresses are other ones in each process.
TEST(CommandCauses, of_numbers_that_are_others_in_each_process_are_named) {
  EXPECT_EQ(cause_of_an_extra([] { return static_cast<double>(getpid()); }),
            "what was read is somebody else's by then: the numbers are others in each process");
  EXPECT_EQ(cause_of_an_extra([] { return 3.0; }), "");
  EXPECT_EQ(cause_of_an_extra([] { return static_cast<double>(getpid() % 2); }), "");
}

}  // namespace
}  // namespace cradle
