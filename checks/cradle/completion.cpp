// Completion scripts. What can be typed is in the script itself, so that a key costs no process.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checks/cradle/usage.h"

namespace cradle {
namespace {

std::string spaced(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> verb_names(const Usage& usage) {
  std::vector<std::string> names;
  for (const VerbUsage& verb : usage.verbs) names.push_back(verb.name);
  return names;
}

// The words for a kind of value; those of VERB are the verbs themselves.
std::vector<std::string> words_for(const Usage& usage, const std::string& value) {
  return value == "VERB" ? verb_names(usage) : words_of_value(value);
}

// Every kind of value, and where it stands: patterns of "verb/flag", and "verb/" for one by place.
std::map<std::string, std::string> places_of_values(const Usage& usage) {
  std::map<std::string, std::string> places;
  for (const VerbUsage& verb : usage.verbs) {
    for (const FlagUsage& flag : verb.flags) {
      if (flag.value.empty()) continue;
      std::string& patterns = places[flag.value + (flag.list ? "," : "")];
      for (const std::string& name : flag.names) {
        patterns += (patterns.empty() ? "" : " | ") + verb.name + '/' + (flag.by_place ? "" : name);
      }
    }
  }
  return places;
}

std::string flags_of_verbs(const Usage& usage) {
  std::string cases;
  const auto names = [](const std::vector<FlagUsage>& flags) {
    std::vector<std::string> all;
    for (const FlagUsage& flag : flags) {
      if (!flag.by_place) all.insert(all.end(), flag.names.begin(), flag.names.end());
    }
    return spaced(all);
  };
  for (const VerbUsage& verb : usage.verbs) {
    cases += fmt::format("    {}) flags='{}' ;;\n", verb.name, names(verb.flags));
  }
  return cases + fmt::format("    '') flags='{}' words='{}' ;;\n", names(usage.flags),
                             spaced(verb_names(usage)));
}

// Bash cuts words at colons, which names of engines have, so that the script reads the line itself
// and takes off what bash has before the last colon.
constexpr std::string_view kBashHead =
    R"(# bash completion of cradle, made by: cradle completion bash
_cradle() {
  local line=${COMP_LINE:0:COMP_POINT} given current='' verb before flags='' words='' files=''
  local list='' head='' candidate
  read -ra given <<< "$line"
  if [[ $line != *[[:space:]] ]]; then
    current=${given[-1]}
    unset 'given[-1]'
  fi
  verb=${given[1]-}
  before=${given[-1]}
  if [[ $current == --*=* ]]; then
    before=${current%%=*}
    head=$before=
    current=${current#*=}
  fi
  case $verb in
)";
constexpr std::string_view kBashMiddle = R"(  esac
  [[ $before == -* ]] || before=''
  case $verb/$before in
)";
constexpr std::string_view kBashTail = R"(  esac
  if [[ -n $list && $current == *,* ]]; then
    head+=${current%,*},
    current=${current##*,}
  fi
  COMPREPLY=()
  if [[ $current == -* && -z $head ]]; then
    words=$flags files=''
  elif [[ -z $words$files ]]; then
    words=$flags
  fi
  for candidate in $(compgen -W "$words" -- "$current"); do COMPREPLY+=("$head$candidate"); done
  if [[ -n $files ]]; then
    compopt -o filenames 2> /dev/null
    while IFS= read -r candidate; do COMPREPLY+=("$head$candidate"); done \
      < <(compgen -f -- "$current")
  fi
  current=$head$current
  if [[ $current == *[:=]* ]]; then
    local breaks=${current%"${current##*[$COMP_WORDBREAKS]}"}
    COMPREPLY=("${COMPREPLY[@]#"$breaks"}")
  fi
}
complete -F _cradle cradle
)";

// What zsh reads in a specification has to be escaped: 'name[help]:kind:action'.
std::string in_specification(const std::string& text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '[' || letter == ']' || letter == ':' || letter == '\\') escaped += '\\';
    escaped += letter == '\'' ? "'\\''" : std::string(1, letter);
  }
  return escaped;
}

std::string action_of(const FlagUsage& flag) {
  if (is_file(flag.value)) return "_files";
  return "_cradle_" + flag.value + (flag.list ? "_list" : "");
}

std::string zsh_specifications(const VerbUsage& verb, const Usage& usage) {
  std::string text;
  int place = 0;
  for (const FlagUsage& flag : verb.flags) {
    const bool free = !is_file(flag.value) && words_for(usage, flag.value).empty();
    const std::string value =
        flag.value.empty() ? "" : ":" + flag.value + ':' + (free ? " " : action_of(flag));
    if (flag.by_place) {
      text += fmt::format(" \\\n        '{}{}'", ++place, value);
      continue;
    }
    for (const std::string& name : flag.names) {
      const bool long_name = name.starts_with("--");
      text += fmt::format(" \\\n        '{}{}[{}]{}'", name, !value.empty() && long_name ? "=" : "",
                          in_specification(flag.help), value);
    }
  }
  return text;
}

std::string zsh_words(const Usage& usage) {
  std::string text;
  for (const auto& [value, places] : places_of_values(usage)) {
    const bool list = value.ends_with(',');
    const std::string name = value.substr(0, value.size() - (list ? 1 : 0));
    const std::string words = spaced(words_for(usage, name));
    if (is_file(name) || words.empty()) continue;
    text += list ? fmt::format("_cradle_{}_list() {{\n  _sequence compadd - {}\n}}\n", name, words)
                 : fmt::format("_cradle_{}() {{\n  compadd -- {}{}\n}}\n", name, words,
                               name == "E" ? "\n  _files" : "");
  }
  return text;
}

}  // namespace

std::string bash_completion(const Usage& usage) {
  std::string text = std::string(kBashHead) + flags_of_verbs(usage) + std::string(kBashMiddle);
  for (const auto& [value, places] : places_of_values(usage)) {
    const bool list = value.ends_with(',');
    const std::string name = value.substr(0, value.size() - (list ? 1 : 0));
    std::string effect = "words='" + spaced(words_for(usage, name)) + '\'';
    if (is_file(name) || name == "E") effect += " files=1";
    if (list) effect += " list=1";
    text += fmt::format("    {})\n      {}\n      [[ -z $before ]] || flags=''\n      ;;\n", places,
                        effect);
  }
  return text + std::string(kBashTail);
}

std::string zsh_completion(const Usage& usage) {
  std::string text =
      "#compdef cradle\n# zsh completion of cradle, made by: cradle completion zsh\n";
  text += zsh_words(usage);
  text += "_cradle() {\n  local -a verbs\n  verbs=(\n";
  for (const VerbUsage& verb : usage.verbs) {
    text += fmt::format("    '{}:{}'\n", verb.name, in_specification(verb.help));
  }
  text +=
      "  )\n  local state line\n  _arguments -C '--help[print what is there]' "
      "'1:verb:->verb' '*::word:->word'\n  case $state in\n"
      "    verb) _describe verb verbs ;;\n    word)\n      case $words[1] in\n";
  for (const VerbUsage& verb : usage.verbs) {
    text += fmt::format("      {})\n        _arguments{}\n        ;;\n", verb.name,
                        zsh_specifications(verb, usage));
  }
  return text +
         "      esac\n      ;;\n  esac\n}\n"
         "if [[ $funcstack[1] == _cradle ]]; then _cradle \"$@\"; else compdef _cradle cradle; "
         "fi\n";
}

}  // namespace cradle
