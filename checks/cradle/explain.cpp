// The sections of an explanation. Numbers stand in two columns, as %.17g and as %a.

#include "checks/cradle/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/oracles/sweep.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// More consumers than this are left out, the largest contributions first; larger programs get no
// condition number.
constexpr std::size_t kConsumersMax = 6;
constexpr std::size_t kConditionNodesMax = 10'000;

// How near a ratio must be to an integer to be taken for it, as in the oracle's own blame.
constexpr double kNear = 1e-9;

constexpr std::size_t kTitle = 15;  // columns before a number or words

std::string number_line(std::string_view title, double number) {
  return fmt::format("  {:<12} {:<25} {:a}\n", title, fmt::format("{:.17g}", number), number);
}

std::string line(std::string_view title, const std::string& words) {
  const std::string text = wrapped(words, kTitle);
  return fmt::format("  {:<12} {}", title, text.substr(std::min(kTitle, text.size())));
}

std::string shown(const Program& program, NodeId node) { return print(program.code[node], node); }

// What is judged: one number of one node.
struct Issue {
  NodeId node = 0;
  bool value = false;  // its data; else its gradient
  double got = 0;
  double expected = 0;
  double lower = 0;
  double upper = 0;
  double ulps = 0;
};

Issue issue_of(const Judgement& judgement) {
  return {judgement.node,  judgement.kind == Kind::value,
          judgement.got,   judgement.expected,
          judgement.lower, judgement.upper,
          judgement.ulps};
}

std::string error_in_words(const Issue& issue) {
  const double error = std::fabs(issue.got - issue.expected);
  if (!std::isfinite(error)) return "not finite";
  std::string words = std::isfinite(issue.ulps)
                          ? fmt::format("{:.3g} ulp{}", issue.ulps, issue.ulps == 1 ? "" : "s")
                          : fmt::format("{:.3g}", error);
  const double tolerance = std::max(issue.upper - issue.expected, issue.expected - issue.lower);
  if (tolerance > 0) words += fmt::format(", {:.3g} times the tolerance", error / tolerance);
  return words;
}

// Got, expected, enclosure and error.
std::string numbers_of(const Issue& issue) {
  std::string text = number_line(issue.value ? "data" : "gradient", issue.got);
  text += number_line("expected", issue.expected);
  if (issue.lower == issue.upper) {
    text += line("enclosure", "the expected number and no other");
  } else {
    text += number_line("enclosure", issue.lower);
    text += number_line("  to", issue.upper);
  }
  return text + line("error", error_in_words(issue));
}

struct Share {
  Use use;
  double contribution = 0;
  double ratio = 0;  // residual / contribution
  bool decided = false;
};

// What the ratio of the residual to a contribution says of it: certain of a single contribution,
// one possibility among several.
std::string words_of(const Share& share, bool alone) {
  const auto is_near = [&](double ratio) { return std::fabs(share.ratio - ratio) < kNear; };
  const std::string what =
      fmt::format("what %{} passes to slot {}", share.use.consumer, share.use.slot);
  if (is_near(-1)) return alone ? what + " is missing" : "as if " + what + " were missing";
  if (is_near(1)) return alone ? what + " was added twice" : "as if " + what + " were added twice";
  if (is_near(-2)) {
    return alone ? what + " has the wrong sign" : "as if " + what + " had the wrong sign";
  }
  const std::string factor =
      std::fabs(share.ratio) < 1e-3
          ? fmt::format("1 {} {:.3g}", share.ratio < 0 ? '-' : '+', std::fabs(share.ratio))
          : fmt::format("{:.6g}", 1 + share.ratio);
  return (alone ? "" : "as if ") + what + (alone ? " is" : " were") + " scaled by " + factor;
}

class GradientExplanation {
 public:
  GradientExplanation(const Program& program, const Trace& trace, const Capabilities& capabilities)
      : program_(program),
        capabilities_(capabilities),
        rows_(local_report(program, trace, capabilities)) {
    if (rows_.empty()) return;
    sweep_.root = static_cast<NodeId>(program.code.size() - 1);
    sweep_.after = trace.after.front().nodes;
  }

  // The first node from the root that disagrees.
  std::optional<NodeId> first() const {
    for (std::size_t node = rows_.size(); node-- > 0;) {
      if (!rows_[node].ok) return static_cast<NodeId>(node);
    }
    return std::nullopt;
  }

  Issue issue(NodeId node) const {
    const NodeReport& row = rows_[node];
    return {node, false, row.got, row.expected, row.lower, row.upper, row.ulps};
  }

  // Its consumers, what each contributes, and the one that accounts for the residual.
  std::string consumers(const Issue& issue) const {
    const std::vector<Share> shares = shares_of(issue);
    std::vector<NodeId> told;
    std::string text;
    for (const Share& share : shares) {
      const NodeId consumer = share.use.consumer;
      if (std::find(told.begin(), told.end(), consumer) != told.end()) continue;
      if (told.size() == kConsumersMax) {
        text += line("", "... and more, which contribute less");
        break;
      }
      told.push_back(consumer);
      text += line("consumer", shown(program_, consumer));
      text += number_line("  data", sweep_.after[consumer].data);
      text += number_line("  gradient", sweep_.after[consumer].grad);
      for (const Share& other : shares) {
        if (other.use.consumer != consumer || !other.decided) continue;
        text += number_line(fmt::format("  to slot {}", other.use.slot), other.contribution);
      }
    }
    return text + residual(issue, shares);
  }

