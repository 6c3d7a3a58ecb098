// What the command line understands, as plain data read from its declarations: help, completion and
// the manual are made of it, so that they cannot say something else than the command does.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cradle {

struct FlagUsage {
  std::vector<std::string> names;  // "-h", "--help"; one without dashes for a word by place
  std::string value;               // "F", the kind of its value; empty: it takes none
  std::string help;
  bool by_place = false;
  bool required = false;
  bool list = false;  // values separated by commas
};

struct VerbUsage {
  std::string name;
  std::string help;
  std::vector<FlagUsage> flags;  // those by place first
  std::vector<std::string> examples;
};

struct Usage {
  std::string help;
  std::vector<FlagUsage> flags;  // before a verb
  std::vector<VerbUsage> verbs;

  /// Returns a verb, or null.
  const VerbUsage* find(std::string_view verb) const;
};

/// Returns the one line that says how a verb is written, without "cradle".
std::string synopsis(const VerbUsage& verb);

/// Returns the name of a flag as it is written with its value: "-o F", "--json F".
std::string flag_with_value(const FlagUsage& flag);

/// Returns what `cradle --help` and `cradle VERB --help` print, in lines of at most `columns`, but
/// for the examples, which can be pasted into a shell.
std::string help_text(const Usage& usage, std::size_t columns);
std::string help_text(const VerbUsage& verb, std::size_t columns);

/// Returns the words that a kind of value can be; nothing where it may be any.
std::vector<std::string> words_of_value(std::string_view value);

/// True for a kind of value that is the name of a file, or of a folder.
bool is_file(std::string_view value);

/// Returns a script that completes the command's words in bash, or in zsh.
std::string bash_completion(const Usage& usage);
std::string zsh_completion(const Usage& usage);

/// Returns the manual page, for man.
std::string manual_page(const Usage& usage);

/// Returns what the command says of words that it does not understand: which one, and what may have
/// been meant; nothing when they do not say.
std::string mistake_in_words(const Usage& usage, const std::vector<std::string>& words);

}  // namespace cradle
