// Files, read in pieces, so that what is no text is refused at its first piece.

#include "checks/cradle/input.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "checks/program/limits.h"

namespace cradle {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 16;

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

// True when parsing what was read so far must fail: a byte no text has, or an endless line.
bool hopeless(const std::string& bytes, std::size_t from) {
  const auto binary = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t' && byte != '\r' && byte != '\n') || byte == 0x7f;
  };
  if (std::any_of(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), binary))
    return true;
  const std::size_t line = bytes.rfind('\n');
  return bytes.size() - (line == std::string::npos ? 0 : line + 1) > kLineBytesMax;
}

bool read_pieces(const std::string& path, std::size_t bytes_max, bool text, std::string& bytes,
                 std::string& error) {
  const std::unique_ptr<std::FILE, Closer> file(path == "-" ? stdin
                                                            : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    error = std::strerror(errno);
    return false;
  }
  struct stat status = {};
  if (fstat(fileno(file.get()), &status) == 0 && S_ISDIR(status.st_mode)) {
    error = "it is a folder";
    return false;
  }
  std::string piece(kPieceBytes, '\0');
  for (;;) {
    const std::size_t count = std::fread(piece.data(), 1, piece.size(), file.get());
    const std::size_t before = bytes.size();
    bytes.append(piece, 0, count);
    if (std::ferror(file.get()) != 0) {
      error = std::strerror(errno);
      return false;
    }
    if (count < piece.size()) return true;
    if (text && hopeless(bytes, before)) return true;
    if (bytes.size() > bytes_max) {
      error = "it has more than " + std::to_string(bytes_max) + " bytes";
      return false;
    }
  }
}

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

}  // namespace

Parsed read_program(const std::string& path) {
  std::string bytes;
  std::string error;
  if (!read_pieces(path, kTextBytesMax, true, bytes, error)) {
    Parsed parsed;
    parsed.error = {shown(path), 1, 1, "cannot be read: " + error};
    return parsed;
  }
  return parse(bytes, shown(path));
}

bool read_bytes(const std::string& path, std::size_t bytes_max, std::string& bytes,
                std::string& error) {
  return read_pieces(path, bytes_max, false, bytes, error);
}

}  // namespace cradle
