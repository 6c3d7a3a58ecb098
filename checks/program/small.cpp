// Generating, counting and walking over small programs.

#include "checks/program/small.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>
#include <vector>

#include "checks/program/small_lines.h"

namespace cradle {
namespace {

using Shape = SmallBeginning::Shape;

// How many ways there are to go on from a shape: the recurrences of the header, each value once.
class Counts {
 public:
  explicit Counts(const SmallOptions& options) : options_(options), ways_(ways_of(options)) {}

  std::uint64_t from(const Shape& shape, std::size_t left) {
    const auto [place, fresh] = known_.try_emplace({left, shape}, 0);
    if (!fresh) return place->second;
    const std::uint64_t count =
        options_.verbs == 0 ? pure(shape.front(), left) : actions(shape, left);
    return known_[{left, shape}] = count;
  }

 private:
  std::uint64_t pure(std::uint64_t unused, std::size_t left) {
    if (left == 0) return unused == 1 ? 1 : 0;
    if (unused > left + 1) return 0;
    const auto after = [&](std::uint64_t waiting) {
      return from({static_cast<std::uint8_t>(waiting)}, left - 1);
    };
    const std::uint64_t used = options_.length - left - unused;
    const std::uint64_t more = after(unused + 1);
    const std::uint64_t same = after(unused);
    const std::uint64_t fewer = unused > 1 ? after(unused - 1) : 0;
    return ways_.none * more + ways_.one * (unused * same + used * more) +
           ways_.two * (unused * (unused > 0 ? unused - 1 : 0) * fewer +
                        (2 * unused * used + unused) * same + used * used * more);
  }

  std::uint64_t actions(const Shape& shape, std::size_t left) {
    if (left == 0) return 1;
    const std::uint64_t held = shape.size();
    Shape longer = shape;
    longer.insert(longer.begin(), 1);
    const std::uint64_t instructions = ways_.none + ways_.one * held + ways_.two * held * held;
    std::uint64_t count = instructions * from(longer, left - 1);
    if (left == options_.length) return count;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      if (contains(options_.verbs, Verb::retain)) count += from(with(shape, k, 1), left - 1);
      if (contains(options_.verbs, Verb::release)) count += from(with(shape, k, -1), left - 1);
    }
    const std::uint64_t same = (contains(options_.verbs, Verb::backward) ? held : 0) +
                               (contains(options_.verbs, Verb::zero_grad) ? 1 : 0);
    return same == 0 ? count : count + same * from(shape, left - 1);
  }

  static Shape with(Shape shape, std::size_t k, int change) {
    shape[k] = static_cast<std::uint8_t>(shape[k] + change);
    std::erase(shape, std::uint8_t{0});
    std::sort(shape.begin(), shape.end());
    return shape;
  }

  SmallOptions options_;
  SmallWays ways_;
  std::map<std::pair<std::size_t, Shape>, std::uint64_t> known_;
};

}  // namespace

Program generate_small(Choices& choices, const SmallOptions& options) {
  assert(options.length > 0 && options.length <= 8);
  SmallBeginning beginning(options);
  while (beginning.lines_left() > 0) {
    const std::vector<SmallLine> lines = beginning.next_lines();
    beginning.push(lines[choices.below(lines.size())]);
  }
  assert(well_formed(beginning.program()));
  return beginning.program();
}

Program generate_small(Choices& choices, std::size_t length, OpSet ops) {
  assert(!contains(ops, Op::neuron));
  return generate_small(choices, SmallOptions{length, ops, 0});
}

std::uint64_t small_program_count(const SmallOptions& options) {
  return Counts(options).from(SmallBeginning(options).shape(), options.length);
}

std::uint64_t small_program_count(std::size_t length, OpSet ops) {
  return small_program_count(SmallOptions{length, ops, 0});
}

struct SmallWalk::State {
  // The lines that may stand at one place, and which of them does.
  struct Level {
    std::vector<SmallLine> lines;
    std::size_t at = 0;
  };

  explicit State(const SmallOptions& options) : counts(options), beginning(options) {}

  // Adds first lines until the program is complete.
  void complete() {
    while (beginning.lines_left() > 0) {
      levels.push_back({beginning.next_lines(), 0});
      beginning.push(levels.back().lines.front());
    }
  }

  Counts counts;
  SmallBeginning beginning;
  std::vector<Level> levels;
};

SmallWalk::SmallWalk(const SmallOptions& options) : state_(std::make_unique<State>(options)) {}
SmallWalk::~SmallWalk() = default;
SmallWalk::SmallWalk(SmallWalk&&) noexcept = default;
SmallWalk& SmallWalk::operator=(SmallWalk&&) noexcept = default;

void SmallWalk::enter(std::uint64_t rank) {
  SmallBeginning& beginning = state_->beginning;
  for (; !state_->levels.empty(); state_->levels.pop_back()) beginning.pop();
  while (beginning.lines_left() > 0) {
    State::Level level = {beginning.next_lines(), 0};
    for (;; ++level.at) {
      assert(level.at < level.lines.size());
      beginning.push(level.lines[level.at]);
      const std::uint64_t ways = state_->counts.from(beginning.shape(), beginning.lines_left());
      if (rank < ways) break;
      rank -= ways;
      beginning.pop();
    }
    state_->levels.push_back(std::move(level));
  }
}

bool SmallWalk::next() {
  std::vector<State::Level>& levels = state_->levels;
  if (++levels.back().at < levels.back().lines.size()) {
    state_->beginning.replace_last(levels.back().lines[levels.back().at]);
    return true;
  }
  while (!levels.empty() && levels.back().at + 1 >= levels.back().lines.size()) {
    levels.pop_back();
    state_->beginning.pop();
  }
  if (levels.empty()) return false;
  state_->beginning.pop();
  state_->beginning.push(levels.back().lines[++levels.back().at]);
  state_->complete();
  return true;
}

const Program& SmallWalk::program() const { return state_->beginning.program(); }

}  // namespace cradle
