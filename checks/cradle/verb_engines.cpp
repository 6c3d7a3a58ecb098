// cradle engines: what can be tested.

#include <fmt/format.h>

#include <cstdio>

#include "checks/cradle/target.h"
#include "checks/cradle/verbs.h"
#include "checks/engines/engines.h"

namespace cradle {

int engines_verb() {
  std::string text = "Engines for --engine:\n\n";
  bool planted = false;
  for (const EngineEntry& entry : engine_list()) {
    if (!planted && entry.name.rfind("faulty:", 0) == 0) {
      planted = true;
      text += "\nPlanted bugs, to see that a check finds them:\n\n";
    }
    text += fmt::format("  {:<28} {}\n", entry.name, entry.description);
  }
  text +=
      "\nEngines of your own: a shared object, as in --engine ./libmine.so. An adapter takes "
      "about\n"
      "twenty lines of C++: checks/guide/adapters.md tells how, step by step.\n";
  std::fputs(text.c_str(), stdout);
  return kAgreed;
}

}  // namespace cradle
