// The parent of a campaign: starts workers, shows progress, merges what they send.

#include "checks/cradle/campaign.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>
#include <new>
#include <numeric>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "checks/cradle/depth.h"
#include "checks/cradle/echoes.h"
#include "checks/cradle/finding_words.h"
#include "checks/cradle/interrupt.h"
#include "checks/cradle/investigate.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/known.h"
#include "checks/cradle/name_causes.h"
#include "checks/cradle/progress.h"
#include "checks/cradle/worker.h"

namespace cradle {
namespace {

struct WorkerProcess {
  pid_t pid = -1;
  int results = -1;  // a pipe: JSON until its end
  std::string text;
  bool open = true;
};

void write_all(int file, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = write(file, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    at += static_cast<std::size_t>(count);
  }
}

WorkerProcess start_worker(const CampaignOptions& options, Board& board) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  WorkerProcess worker;
  worker.pid = fork();
  if (worker.pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (worker.pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);  // the parent says stop, so that what was done is not lost
    signal(SIGTERM, SIG_DFL);
    close(pipe_ends[0]);
    int status = 0;
    try {
      write_all(pipe_ends[1], to_transport(work(options, board)));
    } catch (const std::exception& error) {
      write_all(pipe_ends[1], std::string("!") + error.what());
      status = 1;
    }
    _exit(status);
  }
  close(pipe_ends[1]);
  worker.results = pipe_ends[0];
  return worker;
}

// Reads what workers send, for a tenth of a second at the most; false when all have finished.
bool read_some(std::vector<WorkerProcess>& workers) {
  std::vector<pollfd> polled;
  for (const WorkerProcess& worker : workers) {
    if (worker.open) polled.push_back({worker.results, POLLIN, 0});
  }
  if (polled.empty()) return false;
  if (poll(polled.data(), polled.size(), 100) <= 0) return true;
  std::size_t at = 0;
  for (WorkerProcess& worker : workers) {
    if (!worker.open || polled[at++].revents == 0) continue;
    char piece[65536];
    const ssize_t count = read(worker.results, piece, sizeof piece);
    if (count > 0) {
      worker.text.append(piece, static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      worker.open = false;
    }
  }
  return true;
}

void collect(WorkerProcess& worker, Result& result, std::string& failure) {
  close(worker.results);
  int status = 0;
  while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    failure = "a worker process of cradle died of signal " + std::to_string(WTERMSIG(status));
  } else if (!worker.text.empty() && worker.text.front() == '!') {
    failure = worker.text.substr(1);
  } else if (auto part = from_transport(worker.text)) {
    merge(result, std::move(*part));
  } else {
    failure = "a worker process of cradle sent nothing that can be read";
  }
}

// The place of a row in the report: workers finish in any order.
std::pair<std::size_t, std::size_t> place_of(const Row& row) {
  constexpr std::array<std::string_view, 9> kProfiles = {
      "safe", "mlp", "special", "wild", "edges", "every", "actions", "networks", "corpus"};
  std::size_t place = 0;
  while (place < kProfiles.size() && kProfiles[place] != row.profile) ++place;
  for (const Growth& growth : growths()) {
    if (place < kProfiles.size() || growth.row() == row.profile) break;
    ++place;
  }
  return {check_named(row.check), place};
}

void complete_rows(const CampaignOptions& options, Result& result) {
  for (std::size_t k = 0; k < kCheckCount; ++k) {
    const auto check = static_cast<CheckId>(k);
    if (!options.selected[k] && options.exhaust_length == 0) {
      const std::string reason = not_applicable(check, options.capabilities);
      if (reason.empty()) continue;
      Row row;
      row.check = name_of(check);
      row.profile = "-";
      row.applicable = false;
      row.reason = reason;
      result.rows.push_back(std::move(row));
    }
  }
  std::stable_sort(result.rows.begin(), result.rows.end(),
                   [](const Row& lhs, const Row& rhs) { return place_of(lhs) < place_of(rhs); });
}

// What the processes of a leg share, begun where the last leg ended.
class SharedBoard {
 public:
  explicit SharedBoard(const CampaignState& state) {
    void* const memory =
        mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    board_ = new (memory) Board();
    board_->next_chunk = state.next_chunk;
    for (std::size_t stream = 0; stream < kStreamCount; ++stream) {
      board_->cases_done[stream] = state.cases_done[stream];
      for (std::size_t check = 0; check < kCheckCount; ++check) {
        board_->last_case[stream][check] = state.last_case[stream][check];
      }
    }
  }
  ~SharedBoard() { munmap(board_, sizeof(Board)); }
  SharedBoard(const SharedBoard&) = delete;
  SharedBoard& operator=(const SharedBoard&) = delete;

