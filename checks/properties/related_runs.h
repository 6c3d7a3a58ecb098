// A program, the programs that are equal to it, and what an engine made of each.

#pragma once

#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/run.h"
#include "checks/oracles/metamorphic.h"
#include "checks/oracles/relations.h"

namespace cradle {

struct RelatedRuns {
  Program program;
  Trace trace;
  std::vector<Program> related;
  std::vector<Trace> traces;

  Judgement judge(const Capabilities& capabilities) const {
    return judge_metamorphic(program, trace, related, traces, capabilities);
  }
};

inline RelatedRuns run_related(const Program& program, const cradle_engine& engine) {
  RelatedRuns family = {program, run(program, engine), {}, {}};
  family.related = related_programs(program, capabilities_of(engine));
  for (const Program& related : family.related) family.traces.push_back(run(related, engine));
  return family;
}

}  // namespace cradle
