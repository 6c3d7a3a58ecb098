// The words of one line of a text and their places, for the parser.

#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cradle {

/// What is wrong with a line, and at which column, from 0.
struct Failure {
  std::size_t column;  // from 0
  std::string message;
};

/// The words of one line, one after the other. A comment ends it.
class Words {
 public:
  explicit Words(std::string_view line) : line_(line.substr(0, line.find('#'))) {}

  /// Returns the next word, empty at the end.
  std::string_view next() {
    begin_ = line_.find_first_not_of(" \t\r", end_);
    if (begin_ == std::string_view::npos) {
      begin_ = end_ = line_.size();
      return {};
    }
    end_ = line_.find_first_of(" \t\r", begin_);
    if (end_ == std::string_view::npos) end_ = line_.size();
    return line_.substr(begin_, end_ - begin_);
  }
  /// Returns a failure at the word that `next` returned last.
  Failure failure(std::string message) const { return {begin_, std::move(message)}; }

 private:
  std::string_view line_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// Reads a word that is a count and nothing else.
template <typename Number>
std::optional<Number> parse_count(std::string_view word) {
  Number number = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  if (word.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace cradle
