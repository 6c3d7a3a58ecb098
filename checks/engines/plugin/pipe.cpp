// Starting the engine, writing programs, and reading traces as text that may be anything.

#include "checks/engines/plugin/pipe.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>

#include "checks/program/numbers.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "ERROR: %s\n", what.c_str());
  _exit(PipeEngine::kBadTrace);
}

void write_all(int file, const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t written = write(file, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // it is gone: whoever reads notices
    at += static_cast<std::size_t>(written);
  }
}

// What it performs is spelt out, so that the engine need not know what is implied.
std::string text_of(const Program& program, std::uint64_t number) {
  Program explicit_one = program;
  const PerformedActions performed(program);
  explicit_one.actions.assign(performed.begin(), performed.end());
  return "program " + std::to_string(number) + '\n' + print(explicit_one) + "end\n";
}

// Python's repr and C's %a and %.17g are all understood.
double number_of(const std::string& word) {
  const char* const begin = word.c_str();
  char* end = nullptr;
  const double number = std::strtod(begin, &end);
  if (end == begin || *end != '\0') give_up("\"" + word.substr(0, 40) + "\" is no number");
  return canonical(number);
}

std::string set_ops(const std::vector<std::string>& words, PluginDescription& told) {
  for (std::size_t k = 1; k < words.size(); ++k) {
    bool found = false;
    for (const OpInfo& row : kOps) {
      if (row.name != words[k] || row.op == Op::neuron) continue;
      told.record.ops |= bit(row.op);
      found = true;
    }
    if (!found) return "it offers the op \"" + words[k] + "\", which does not exist";
  }
  return {};
}

std::string set_offers(const std::vector<std::string>& words, PluginDescription& told) {
  for (std::size_t k = 1; k < words.size(); ++k) {
    const auto offer = words[k] == "retain"      ? Offer::retain
                       : words[k] == "release"   ? Offer::release
                       : words[k] == "set"       ? Offer::set
                       : words[k] == "zero_grad" ? Offer::zero_grad
                                                 : Offer::network;
    if (offer == Offer::network) return "it offers \"" + words[k] + "\", which does not exist";
    told.offers |= std::uint32_t{1} << static_cast<unsigned>(offer);
    if (offer == Offer::zero_grad) told.record.zero_grad = CRADLE_ZERO_NODE;
  }
  return {};
}

std::string set_property(const std::vector<std::string>& words, PluginDescription& told) {
  if (words.size() < 2) return "\"" + words.front() + "\" lacks a value";
  const std::string& value = words[1];
  if (words.front() == "name") {
    std::strncpy(told.name.data(), value.c_str(), told.name.size() - 1);
  } else if (words.front() == "ops") {
    return set_ops(words, told);
  } else if (words.front() == "offers") {
    return set_offers(words, told);
  } else if (words.front() == "interior") {
    told.record.interior_hidden = value == "hidden" ? 1 : 0;
  } else if (words.front() == "precision") {
    told.record.precision_bits =
        static_cast<std::uint32_t>(std::strtoul(value.c_str(), nullptr, 10));
  } else if (words.front() == "depth") {
    told.record.depth_max = std::strtoull(value.c_str(), nullptr, 10);
  } else {
    return "it says \"" + words.front() + "\", which means nothing";
  }
  return {};
}

}  // namespace

PipeEngine::PipeEngine(const std::string& command) {
  int down[2];
  int up[2];
  if (pipe(down) != 0 || pipe(up) != 0) give_up("no pipe could be made");
  engine_ = fork();
  if (engine_ < 0) give_up("the command could not be started");
  if (engine_ == 0) {
    dup2(down[0], STDIN_FILENO);
    dup2(up[1], STDOUT_FILENO);
    for (const int file : {down[0], down[1], up[0], up[1]}) close(file);
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_ = down[1];
  from_ = up[0];
  signal(SIGPIPE, SIG_IGN);
}

PluginDescription PipeEngine::describe() {
  PluginDescription told;
  told.record.ops = bit(Op::input);
  write_all(to_, "cradle 1\n");
  std::string error;
  for (std::string text = line(); text != "end"; text = line()) {
    const std::vector<std::string> words = words_of(text);
    if (words.empty()) continue;
    const std::string wrong = set_property(words, told);
    if (error.empty()) error = wrong;
  }
  std::strncpy(told.error.data(), error.c_str(), told.error.size() - 1);
  return told;
}

void PipeEngine::announce(std::vector<Job> jobs) {
  std::thread([to = to_, first = taken_, jobs = std::move(jobs)] {
    std::string text;
    for (std::size_t k = 0; k < jobs.size(); ++k) {
      text += text_of(jobs[k].program, first + k);
      if (text.size() < std::size_t{1} << 16 && k + 1 < jobs.size()) continue;
      write_all(to, text);
      text.clear();
    }
  }).detach();
}

Trace PipeEngine::take(const Job& job) {
  const Program& program = job.program;
  const std::vector<std::string> head = words_of(line());
  if (head.size() != 2 || head[0] != "trace" || head[1] != std::to_string(taken_)) {
    give_up("no \"trace " + std::to_string(taken_) + "\" where one should begin");
  }
  ++taken_;
  Trace trace;
  std::vector<std::string> words = words_of(line());
  if (words.empty() || words[0] != "made" || words.size() != program.code.size() + 1) {
    give_up("a line \"made\" with a figure for each node is missing");
  }
  for (std::size_t k = 1; k < words.size(); ++k) trace.made.push_back(words[k] == "1");
  for (const Action& action : PerformedActions(program)) {
    words = words_of(line());
    if (words.size() < 2 || words[0] != "after") give_up("a line \"after\" is missing");
    Snapshot& snapshot = trace.after.emplace_back();
    snapshot.status = words[1] == "0" ? 0 : -1;
    read_nodes(std::span(words).subspan(2), snapshot, action.position);
  }
  words = words_of(line());
  if (words.empty() || words[0] != "last") give_up("a line \"last\" is missing");
  if (!is_pure(program)) {
    read_nodes(std::span(words).subspan(1), trace.last, program.code.size());
  }
  if (line() != "end") give_up("a trace does not end");
  return trace;
}

void PipeEngine::read_nodes(std::span<const std::string> words, Snapshot& snapshot,
                            std::size_t node_count) {
  if (words.size() != 2 * node_count) {
    give_up(std::to_string(words.size()) + " numbers for " + std::to_string(node_count) +
            " nodes, which have a data and a gradient each");
  }
  snapshot.nodes.resize(node_count);
  for (std::size_t node = 0; node < node_count; ++node) {
    NodeState& state = snapshot.nodes[node];
    if (words[2 * node] != "-") {
      state.data = number_of(words[2 * node]);
      state.readable |= NodeState::kData;
    }
    if (words[2 * node + 1] != "-") {
      state.grad = number_of(words[2 * node + 1]);
      state.readable |= NodeState::kGrad;
    }
  }
}

std::string PipeEngine::line() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', used_);
    if (end != std::string::npos) {
      std::string text = buffer_.substr(used_, end - used_);
      used_ = end + 1;
      return text;
    }
    buffer_.erase(0, used_);
    used_ = 0;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + (std::size_t{1} << 16));
    const ssize_t got = read(from_, buffer_.data() + before, std::size_t{1} << 16);
    buffer_.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) end_as_the_engine_did();
  }
}

void PipeEngine::end_as_the_engine_did() {
  int status = 0;
  while (waitpid(engine_, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
  }
  _exit(WEXITSTATUS(status));
}

}  // namespace cradle
