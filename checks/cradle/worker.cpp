// The loop of a worker: while its child runs one chunk, it judges the one before.

#include "checks/cradle/worker.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "checks/cradle/age.h"
#include "checks/cradle/depth.h"
#include "checks/cradle/enumeration.h"
#include "checks/cradle/investigate.h"
#include "checks/cradle/seen.h"
#include "checks/program/lower.h"

namespace cradle {
namespace {

// Deaths cost a process each, and a time-out costs its time: more of the same tell nothing new.
constexpr std::uint64_t kDeathsMax = 400;
constexpr std::uint64_t kTimeoutsMax = 2;

// Cases and their traces: each case its own, then those of its companions.
struct Batch {
  std::vector<Case> cases;
  std::vector<Trace> traces;
};

class Worker {
 public:
  Worker(const CampaignOptions& options, Board& board)
      : options_(options),
        board_(board),
        schedule_(options.schedule),
        host_(*options.engine, options.limits),
        every_({options.exhaust_length, options.capabilities.ops, 0}),
        every_with_actions_({options.exhaust_verbs == 0 ? 0 : options.exhaust_length,
                             options.capabilities.ops, options.exhaust_verbs}) {}

  Result work() {
    while (const auto chunk = take_chunk()) {
      if (chunk->stream == Stream::depth) {
        judge(collect());
        depth(*chunk);
      } else {
        std::vector<Case> cases = make(*chunk);
        const Batch before = collect();
        post(std::move(cases));  // the child is at work while the batch before is judged
        judge(before);
      }
    }
    judge(collect());
    result_.deaths = host_.deaths();
    return std::move(result_);
  }

 private:
  std::optional<Chunk> take_chunk() {
    while (!board_.stop.load()) {
      const std::uint64_t k = board_.next_chunk.fetch_add(1);
      if (k >= schedule_.chunk_count()) return std::nullopt;
      const auto chunk = schedule_.chunk(k);
      if (chunk && wanted(*chunk)) return chunk;
      if (chunk && nothing_wanted(chunk->begin)) return std::nullopt;
    }
    return std::nullopt;
  }

  std::atomic<std::uint64_t>& last_case(Stream stream, CheckId check) const {
    return board_.last_case[static_cast<std::size_t>(stream)][static_cast<std::size_t>(check)];
  }
  // Cases from here on are judged, or a share of them.
  bool open(Stream stream, CheckId check, std::uint64_t index) const {
    return options_.selected[static_cast<std::size_t>(check)] &&
           index <= last_case(stream, check).load();
  }
  bool wanted(Stream stream, CheckId check, std::uint64_t index) const {
    const bool shared =
        stream == Stream::pure || (stream == Stream::edges && check == CheckId::deep);
    return (!shared || index % share_of(check) == 0) && open(stream, check, index);
  }
  bool wanted(const Chunk& chunk) const {
    if (chunk.stream == Stream::depth || chunk.stream == Stream::corpus) return true;
    const std::vector<CheckId> checks = checks_of(chunk.stream, Program{});
    return std::any_of(checks.begin(), checks.end(),
                       [&](CheckId check) { return open(chunk.stream, check, chunk.begin); });
  }

  // Every generated stream has stopped: without this a run of an hour would count chunks to its
  // end.
  bool nothing_wanted(std::uint64_t index) const {
    for (const Stream stream : {Stream::pure, Stream::lifetime, Stream::mlp, Stream::faults}) {
      const bool planned = options_.schedule.cases[static_cast<std::size_t>(stream)] > index;
      if (planned && wanted(Chunk{stream, index, index + 1})) return false;
    }
    return true;
  }

