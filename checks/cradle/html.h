// Markup as a type of its own, so that no text of a file can become markup by being forgotten.

#pragma once

#include <string>
#include <string_view>

namespace cradle {

/// A piece of a page. What came from data was escaped on its way in: see `escaped`.
struct Html {
  std::string markup;

  Html& operator+=(const Html& more) {
    markup += more.markup;
    return *this;
  }
  friend Html operator+(Html lhs, const Html& rhs) { return lhs += rhs; }
};

/// Returns words of any origin as text: what has a meaning in markup is escaped, control characters
/// but for tabs and line ends are replaced, and what is longer than `bytes_max` is cut and says so.
Html escaped(std::string_view words, std::size_t bytes_max = 4'000);

/// Returns an element around its content, with both of its tags.
///
/// Units  `selector` is a tag and its classes, "td.number"; `attributes` are written as they are.
///        Both are the program's own words, never a file's.
Html element(std::string_view selector, const Html& content, std::string_view attributes = {});

/// The same around a text, which is escaped.
Html element(std::string_view selector, std::string_view words, std::string_view attributes = {});

/// Returns a table that scrolls by itself where it is too wide: a row of headings, and rows.
Html table(std::initializer_list<std::string_view> headings, const Html& rows);

/// Returns a block of text as it stands, with a button that copies it.
Html copied_block(std::string_view words);

}  // namespace cradle
