// What the command writes as JSON is what its documented schemas say, member by member; and the
// schemas refuse what is not.

#include <gtest/gtest.h>

#include <string>

#include "checks/properties/command_json.h"
#include "checks/properties/command_page.h"
#include "checks/properties/sanitized.h"
#include "checks/properties/schema.h"

namespace cradle {
namespace {

using nlohmann::json;

Schema schema_of(const std::string& name) {
  return Schema(parsed_json(contents(std::string(CRADLE_GUIDE) + '/' + name)));
}

json written_by(Words words, const Folder& folder) {
  const std::string file = folder / "result.json";
  words.insert(words.end(), {"--json", file});
  const Ended ended = run_cradle(words, folder);
  EXPECT_LE(ended.status, 1) << ended.err;
  return parsed_json(contents(file));
}

TEST(CommandSchema, holds_for_what_each_verb_writes) {
  const Folder folder;
  const Schema schema = schema_of("result.schema.json");
  const std::string add = folder.write("add.prog", "%0 = input 1\n%1 = add %0 %0\n");
  const std::string known = folder.write("known", "local/gradient/add\nforward/value/tanh\n");
  const std::string few = kSanitized ? "pure=100,lifetime=30,mlp=2" : "pure=300,lifetime=100,mlp=4";
  for (const Words& words :
       {Words{"run", add}, Words{"run", add, "--engine", kFailing},
        Words{"exhaust", "--length", "2", "--actions"},
        Words{"check", "--engine", "textbook", "--cases", few},
        Words{"check", "--engine", "tape:binary32", "--cases", few, "--only", "forward,local"},
        Words{"check", "--engine", kFailing, "--cases", few, "--only", "local", "--known", known},
        Words{"check", "--engine", "faulty:recursive_backward", "--cases", few, "--only", "depth"},
        Words{"check", "--engine", "faulty:leak_in_backward", "--cases", few, "--only",
              "lifetime"}}) {
    const json result = written_by(words, folder);
    EXPECT_EQ(schema.broken_by(result), "") << words[0] << ' ' << words.back();
    EXPECT_FALSE(result["checks"].empty());
  }
}

TEST(CommandSchema, holds_for_what_calibrate_writes) {
  const Folder folder;
  const Schema schema = schema_of("calibration.schema.json");
  const json result = written_by(
      {"calibrate", "--graphs", "2", "--bugs", "scale_add", "--oracles", "local,gradcheck"},
      folder);
  EXPECT_EQ(schema.broken_by(result), "");
  for (const char* part : {"false_alarms", "detection", "planted", "cost"}) {
    EXPECT_FALSE(result[part].empty()) << part;
  }
}

TEST(CommandSchema, refuses_what_is_missing_of_another_type_or_unknown) {
  const Folder folder;
  const Schema schema = schema_of("result.schema.json");
  std::string html;
  const json result = failing_result(folder, html);
  ASSERT_EQ(schema.broken_by(result), "");
  const auto changed = [&](const char* pointer, const json& value) {
    json copy = result;
    copy[json::json_pointer(pointer)] = value;
    return schema.broken_by(copy);
  };
  EXPECT_EQ(changed("/seed", -1), "$.seed breaks minimum 0");
  EXPECT_EQ(changed("/schema", 2), "$.schema breaks const 1");
  EXPECT_EQ(changed("/invented", 1), "$ has an unknown member invented");
  EXPECT_EQ(changed("/environment/cpu", 1), "$.environment.cpu breaks type \"string\"");
  EXPECT_EQ(changed("/checks/0/cases", 1.5), "$.checks[0].cases breaks type \"integer\"");
  EXPECT_NE(changed("/checks/0/name", "backward"), "");
  EXPECT_NE(changed("/findings/0/got", "much"), "");
  EXPECT_NE(changed("/findings/0/kind", "odd"), "");
  EXPECT_NE(changed("/findings/0/severity", 9), "");
  EXPECT_NE(changed("/findings/0/nodes/0/wrong", "no"), "");
  json lacking = result;
  lacking["checks"][0].erase("verdict");
  EXPECT_EQ(schema.broken_by(lacking), "$.checks[0] lacks \"verdict\"");
  EXPECT_EQ(Schema(json{{"format", "uri"}}).broken_by(""),
            "the schema has a keyword that is not checked: format");
}

}  // namespace
}  // namespace cradle
