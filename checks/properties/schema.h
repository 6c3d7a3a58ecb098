// The part of JSON Schema that the documented schemas use, for the tests of what is written.
//
// A keyword that is not known here is a mistake of the schema: a rule that nobody checks would be
// worse than none.

#pragma once

#include <regex>
#include <set>
#include <string>

#include "checks/properties/command_json.h"

namespace cradle {

class Schema {
 public:
  explicit Schema(nlohmann::json schema) : root_(std::move(schema)) {}

  /// Returns where a value breaks the schema, and how; nothing when it does not.
  std::string broken_by(const nlohmann::json& value) const { return broken(root_, value, "$"); }

 private:
  using json = nlohmann::json;

  static bool is_of(const json& value, const std::string& type) {
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return type == value.type_name();
  }

  static bool is_one_of(const json& value, const json& types) {
    if (types.is_string()) return is_of(value, types.get<std::string>());
    for (const json& type : types) {
      if (is_of(value, type.get<std::string>())) return true;
    }
    return false;
  }

  // $ref names a member of the root: "#/$defs/row".
  const json& referred(const std::string& reference) const {
    return root_.at(json::json_pointer(reference.substr(1)));
  }

  std::string broken(const json& schema, const json& value, const std::string& place) const {
    for (const auto& [keyword, rule] : schema.items()) {
      std::string why = broken_members(schema, keyword, rule, value, place);
      if (why.empty()) why = broken_value(keyword, rule, value, place);
      if (!why.empty()) return why;
    }
    return {};
  }

  std::string broken_members(const json& schema, const std::string& keyword, const json& rule,
                             const json& value, const std::string& place) const {
    if (keyword == "$ref") return broken(referred(rule.get<std::string>()), value, place);
    if (keyword == "items" && value.is_array()) {
      for (std::size_t k = 0; k < value.size(); ++k) {
        const std::string why = broken(rule, value[k], place + '[' + std::to_string(k) + ']');
        if (!why.empty()) return why;
      }
    }
    if (!value.is_object()) return {};
    if (keyword == "required") {
      for (const json& name : rule) {
        if (!value.contains(name.get<std::string>())) return place + " lacks " + name.dump();
      }
    }
    for (const auto& [name, member] : value.items()) {
      if (keyword == "properties" && rule.contains(name)) {
        const std::string why = broken(rule[name], member, place + '.' + name);
        if (!why.empty()) return why;
      }
      const bool known = schema.contains("properties") && schema["properties"].contains(name);
      if (keyword == "additionalProperties" && rule == false && !known) {
        return place + " has an unknown member " + name;
      }
    }
    return {};
  }

  static std::string broken_value(const std::string& keyword, const json& rule, const json& value,
                                  const std::string& place) {
    static const std::set<std::string> kElsewhere = {
        "$schema",  "title",      "description",         "$defs", "$ref", "items",
        "required", "properties", "additionalProperties"};
    bool good = true;
    if (keyword == "type") {
      good = is_one_of(value, rule);
    } else if (keyword == "const") {
      good = value == rule;
    } else if (keyword == "enum") {
      good = std::find(rule.begin(), rule.end(), value) != rule.end();
    } else if (keyword == "minimum") {
      good = !value.is_number() || value >= rule;
    } else if (keyword == "maximum") {
      good = !value.is_number() || value <= rule;
    } else if (keyword == "minItems") {
      good = !value.is_array() || value.size() >= rule;
    } else if (keyword == "maxItems") {
      good = !value.is_array() || value.size() <= rule;
    } else if (keyword == "pattern") {
      good = !value.is_string() ||
             std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>()));
    } else if (!kElsewhere.contains(keyword)) {
      return "the schema has a keyword that is not checked: " + keyword;
    }
    return good ? std::string() : place + " breaks " + keyword + ' ' + text_of(rule);
  }

  json root_;
};

}  // namespace cradle
