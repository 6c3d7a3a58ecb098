// Histograms of error: counted in the result for every case that measures one, the same for any
// number of processes, and drawn on the page; an old result without them is a page, too.

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "checks/cradle/result.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_page.h"

namespace cradle {
namespace {

using nlohmann::json;

json checked(const std::string& engine, const std::string& jobs, const Folder& folder) {
  const Ended ended =
      run_cradle({"check", "--engine", engine, "--cases", "pure=600,lifetime=50,mlp=8", "--jobs",
                  jobs, "--only", "forward,local,global,difference,metamorphic,lifetime,mlp",
                  "--json", folder / "errors.json"},
                 folder);
  EXPECT_LE(ended.status, 1) << ended.err;
  return parsed_json(contents(folder / "errors.json"));
}

std::uint64_t sum_of(const json& errors) {
  std::uint64_t sum = 0;
  for (const json& count : errors) sum += count.get<std::uint64_t>();
  return sum;
}

TEST(ErrorClasses, double_from_one_to_the_next) {
  EXPECT_EQ(error_class(0), 0u);
  EXPECT_EQ(error_class(1e-300), 1u);
  EXPECT_EQ(error_class(0x1p-9), 1u);
  EXPECT_EQ(error_class(0x1.0001p-9), 2u);
  EXPECT_EQ(error_class(0.25), 8u);
  EXPECT_EQ(error_class(0.26), 9u);
  EXPECT_EQ(error_class(0.5), 9u);
  EXPECT_EQ(error_class(0.75), 10u);
  EXPECT_EQ(error_class(1), 10u);
  Row row;
  for (const double share : {-1.0, 0.0, 0.0, 1.0}) row.count_agreement(share);
  EXPECT_EQ(row.agree, 4u);
  EXPECT_EQ(row.errors.front(), 2u);
  EXPECT_EQ(row.errors.back(), 1u);
}

TEST(ErrorHistograms, count_the_cases_that_agree_where_numbers_are_judged) {
  const Folder folder;
  const json result = checked("tape", "2", folder);
  const json alone = checked("tape", "1", folder);
  std::set<std::string> measured;
  for (std::size_t k = 0; k < result["checks"].size(); ++k) {
    const json& row = result["checks"][k];
    EXPECT_EQ(row.value("errors", json()), alone["checks"][k].value("errors", json())) << k;
    if (!row.contains("errors")) continue;
    measured.insert(row["name"].get<std::string>());
    EXPECT_LE(sum_of(row["errors"]), row["agree"].get<std::uint64_t>());
    if (row["name"] == "local" && row["profile"] == "safe") {
      EXPECT_GT(sum_of(row["errors"]), row["agree"].get<std::uint64_t>() * 9 / 10);
    }
  }
  EXPECT_EQ(measured, (std::set<std::string>{"difference", "forward", "global", "lifetime", "local",
                                             "metamorphic", "mlp"}));
}

TEST(ErrorHistograms, are_drawn_for_each_check_and_left_out_where_a_result_is_older) {
  const Folder folder;
  json result = checked("tape", "2", folder);
  const std::string told = page_of(result, folder);
  EXPECT_EQ(ill_formed(told), "");
  EXPECT_TRUE(has(told, "<h2>How near to the tolerance</h2>"));
  EXPECT_EQ(count_of(told, "<figure>"), 7u);
  EXPECT_EQ(count_of(told, "<figcaption>global: "), 1u);
  EXPECT_GE(count_of(told, "<rect class=\"bar"), 12u);
  for (json& row : result["checks"]) row.erase("errors");
  const std::string older = page_of(result, folder);
  EXPECT_EQ(ill_formed(older), "");
  EXPECT_FALSE(has(older, "<figure>"));
  EXPECT_FALSE(has(older, "How near to the tolerance"));
}

TEST(ErrorHistograms, of_any_file_are_drawn_or_refused) {
  const Folder folder;
  json result = checked("tape", "2", folder);
  json& row = result["checks"][0];
  row["name"] = "</figure><script>";
  row["errors"] = json::array({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 18446744073709551615u});
  const std::string told = page_of(result, folder);
  EXPECT_EQ(ill_formed(told), "");
  EXPECT_EQ(count_of(told, "<script>"), 1u);
  EXPECT_TRUE(has(told, "class=\"bar last\""));
  for (const auto& [errors, refused] :
       {std::pair<json, std::string>{json::array({1, 2}), "should have 11 entries"},
        {7, "should be a list"},
        {json::array({-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "errors[0] should be a number of"}}) {
    row["errors"] = errors;
    const std::string file = folder.write("bad.json", text_of(result));
    const Ended ended = run_cradle({"report", file}, folder);
    EXPECT_EQ(ended.status, 2);
    EXPECT_TRUE(has(ended.err, refused)) << ended.err;
  }
}

}  // namespace
}  // namespace cradle
