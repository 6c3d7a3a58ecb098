// The gnuplot script, with its data inside.

#include "bench/plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace cradle::bench {
namespace {

constexpr const char* kChain = "chain ";
// The longest chain says what the others say.
constexpr const char* kChainOfBars = "chain 1000000";

template <typename Name>
std::vector<std::string> distinct(const std::vector<Row>& rows, Name name) {
  std::vector<std::string> names;
  for (const Row& row : rows) {
    if (row.has("total") && std::find(names.begin(), names.end(), name(row)) == names.end()) {
      names.push_back(name(row));
    }
  }
  return names;
}

std::vector<std::string> engines_of(const std::vector<Row>& rows) {
  return distinct(rows, [](const Row& row) { return row.engine; });
}

bool is_chain(const Row& row) { return row.workload.rfind(kChain, 0) == 0; }

const Row* find(const std::vector<Row>& rows, const std::string& workload,
                const std::string& engine) {
  for (const Row& row : rows) {
    if (row.workload == workload && row.engine == engine && row.has("total")) return &row;
  }
  return nullptr;
}

// As many as there may be engines, told apart in print too; gnuplot has eight and begins again.
constexpr const char* kColours[] = {"#1f77b4", "#7fb6e0", "#444444", "#d62728", "#2ca02c",
                                    "#ff7f0e", "#9467bd", "#8c564b", "#e377c2", "#bcbd22",
                                    "#17becf", "#0b3d66", "#b0a0d0"};

const char* colour(std::size_t engine) { return kColours[engine % std::size(kColours)]; }

// A line of ns an op against nodes for each engine, with its spread.
void write_chain(std::ofstream& out, const std::vector<Row>& rows, const std::string& folder) {
  std::string curves;
  std::size_t count = 0;
  for (const std::string& engine : engines_of(rows)) {
    std::string points;
    for (const Row& row : rows) {
      if (row.engine != engine || !is_chain(row) || !row.has("total")) continue;
      points += fmt::format("{} {} {} {}\n", row.median("ops"), row.median("total"),
                            row.min("total"), row.max("total"));
    }
    if (points.empty()) continue;
    out << "$chain" << count << " << EOD\n" << points << "EOD\n";
    curves += fmt::format("{}$chain{} with yerrorlines linewidth 1.5 linecolor '{}' title \"{}\"",
                          count == 0 ? "" : ", \\\n  ", count, colour(count), engine);
    ++count;
  }
  if (count == 0) return;
  out << "set output '" << folder << "/speed_chain.svg'\n"
      << "set title 'A chain of mul and add: forward, backward, release'\n"
      << "set xlabel 'nodes'\nset ylabel 'nanoseconds for each op'\n"
      << "set logscale xy\nset key outside right\nset grid\nplot " << curves << "\nreset\n";
}

// For each workload a cluster of bars, one an engine.
void write_bars(std::ofstream& out, const std::vector<Row>& rows, const std::string& folder) {
  const std::vector<std::string> engines = engines_of(rows);
  std::string data;
  for (const std::string& workload : distinct(rows, [](const Row& row) { return row.workload; })) {
    if (workload.rfind(kChain, 0) == 0 && workload != kChainOfBars) continue;
    data += "\"" + workload + "\"";
    for (const std::string& engine : engines) {
      const Row* const row = find(rows, workload, engine);
      data += row == nullptr ? " NaN" : fmt::format(" {}", row->median("total"));
    }
    data += "\n";
  }
  if (data.empty()) return;
  out << "$bars << EOD\n"
      << data << "EOD\n"
      << "set output '" << folder << "/speed_peers.svg'\n"
      << "set title 'A whole step on one core'\nset ylabel 'nanoseconds for each op'\n"
      << "set logscale y\nset yrange [0.1:*]\nset style data histograms\n"
      << "set style fill solid 0.8 border -1\nset key outside right\nset grid y\n"
      << "set xtics rotate by -20\nplot ";
  for (std::size_t k = 0; k < engines.size(); ++k) {
    out << (k == 0 ? "" : ", \\\n  ")
        << fmt::format("$bars using {}:xtic(1) linecolor '{}' title \"{}\"", k + 2, colour(k),
                       engines[k]);
  }
  out << "\n";
}

// A line of what is alive against steps for each engine: with a graph, without, with the next one.
void write_memory(std::ofstream& out, const std::vector<Row>& rows, const std::string& folder) {
  constexpr double kMegabyte = 1e6;
  std::string curves;
  std::size_t count = 0;
  for (const Row& row : rows) {
    const std::vector<double> alive = alive_over_time(row);
    if (alive.empty()) continue;
    out << "$memory" << count << " << EOD\n";
    for (std::size_t moment = 0; moment < alive.size(); ++moment) {
      out << fmt::format("{} {}\n", static_cast<double>(moment) / 2, alive[moment] / kMegabyte);
    }
    out << "EOD\n";
    curves += fmt::format("{}$memory{} with lines linewidth 1.5 linecolor '{}' title \"{}\"",
                          count == 0 ? "" : ", \\\n  ", count, colour(3 * count), row.engine);
    ++count;
  }
  if (count == 0) return;
  out << "reset\nset output '" << folder << "/speed_memory.svg'\n"
      << "set title 'Twenty steps of training, with a node kept of each'\n"
      << "set xlabel 'steps'\nset ylabel 'megabytes alive'\n"
      << "set yrange [0:*]\nset key outside right\nset grid\nplot " << curves << "\n";
}

}  // namespace

bool write_plots(const std::vector<Row>& rows, const std::string& folder, const std::string& file) {
  std::ofstream out(file);
  out << "set terminal svg size 1000,560 dynamic font 'sans,13' background '#ffffff'\n";
  write_chain(out, rows, folder);
  write_bars(out, rows, folder);
  write_memory(out, rows, folder);
  if (out.good()) return true;
  fmt::print(stderr, "bench: cannot write {}\n", file);
  return false;
}

}  // namespace cradle::bench
