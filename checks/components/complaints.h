// What the engine complains about, collected.
#pragma once

#include <microcrad/microcrad.h>

#include <string>
#include <vector>

/// Collects complaints while it exists, in place of the handler.
class Complaints {
 public:
  Complaints() { microcrad_set_complaint(collect, this); }
  ~Complaints() { microcrad_set_complaint(nullptr, nullptr); }
  Complaints(const Complaints&) = delete;
  Complaints& operator=(const Complaints&) = delete;

  std::vector<std::string> functions;
  const Value* last = nullptr;

 private:
  static void collect(const char* function, const Value* value, void* user) {
    Complaints& self = *static_cast<Complaints*>(user);
    self.functions.emplace_back(function);
    self.last = value;
  }
};