  std::vector<Case> make(const Chunk& chunk) {
    std::vector<Case> cases;
    cases.reserve(chunk.end - chunk.begin);
    for (std::uint64_t index = chunk.begin; index < chunk.end; ++index) {
      if (options_.exhaust_length > 0) {
        Case made;
        made.stream = chunk.stream;
        made.index = index;
        made.profile = "every";
        Enumeration& every = chunk.stream == Stream::pure ? every_ : every_with_actions_;
        made.job.program = fitted(every.program(index), options_.capabilities);
        cases.push_back(std::move(made));
      } else {
        cases.push_back(make_case(chunk.stream, index, options_.cases, options_.capabilities));
      }
      add_companions(cases.back());
    }
    return cases;
  }

  // No two checks of a stream want companions.
  void add_companions(Case& made) const {
    for (const CheckId check : checks_of(made.stream, made.job.program)) {
      if (!wanted(made.stream, check, made.index)) continue;
      for (Program& companion : companions_of(check, made.job, options_.capabilities)) {
        made.companions.push_back(std::move(companion));
      }
    }
  }

  void post(std::vector<Case> cases) {
    std::vector<Job> jobs;
    for (const Case& each : cases) {
      jobs.push_back(each.job);
      for (const Program& companion : each.companions) jobs.push_back({companion, std::nullopt});
    }
    if (board_.ages.load()) host_.restart();
    host_.post(std::move(jobs));
    posted_ = std::move(cases);
  }

  // What the child has done since `post`: nothing, when nothing was posted.
  Batch collect() {
    Batch batch;
    if (posted_.empty()) return batch;
    batch.cases = std::move(posted_);
    posted_.clear();
    batch.traces = host_.take();
    return batch;
  }

  void judge(const Batch& batch) {
    if (batch.cases.empty()) return;
    std::size_t at = 0;
    for (const Case& each : batch.cases) {
      judge_case(each, at, std::span(batch.traces).subspan(at, 1 + each.companions.size()));
      at += 1 + each.companions.size();
    }
    board_.cases_done[static_cast<std::size_t>(batch.cases.front().stream)] += batch.cases.size();
  }

  void judge_case(const Case& each, std::size_t job, std::span<const Trace> traces) {
    if (each.stream == Stream::pure) count(result_.histogram, each.job.program, each.profile);
    const Trace& trace = traces.front();
    const Ran ran = {each.job, each.companions, traces};
    for (const CheckId check : checks_of(each.stream, each.job.program)) {
      if (!wanted(each.stream, check, each.index)) continue;
      if (trace.death != Death::none && check != CheckId::survival) continue;
      const auto start = std::chrono::steady_clock::now();
      const Judgement judgement = cradle::judge(check, ran, options_.capabilities);
      const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
      Row& row = row_of(result_, name_of(check), each.profile);
      row.seconds += elapsed.count();
      ++row.cases;
      switch (judgement.verdict) {
        case Verdict::agree:
          row.count_agreement(judgement.share);
          break;
        case Verdict::inconclusive:
          ++row.inconclusive;
          if (row.reason.empty()) row.reason = judgement.message;
          break;
        case Verdict::disagree:
          row.count_disagreement(judgement.kind, +1);
          disagreement(check, each, judgement, job, trace.death);
          break;
      }
    }
  }

  void disagreement(CheckId check, const Case& each, const Judgement& judgement, std::size_t job,
                    Death death) {
    Seen& seen = seen_[static_cast<std::size_t>(check)];
    const std::string what = signature(std::string(name_of(check)), judgement);
    const bool hang_is_known = death == Death::timeout && board_.hangs.load() > 0;
    // Once a family shows that size is what matters, large programs tell nothing new.
    const bool size_is_known =
        of_size_[static_cast<std::size_t>(check)] && each.job.program.code.size() > kReadableLines;
    const bool dies_of_size =
        death != Death::none && death != Death::timeout &&
        expand(each.job.program).code.size() >= board_.deadly_nodes.load() / 2;
    const bool too_deadly = (death == Death::timeout && ++timeouts_ >= kTimeoutsMax) ||
                            (death != Death::none && ++deaths_ >= kDeathsMax);
    for (std::size_t k = 0; k < kCheckCount && too_deadly; ++k) {  // no check wants more of these
      lower_to(last_case(each.stream, static_cast<CheckId>(k)), each.index);
    }
    if (size_is_known || dies_of_size) return;
    if (!seen.insert(what, judgement.kind) || hang_is_known) {
      for (Finding& finding : result_.findings) {
        if (signature(finding.check, finding.judgement) == what) ++finding.met;
      }
    } else if (!investigate(check, each, judgement, job)) {
      seen.erase(what);
      return;
    } else if (death == Death::timeout) {
      ++board_.hangs;
      host_.give_up_sooner();
    }
    const bool enough = seen.counting() >= kFindingsMax + options_.known.size();
    if (enough) lower_to(last_case(each.stream, check), each.index);
  }

