// Writing C: one call a line, in three dialects.

#include "checks/oracles/c_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/program/ledger.h"
#include "checks/program/text.h"
#include "checks/program/trace.h"

namespace cradle {
namespace {

std::string c_number(double number) {
  if (std::isnan(number)) return "NAN";
  if (std::isinf(number)) return number > 0 ? "INFINITY" : "-INFINITY";
  return fmt::format("{:a} /* {} */", number, print(number));
}

// The calls of microcrad's own interface.
class MicrocradCalls {
 public:
  static std::string start() { return "int main(void) {\n"; }
  static std::string finish(const std::string&) { return {}; }
  static std::string header() {
    return "#include <math.h>\n#include <microcrad/microcrad.h>\n#include <stdio.h>\n\n";
  }
  static std::string how_to_compile() {
    return "/* cc -Iengine/include FILE.c build/release/engine/libmicrocrad.a -lm */\n";
  }
  static std::string begin(std::size_t nodes) { return fmt::format("  Value *n[{}];\n", nodes); }
  static std::string make(const Instruction& line, NodeId node) {
    const auto name = info(line.op).name;
    if (line.op == Op::input) {
      return fmt::format("n[{}] = value_create_leaf({});", node, c_number(line.immediate));
    }
    if (line.op == Op::neuron) {
      return fmt::format(
          "{{ Neuron neuron = {{{}, &n[{}], n[{}]}}; n[{}] = neuron_forward{}(&neuron, &n[{}]); }}",
          line.count, line.operands[1], line.operands[2], node, line.linear ? "_linear" : "",
          line.operands[0]);
    }
    if (line.op == Op::pow) {
      return fmt::format("n[{}] = value_pow(n[{}], {});", node, line.operands[0],
                         c_number(line.immediate));
    }
    if (info(line.op).arity == 2) {
      return fmt::format("n[{}] = value_{}(n[{}], n[{}]);", node, name, line.operands[0],
                         line.operands[1]);
    }
    return fmt::format("n[{}] = value_{}(n[{}]);", node, name, line.operands[0]);
  }
  static std::string retain(NodeId node) { return fmt::format("value_retain(n[{}]);", node); }
  static std::string release(NodeId node) { return fmt::format("value_release(n[{}]);", node); }
  static std::string backward(NodeId node) {
    return fmt::format("status = value_backward(n[{}]);", node);
  }
  static std::string zero(NodeId node) { return fmt::format("n[{}]->grad = 0;", node); }
  static std::string set(NodeId node, double value) {
    return fmt::format("n[{}]->data = {};", node, c_number(value));
  }
  static std::string data(NodeId node) { return fmt::format("n[{}]->data", node); }
  static std::string grad(NodeId node) { return fmt::format("n[{}]->grad", node); }
  static std::string count(NodeId node) { return fmt::format("n[{}]->ref_count", node); }
  static std::string live() { return "microcrad_live_values()"; }
  static std::string end() { return {}; }
};

// The calls of the engine interface, for any engine that cradle can find by name.
class TableCalls {
 public:
  explicit TableCalls(std::string engine) : engine_(std::move(engine)) {}
  static std::string start() { return "int main(void) {\n"; }
  static std::string finish(const std::string&) { return {}; }
  static std::string header() {
    return "#include <math.h>\n#include <stdint.h>\n#include <stdio.h>\n\n"
           "#include \"checks/engines/engine.h\"\n#include \"checks/engines/find_engine.h\"\n\n";
  }
  static std::string how_to_compile() {
    return "/* cc -I. -c FILE.c && c++ FILE.o build/release/checks/libcradle_engines.a\n"
           " *   build/release/checks/libcradle_program.a build/release/engine/libmicrocrad.a */\n";
  }
  std::string begin(std::size_t) const {
    return fmt::format(
        "  const cradle_engine *e = cradle_find_engine(\"{}\");\n  void *s = e->open();\n",
        engine_);
  }
  static std::string make(const Instruction& line, NodeId node) {
    if (line.op == Op::input)
      return fmt::format("e->input(s, {}, {});", node, c_number(line.immediate));
    std::string operands;
    std::size_t count = 0;
    for_each_operand(line, [&](std::uint32_t, NodeId operand) {
      operands += (count++ == 0 ? "" : ", ") + std::to_string(operand);
    });
    return fmt::format(
        "{{ const uint32_t operands[] = {{{}}}; const cradle_instruction i = {{{}, {}, {}, "
        "operands, {}}}; "
        "e->apply(s, {}, &i); }} /* {} */",
        operands, static_cast<int>(line.op), line.linear ? 1 : 0, count, c_number(line.immediate),
        node, info(line.op).name);
  }
  static std::string retain(NodeId node) { return fmt::format("e->retain(s, {});", node); }
  static std::string release(NodeId node) { return fmt::format("e->release(s, {});", node); }
  static std::string backward(NodeId node) {
    return fmt::format("status = e->backward(s, {});", node);
  }
  static std::string zero(NodeId node) { return fmt::format("e->zero_grad(s, {});", node); }
  static std::string set(NodeId node, double value) {
    return fmt::format("e->set(s, {}, {});", node, c_number(value));
  }
  static std::string data(NodeId node) { return fmt::format("e->data(s, {})", node); }
  static std::string grad(NodeId node) { return fmt::format("e->grad(s, {})", node); }
  static std::string count(NodeId node) { return fmt::format("e->count(s, {})", node); }
  static std::string live() { return "e->live_nodes(s)"; }
  static std::string end() { return "  e->close(s);\n"; }

