// The top of every page: the verdict before anything else.

#include <fmt/format.h>

#include "checks/cradle/page_parts.h"

namespace cradle {

Html headline(const Headline& what, const Environment& environment) {
  Html facts;
  const auto fact = [&](std::string_view title, const std::string& value) {
    facts += element("div", element("dt", title) + element("dd", value));
  };
  if (!what.seed.empty()) fact("seed", what.seed);
  if (what.seconds > 0) fact("seconds", fmt::format("{:.1f}", what.seconds));
  for (const auto& [title, value] : environment) fact(title, value);
  const std::string badge = "span.badge." + std::string(what.verdict);
  const Html title = element(badge, what.verdict) + Html{" "} + escaped(what.engine, 200);
  return element("header", element("h1", title) + element("p.message", what.sentence) +
                               what.contents + element("dl.facts", facts) +
                               copied_block(what.command)) +
         Html{"\n"};
}

}  // namespace cradle