  Board& operator*() const { return *board_; }
  Board* operator->() const { return board_; }

 private:
  Board* board_;
};

void remember(const Board& board, std::uint64_t chunk_count, CampaignState& state) {
  // Every chunk that was taken is done: workers stop between chunks.
  state.next_chunk = std::min(board.next_chunk.load(), chunk_count);
  state.finished = !board.stop.load() || state.next_chunk == chunk_count;
  for (std::size_t stream = 0; stream < kStreamCount; ++stream) {
    state.cases_done[stream] = board.cases_done[stream];
    for (std::size_t check = 0; check < kCheckCount; ++check) {
      state.last_case[stream][check] = board.last_case[stream][check];
    }
  }
}

std::vector<std::string> stopped_checks(const CampaignState& state) {
  std::vector<std::string> stopped;
  for (std::size_t check = 0; check < kCheckCount; ++check) {
    const bool any = std::any_of(state.last_case.begin(), state.last_case.end(),
                                 [&](const auto& of) { return of[check] != kNoLastCase; });
    if (any) stopped.emplace_back(name_of(static_cast<CheckId>(check)));
  }
  return stopped;
}

}  // namespace

CampaignState::CampaignState() {
  for (auto& checks : last_case) checks.fill(kNoLastCase);
}

std::uint64_t CampaignState::cases() const {
  return std::accumulate(cases_done.begin(), cases_done.end(), std::uint64_t{0});
}

Result run_leg(const CampaignOptions& options, double seconds, CampaignState& state,
               Progress& progress, std::string& failure) {
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const SharedBoard board(state);
  const InterruptScope interrupt;
  std::vector<WorkerProcess> workers;
  for (unsigned k = 0; k < options.jobs; ++k) workers.push_back(start_worker(options, *board));
  const Schedule schedule(options.schedule);
  while (read_some(workers)) {
    if (InterruptScope::happened() || elapsed() > seconds) board->stop = true;
    progress.show(*board, options, schedule.chunk_count(), state.seconds + elapsed());
  }
  Result result;
  result.interrupted = InterruptScope::happened();
  for (WorkerProcess& worker : workers) collect(worker, result, failure);
  remember(*board, schedule.chunk_count(), state);
  state.seconds += elapsed();
  return result;
}

void complete(const CampaignOptions& options, Result& result) {
  const std::size_t most = kFindingsMax + options.known.size();
  drop_echoes(result.findings);
  fold(result.findings, most);
  if (same_programs(result.findings).size() > 1 && !result.interrupted) {
    Investigator(*options.engine, options.capabilities, options.limits)
        .tell_together(result.findings);
    fold(result.findings, most);
  }
  if (!result.interrupted) name_causes(options, result.findings);
  for (Finding& finding : result.findings) {
    if (finding.cause.empty()) finding.meaning = usual_meaning(finding);
  }
  set_aside(result, options.known);
  complete_rows(options, result);
  result.engine = options.capabilities.name;
  result.seed = options.cases.seed;
}

Result run_campaign(const CampaignOptions& options, std::string& failure) {
  CampaignState state;
  Progress progress(options.progress);
  const double endless = std::numeric_limits<double>::infinity();
  Result result = run_leg(options, options.seconds.value_or(endless), state, progress, failure);
  progress.clear();
  result.stopped = stopped_checks(state);
  complete(options, result);
  result.seconds = state.seconds;
  return result;
}

}  // namespace cradle