 private:
  std::string engine_;
};

// The same table, loaded from a shared object; and what an adapter may leave out is asked for
// first.
class PluginCalls : public TableCalls {
 public:
  explicit PluginCalls(std::string file) : TableCalls(file), file_(std::move(file)) {}

  static std::string header() {
    return "#define _GNU_SOURCE\n#include <cradle/engine.h>\n#include <dlfcn.h>\n"
           "#include <malloc.h>\n#include <math.h>\n#include <stdint.h>\n#include <stdio.h>\n\n";
  }
  static std::string how_to_compile() { return "/* cc FILE.c -ldl */\n"; }
  static std::string start() { return "static int session(const cradle_engine *e) {\n"; }
  static std::string begin(std::size_t) { return "  void *s = e->open();\n"; }
  static std::string retain(NodeId node) { return "if (e->retain) " + TableCalls::retain(node); }
  static std::string release(NodeId node) { return "if (e->release) " + TableCalls::release(node); }
  static std::string zero(NodeId node) { return "if (e->zero_grad) " + TableCalls::zero(node); }
  static std::string live() { return "(e->live_nodes ? e->live_nodes(s) : 0)"; }

  // A leak that only the heap shows takes sessions to see: those after a warm-up must not grow.
  std::string finish(const std::string& check) const {
    const std::string load = fmt::format(
        "\nint main(void) {{\n  void *library = dlopen({}, RTLD_NOW | RTLD_LOCAL);\n"
        "  if (library == NULL) return fprintf(stderr, \"%s\\n\", dlerror()), 2;\n"
        "  const cradle_engine *(*entry)(void) = NULL;\n"
        "  *(void **)&entry = dlsym(library, \"cradle_engine_v1\");\n"
        "  if (entry == NULL) return fprintf(stderr, \"no cradle_engine_v1\\n\"), 2;\n",
        in_c_quotes(file_));
    if (check != "leaks") return load + "  return session(entry());\n}\n";
    return load +
           "  size_t grown[2];\n  for (int k = 0; k < 8; k++) session(entry());\n"
           "  for (int round = 0; round < 2; round++) {\n"
           "    const size_t before = mallinfo2().uordblks;\n"
           "    for (int k = 0; k < 64; k++) session(entry());\n"
           "    grown[round] = mallinfo2().uordblks - before;\n"
           "    printf(\"64 sessions left %zu bytes behind\\n\", grown[round]);\n  }\n"
           "  return grown[0] > 0 && grown[0] < SIZE_MAX / 2 && grown[1] > 0 && "
           "grown[1] < SIZE_MAX / 2;\n}\n";
  }

 private:
  static std::string in_c_quotes(const std::string& text) {
    std::string quoted = "\"";
    for (const char letter : text) {
      if (letter == '"' || letter == '\\') quoted += '\\';
      quoted += letter;
    }
    return quoted + '"';
  }

