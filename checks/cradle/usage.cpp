// Help in words, and words that are not understood.

#include "checks/cradle/usage.h"

#include <algorithm>

#include "checks/cradle/explain.h"
#include "checks/cradle/nearest.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// Where the text about a flag begins, and how much of it a narrow terminal leaves.
constexpr std::size_t kTextColumn = 22;
constexpr std::size_t kColumnsMin = 40;

// A name and what it is: beside it, or below it where the name is long.
std::string entry(const std::string& name, const std::string& text, std::size_t columns) {
  const std::string lines = wrapped(text, kTextColumn, columns);
  const std::string title = "  " + name;
  if (title.size() + 2 > kTextColumn) return title + '\n' + lines;
  return title + lines.substr(title.size());
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string flag_entries(const std::vector<FlagUsage>& flags, bool by_place, std::size_t columns) {
  std::string text;
  for (const FlagUsage& flag : flags) {
    if (flag.by_place != by_place) continue;
    text += entry(flag.by_place ? flag.names.front() : flag_with_value(flag),
                  flag.required && !flag.by_place ? flag.help + " (required)" : flag.help, columns);
  }
  return text;
}

std::vector<std::string> names_of(const std::vector<FlagUsage>& flags) {
  std::vector<std::string> names;
  for (const FlagUsage& flag : flags) {
    if (!flag.by_place) names.insert(names.end(), flag.names.begin(), flag.names.end());
  }
  return names;
}

std::vector<std::string> names_of(const std::vector<VerbUsage>& verbs) {
  std::vector<std::string> names;
  for (const VerbUsage& verb : verbs) names.push_back(verb.name);
  return names;
}

std::string unknown_flag(const std::string& word, const std::string& owner,
                         const std::vector<FlagUsage>& flags) {
  const std::string name = word.substr(0, word.find('='));
  const std::vector<std::string> names = names_of(flags);
  if (!name.starts_with('-') || name.size() < 2) return {};
  if (std::find(names.begin(), names.end(), name) != names.end()) return {};
  return owner + " has no flag " + in_quotes(name) + did_you_mean(name, names);
}

// "--seed", before its value: that one is no flag, though it may begin with a dash.
bool takes_next_word(const std::string& word, const std::vector<FlagUsage>& flags) {
  return std::any_of(flags.begin(), flags.end(), [&](const FlagUsage& flag) {
    const auto same = std::find(flag.names.begin(), flag.names.end(), word);
    return !flag.by_place && !flag.value.empty() && same != flag.names.end();
  });
}

}  // namespace

const VerbUsage* Usage::find(std::string_view verb) const {
  const auto same = std::find_if(verbs.begin(), verbs.end(),
                                 [&](const VerbUsage& each) { return each.name == verb; });
  return same == verbs.end() ? nullptr : &*same;
}

std::string flag_with_value(const FlagUsage& flag) {
  return joined(flag.names) + (flag.value.empty() ? "" : " " + flag.value) +
         (flag.list ? ",..." : "");
}

std::string synopsis(const VerbUsage& verb) {
  std::string text = verb.name;
  for (const FlagUsage& flag : verb.flags) {
    if (flag.by_place) {
      text += ' ' + (flag.required ? flag.names.front() : '[' + flag.names.front() + ']');
    } else if (flag.required) {
      text += ' ' + flag_with_value(flag);
    }
  }
  return text + " [FLAG...]";
}

std::string help_text(const VerbUsage& verb, std::size_t columns_wanted) {
  const std::size_t columns = std::max(columns_wanted, kColumnsMin);
  std::string text =
      "usage: cradle " + synopsis(verb) + "\n\n" + wrapped(verb.help + '.', 0, columns);
  const std::string words = flag_entries(verb.flags, true, columns);
  if (!words.empty()) text += "\nWords:\n" + words;
  text += "\nFlags:\n" + flag_entries(verb.flags, false, columns);
  text += verb.examples.size() == 1 ? "\nExample:\n" : "\nExamples:\n";
  for (const std::string& example : verb.examples) text += "  " + example + '\n';
  return text;
}

std::string help_text(const Usage& usage, std::size_t columns_wanted) {
  const std::size_t columns = std::max(columns_wanted, kColumnsMin);
  std::string text = "usage: cradle VERB [FLAG...]\n\n" + wrapped(usage.help, 0, columns);
  text += "\nVerbs:\n";
  for (const VerbUsage& verb : usage.verbs) text += entry(verb.name, verb.help, columns);
  text += "\nFlags:\n" + flag_entries(usage.flags, false, columns);
  return text + "\ncradle help VERB, or cradle VERB --help, tells the flags of a verb.\n";
}

std::string mistake_in_words(const Usage& usage, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  if (words[0].starts_with('-')) return unknown_flag(words[0], "cradle", usage.flags);
  const VerbUsage* const verb = usage.find(words[0]);
  if (verb == nullptr) {
    return "there is no verb " + in_quotes(words[0]) +
           did_you_mean(words[0], names_of(usage.verbs));
  }
  for (std::size_t k = 1; k < words.size() && words[k] != "--"; ++k) {
    const std::string mistake = unknown_flag(words[k], verb->name, verb->flags);
    if (!mistake.empty()) return mistake;
    if (takes_next_word(words[k], verb->flags)) ++k;
  }
  return {};
}

}  // namespace cradle
