// The page on engines says what the sources say: the healthy ones, and how many bugs are planted.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "checks/engines/engines.h"
#include "checks/engines/faulty.h"

namespace cradle {
namespace {

// The lines of the page under a heading that are rows of its table, each with its cells.
std::vector<std::vector<std::string>> rows_of_the_page(const std::string& heading) {
  std::ifstream page(CRADLE_CORPUS "/../engines/README.md");
  std::vector<std::vector<std::string>> rows;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) inside = line == "## " + heading;
    if (!inside || !line.starts_with("| ") || line.starts_with("| Engine")) continue;
    std::istringstream cells(line.substr(1));
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, '|');) rows.back().push_back(cell);
  }
  return rows;
}

TEST(EnginesPage, has_a_row_for_each_healthy_engine) {
  std::multiset<std::string> told;
  for (const auto& row : rows_of_the_page("Healthy engines")) {
    std::string name;
    std::istringstream names(row.at(0));
    while (std::getline(names, name, '`') && std::getline(names, name, '`')) told.insert(name);
  }
  std::multiset<std::string> known;
  for (const EngineEntry& entry : engine_list()) {
    if (entry.base.empty()) known.insert(entry.name);
  }
  EXPECT_EQ(told, known) << "checks/engines/README.md, beside kHealthy of engines.cpp";
}

TEST(EnginesPage, counts_the_planted_bugs_of_each_base) {
  std::map<std::string, int> told;
  for (const auto& row : rows_of_the_page("Planted bugs")) {
    if (row.at(0) == " Group ") continue;
    const std::string base = row.at(2);
    told[base.substr(2, base.size() - 4)] += std::stoi(row.at(1));
  }
  std::map<std::string, int> known;
  for (const PlantedBug& bug : planted_bugs()) ++known[std::string(bug.base)];
  EXPECT_EQ(told, known) << "checks/engines/README.md, beside faulty.cpp and faulty_tape.cpp";
}

}  // namespace
}  // namespace cradle
