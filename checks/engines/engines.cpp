// The table of engines.

#include "checks/engines/engines.h"

#include "checks/engines/fast.h"
#include "checks/engines/faulty.h"
#include "checks/engines/find_engine.h"
#include "checks/engines/microcrad.h"
#include "checks/engines/tape.h"
#include "checks/engines/tape_variants.h"
#include "checks/engines/textbook_engine.h"

namespace cradle {
namespace {

struct Healthy {
  std::string_view name;
  std::string_view description;
  const cradle_engine* (*engine)();
};

constexpr Healthy kHealthy[] = {
    {"microcrad", "the engine of this repository", microcrad_engine},
    {"microcrad:single", "the same with one allocation for each Value", microcrad_single_engine},
    {"tape", "the reference: sweeps the program itself, by rules of its own", tape_engine},
    {"tape:depth_first", "the same, swept depth-first", tape_depth_first_engine},
    {"tape:alternative", "the other legal form of every rule, undeclared, swept depth-first",
     tape_alternative_engine},
    {"tape:powers", "div and sqrt made of pow, as micrograd makes them", tape_powers_engine},
    {"tape:recomputed", "slopes recomputed from operands, reciprocals for divisions, undeclared",
     tape_recomputed_engine},
    {"tape:binary32", "every number and operation in binary32", tape_binary32_engine},
    {"tape:forward", "forward mode: only inputs have gradients", tape_forward_engine},
    {"tape:resets", "a second backward clears what the first one left", tape_resets_engine},
    {"tape:refuses", "a second backward through the same nodes is refused", tape_refuses_engine},
    {"tape:fast", "the reference, compiled with -O3 -march=native -ffp-contract=fast",
     tape_fast_engine},
    {"textbook", "the specification read literally", textbook_engine},
    {"textbook_iterative", "the same without recursion", textbook_iterative_engine},
    {"textbook:fast", "the textbook, compiled with -O3 -march=native -ffp-contract=fast",
     textbook_fast_engine},
};

}  // namespace

const cradle_engine* find_engine(std::string_view name) {
  for (const Healthy& row : kHealthy) {
    if (row.name == name) return row.engine();
  }
  for (const PlantedBug& bug : planted_bugs()) {
    if (bug.name == name) return bug.engine;
  }
  return nullptr;
}

std::vector<EngineEntry> engine_list() {
  std::vector<EngineEntry> list;
  for (const Healthy& row : kHealthy) {
    list.push_back({std::string(row.name), std::string(row.description), ""});
  }
  for (const PlantedBug& bug : planted_bugs()) {
    list.push_back({std::string(bug.name), std::string(bug.description), std::string(bug.base)});
  }
  return list;
}

}  // namespace cradle

const cradle_engine* cradle_find_engine(const char* name) {
  return name == nullptr ? nullptr : cradle::find_engine(name);
}
