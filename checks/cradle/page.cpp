// The frame of every page.

#include "checks/cradle/page.h"

#include "checks/cradle/page_parts.h"

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

std::string page(const StoredFile& stored) {
  if (const auto* const result = std::get_if<StoredResult>(&stored)) {
    return framed("cradle: " + result->result.engine, campaign_page(*result));
  }
  return framed("cradle: what the checks can see",
                calibration_page(std::get<StoredCalibration>(stored)));
}

}  // namespace cradle
