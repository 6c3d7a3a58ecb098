// A picture about as high as wide, which is what pages and screens have room for.

#include "checks/program/layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace cradle {
namespace {

constexpr std::size_t kFarRanks = 4;
constexpr std::size_t kArrowsMax = 12;

// Runs to the right of no more ranks fit a page; else the narrower direction is taken.
constexpr std::size_t kRanksToTheRight = 6;
// In points, about: a box and the space beside it, across and along the direction.
constexpr double kWidthDownwards = 165;
constexpr double kHeightDownwards = 55;
constexpr double kWidthToTheRight = 130;
// Beside more than so many, boxes are narrow.
constexpr double kBesideMax = 4;

// Returns how many ranks there are.
std::size_t rank_all(const Program& program, const std::vector<bool>& shown, Layout& layout) {
  std::size_t ranks = 1;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    if (!shown[node]) continue;
    std::size_t& rank = layout.rank[node];
    for_each_operand(program.code[node], [&](std::uint32_t, NodeId operand) {
      if (shown[operand]) rank = std::max(rank, layout.rank[operand] + 1);
    });
    ranks = std::max(ranks, rank + 1);
  }
  return ranks;
}

struct Users {
  std::vector<NodeId> first;  // by rank; a node that nobody uses: itself
  std::vector<std::size_t> count;
};

Users users_of(const Program& program, const std::vector<bool>& shown, const Layout& layout) {
  Users users{std::vector<NodeId>(shown.size()), std::vector<std::size_t>(shown.size())};
  std::iota(users.first.begin(), users.first.end(), NodeId{0});
  for (NodeId node = 0; node < shown.size(); ++node) {
    if (!shown[node]) continue;
    for_each_operand(program.code[node], [&](std::uint32_t, NodeId operand) {
      NodeId& first = users.first[operand];
      if (first == operand || layout.rank[node] < layout.rank[first]) first = node;
      ++users.count[operand];
    });
  }
  return users;
}

// What arrows join, in one column.
struct Part {
  NodeId top = 0;
  NodeId bottom = 0;
  std::size_t column = 0;
  std::size_t height = 0;  // in ranks, with those for names above and below
};

std::vector<Part> parts_of(const Program& program, const std::vector<bool>& shown,
                           const Layout& layout) {
  std::vector<NodeId> first(shown.size());  // of the same part, or one that is nearer to it
  std::iota(first.begin(), first.end(), NodeId{0});
  const auto first_of = [&](NodeId node) {
    while (first[node] != node) node = first[node] = first[first[node]];
    return node;
  };
  for (NodeId node = 0; node < shown.size(); ++node) {
    if (!shown[node]) continue;
    for_each_operand(program.code[node], [&](std::uint32_t, NodeId operand) {
      if (!shown[operand] || !layout.joins(operand, node)) return;
      const auto [low, high] = std::minmax({first_of(operand), first_of(node)});
      first[high] = low;
    });
  }
  std::map<NodeId, Part> parts;
  for (NodeId node = 0; node < shown.size(); ++node) {
    if (!shown[node]) continue;
    Part& part =
        parts.try_emplace(first_of(node), Part{node, node, layout.column[node]}).first->second;
    if (layout.rank[node] < layout.rank[part.top]) part.top = node;
    if (layout.rank[node] > layout.rank[part.bottom]) part.bottom = node;
    part.height = layout.rank[part.bottom] - layout.rank[part.top] + 3;
  }
  std::vector<Part> sorted;
  for (const auto& [node, part] : parts) sorted.push_back(part);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Part& lhs, const Part& rhs) { return lhs.height > rhs.height; });
  return sorted;
}

// Side by side, small parts would make the picture wide: they go below each other, each where there
// is room for it first.
void pile_up(const std::vector<Part>& parts, Layout& layout) {
  std::vector<std::vector<Part>> piles(
      layout.columns);  // the lowest of each, with the pile's height
  std::vector<std::size_t> room(layout.columns);
  for (const Part& part : parts) {
    std::size_t& most = room[part.column];
    most = std::max(most, part.height);
    std::vector<Part>& column = piles[part.column];
    const auto pile = std::find_if(column.begin(), column.end(), [&](const Part& lowest) {
      return lowest.height + part.height <= most;
    });
    if (pile == column.end()) {
      column.push_back(part);
      continue;
    }
    layout.above.emplace_back(pile->bottom, part.top);
    pile->bottom = part.bottom;
    pile->height += part.height;
  }
}

}  // namespace

bool Layout::joins(NodeId operand, NodeId result) const {
  const NodeId only = only_result[operand];
  return column[operand] == column[result] && rank[result] - rank[operand] <= kFarRanks &&
         (only == operand || only == result);
}

Layout layout_of(const Program& program, const std::vector<bool>& shown) {
  const std::size_t count = program.code.size();
  Layout layout;
  layout.rank.resize(count);
  layout.column.resize(count);
  layout.only_result.resize(count);
  const std::size_t ranks = rank_all(program, shown, layout);
  const Users users = users_of(program, shown, layout);
  std::vector<NodeId> beside(count);  // itself, or for what comes first, where it is used
  std::vector<std::size_t> in_rank(ranks);
  for (NodeId node = 0; node < count; ++node) {
    const NodeId first = users.first[node];
    beside[node] = layout.rank[node] == 0 ? first : node;
    if (beside[node] != node && shown[node]) layout.rank[node] = layout.rank[first] - 1;
    layout.only_result[node] = users.count[node] > kArrowsMax ? first : node;
    if (shown[node]) ++in_rank[layout.rank[node]];
  }
  const auto boxes = static_cast<double>(std::count(shown.begin(), shown.end(), true));
  const auto widest = static_cast<double>(*std::max_element(in_rank.begin(), in_rank.end()));
  const auto length = static_cast<double>(ranks);
  layout.to_the_right =
      ranks <= kRanksToTheRight || kWidthToTheRight * length <= kWidthDownwards * widest;
  if (layout.to_the_right) return layout;
  // Columns of an average width: length^2 / columns high, boxes * columns wide.
  const double even = length * std::sqrt(kHeightDownwards / kWidthDownwards / boxes);
  layout.columns = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(even)));
  const std::size_t ranks_each = (ranks + layout.columns - 1) / layout.columns;
  for (NodeId node = 0; node < count; ++node) {
    layout.column[node] = layout.rank[beside[node]] / ranks_each;
  }
  pile_up(parts_of(program, shown, layout), layout);
  layout.narrow_boxes =
      std::max(widest, boxes / length * static_cast<double>(layout.columns)) > kBesideMax;
  return layout;
}

}  // namespace cradle
