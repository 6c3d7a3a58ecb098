// The verbs about the command itself: engines, help, completion, manual.

#include <cstdio>

#include "checks/cradle/flags.h"
#include "checks/cradle/target.h"
#include "checks/cradle/terminal.h"

namespace cradle {
namespace {

int print_text(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return kAgreed;
}

int help_verb(const Usage& usage, const std::string& topic) {
  const std::size_t columns = output_columns();
  if (topic.empty()) return print_text(help_text(usage, columns));
  if (const VerbUsage* const verb = usage.find(topic)) return print_text(help_text(*verb, columns));
  throw UserError{kBadInput, mistake_in_words(usage, {topic}) + " The verbs: cradle help"};
}

}  // namespace

void declare_words_about_words(CLI::App& app, CommandLine& line) {
  CLI::App& engines = *app.add_subcommand("engines", "List what can be tested");
  engines.footer("cradle engines");
  engines.callback([&line] { line.run = engines_verb; });

  CLI::App& help = *app.add_subcommand("help", "Tell the flags of a verb, with examples");
  help.add_option("VERB", line.topic, "which; all of them, in a line each, without")
      ->type_name("VERB");
  help.footer("cradle help check");
  help.callback(
      [&app, &line] { line.run = [&app, &line] { return help_verb(usage_of(app), line.topic); }; });

  CLI::App& completion =
      *app.add_subcommand("completion", "Print a script that completes words in a shell");
  completion.add_option("SHELL", line.shell, "bash or zsh")
      ->required()
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh"}));
  completion.footer("source <(cradle completion bash)");
  completion.callback([&app, &line] {
    line.run = [&app, &line] {
      const Usage usage = usage_of(app);
      return print_text(line.shell == "zsh" ? zsh_completion(usage) : bash_completion(usage));
    };
  });

  CLI::App& manual = *app.add_subcommand("manual", "Print the manual page, for man");
  manual.footer("cradle manual > cradle.1");
  manual.callback(
      [&app, &line] { line.run = [&app] { return print_text(manual_page(usage_of(app))); }; });
}

}  // namespace cradle
