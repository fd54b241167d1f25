#pragma once
// Activations with a slope everywhere.

#include <string>
#include <string_view>

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Gelu : FloatOnlyCard {
  std::string approximate = "none";  ///< "none" or "tanh"

  Gelu() = default;
  explicit Gelu(std::string_view a) : approximate(a) {}
  static constexpr OpTraits traits{.pointwise = true, .accuracy = Accuracy::terms};
  static constexpr OpDoc doc{
      .name = "gelu",
      .title = "Gelu",
      .summary = "Each element times the probability that a normal number is less.",
      .formula = "y = x P(N < x); tanh: y = x (1 + tanh((2/pi)^(1/2) (x + 0.044715 x^3))) / 2",
      .shapes = "any shape -> the same",
      .source = "Hendrycks and Gimpel, Gaussian Error Linear Units, 2016"};
  static constexpr auto attributes() {
    return std::tuple{field("approximate", &Gelu::approximate)};
  }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Silu : FloatOnlyCard {
  static constexpr OpDoc doc{.name = "silu",
                             .title = "Silu",
                             .summary = "Each element times its sigmoid; also called swish.",
                             .formula = "y = x / (1 + e^-x)",
                             .shapes = "any shape -> the same",
                             .source = "Elfwing et al., Sigmoid-Weighted Linear Units, 2017"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Mish : FloatOnlyCard {
  static constexpr OpDoc doc{.name = "mish",
                             .title = "Mish",
                             .summary = "Each element times the tanh of its softplus.",
                             .formula = "y = x tanh(ln(1 + e^x))",
                             .shapes = "any shape -> the same",
                             .source = "Misra, Mish, 2019"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Elu : FloatOnlyCard {
  double alpha = 1;
  double scale = 1;
  double input_scale = 1;

  Elu() = default;
  explicit Elu(double a, double s = 1, double i = 1) : alpha(a), scale(s), input_scale(i) {}
  static constexpr OpDoc doc{
      .name = "elu",
      .title = "Elu",
      .summary = "The exponential linear unit; selu and celu are this one with other numbers.",
      .formula = "y = scale x where x >= 0, else scale alpha (e^(input_scale x) - 1)",
      .shapes = "any shape -> the same",
      .source = "Clevert et al., Exponential Linear Units, 2015"};
  static constexpr auto attributes() {
    return std::tuple{field("alpha", &Elu::alpha), field("scale", &Elu::scale),
                      field("input_scale", &Elu::input_scale)};
  }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Softplus : FloatOnlyCard {
  double beta = 1;
  double threshold = 20;

  Softplus() = default;
  Softplus(double b, double t) : beta(b), threshold(t) {}
  static constexpr OpDoc doc{
      .name = "softplus",
      .title = "Softplus",
      .summary = "A smooth relu.",
      .formula = "y = ln(1 + e^(beta x)) / beta, and x where beta x > threshold",
      .shapes = "any shape -> the same"};
  static constexpr auto attributes() {
    return std::tuple{field("beta", &Softplus::beta), field("threshold", &Softplus::threshold)};
  }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Selu {
  static constexpr OpDoc doc{
      .name = "selu",
      .title = "Selu",
      .summary = "The elu that keeps the mean 0 and the variance 1 through many layers.",
      .formula = "y = elu(x) with alpha = 1.6733 and scale = 1.0507",
      .shapes = "any shape -> the same",
      .source = "Klambauer et al., Self-Normalizing Neural Networks, 2017"};
  static std::vector<Case> cases();
};

struct Celu {
  static constexpr OpDoc doc{
      .name = "celu",
      .title = "Celu",
      .summary = "The elu with a continuous slope for every alpha.",
      .formula = "y = max(x, 0) + min(0, alpha (e^(x / alpha) - 1))",
      .shapes = "any shape -> the same",
      .source = "Barron, Continuously Differentiable Exponential Linear Units, 2017"};
  static std::vector<Case> cases();
};

struct LogSigmoid {
  static constexpr OpDoc doc{.name = "logsigmoid",
                             .title = "LogSigmoid",
                             .summary = "The logarithm of the sigmoid.",
                             .formula = "y = -ln(1 + e^-x)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct Softsign {
  static constexpr OpDoc doc{.name = "softsign",
                             .title = "Softsign",
                             .summary = "A rational function from -1 to 1.",
                             .formula = "y = x / (1 + |x|)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct Tanhshrink {
  static constexpr OpDoc doc{.name = "tanhshrink",
                             .title = "Tanhshrink",
                             .summary = "What tanh takes away.",
                             .formula = "y = x - tanh x",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct Glu {
  static constexpr OpDoc doc{.name = "glu",
                             .title = "Glu",
                             .summary = "The first half along an axis, gated by the second.",
                             .formula = "y = a sigmoid(b), where x = (a, b) along dim",
                             .shapes = "(..., 2n, ...) -> (..., n, ...)",
                             .source = "Dauphin et al., Gated Convolutional Networks, 2016"};
  static std::vector<Case> cases();
};

// DTypeError for integers and bool, unless another rule is given.
/// `approximate`: "none" or "tanh" (ValueError).
Tensor gelu(const Tensor& input, std::string_view approximate = "none");
Tensor silu(const Tensor& input);
Tensor mish(const Tensor& input);
Tensor elu(const Tensor& input, double alpha = 1);
Tensor selu(const Tensor& input);
/// ValueError for alpha = 0.
Tensor celu(const Tensor& input, double alpha = 1);
/// Linear where beta input > threshold.
Tensor softplus(const Tensor& input, double beta = 1, double threshold = 20);
Tensor logsigmoid(const Tensor& input);
/// Integers give floats.
Tensor softsign(const Tensor& input);
/// Integers give floats.
Tensor tanhshrink(const Tensor& input);
/// ShapeError where the size of `dim` is odd.
Tensor glu(const Tensor& input, std::int64_t dim = -1);

}  // namespace limpid
