// Pages of results, for the tests of the report: made, and checked for being well formed.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"

namespace cradle {

inline constexpr const char* kFailing = "faulty:add_same_operand";

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
    ++count;
  }
  return count;
}

/// Returns where a page is not well formed, or nothing: every tag has its end, in the right order,
/// and no attribute is open. Style and script are not looked into.
inline std::string ill_formed(const std::string& html) {
  if (html.rfind("<!DOCTYPE html>\n<html", 0) != 0) return html.substr(0, 40);
  std::vector<std::string> open;
  for (std::size_t at = html.find("<html"); at != std::string::npos; at = html.find('<', at)) {
    const std::string here = html.substr(at, 80);
    std::size_t end = at + 1;
    for (bool quoted = false; end < html.size() && (quoted || html[end] != '>'); ++end) {
      if (html[end] == '"') quoted = !quoted;
      if (!quoted && html[end] == '<') return here;
    }
    if (end == html.size()) return here;
    const bool closes = html[at + 1] == '/';
    const std::size_t begin = at + (closes ? 2 : 1);
    const std::string name = html.substr(begin, html.find_first_of(" \n/>", begin) - begin);
    if (closes) {
      if (open.empty() || open.back() != name) return here;
      open.pop_back();
    } else if (html[end - 1] != '/') {
      open.push_back(name);
    }
    at = end;
    if (!closes && (name == "style" || name == "script")) at = html.find("</" + name, at) - 1;
    ++at;
  }
  return open.empty() ? std::string() : open.back() + " is never closed";
}

/// The page that `report` makes of a result.
inline std::string page_of(const nlohmann::json& result, const Folder& folder) {
  const std::string file = folder.write("told.json", text_of(result));
  const Ended ended = run_cradle({"report", file, "-o", folder / "told.html"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out + ended.err, "");
  return contents(folder / "told.html");
}

/// A result with a finding, and its page.
inline nlohmann::json failing_result(const Folder& folder, std::string& html) {
  const Ended ended = run_cradle(
      {"check", "--engine", kFailing, "--cases", "pure=400,lifetime=0,mlp=0", "--only",
       "forward,local,global", "--json", folder / "result.json", "--html", folder / "result.html"},
      folder);
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_EQ(ended.err, "");
  html = contents(folder / "result.html");
  return parsed_json(contents(folder / "result.json"));
}

}  // namespace cradle
