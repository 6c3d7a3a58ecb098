// Escaping, and tags in pairs.

#include "checks/cradle/html.h"

namespace cradle {
namespace {

// What stands for a character that a page may not contain.
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// A cut in the middle of a character of several bytes would leave bytes that are no text.
std::size_t whole_characters(std::string_view words, std::size_t bytes) {
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(words[at]) & 0xc0) == 0x80;
  };
  while (bytes > 0 && continues(bytes)) --bytes;
  return bytes;
}

std::string entity(char letter) {
  switch (letter) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(letter);
  const bool control = (byte < 0x20 && letter != '\n' && letter != '\t') || byte == 0x7f;
  return control ? std::string(kReplacement) : std::string(1, letter);
}

}  // namespace

Html escaped(std::string_view words, std::size_t bytes_max) {
  const bool cut = words.size() > bytes_max;
  const std::string_view kept = cut ? words.substr(0, whole_characters(words, bytes_max)) : words;
  Html html;
  for (const char letter : kept) html.markup += entity(letter);
  // XML has no place for these two characters of three bytes, in whatever form.
  for (const std::string_view never : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    for (std::size_t at = 0; (at = html.markup.find(never, at)) != std::string::npos;) {
      html.markup.replace(at, never.size(), kReplacement);
    }
  }
  if (cut) html.markup += " ... (" + std::to_string(words.size() - kept.size()) + " bytes more)";
  return html;
}

Html element(std::string_view selector, const Html& content, std::string_view attributes) {
  const std::size_t dot = selector.find('.');
  const std::string name(selector.substr(0, dot));
  Html html{'<' + name};
  if (dot != std::string_view::npos) {
    std::string classes(selector.substr(dot + 1));
    for (char& letter : classes) letter = letter == '.' ? ' ' : letter;
    html.markup += " class=\"" + classes + '"';
  }
  if (!attributes.empty()) html.markup += ' ' + std::string(attributes);
  html.markup += '>' + content.markup + "</" + name + '>';
  return html;
}

Html element(std::string_view selector, std::string_view words, std::string_view attributes) {
  return element(selector, escaped(words), attributes);
}

Html table(std::initializer_list<std::string_view> headings, const Html& rows) {
  Html head;
  for (const std::string_view heading : headings) {
    // A leading > says that the column is one of numbers.
    const bool number = heading.starts_with('>');
    head += element(number ? "th.number" : "th", heading.substr(number ? 1 : 0), "scope=\"col\"");
  }
  return element("div.wide",
                 element("table", element("thead", element("tr", head)) + element("tbody", rows)),
                 "tabindex=\"0\"") +
         Html{"\n"};
}

Html copied_block(std::string_view words) {
  return element("div.command", element("pre", escaped(words, 100'000), "tabindex=\"0\"") +
                                    element("button", "copy", "type=\"button\" hidden=\"\"")) +
         Html{"\n"};
}

}  // namespace cradle
