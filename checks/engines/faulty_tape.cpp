// Planted bugs in ops that the textbook engine has not: the tape with one rule bent.
//
// Each is written as somebody would write it by mistake. A row says the op, and what the bug
// computes instead of its value, of what it passes on, or of what its gate lets through.

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "checks/engines/faulty.h"
#include "checks/engines/tape.h"
#include "checks/engines/tape_engine.h"

namespace cradle {
namespace tape {
namespace {

// Where a rule is applied: operands, exponent, and what is known of the result.
struct Point {
  double x, y, exponent, out, g;
};
using Parts = Contributions<double>;

struct Bug {
  const char* name;
  std::string_view description;
  std::uint32_t op;
  Parts (*pass)(const Point&) = nullptr;
  double (*value)(const Point&) = nullptr;
  double (*gate)(double data, double g) = nullptr;
  bool turns_round = false;  // swaps operands when the first one is an input
};

// A number as text with two digits, read again.
double in_two_digits(double number) {
  char text[400];
  std::snprintf(text, sizeof text, "%.2f", number);
  return std::strtod(text, nullptr);
}

constexpr Bug kBugs[] = {
    {.name = "faulty:sub_sign_lost",
     .description = "sub' of the second operand is 1",
     .op = CRADLE_OP_SUB,
     .pass =
         [](const Point& p) {
           return Parts{p.g, p.g};
         }},
    {.name = "faulty:sub_turned_round",
     .description = "c - x, with an input for c, is x - c",
     .op = CRADLE_OP_SUB,
     .turns_round = true},
    {.name = "faulty:div_product_rule",
     .description = "div' is that of a product",
     .op = CRADLE_OP_DIV,
     .pass =
         [](const Point& p) {
           return Parts{p.y * p.g, p.x * p.g};
         }},
    {.name = "faulty:div_sign_lost",
     .description = "div' of the second operand is a / b^2",
     .op = CRADLE_OP_DIV,
     .pass =
         [](const Point& p) {
           return Parts{p.g / p.y, p.g * p.out / p.y};
         }},
    {.name = "faulty:div_not_squared",
     .description = "div' of the second operand is -a / b",
     .op = CRADLE_OP_DIV,
     .pass =
         [](const Point& p) {
           return Parts{p.g / p.y, -p.g * p.x / p.y};
         }},
    {.name = "faulty:neg_sign_lost",
     .description = "neg' is 1",
     .op = CRADLE_OP_NEG,
     .pass =
         [](const Point& p) {
           return Parts{p.g, 0};
         }},
    {.name = "faulty:text_exponent",
     .description = "the exponent of pow is kept as text with two digits",
     .op = CRADLE_OP_POW,
     .pass =
         [](const Point& p) {
           return contributions(CRADLE_OP_POW, p.x, p.y, in_two_digits(p.exponent), p.out, p.g);
         },
     .value = [](const Point& p) { return std::pow(p.x, in_two_digits(p.exponent)); }},
    {.name = "faulty:powv_exponent_dropped",
     .description = "powv passes nothing on to its exponent",
     .op = CRADLE_OP_POWV,
     .pass =
         [](const Point& p) {
           return Parts{p.y * std::pow(p.x, p.y - 1) * p.g, 0};
         }},
    {.name = "faulty:powv_log_of_exponent",
     .description = "powv' of the exponent has the logarithm of the exponent",
     .op = CRADLE_OP_POWV,
     .pass =
         [](const Point& p) {
           return Parts{p.y * std::pow(p.x, p.y - 1) * p.g, p.out * std::log(p.y) * p.g};
         }},
    {.name = "faulty:powv_without_decrement",
     .description = "powv' of the base is b a^b",
     .op = CRADLE_OP_POWV,
     .pass =
         [](const Point& p) {
           return Parts{p.y * std::pow(p.x, p.y) * p.g, p.out * std::log(p.x) * p.g};
         }},
    {.name = "faulty:leaky_slope",
     .description = "leaky_relu' below 0 is 0.1, not 0.01",
     .op = CRADLE_OP_LEAKY_RELU,
     .pass =
         [](const Point& p) {
           return Parts{p.x > 0 ? p.g : 0.1 * p.g, 0};
         }},
    {.name = "faulty:tanh_from_input",
     .description = "tanh' is 1 - x^2",
     .op = CRADLE_OP_TANH,
     .pass =
         [](const Point& p) {
           return Parts{(1 - p.x * p.x) * p.g, 0};
         }},
    {.name = "faulty:tanh_not_squared",
     .description = "tanh' is 1 - tanh",
     .op = CRADLE_OP_TANH,
     .pass =
         [](const Point& p) {
           return Parts{(1 - p.out) * p.g, 0};
         }},
    {.name = "faulty:tanh_overflow",
     .description = "tanh is NaN where e^2x overflows",
     .op = CRADLE_OP_TANH,
     .value = [](const Point& p) { return std::isinf(std::exp(2 * p.x)) ? NAN : std::tanh(p.x); }},
    {.name = "faulty:sigmoid_overflow",
     .description = "sigmoid is NaN where e^x overflows in binary32",
     .op = CRADLE_OP_SIGMOID,
     .value =
         [](const Point& p) {
           return std::isinf(std::exp(static_cast<float>(p.x))) ? NAN : 1 / (1 + std::exp(-p.x));
         }},
    {.name = "faulty:sigmoid_plus",
     .description = "sigmoid' is s (1 + s)",
     .op = CRADLE_OP_SIGMOID,
     .pass =
         [](const Point& p) {
           return Parts{p.out * (1 + p.out) * p.g, 0};
         }},
    {.name = "faulty:sigmoid_from_input",
     .description = "sigmoid' is x (1 - x)",
     .op = CRADLE_OP_SIGMOID,
     .pass =
         [](const Point& p) {
           return Parts{p.x * (1 - p.x) * p.g, 0};
         }},
    {.name = "faulty:sin_from_output",
     .description = "sin' is sin",
     .op = CRADLE_OP_SIN,
     .pass =
         [](const Point& p) {
           return Parts{p.out * p.g, 0};
         }},
    {.name = "faulty:cos_sign_lost",
     .description = "cos' is sin",
     .op = CRADLE_OP_COS,
     .pass =
         [](const Point& p) {
           return Parts{std::sin(p.x) * p.g, 0};
         }},
    {.name = "faulty:sqrt_doubled",
     .description = "sqrt' is 1 / sqrt",
     .op = CRADLE_OP_SQRT,
     .pass =
         [](const Point& p) {
           return Parts{p.g / p.out, 0};
         }},
    {.name = "faulty:sqrt_from_input",
     .description = "sqrt' is 1 / 2x",
     .op = CRADLE_OP_SQRT,
     .pass =
         [](const Point& p) {
           return Parts{p.g / (2 * p.x), 0};
         }},
    {.name = "faulty:abs_one_sided",
     .description = "abs' is 1 everywhere",
     .op = CRADLE_OP_ABS,
     .pass =
         [](const Point& p) {
           return Parts{p.g, 0};
         }},
    {.name = "faulty:neuron_gate_open",
     .description = "a neuron whose relu is shut passes its gradient on",
     .op = CRADLE_OP_NEURON,
     .gate = [](double, double g) { return g; }},
};

const Bug* planted = kBugs;

struct BentRules : Plain<double> {
  static double value(std::uint32_t op, double x, double y, double exponent) {
    const bool bent = op == planted->op && planted->value != nullptr;
    return bent ? planted->value({x, y, exponent, 0, 0}) : tape::value(op, x, y, exponent);
  }
  static Parts contributions(std::uint32_t op, double x, double y, double exponent, double out,
                             double g) {
    const bool bent = op == planted->op && planted->pass != nullptr;
    return bent ? planted->pass({x, y, exponent, out, g})
                : tape::contributions(op, x, y, exponent, out, g);
  }
  static double gate(double data, double g) {
    return planted->gate != nullptr ? planted->gate(data, g) : Plain<double>::gate(data, g);
  }
};

struct Engine : Tape<BentRules> {
  static cradle_capabilities capabilities() { return plain_record("faulty"); }

