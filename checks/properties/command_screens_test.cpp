// Reports as a browser shows them: ci/screenshots looks, and sees what is planted.

#include <gtest/gtest.h>

#include <string>

#include "checks/properties/command_process.h"

namespace cradle {
namespace {

constexpr int kNoBrowser = 77;

TEST(CommandScreens, of_reports_have_every_figure_and_fit_light_dark_and_narrow) {
  const Folder folder;
  Conditions conditions;
  conditions.seconds_max = 600;
  const Ended ended =
      run_program({CRADLE_SCREENSHOTS, CRADLE_BINARY, CRADLE_PICTURES}, folder, conditions);
  if (ended.status == kNoBrowser) GTEST_SKIP() << ended.err;
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  EXPECT_TRUE(has(ended.out, "nothing is wrong")) << ended.out << ended.err;
  for (const char* name : {"pass-light", "fail-dark", "long-narrow", "calibration-narrow-dark"}) {
    const std::string picture =
        contents(std::string(CRADLE_PICTURES) + '/' + name + ".png").substr(1, 3);
    EXPECT_EQ(picture, "PNG") << name;
  }
}

TEST(CommandScreens, without_a_browser_are_left_out_with_a_reason) {
  const Folder folder;
  Conditions nothing;
  std::filesystem::create_directory(folder / "tools");
  for (const char* tool : {"bash", "dirname"}) {
    std::filesystem::create_symlink("/usr/bin/" + std::string(tool),
                                    folder / "tools/" + std::string(tool));
  }
  nothing.environment = {"PATH=" + (folder / "tools")};
  const Ended ended = run_program(
      {"/usr/bin/bash", CRADLE_SCREENSHOTS, CRADLE_BINARY, folder / "pictures"}, folder, nothing);
  EXPECT_EQ(ended.status, kNoBrowser);
  EXPECT_EQ(ended.err, "ci/screenshots: optional chromium is absent: reports were not looked at\n");
  EXPECT_FALSE(std::filesystem::exists(folder / "pictures"));
}

}  // namespace
}  // namespace cradle
