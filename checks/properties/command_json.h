// What the command writes as JSON, read back. JSON's parser and printer are compiled once, in
// command_json.cpp: two seconds a file.

#pragma once

#include <gtest/gtest.h>

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

namespace nlohmann {

/// For GoogleTest, which looks here.
void PrintTo(const json& value, std::ostream* out);

}  // namespace nlohmann

namespace cradle {

/// Returns what the text says. Fails the test, and returns null, if it is not JSON.
nlohmann::json parsed_json(const std::string& text);

std::string text_of(const nlohmann::json& value);

}  // namespace cradle
