// What the oracles run beside a program, and what they ask an engine first: against the table that
// is kept. Both follow from the program, or from what the engine declares, and from nothing else,
// so that a seed which found something finds it again, wherever and whenever.
//
// A cell of companions.tsv is the number of nodes and a sum of the text.

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checks/oracles/probes.h"
#include "checks/oracles/relations.h"
#include "checks/properties/forms.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

std::string sum_of(const std::string& text) {
  std::uint32_t sum = kNoText;
  for (const char letter : text) sum = summed(sum, static_cast<unsigned char>(letter));
  char all[16];
  std::snprintf(all, sizeof all, "%08x", sum);
  return all;
}

std::string cell_of(const Related& related) {
  std::string text = print(related.program) + std::to_string(related.extra) + " " +
                     std::to_string(related.exponent);
  for (const NodeId node : related.node) text += " " + std::to_string(node);
  return std::string(name_of(related.relation)) + " " +
         std::to_string(related.program.code.size()) + " " + sum_of(text);
}

// Engines without some of the ops that relations take, or with no room.
struct Offer {
  const char* name;
  OpSet without;
  std::size_t nodes_more;  // than the program's: 0 for any number
};
constexpr Offer kOffers[] = {
    {"all ops", 0, 0},
    {"no mul", bit(Op::mul), 0},
    {"no add, no pow", bit(Op::add) | bit(Op::pow), 0},
    {"no add, no mul, no pow", bit(Op::add) | bit(Op::mul) | bit(Op::pow), 0},
    {"room for one", 0, 1},
    {"room for two", 0, 2},
};

void add_relatives(std::vector<KeptRow>& rows) {
  for (const Profile profile : {Profile::safe, Profile::special, Profile::mlp}) {
    for (std::uint64_t index = 0; index < 16; ++index) {
      const Offer& offer = kOffers[index % std::size(kOffers)];
      Capabilities engine;
      engine.ops = kAllOps & ~offer.without;
      GenerateOptions options = options_of(profile, engine.ops);
      options.nodes_max = 24;
      const Program program = sample(options, index);
      if (offer.nodes_more > 0) engine.nodes_max = program.code.size() + offer.nodes_more;
      std::string row = "beside " + std::string(name_of(profile)) + " " + std::to_string(index) +
                        ", " + offer.name;
      for (const Related& related : relatives(program, engine)) row += "\t" + cell_of(related);
      rows.push_back({row});
    }
  }
}

// What is left open, and by what an engine is limited.
struct Openness {
  const char* name;
  unsigned bits;
  void (*bend)(Capabilities&);
};
constexpr Openness kOpen[] = {
    {"all in doubles", 53, [](Capabilities&) {}},
    {"all in floats", 24, [](Capabilities&) {}},
    {"all, with set", 53,
     [](Capabilities& c) {
       c.can_set = true;
       c.second_backward = SecondBackward::unknown;
     }},
    {"without add", 53, [](Capabilities& c) { c.ops &= ~bit(Op::add); }},
    {"without mul", 53, [](Capabilities& c) { c.ops &= ~bit(Op::mul); }},
    {"all but powv's own", 53, [](Capabilities& c) { c.powv_form = PowvForm::from_output; }},
    {"all but pow", 53, [](Capabilities& c) { c.pow_form = PowForm::exponent; }},
    {"71 nodes", 53, [](Capabilities& c) { c.nodes_max = 71; }},
    {"72 nodes", 53, [](Capabilities& c) { c.nodes_max = 72; }},
    {"sweeps alone, of log", 53,
     [](Capabilities& c) {
       c.ops = bit(Op::input) | bit(Op::log) | bit(Op::sqrt) | bit(Op::abs);
       c.log_form = LogForm::division;
       c.sqrt_form = SqrtForm::output;
       c.abs_form = AbsForm::sign;
       c.second_backward = SecondBackward::unknown;
       c.can_set = true;
     }},
};

void add_probes(std::vector<KeptRow>& rows) {
  for (const Openness& open : kOpen) {
    Capabilities declared = open_engine(open.bits);
    open.bend(declared);
    std::map<std::string, std::pair<std::size_t, std::string>> texts;  // nodes, and their text
    std::vector<std::string> order;
    for (const Probe& probe : probes_of(declared)) {
      const std::string question =
          std::to_string(static_cast<int>(probe.question)) + " " + std::string(info(probe.op).name);
      if (order.empty() || order.back() != question) order.push_back(question);
      texts[question].first += probe.program.code.size();
      texts[question].second += print(probe.program) + "\n";
    }
    std::string row = std::string("asked of ") + open.name;
    for (const std::string& question : order) {
      row += "\t" + question + " " + std::to_string(texts[question].first) + " " +
             sum_of(texts[question].second);
    }
    rows.push_back({row});
  }
}

TEST(OracleCompanions, are_those_of_the_table) {
  std::vector<KeptRow> rows;
  add_relatives(rows);
  add_probes(rows);
  expect_kept("companions", rows, "A seed that found something would not find it again.");
}

}  // namespace
}  // namespace cradle