  std::string file_;
};

// What a program can test: that the number is outside of what a correct engine may give. Of the
// domain's edges there is no enclosure, and then the number lies in what is left of it.
bool is_outside(const Judgement& judgement) {
  if (std::isnan(judgement.lower)) return !std::isnan(judgement.got);
  return !(judgement.got >= judgement.lower && judgement.got <= judgement.upper);
}

struct Body {
  std::string text;
  bool tests = false;  // whether `bug` can become 1
};

std::string c_line(const std::string& code, const std::string& comment = {}) {
  return "  " + code + (comment.empty() ? "" : "  /* " + comment + " */") + '\n';
}

// The calls that the program makes; the ledger knows afterwards what is still held.
template <typename Calls>
std::string steps(const Program& program, const Calls& calls, Ledger& ledger) {
  std::string text;
  std::size_t next = 0;
  const PerformedActions actions(program);
  for (NodeId position = 0; position <= program.code.size(); ++position) {
    for (; next < actions.size() && actions[next].position == position; ++next) {
      const Action& action = actions[next];
      const std::string shown = print(action);
      if (action.verb == Verb::retain)
        text += c_line(calls.retain(action.target), shown), ledger.retain(action.target);
      if (action.verb == Verb::release)
        text += c_line(calls.release(action.target), shown), ledger.release(action.target);
      if (action.verb == Verb::backward) text += c_line(calls.backward(action.target), shown);
      if (action.verb == Verb::set) text += c_line(calls.set(action.target, action.value), shown);
      for (NodeId node = 0; node < position && action.verb == Verb::zero_grad; ++node) {
        if (ledger.held(node) > 0) text += c_line(calls.zero(node), shown);
      }
    }
    if (position == program.code.size()) break;
    text += c_line(calls.make(program.code[position], position),
                   print(program.code[position], position));
    ledger.make();
  }
  return text;
}

template <typename Calls>
Body body(const Program& program, const Calls& calls, const Judgement& judgement,
          const std::string& check) {
  Ledger ledger(program);
  std::string text = steps(program, calls, ledger);
  const bool is_value = judgement.kind == Kind::value;
  const bool readable =
      judgement.has_node && judgement.node < program.code.size() && ledger.alive(judgement.node);
  const bool is_count = check == "lifetime" && judgement.kind == Kind::memory;
  const bool is_number = (is_value || judgement.kind == Kind::gradient) && is_outside(judgement);
  const bool tests_node =
      judgement.verdict == Verdict::disagree && readable && (is_number || is_count);
  if (tests_node) {
    const std::string got = is_value   ? calls.data(judgement.node)
                            : is_count ? calls.count(judgement.node)
                                       : calls.grad(judgement.node);
    text += fmt::format(
        "  const double got = {};\n  const double lower = {};\n  const double upper = {};\n", got,
        c_number(judgement.lower), c_number(judgement.upper));
    text += fmt::format(
        "  printf(\"{} of %%{}: got %.17g, expected %.17g to %.17g\\n\", got, lower, upper);\n",
        is_value   ? "data"
        : is_count ? "count"
                   : "gradient",
        judgement.node);
    // NaN passes no comparison, so NaN where a number is expected is a bug, and the other way
    // round.
    text += "  int bug = isnan(lower) ? !isnan(got) : !(got >= lower && got <= upper);\n";
  } else {
    text += "  int bug = 0;\n";
  }
  for (NodeId node = 0; node < program.code.size(); ++node) {
    while (ledger.held(node) > 0) text += c_line(calls.release(node)), ledger.release(node);
  }
  const bool tests_leak = judgement.kind == Kind::leak || judgement.kind == Kind::memory;
  if (tests_leak) {
    text += fmt::format(
        "  printf(\"%llu nodes are alive after everything was released\\n\", "
        "(unsigned long long){});\n  bug = bug || {} != 0;\n",
        calls.live(), calls.live());
  }
  return {text, tests_node || tests_leak};
}

template <typename Calls>
std::string whole(const Program& program, const Calls& calls, const std::string& engine,
                  const Judgement& judgement, const std::string& check) {
  const Body made = body(program, calls, judgement, check);
  const std::string fate = judgement.verdict != Verdict::disagree ? "Exits 0."
                           : check == "survival" ? "Dies or hangs while the bug is there."
                           : made.tests          ? "Exits 1 while the bug is there."
                                                 : "Makes the calls; it cannot tell the bug.";
  std::string text = "/* " +
                     (judgement.verdict == Verdict::disagree
                          ? check + ": " + judgement.message
                          : std::string("A program on which every check agrees")) +
                     ".\n * Engine: " + engine + ". " + fate + " */\n" + calls.how_to_compile();
  text += calls.header() + calls.start() + "  int status = 0;\n" + calls.begin(program.code.size());
  text += made.text + calls.end();
  return text + "  (void)status;\n  return bug;\n}\n" + calls.finish(check);
}

}  // namespace

std::string c_program(const Program& program, const std::string& engine, const Judgement& judgement,
                      const std::string& check) {
  if (engine == "microcrad") return whole(program, MicrocradCalls(), engine, judgement, check);
  if (std::count(engine.begin(), engine.end(), '/') > 0 || engine.ends_with(".so")) {
    return whole(program, PluginCalls(engine), engine, judgement, check);
  }
  return whole(program, TableCalls(engine), engine, judgement, check);
}

}  // namespace cradle
