// The verbs of the command: plain arguments in, an exit status out.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checks/engines/host.h"
#include "checks/program/generate.h"

namespace cradle {

/// Where a result is written besides the terminal; an empty path is no file.
struct Outputs {
  std::string json;
  std::string html;
  std::string junit;
  std::string sarif;
  std::string source;  // the file that SARIF's findings point to, see sarif.h
};

struct CheckArguments {
  std::string engine = "microcrad";
  std::uint64_t pure = 20'000;
  std::uint64_t lifetime = 5'000;
  std::uint64_t mlp = 100;
  std::optional<double> seconds;
  std::uint64_t seed = 1;
  unsigned jobs = 0;  // 0: one a core
  std::uint64_t shard = 1;
  std::uint64_t shard_count = 1;
  std::optional<Profile> profile;
  std::vector<std::string> only;
  std::string known;  // a file of findings that do not count
  bool strict = false;
  bool deep = false;  // a sample of the programs is judged by MPFR too
  HostLimits limits;
  std::string corpus;
  Outputs outputs;
  bool color = true;
};

struct ExhaustArguments {
  CheckArguments check;  // engine, jobs, shard, limits, outputs
  std::uint64_t length = 4;
  bool actions = false;
  std::string resume;  // a progress file; empty: none is kept
};

struct CalibrateArguments {
  std::string engine = "microcrad";
  std::uint64_t graphs = 100;
  std::uint32_t nodes = 124;
  std::uint64_t seed = 1;
  unsigned jobs = 0;  // 0: one a core
  std::vector<std::string> only;
  std::vector<std::string> oracles;
  std::vector<std::string> profiles;
  std::vector<std::string> bugs;
  Outputs outputs;  // json and html
  std::string markdown;
  std::string data;
  std::string programs;
};

/// A verb on one program, or on one result.
struct ProgramArguments {
  std::string file;
  std::string engine = "microcrad";
  std::string output;  // -o; empty: standard output
  Outputs outputs;
  std::string to;                // convert: text or bytes
  std::optional<NodeId> around;  // show: draws this node and those nearest to it
  bool all = false;              // show: every node, however many
  bool deep = false;
  HostLimits limits;
  bool color = true;
};

int check_verb(const CheckArguments& arguments);
int exhaust_verb(const ExhaustArguments& arguments);
int calibrate_verb(const CalibrateArguments& arguments);
int run_verb(const ProgramArguments& arguments);
int show_verb(const ProgramArguments& arguments);
int minimise_verb(const ProgramArguments& arguments);
int reproduce_verb(const ProgramArguments& arguments);
int convert_verb(const ProgramArguments& arguments);
int report_verb(const ProgramArguments& arguments);
int engines_verb();

}  // namespace cradle
