// The one place where the tests parse and print JSON.

#include "checks/properties/command_json.h"

#include <ostream>

namespace nlohmann {

void PrintTo(const json& value, std::ostream* out) { *out << value.dump(); }

}  // namespace nlohmann

namespace cradle {

nlohmann::json parsed_json(const std::string& text) {
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  EXPECT_FALSE(value.is_discarded()) << "not JSON: " << text;
  return value.is_discarded() ? nlohmann::json() : value;
}

std::string text_of(const nlohmann::json& value) { return value.dump(); }

}  // namespace cradle
