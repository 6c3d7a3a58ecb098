// The frame of every page.

#include "checks/cradle/page.h"

#include "checks/cradle/json_result.h"
#include "checks/cradle/page_parts.h"
#include "checks/cradle/stored_json.h"
#include "checks/cradle/target.h"

namespace cradle {
namespace {

// Nothing is fetched, whatever a text of the file should manage to say.
constexpr std::string_view kHead =
    "<meta charset=\"utf-8\"/>\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\"/>\n";

std::string framed(const std::string& title, const Html& body) {
  const Html head = Html{std::string(kHead)} + element("title", title) + Html{"\n"} +
                    element("style", Html{std::string(page_style())}) + Html{"\n"};
  const Html foot = element("footer", "Made by cradle, from the JSON of the run.");
  const Html script = element("script", Html{std::string(page_script())});
  return "<!DOCTYPE html>\n" +
         element("html",
                 element("head", head) + Html{"\n"} +
                     element("body", element("main", body) + foot + script + Html{"\n"}),
                 "lang=\"en\"")
             .markup +
         '\n';
}

}  // namespace

std::string page(const std::string& text, const std::string& file) {
  const nlohmann::json object = parsed_file(text, file);
  const Member top(object, file);
  if (!object.is_object() || !object.contains("schema") ||
      (!object.contains("findings") && !object.contains("detection"))) {
    top.refuse("is no result of cradle check, run, exhaust or calibrate");
  }
  if (const auto schema = top.at("schema"); schema.count() != 1) {
    schema.refuse("is " + std::to_string(schema.count()) + "; this cradle reads schema 1");
  }
  if (object.contains("findings")) {
    const StoredResult stored = read_result(top);
    return framed("cradle: " + stored.result.engine, campaign_page(stored));
  }
  const StoredCalibration stored = read_calibration(top);
  return framed("cradle: what the checks can see", calibration_page(stored));
}

void write_page(const std::string& path, const std::string& text) {
  std::string error;
  if (!path.empty() && !write_file(path, page(text, "the result"), error)) {
    throw UserError{kBadInput, error};
  }
}

}  // namespace cradle