  // R / (u |G|): by how much the roundings of any correct engine are magnified.
  std::string condition(NodeId node) const {
    if (program_.code.size() > kConditionNodesMax) return {};
    const GlobalReference reference = global_reference(program_, capabilities_);
    const double gradient = std::fabs(static_cast<double>(reference.gradient[node]));
    const bool rounded = reference.gradient_radius[node] > 0;
    if (!reference.decided || !rounded || !(gradient > 0) || !std::isfinite(gradient)) return {};
    const double u = std::ldexp(1.0, -static_cast<int>(capabilities_.precision_bits));
    const double roundings = reference.gradient_radius[node] / gradient / u;
    return line(
        "condition",
        fmt::format("{:.3g}: so many roundings of it a correct engine may be off", roundings));
  }

 private:
  std::vector<Share> shares_of(const Issue& issue) const {
    const Uses uses(program_, sweep_.root, reached_from(program_, sweep_.root));
    std::vector<Share> shares;
    for (const Use& use : uses.of(issue.node)) {
      Share share{use, 0, 0, false};
      if (readable(program_, use.consumer, sweep_.after)) {
        const Contribution c =
            contribution(program_, use.consumer, use.slot, sweep_.after, capabilities_);
        share.decided = c.decided;
        share.contribution = static_cast<double>(c.exact);
        share.ratio = static_cast<double>((Float128(issue.got) - Float128(issue.expected)) /
                                          (c.exact == 0 ? Float128(1) : c.exact));
      }
      shares.push_back(share);
    }
    std::stable_sort(shares.begin(), shares.end(), [](const Share& lhs, const Share& rhs) {
      return std::fabs(lhs.contribution) > std::fabs(rhs.contribution);
    });
    return shares;
  }

  // A share whose ratio means something before a larger one whose does not.
  std::string residual(const Issue& issue, const std::vector<Share>& shares) const {
    const double residual = issue.got - issue.expected;
    if (shares.empty() || !std::isfinite(residual)) return {};
    const Share* told = nullptr;
    for (const Share& share : shares) {
      if (!share.decided || share.contribution == 0) continue;
      if (told == nullptr) told = &share;
      const double nearest = std::round(share.ratio);
      if (std::fabs(share.ratio - nearest) < kNear &&
          (nearest == 1 || nearest == -1 || nearest == -2)) {
        told = &share;
        break;
      }
    }
    std::string text = number_line("residual", residual);
    if (told == nullptr) {
      return text + line("", "no contribution accounts for it: each should be 0");
    }
    return text + line("", words_of(*told, shares.size() == 1));
  }

  const Program& program_;
  const Capabilities& capabilities_;
  std::vector<NodeReport> rows_;
  Sweep sweep_;
};

std::string explain_gradient(const Program& program, const Trace& trace, const Judgement& judgement,
                             const Capabilities& capabilities) {
  const GradientExplanation explanation(program, trace, capabilities);
  const std::optional<NodeId> first = explanation.first();
  const Issue issue = first ? explanation.issue(*first) : issue_of(judgement);
  std::string text;
  if (issue.node != judgement.node) {
    text += "  The first node from the root that does not follow from its consumers:\n";
  }
  text += line("node", shown(program, issue.node));
  const NodeState& state = trace.after.front().nodes[issue.node];
  if (state.has_data() && program.code[issue.node].op != Op::input) {
    text += number_line("data", state.data);
  }
  text += numbers_of(issue);
  if (first) text += explanation.consumers(issue);
  return text + explanation.condition(issue.node);
}

std::string explain_value(const Program& program, const Trace& trace, const Judgement& judgement) {
  std::string text = line("node", shown(program, judgement.node));
  const std::vector<NodeState>& nodes = trace.last.nodes.empty() && !trace.after.empty()
                                            ? trace.after.front().nodes
                                            : trace.last.nodes;
  std::size_t left = kConsumersMax;
  for_each_operand(program.code[judgement.node], [&](std::uint32_t slot, NodeId operand) {
    if (operand >= nodes.size() || !nodes[operand].has_data() || left == 0) return;
    --left;
    text += number_line(fmt::format("operand {}", slot), nodes[operand].data);
  });
  return text + numbers_of(issue_of(judgement));
}

std::string explain_node(const Program& program, const Trace& trace, const Judgement& judgement,
                         const Capabilities& capabilities) {
  if (!judgement.has_node || judgement.node >= program.code.size()) return {};
  const bool told = trace.death == Death::none && fits(trace, program);
  if (told && judgement.kind == Kind::value) return explain_value(program, trace, judgement);
  if (judgement.kind != Kind::value && judgement.kind != Kind::gradient &&
      judgement.kind != Kind::edge) {
    return line("node", shown(program, judgement.node));
  }
  if (told && is_pure(program)) return explain_gradient(program, trace, judgement, capabilities);
  return line("node", shown(program, judgement.node)) + numbers_of(issue_of(judgement));
}

}  // namespace

std::string wrapped(const std::string& words, std::size_t indent, std::size_t columns) {
  const std::string margin(indent, ' ');
  std::string text;
  std::string current = margin;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string word = words.substr(at, end - at);
    if (current.size() > indent && current.size() + 1 + word.size() > columns) {
      text += current + '\n';
      current = margin;
    }
    current += (current.size() > indent ? " " : "") + word;
    at = end + 1;
  }
  return text + current + '\n';
}

std::string explain(const Program& program, const Trace& trace, const Judgement& judgement,
                    const Capabilities& capabilities) {
  const std::string text = explain_node(program, trace, judgement, capabilities);
  return trace.said.empty() ? text : text + line("engine says", in_quotes(trace.said));
}

}  // namespace cradle
