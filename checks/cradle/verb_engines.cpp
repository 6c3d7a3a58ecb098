// cradle engines: what can be tested.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "checks/cradle/explain.h"
#include "checks/cradle/target.h"
#include "checks/cradle/terminal.h"
#include "checks/cradle/verbs.h"
#include "checks/engines/engines.h"

namespace cradle {

int engines_verb() {
  std::string text = "Engines for --engine:\n\n";
  bool planted = false;
  const std::size_t columns = std::max(output_columns(), kReportColumnsMin);
  for (const EngineEntry& entry : engine_list()) {
    if (!planted && entry.name.rfind("faulty:", 0) == 0) {
      planted = true;
      text += "\nPlanted bugs, to see that a check finds them:\n\n";
    }
    const std::string name = fmt::format("  {:<28} ", entry.name);
    text += name + wrapped(entry.description, name.size(), columns).substr(name.size());
  }
  text +=
      '\n' + wrapped(
                 "Engines of your own: a shared object, as in --engine ./libmine.so. An adapter "
                 "takes about twenty lines of C++: checks/guide/adapters.md tells how, step by "
                 "step.",
                 0, columns);
  std::fputs(text.c_str(), stdout);
  return kAgreed;
}

}  // namespace cradle
