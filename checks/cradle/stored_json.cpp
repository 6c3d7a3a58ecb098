// Places in words: a person has to find them in a file of thousands of lines.

#include "checks/cradle/stored_json.h"

#include <algorithm>

#include "checks/cradle/target.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// No result has a longer list.
constexpr std::size_t kItemsMax = 20'000;

}  // namespace

void Member::refuse(const std::string& what) const {
  throw UserError{kBadInput, file_ + ": " + (place_.empty() ? "the file" : place_) + ' ' + what};
}

void Member::require(bool fits, const char* what) const {
  if (!fits) refuse(std::string("should be ") + what + ", and is " + value_.type_name());
}

Member Member::at(const std::string& name) const {
  require(value_.is_object(), "an object");
  const auto found = value_.find(name);
  const Member member(found == value_.end() ? value_ : *found, file_,
                      place_.empty() ? name : place_ + '.' + name);
  if (found == value_.end()) member.refuse("is missing");
  return member;
}

std::optional<Member> Member::find(const std::string& name) const {
  require(value_.is_object(), "an object");
  const auto found = value_.find(name);
  if (found == value_.end() || found->is_null()) return std::nullopt;
  return at(name);
}

std::vector<Member> Member::items() const {
  require(value_.is_array(), "a list");
  if (value_.size() > kItemsMax) {
    refuse("has more than " + std::to_string(kItemsMax) + " entries");
  }
  std::vector<Member> members;
  for (std::size_t k = 0; k < value_.size(); ++k) {
    members.emplace_back(value_[k], file_, place_ + '[' + std::to_string(k) + ']');
  }
  return members;
}

std::string Member::text() const {
  require(value_.is_string(), "a text");
  return value_.get<std::string>();
}

std::vector<std::string> Member::texts() const {
  std::vector<std::string> words;
  for (const Member& member : items()) words.push_back(member.text());
  return words;
}

double Member::number() const {
  require(value_.is_number(), "a number");
  return value_.get<double>();
}

std::uint64_t Member::count() const {
  require(value_.is_number_unsigned(), "a number of things");
  return value_.get<std::uint64_t>();
}

bool Member::flag() const {
  require(value_.is_boolean(), "true or false");
  return value_.get<bool>();
}

nlohmann::json parsed_file(const std::string& text, const std::string& file) try {
  return nlohmann::json::parse(text);
} catch (const nlohmann::json::parse_error& error) {
  const std::size_t at = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
  const auto begin = text.begin();
  const auto here = begin + static_cast<std::ptrdiff_t>(at);
  const auto line = std::count(begin, here, '\n') + 1;
  const std::size_t end = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const std::size_t column = at - (end == std::string::npos ? 0 : end + 1) + 1;
  const bool ends = text.find_first_not_of(" \t\r\n", at) == std::string::npos;
  throw UserError{kBadInput, file + ": line " + std::to_string(line) + ", column " +
                                 std::to_string(column) +
                                 (ends ? ": the JSON ends here, too early" : ": this is no JSON")};
} catch (const nlohmann::json::exception&) {
  throw UserError{kBadInput, file + ": a number in it is too large"};
}

}  // namespace cradle
