// What goes wrong in the engines that people publish, planted in plug-ins of two engines that share
// nothing with cradle's own: each bug is found, its kind is named, and its program is small.
//
// A bug of size is shown by a family; all others by at most five instructions.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

using nlohmann::json;

constexpr std::ptrdiff_t kInstructionsMax = 5;
constexpr double kSecondsMax = 60;  // a few on an idle machine

// Which checks look for it: growing graphs takes as long as all the rest.
enum class Of { numbers, crashes, lifetime, leaks, size, age };

struct PlantedPlugin {
  const char* name;
  Of of;
  const char* check;
  const char* kind;
};

// NOLINTNEXTLINE(cert-err58-cpp): a table.
const std::vector<PlantedPlugin> kPlanted = {
    {"shared_breadth_first", Of::numbers, "local", "gradient"},
    {"shared_pre_order", Of::numbers, "local", "gradient"},
    {"shared_propagates_again", Of::numbers, "local", "gradient"},
    {"shared_hashes_data", Of::numbers, "local", "gradient"},
    {"shared_order_is_appended", Of::lifetime, "lifetime", "gradient"},
    {"shared_clears_graph", Of::lifetime, "lifetime", "gradient"},
    {"shared_clamps", Of::numbers, "local", "gradient"},
    {"shared_sub_loses_sign", Of::numbers, "local", "gradient"},
    {"shared_div_by_product_rule", Of::numbers, "local", "gradient"},
    {"shared_tanh_from_input", Of::numbers, "local", "gradient"},
    {"shared_pow_zero_zero", Of::numbers, "local", "edge"},
    {"shared_powv_drops_exponent", Of::numbers, "local", "gradient"},
    {"shared_tanh_overflows", Of::numbers, "forward", "value"},
    {"shared_sigmoid_overflows", Of::numbers, "forward", "value"},
    {"shared_exits_on_domain_error", Of::numbers, "survival", "memory"},
    {"shared_cycle_at_once", Of::leaks, "leaks", "leak"},
    {"shared_cycle_once_backward", Of::leaks, "leaks", "leak"},
    {"shared_exponential_memory", Of::size, "depth", "cost"},
    {"shared_quadratic_visited", Of::size, "depth", "cost"},
    {"shared_recursive_sort", Of::size, "depth", "depth"},
    {"shared_recursive_release", Of::size, "depth", "depth"},
    {"raw_flag_is_never_reset", Of::lifetime, "lifetime", "gradient"},
    {"raw_frees_graph", Of::crashes, "survival", "memory"},
    {"raw_replays_older_root", Of::lifetime, "lifetime", "gradient"},
    {"raw_tape_is_never_reset", Of::leaks, "leaks", "leak"},
    {"raw_grows_with_age", Of::age, "depth", "cost"},
    {"shared_names_all_leaves", Of::age, "depth", "cost"},
    {"raw_exponent_as_int", Of::numbers, "local", "gradient"},
    {"raw_exponent_as_text", Of::numbers, "local", "gradient"},
    {"raw_tanh_overflows", Of::numbers, "forward", "value"},
    {"raw_tanh_overflows_32", Of::numbers, "forward", "value"},
    {"raw_sigmoid_overflows", Of::numbers, "forward", "value"},
    {"raw_sigmoid_overflows_32", Of::numbers, "forward", "value"},
    {"raw_exits_on_domain_error", Of::numbers, "survival", "memory"},
    {"raw_constant_leaks", Of::leaks, "leaks", "leak"},
    {"raw_cycle_at_once", Of::leaks, "leaks", "leak"},
    {"raw_fixed_array_40", Of::size, "depth", "depth"},
    {"raw_fixed_array_1000", Of::size, "depth", "depth"},
    {"raw_fixed_array_10000", Of::size, "depth", "depth"},
    {"raw_exponential_time", Of::size, "depth", "cost"},
    {"raw_quadratic_visited", Of::size, "depth", "cost"},
    {"raw_quadratic_registry", Of::size, "depth", "cost"},
    {"raw_recursive_sort", Of::size, "depth", "depth"},
    {"raw_recursive_release", Of::size, "depth", "depth"},
};

Words flags_of(Of of) {
  switch (of) {
    case Of::numbers:
      return {"--cases", "pure=2000,lifetime=0,mlp=0", "--only",
              "survival,forward,local,global,difference"};
    case Of::crashes:  // a process each
      return {"--cases", "pure=150,lifetime=0,mlp=0", "--only", "survival"};
    case Of::lifetime:
      return {"--cases", "pure=0,lifetime=1000,mlp=0", "--only", "survival,lifetime"};
    case Of::leaks:
      return {"--cases", "pure=0,lifetime=0,mlp=0", "--only", "survival,leaks"};
    default:
      return {"--cases", "pure=0,lifetime=0,mlp=0", "--only", "depth", "--timeout", "0.3"};
  }
}

std::string plugin(const std::string& name) {
  return std::string(CRADLE_PLUGINS) + "/libplanted_" + name + ".so";
}

