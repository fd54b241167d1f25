// The numbers of docs/math/initialisation.md.

#include "examples/math/show.h"

using namespace limpid;

namespace {

double spread(const Tensor& x) { return std::sqrt((x * x).mean().item()); }

/// The root mean square of signals behind 1, 5, 10 and 20 layers of 256 units.
void walk(const char* name, double weight_std, const std::function<Tensor(const Tensor&)>& f) {
  manual_seed(0);
  Tensor x = randn({256, 256});
  std::cout << name << ":";
  for (int layer = 1; layer <= 20; ++layer) {
    x = f(x.matmul(randn({256, 256}) * weight_std));
    if (layer == 1 || layer == 5 || layer == 10 || layer == 20) std::printf("  %.2g", spread(x));
    std::fflush(stdout);
  }
  std::cout << std::endl;
}

}  // namespace

int main() {
  NoGrad guard;
  const double n = 256;
  std::cout << "spread of the signals behind layer 1, 5, 10, 20\n";
  walk("no nonlinearity, std 1/sqrt(n)", 1 / std::sqrt(n), [](const Tensor& x) { return x; });
  walk("ReLU, std 1/sqrt(n)", 1 / std::sqrt(n), [](const Tensor& x) { return relu(x); });
  walk("ReLU, std sqrt(2/n)", std::sqrt(2 / n), [](const Tensor& x) { return relu(x); });
  walk("tanh, std 1/sqrt(n)", 1 / std::sqrt(n), [](const Tensor& x) { return tanh(x); });
  walk("tanh, std (5/3)/sqrt(n)", 5.0 / 3 / std::sqrt(n), [](const Tensor& x) { return tanh(x); });

  std::cout << "\ngains\n";
  for (const char* name : {"linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"})
    std::printf("%s: %.4f\n", name, nn::init::calculate_gain(name));
}
