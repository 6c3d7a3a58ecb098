// A C++ program against an installed microcrad: exits 0 when d(a/b - log a)/da is 1/b - 1/a.
#include <cstdio>
#include <microcrad/microcrad.hpp>
#include <vector>

int main() {
  using microcrad::Var;
  const Var a = 2.0;
  const Var b = 4.0;
  (a / b - log(a)).backward();

  const microcrad::Mlp network(2, {3, 1});
  const std::vector<Var> outputs = network(std::vector<Var>{a, b});

  const bool right = a.grad() == -0.25 && b.grad() == -0.125 && outputs.size() == 1 &&
                     network.parameters().size() == 13;
  if (!right) std::printf("got %g %g\n", a.grad(), b.grad());
  return right ? 0 : 1;
}
