// The command finds every planted bug and shows it in at most five instructions, or as a family
// where size is the bug; and finds nothing on the engine without it, so that the finding is the
// bug's.
//
// One test an engine: GoogleTest's own sharding divides them, which is how ctest runs this file.
// Growing graphs takes as long as all the rest, so depth is left out where another check sees the
// bug. Under a sanitizer, where each costs many times as much, a sample of ten stands for all.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "checks/engines/engines.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

using nlohmann::json;

constexpr std::size_t kSampleSize = 10;
constexpr std::ptrdiff_t kPlantedInstructionsMax = 5;
constexpr std::ptrdiff_t kNetworkInstructionsMax = 8;  // two samples through one neuron

// The first quarter of the cases that the default flags ask for: what these find, those find too.
constexpr const char* kFewCases = "pure=5000,lifetime=2000,mlp=40";

const std::set<std::string> kOfSize = {
    "faulty:recursive_backward", "faulty:recursive_release",  "faulty:fixed_array_40",
    "faulty:fixed_array_1000",   "faulty:fixed_array_10000",  "faulty:small_set",
    "faulty:count_8_bit",        "faulty:exponential_ladder", "faulty:quadratic_list"};
constexpr const char* kAllButDepth =
    "survival,forward,local,global,difference,metamorphic,lifetime,mlp,corpus";

// What a bug costs on an idle machine is a sixth of it at most; other tests run at the same time.
constexpr double kPlantedSecondsMax = kSanitized ? 300 : 60;

std::vector<EngineEntry> engines_to_check() {
  std::vector<EngineEntry> planted;
  for (const EngineEntry& entry : engine_list()) {
    if (!entry.base.empty()) planted.push_back(entry);
  }
  if (!kSanitized) return planted;
  std::vector<EngineEntry> some;
  for (std::size_t k = 0; k < kSampleSize; ++k) {
    some.push_back(planted[k * planted.size() / kSampleSize]);
  }
  return some;
}

class CommandPlanted : public testing::TestWithParam<EngineEntry> {
 protected:
  static void TearDownTestSuite() {
    std::size_t planted = 0;
    for (const EngineEntry& entry : engine_list()) planted += entry.base.empty() ? 0 : 1;
    std::printf(
        "planted: %zu of %zu bugs here, %zu of them with depth, %zu left out of all parts; the "
        "slowest, %s: %.1f s\n",
        checked_, planted, of_size_, planted - engines_to_check().size(), slowest_.c_str(),
        slowest_seconds_);
  }

  void note(const std::string& engine, double seconds, bool of_size) {
    ++checked_;
    of_size_ += of_size ? 1 : 0;
    std::printf("planted: %-32s %5.1f s\n", engine.c_str(), seconds);
    if (seconds < slowest_seconds_) return;
    slowest_ = engine;
    slowest_seconds_ = seconds;
  }

  // The exit status of the base, asked once.
  int status_of_base(const std::string& engine) {
    const auto known = status_of_base_.find(engine);
    if (known != status_of_base_.end()) return known->second;
    Words words = {"check", "--engine", engine, "--cases", kFewCases};
    if (kSanitized) {  // it, and a busy machine, make times that no healthy engine answers for
      std::printf("planted: depth is left out of the check of %s\n", engine.c_str());
      words.insert(words.end(),
                   {"--only", "survival,forward,local,difference,lifetime,mlp,corpus"});
    }
    const Ended ended = run_cradle(words, folder_);
    EXPECT_EQ(ended.status, 0) << ended.out;
    return status_of_base_[engine] = ended.status;
  }

  const Folder folder_;

 private:
  inline static std::map<std::string, int> status_of_base_;
  inline static std::size_t checked_ = 0;
  inline static std::size_t of_size_ = 0;
  inline static std::string slowest_;
  inline static double slowest_seconds_ = 0;
};

TEST_P(CommandPlanted, bug_is_found_and_shown_small_and_its_base_has_none) {
  const std::string& engine = GetParam().name;
  const std::string file = folder_ / "result.json";
  const bool of_size = kOfSize.count(engine) > 0;
  Words words = {"check", "--engine", engine, "--cases", kFewCases, "--json", file};
  if (!of_size) words.insert(words.end(), {"--only", kAllButDepth});
  const Ended ended = run_cradle(words, folder_);
  note(engine, ended.seconds, of_size);
  EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
  EXPECT_LT(ended.seconds, kPlantedSecondsMax);
  const json result = parsed_json(contents(file));
  EXPECT_EQ(result["verdict"], "disagree");
  ASSERT_FALSE(result["findings"].empty()) << ended.out;
  for (const json& finding : result["findings"]) {
    const std::string program = finding["program"];
    if (program.rfind("family ", 0) == 0) continue;
    const bool of_network = engine.rfind("faulty:network_", 0) == 0;
    EXPECT_LE(instructions_in(program),
              of_network ? kNetworkInstructionsMax : kPlantedInstructionsMax)
        << finding["message"] << '\n'
        << program;
  }
  const Ended page = run_cradle({"report", file, "-o", folder_ / "result.html"}, folder_);
  EXPECT_EQ(page.status, 0) << page.err;
  EXPECT_EQ(status_of_base(GetParam().base), 0);
  EXPECT_TRUE(nothing_left());
}

// Bugs of running out of memory are found without the random faults of other programs, too.
TEST(CommandFaults, are_found_by_failing_each_allocation_in_turn) {
  const Folder folder;
  for (const char* const bug : {"leak_on_failure", "leak_on_backward_failure", "failure_ignored"}) {
    const Ended ended = run_cradle({"check", "--engine", std::string("faulty:") + bug, "--cases",
                                    "pure=0,lifetime=500,mlp=0", "--only", "faults"},
                                   folder);
    EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("<<'END'\nfail 2\n%0 = input 0\n"), std::string::npos) << ended.out;
  }
  for (const char* const engine : {"microcrad:single", "textbook_iterative"}) {
    const Ended ended = run_cradle(
        {"check", "--engine", engine, "--cases", "pure=0,lifetime=500,mlp=0", "--only", "faults"},
        folder);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  }
  const Ended ended = run_cradle({"check", "--engine", "tape", "--only", "faults"}, folder);
  EXPECT_EQ(ended.status, 3);
  EXPECT_NE(ended.err.find("does not offer to let an allocation fail"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Engines, CommandPlanted, testing::ValuesIn(engines_to_check()),
                         [](const auto& engine) {
                           return engine.param.name.substr(engine.param.name.find(':') + 1);
                         });

}  // namespace
}  // namespace cradle