class PluginBugs : public testing::TestWithParam<PlantedPlugin> {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "a sanitizer has other words for what these plug-ins do";
  }
};

TEST_P(PluginBugs, are_found_named_and_shown_small) {
  const PlantedPlugin& planted = GetParam();
  const Folder folder;
  const std::string file = folder / "result.json";
  Words words = {"check", "--engine", plugin(planted.name), "--json", file};
  const Words flags = flags_of(planted.of);
  words.insert(words.end(), flags.begin(), flags.end());
  const Ended ended = run_cradle(words, folder);
  std::printf("plug-in: %-32s %5.1f s\n", planted.name, ended.seconds);
  const bool counts = std::string(planted.kind) != "edge";
  EXPECT_EQ(ended.status, counts ? 1 : 0) << ended.out << ended.err;
  EXPECT_LT(ended.seconds, kSecondsMax);
  bool named = false;
  const json result = parsed_json(contents(file));
  for (const json& finding : result["findings"]) {
    const std::string program = finding["program"];
    const bool shown_as_due =
        planted.of == Of::age || (program.rfind("family ", 0) == 0) == (planted.of == Of::size);
    named = named ||
            (shown_as_due && finding["check"] == planted.check && finding["kind"] == planted.kind);
    EXPECT_LE(instructions_in(program), kInstructionsMax) << finding["message"] << '\n' << program;
  }
  EXPECT_TRUE(named) << ended.out << ended.err;
  EXPECT_TRUE(nothing_left());
}

INSTANTIATE_TEST_SUITE_P(Plugins, PluginBugs, testing::ValuesIn(kPlanted),
                         [](const auto& planted) { return std::string(planted.param.name); });

class ReproducedPlugins : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "a sanitizer has other words for what these plug-ins do";
  }
};

// The program of a finding, written in C, loads the plug-in and exits 1 while it has the bug.
TEST_P(ReproducedPlugins, show_their_bug_in_c) {
  const auto found =
      std::find_if(std::begin(kPlanted), std::end(kPlanted),
                   [](const PlantedPlugin& row) { return std::string(row.name) == GetParam(); });
  ASSERT_NE(found, std::end(kPlanted));
  const PlantedPlugin& planted = *found;
  const std::string kind = planted.kind;
  const Folder folder;
  const std::string file = folder / "result.json";
  Words words = {"check", "--engine", plugin(planted.name), "--json", file};
  const Words flags = flags_of(planted.of);
  words.insert(words.end(), flags.begin(), flags.end());
  run_cradle(words, folder);
  const json result = parsed_json(contents(file));
  for (const json& finding : result["findings"]) {
    if (finding["check"] != planted.check) continue;
    const std::string program = folder.write("found.prog", finding["program"].get<std::string>());
    const std::string source = folder / "found.c";
    const Ended written =
        run_cradle({"reproduce", program, "--engine", plugin(planted.name), "-o", source}, folder);
    EXPECT_EQ(written.status, 1) << written.err;
    const Ended built =
        run_program({"sh", "-c",
                     std::string(CRADLE_COMPILE_C) + " -Wall -Wextra -Werror " + CRADLE_INCLUDES +
                         ' ' + source + " -ldl -lm -o " + (folder / "found")},
                    folder);
    ASSERT_EQ(built.status, 0) << built.err << contents(source);
    const Ended ran = run_program({folder / "found"}, folder);
    // At an edge of the domain there may be no enclosure to test against, which the file says.
    const bool tells = contents(source).find("Exits 1 while") != std::string::npos;
    EXPECT_EQ(ran.status, tells ? 1 : 0) << ran.out << ran.err << contents(source);
    EXPECT_TRUE(tells || kind == "edge") << contents(source);
    return;
  }
  FAIL() << "no finding of " << planted.check;
}

// One of each kind that a program in C can show: a value, a gradient, a gradient that only actions
// show, a leak of the heap, and an edge.
INSTANTIATE_TEST_SUITE_P(Plugins, ReproducedPlugins,
                         testing::Values("raw_tanh_overflows", "shared_tanh_from_input",
                                         "raw_flag_is_never_reset", "raw_constant_leaks",
                                         "shared_pow_zero_zero"));

class HealthyPlugins : public testing::TestWithParam<const char*> {};

// Depth is asked, too: they are iterative.
TEST_P(HealthyPlugins, pass) {
  const Folder folder;
  Words words = {"check", "--engine", plugin(GetParam()), "--cases",
                 "pure=2000,lifetime=1000,mlp=0"};
  if (kSanitized) words.insert(words.end(), {"--only", "survival,forward,local"});
  const Ended ended = run_cradle(words, folder);
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("\nagree: 0 findings"), std::string::npos) << ended.out;
}

INSTANTIATE_TEST_SUITE_P(Plugins, HealthyPlugins,
                         testing::Values("shared_none", "raw_none", "raw_none_32",
                                         "raw_returns_own_operand", "raw_consumed_by_backward",
                                         "raw_has_no_zero_grad", "raw_keeps_a_pool"));

}  // namespace
}  // namespace cradle