  Handle apply(std::uint32_t op, Handle& x, Handle& y, double exponent) {
    const bool turned = planted->turns_round && op == planted->op &&
                        rows_[x].op == CRADLE_OP_INPUT && rows_[y].op != CRADLE_OP_INPUT;
    return turned ? Tape::apply(op, y, x, exponent) : Tape::apply(op, x, y, exponent);
  }
};

// Plants the bug of that row, and opens a session.
template <std::size_t index>
void* open_with() {
  planted = &kBugs[index];
  return engine_of<Engine>()->open();
}

// A table, with the record that it points at.
struct Planted {
  cradle_capabilities record;
  cradle_engine table;
};

template <std::size_t... index>
std::array<Planted, sizeof...(index)> make_engines(std::index_sequence<index...>) {
  const cradle_engine& engine = *engine_of<Engine>();
  std::array<Planted, sizeof...(index)> engines;
  const auto make = [&](std::size_t k, void* (*open)()) {
    engines[k] = {*engine.capabilities, engine};
    engines[k].record.name = kBugs[k].name;
    engines[k].table.open = open;
  };
  (make(index, open_with<index>), ...);
  return engines;
}

}  // namespace
}  // namespace tape

std::vector<PlantedBug> bent_tapes() {
  constexpr std::size_t kCount = std::size(tape::kBugs);
  static std::array engines = tape::make_engines(std::make_index_sequence<kCount>());
  std::vector<PlantedBug> list;
  for (std::size_t k = 0; k < kCount; ++k) {
    engines[k].table.capabilities = &engines[k].record;
    list.push_back({tape::kBugs[k].name, tape::kBugs[k].description,
                    tape_engine()->capabilities->name, &engines[k].table});
  }
  return list;
}

}  // namespace cradle
