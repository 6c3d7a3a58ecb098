// Reading JSON that somebody else wrote: every mistake is told with its place.

#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace cradle {

/// A value in a file, and where it stands, "findings[0].message".
///
/// Errors  each function throws UserError with kBadInput, the file and the place, when the value is
///         not what is asked for. Members that nobody asks for are passed over.
class Member {
 public:
  Member(const nlohmann::json& value, const std::string& file, std::string place = {})
      : value_(value), file_(file), place_(std::move(place)) {}

  /// Returns a member of an object.
  Member at(const std::string& name) const;
  /// Returns a member of an object; nothing where it is absent or null.
  std::optional<Member> find(const std::string& name) const;
  /// Returns the entries of a list.
  std::vector<Member> items() const;

  std::string text() const;
  std::vector<std::string> texts() const;
  double number() const;
  std::uint64_t count() const;
  bool flag() const;

  [[noreturn]] void refuse(const std::string& what) const;

 private:
  void require(bool fits, const char* what) const;

  const nlohmann::json& value_;
  const std::string& file_;
  std::string place_;
};

/// Parses a text. Errors  throws UserError with kBadInput, the file, the line and the column.
nlohmann::json parsed_file(const std::string& text, const std::string& file);

}  // namespace cradle