  // False when it did not happen again: the case is then inconclusive.
  bool investigate(CheckId check, const Case& each, const Judgement& judgement, std::size_t job) {
    if (investigator_ == nullptr) {
      investigator_ = std::make_unique<Investigator>(*options_.engine, options_.capabilities,
                                                     options_.limits, &board_.stop);
    }
    const std::vector<Job>& jobs = host_.taken();
    const std::chrono::duration<double> met = std::chrono::steady_clock::now() - start_;
    auto finding = investigator_->investigate(check, each, judgement, std::span(jobs).first(job),
                                              result_.findings);
    if (!finding) {
      Row& row = row_of(result_, name_of(check), each.profile);
      row.count_disagreement(judgement.kind, -1);
      ++row.inconclusive;
      row.reason = judgement.message + ", but not when run again";
      return false;
    }
    if (!finding->family.empty()) of_size_[static_cast<std::size_t>(check)] = true;
    finding->seconds = met.count();
    result_.findings.push_back(std::move(*finding));
    ++board_.findings;
    return true;
  }

  void depth(const Chunk& chunk) {
    const bool ages = chunk.begin == growths().size();
    const std::string_view profile = ages ? kSessions : growths()[chunk.begin].row();
    const auto start = std::chrono::steady_clock::now();
    const std::size_t before = result_.findings.size();
    Row& row = row_of(result_, name_of(CheckId::depth), profile);
    if (ages) {
      board_.ages = check_age(*options_.engine, options_.capabilities, options_.limits, board_.stop,
                              row, result_.findings);
    } else {
      check_growth(growths()[chunk.begin], *options_.engine, options_.capabilities, options_.limits,
                   board_.stop, row, result_.findings);
    }
    board_.findings += result_.findings.size() - before;
    const std::chrono::duration<double> met = std::chrono::steady_clock::now() - start_;
    for (std::size_t k = before; k < result_.findings.size(); ++k) {
      result_.findings[k].seconds = met.count();
      if (result_.findings[k].judgement.kind != Kind::depth) continue;
      lower_to(board_.deadly_nodes, result_.findings[k].program.code.size());
    }
    if (result_.findings.size() > before && row.threshold &&
        result_.findings.back().judgement.kind == Kind::cost) {
      ++board_.hangs;  // the random programs that hang are of the same kind
      host_.give_up_sooner();
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    row.seconds += elapsed.count();
    ++board_.cases_done[static_cast<std::size_t>(Stream::depth)];
  }

  const CampaignOptions& options_;
  Board& board_;
  Schedule schedule_;
  Host host_;
  Enumeration every_;
  Enumeration every_with_actions_;
  std::unique_ptr<Investigator> investigator_;  // made when there is something to investigate
  std::vector<Case> posted_;
  Result result_;
  std::array<Seen, kCheckCount> seen_;
  std::array<bool, kCheckCount> of_size_ = {};  // by check: a family was found
  std::uint64_t deaths_ = 0;
  std::uint64_t timeouts_ = 0;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

Result work(const CampaignOptions& options, Board& board) { return Worker(options, board).work(); }

}  // namespace cradle
