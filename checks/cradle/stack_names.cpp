// Asking addr2line: it knows the debug information of every compiler.

#include "checks/cradle/stack_names.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>

#include "checks/program/text.h"

namespace cradle {
namespace {

// "name at /path/file.cpp:12", or nothing.
std::string asked(const std::string& module, const std::string& offset) {
  const std::string command = "addr2line -Cfpe " + as_word(module) + ' ' + offset + " 2>/dev/null";
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  char line[512] = {};
  const bool read = std::fgets(line, sizeof line, pipe) != nullptr;
  pclose(pipe);
  std::string answer = read ? line : "";
  while (!answer.empty() && answer.back() == '\n') answer.pop_back();
  return answer;
}

std::string name_of_address(const std::string& module, const std::string& offset) {
  const std::string answer = asked(module, offset);
  const std::size_t at = answer.find(" at ");
  if (at == std::string::npos || answer[0] == '?') return {};
  const std::string place = answer.substr(at + 4);
  const std::string file = place.substr(place.rfind('/') + 1);  // and its line
  return answer.substr(0, at) + (file[0] == '?' ? std::string() : " (" + file + ')');
}

}  // namespace

std::string with_names(const std::string& message) {
  std::string text;
  std::size_t at = 0;
  for (;;) {
    const std::size_t plus = message.find("+0x", at);
    if (plus == std::string::npos) return text + message.substr(at);
    const std::size_t begin = message.rfind(" /", plus);
    const std::size_t end =
        std::min(message.find_first_not_of("0123456789abcdef", plus + 3), message.size());
    if (begin == std::string::npos || begin < at) {
      text += message.substr(at, end - at);
    } else {
      const std::string module = message.substr(begin + 1, plus - begin - 1);
      const std::string name = name_of_address(module, message.substr(plus + 1, end - plus - 1));
      text += message.substr(at, begin + 1 - at);
      text += name.empty() ? message.substr(begin + 1, end - begin - 1) : name;
    }
    at = end;
  }
}

}  // namespace cradle
