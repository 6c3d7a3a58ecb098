// A check that compares has companions run beside its case: an engine that does not repeat itself
// is found by it, and by nothing else.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "checks/cradle/campaign.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/program/text.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

// Textbook, but in every other session the gradients are larger by a billionth. (Of an engine of no
// fixed order an ulp is allowed.)
int g_session = 0;
const cradle_engine& textbook() { return *find_engine("textbook"); }

const cradle_engine& forgetful() {
  static const cradle_engine engine = [] {
    cradle_engine changed = textbook();
    changed.open = [] {
      ++g_session;
      return textbook().open();
    };
    changed.grad = [](void* session, uint32_t node) {
      const double grad = textbook().grad(session, node);
      const bool nudged = g_session % 2 == 0 && grad != 0 && grad != 1 && std::isfinite(grad);
      return nudged ? grad * (1 + 1e-9) : grad;
    };
    return changed;
  }();
  return engine;
}

CampaignOptions options_for(const cradle_engine& engine) {
  CampaignOptions options;
  options.engine = &engine;
  options.capabilities = probe(engine);
  for (const CheckId check : {CheckId::survival, CheckId::forward, CheckId::metamorphic}) {
    options.selected[static_cast<std::size_t>(check)] = true;
  }
  options.schedule.cases[static_cast<std::size_t>(Stream::pure)] = 400;
  options.progress = false;
  return options;
}

TEST(Companions, run_beside_every_fourth_random_program) {
  std::string failure;
  const Result result = run_campaign(options_for(textbook()), failure);
  EXPECT_EQ(failure, "");
  EXPECT_TRUE(result.findings.empty()) << result.findings.front().judgement.message;
  std::uint64_t cases = 0;
  for (const Row& row : result.rows) cases += row.check == "metamorphic" ? row.cases : 0;
  EXPECT_EQ(cases, 100u);
}

TEST(Companions, show_an_engine_that_does_not_repeat_itself) {
  std::string failure;
  const Result result = run_campaign(options_for(forgetful()), failure);
  EXPECT_EQ(failure, "");
  ASSERT_EQ(result.findings.size(), 2u);
  EXPECT_EQ(result.findings[1].judgement.kind, Kind::policy);  // where no radius decides
  EXPECT_EQ(result.findings[0].check, "metamorphic");
  EXPECT_EQ(result.findings[0].judgement.kind, Kind::gradient);
  EXPECT_LE(result.findings[0].program.code.size(), 5u);  // minimised with its companions
}

TEST(Companions, that_die_decide_nothing) {
  const Capabilities capabilities = probe(textbook());
  const Job job{parse("%0 = input 3\n%1 = mul %0 %0\n", "test").program, std::nullopt};
  Host host(textbook(), HostLimits{});
  EXPECT_EQ(run_and_judge(host, CheckId::metamorphic, job, capabilities).verdict, Verdict::agree);
  const std::vector<Program> companions = companions_of(CheckId::metamorphic, job, capabilities);
  ASSERT_FALSE(companions.empty());
  std::vector<Trace> traces(1 + companions.size(), host.run(job.program));
  traces.back().death = Death::signal;
  const Judgement judgement =
      judge(CheckId::metamorphic, Ran{job, companions, traces}, capabilities);
  EXPECT_EQ(judgement.verdict, Verdict::inconclusive);
  EXPECT_NE(judgement.message.find("a related program"), std::string::npos) << judgement.message;
}

std::uint64_t deep_cases(const Words& words, int status) {
  const Folder folder;
  const std::string file = folder / "result.json";
  Words all = {"check",  "--cases", "pure=1000,lifetime=0,mlp=0", "--corpus", folder / "",
               "--json", file};
  all.insert(all.end(), words.begin(), words.end());
  const Ended ended = run_cradle(all, folder);
  EXPECT_EQ(ended.status, status) << ended.out << ended.err;
  std::uint64_t cases = 0;
  const nlohmann::json result = parsed_json(contents(file));
  for (const auto& row : result["checks"]) {
    if (row["name"] == "deep") cases += row["cases"].get<std::uint64_t>();
  }
  return cases;
}

TEST(Deep, judges_one_program_in_a_hundred_and_only_when_asked) {
  EXPECT_EQ(deep_cases({"--only", "forward,local"}, 0), 0u);
  // Of 1,000 programs, and of the 871 of the table of edges.
  EXPECT_EQ(deep_cases({"--only", "forward,deep"}, 0), 10u + 9u);
  EXPECT_EQ(deep_cases({"--only", "forward", "--deep"}, 0), 10u + 9u);
}

TEST(Deep, finds_a_planted_bug_and_says_how_to_see_it_again) {
  const Folder folder;
  const Ended ended = run_cradle({"check", "--engine", "faulty:overwrite_gradient", "--cases",
                                  "pure=2000,lifetime=0,mlp=0", "--only", "deep"},
                                 folder);
  EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
  const std::string rerun = "cradle run - --engine faulty:overwrite_gradient --deep <<'END'\n";
  const std::size_t begin = ended.out.find(rerun);
  ASSERT_NE(begin, std::string::npos) << ended.out;
  const std::string rest = ended.out.substr(begin + rerun.size());
  Conditions conditions;
  conditions.input = folder.write("found.prog", rest.substr(0, rest.find("END\n")));
  const Ended again = run_cradle({"run", "-", "--engine", "faulty:overwrite_gradient", "--deep"},
                                 folder, conditions);
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.out.find("deep        disagree"), std::string::npos) << again.out;
}

}  // namespace
}  // namespace cradle
