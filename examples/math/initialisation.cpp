// The numbers of docs/math/initialisation.md.

#include "examples/math/show.h"

using namespace limpid;

namespace {

using Function = std::function<Tensor(const Tensor&)>;

double spread(const Tensor& x) { return std::sqrt((x * x).mean().item()); }

/// The root mean square of signals behind 1, 5, 10 and 20 layers of 256 units.
void walk(const char* name, double weight_std, const Function& f) {
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

/// What twenty layers of weights with the variance gain^2 / n do, were they endlessly wide: how
/// large their signals are at the end, and by how much the last of them multiplies gradients.
void settle(const char* name, double gain, const Function& f) {
  const Tensor z = linspace(-8, 8, 4001, {.dtype = DType::f64});
  Tensor weight = exp(z * z * -0.5);  // a standard normal distribution, as a sum over a grid
  weight = weight / weight.sum();
  const auto mean_square = [&](const Tensor& x) { return (x * x * weight).sum().item(); };
  double size = 1;
  for (int layer = 1; layer <= 20; ++layer) size = std::sqrt(mean_square(f(z * (gain * size))));
  Tensor sums = (z * (gain * size)).requires_grad_();
  f(sums).sum().backward();
  std::printf("%s: %.2f, %.2f\n", name, size, gain * std::sqrt(mean_square(sums.grad())));
  std::fflush(stdout);
}

}  // namespace

int main() {
  std::cout << "size of the signals behind layer 20, and the factor of gradients there\n";
  settle("no nonlinearity, gain 1", 1, [](const Tensor& x) { return x * 1; });
  settle("ReLU, gain sqrt(2)", std::sqrt(2), [](const Tensor& x) { return relu(x); });
  settle("tanh, gain 1", 1, [](const Tensor& x) { return tanh(x); });
  settle("tanh, gain 5/3", 5.0 / 3, [](const Tensor& x) { return tanh(x); });
  settle("SELU, gain 1", 1, [](const Tensor& x) { return selu(x); });
  settle("SELU, gain 3/4", 0.75, [](const Tensor& x) { return selu(x); });
  settle("sigmoid, gain 1", 1, [](const Tensor& x) { return sigmoid(x); });
  std::cout << "\n";

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
