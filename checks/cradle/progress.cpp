// Progress goes to standard error, so that standard output holds the report alone.

#include "checks/cradle/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "checks/cradle/terminal.h"

namespace cradle {
namespace {

constexpr double kTerminalSeconds = 0.25;
constexpr double kPipeSeconds = 10;

// The share that is done: of the time, or of the chunks.
double done_share(const Board& board, const CampaignOptions& options, std::uint64_t chunk_count,
                  double seconds) {
  const double chunks = static_cast<double>(std::min(board.next_chunk.load(), chunk_count)) /
                        static_cast<double>(std::max<std::uint64_t>(chunk_count, 1));
  return options.seconds ? std::max(chunks, seconds / *options.seconds) : chunks;
}

}  // namespace

Progress::Progress(bool wanted) : wanted_(wanted), terminal_(understands_escapes(STDERR_FILENO)) {}

void Progress::show(const Board& board, const CampaignOptions& options, std::uint64_t chunk_count,
                    double seconds) {
  if (!wanted_ || seconds - last_ < (terminal_ ? kTerminalSeconds : kPipeSeconds)) return;
  last_ = seconds;
  std::uint64_t cases = 0;
  for (const auto& done : board.cases_done) cases += done.load();
  const double share = std::clamp(done_share(board, options, chunk_count, seconds), 1e-6, 1.0);
  std::string line = fmt::format("{:3.0f} %  {} cases  {:.0f}/s  {} findings  {:.0f} s left",
                                 100 * share, cases, static_cast<double>(cases) / seconds,
                                 board.findings.load(), seconds / share - seconds);
  if (terminal_) {
    line = line.substr(0, columns_of(STDERR_FILENO) - 1);
    std::fputs(("\r\x1b[K" + line).c_str(), stderr);
  } else {
    std::fputs((line + '\n').c_str(), stderr);
  }
  std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (terminal_ && shown_) std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace cradle
