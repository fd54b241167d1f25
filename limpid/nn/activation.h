#pragma once
// Activations as layers. All but GLU keep the shape. The formula is that of the function in
// ops/pointwise; Softmax's and its relatives' that of ops/softmax.

#include <array>
#include <string>
#include <tuple>

#include "limpid/nn/module.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/log_softmax/log_softmax.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/softmax/softmax.h"

namespace limpid::nn {

/// A function of one tensor and of one number for each name: LeakyReLU(negative_slope=0.01). A name
/// of "" shows the number alone.
template <auto function, class... Number>
class ActivationLayer : public Module {
 public:
  Tensor forward(const Tensor& input) override {
    return std::apply([&](Number... n) { return function(input, n...); }, numbers_);
  }
  std::string extra_repr() const override {
    std::string out;
    for (std::size_t i = 0; i < sizeof...(Number); ++i) {
      const std::string name = names_[i];
      out += (i > 0 ? ", " : "") + name + (name.empty() ? "" : "=") + texts()[i];
    }
    return out;
  }

 protected:
  using Names = std::array<const char*, sizeof...(Number)>;
  ActivationLayer() = default;
  explicit ActivationLayer(Names names, Number... numbers) : names_(names), numbers_(numbers...) {}

 private:
  static std::string text(double number) { return python_text(number); }
  static std::string text(std::int64_t number) { return str(number); }
  std::array<std::string, sizeof...(Number)> texts() const {
    return std::apply(
        [](Number... n) { return std::array<std::string, sizeof...(Number)>{text(n)...}; },
        numbers_);
  }

  Names names_{};
  std::tuple<Number...> numbers_{};
};

// -- without numbers

class ReLU : public ActivationLayer<relu> {};
class ReLU6 : public ActivationLayer<relu6> {};
class SELU : public ActivationLayer<selu> {};
class SiLU : public ActivationLayer<silu> {};
class Mish : public ActivationLayer<mish> {};
class Sigmoid : public ActivationLayer<sigmoid> {};
class LogSigmoid : public ActivationLayer<logsigmoid> {};
class Hardsigmoid : public ActivationLayer<hardsigmoid> {};
class Hardswish : public ActivationLayer<hardswish> {};
class Tanh : public ActivationLayer<tanh> {};
class Tanhshrink : public ActivationLayer<tanhshrink> {};
class Softsign : public ActivationLayer<softsign> {};

// -- with numbers

class LeakyReLU : public ActivationLayer<leaky_relu, double> {
 public:
  explicit LeakyReLU(double negative_slope = 0.01)
      : ActivationLayer({"negative_slope"}, negative_slope) {}
};
class ELU : public ActivationLayer<elu, double> {
 public:
  explicit ELU(double alpha = 1) : ActivationLayer({"alpha"}, alpha) {}
};
class CELU : public ActivationLayer<celu, double> {
 public:
  explicit CELU(double alpha = 1) : ActivationLayer({"alpha"}, alpha) {}
};
class Hardshrink : public ActivationLayer<hardshrink, double> {
 public:
  explicit Hardshrink(double lambd = 0.5) : ActivationLayer({""}, lambd) {}
};
class Softshrink : public ActivationLayer<softshrink, double> {
 public:
  explicit Softshrink(double lambd = 0.5) : ActivationLayer({""}, lambd) {}
};
class Hardtanh : public ActivationLayer<hardtanh, double, double> {
 public:
  explicit Hardtanh(double min_val = -1, double max_val = 1)
      : ActivationLayer({"min_val", "max_val"}, min_val, max_val) {}
};
class Softplus : public ActivationLayer<softplus, double, double> {
 public:
  explicit Softplus(double beta = 1, double threshold = 20)
      : ActivationLayer({"beta", "threshold"}, beta, threshold) {}
};
/// x where it is above the threshold, else value.
class Threshold : public ActivationLayer<threshold, double, double> {
 public:
  Threshold(double threshold, double value)
      : ActivationLayer({"threshold", "value"}, threshold, value) {}
};

/// x P(N < x); `approximate` is "none" or "tanh" (ValueError).
class GELU : public Module {
 public:
  explicit GELU(std::string approximate = "none");
  Tensor forward(const Tensor& input) override { return gelu(input, approximate_); }
  std::string extra_repr() const override { return "approximate='" + approximate_ + "'"; }

 private:
  std::string approximate_;
};

// -- along an axis

class Softmax : public ActivationLayer<softmax, std::int64_t> {
 public:
  explicit Softmax(std::int64_t dim) : ActivationLayer({"dim"}, dim) {}
};
class LogSoftmax : public ActivationLayer<log_softmax, std::int64_t> {
 public:
  explicit LogSoftmax(std::int64_t dim) : ActivationLayer({"dim"}, dim) {}
};
/// softmax(-x)
Tensor softmin(const Tensor& input, std::int64_t dim);
class Softmin : public ActivationLayer<softmin, std::int64_t> {
 public:
  explicit Softmin(std::int64_t dim) : ActivationLayer({"dim"}, dim) {}
};
/// Softmax over the channels of (N, C, H, W) or (C, H, W), at each pixel.
class Softmax2d : public Module {
 public:
  Tensor forward(const Tensor& input) override;
};
/// The first half along an axis times the sigmoid of the second.
class GLU : public ActivationLayer<glu, std::int64_t> {
 public:
  explicit GLU(std::int64_t dim = -1) : ActivationLayer({"dim"}, dim) {}
};

// -- learned

/// While training, the slope of negative elements is drawn anew for each; else it is the mean.
class RReLU : public Module {
 public:
  explicit RReLU(double lower = 1.0 / 8, double upper = 1.0 / 3) : lower_(lower), upper_(upper) {}
  Tensor forward(const Tensor& input) override {
    return rrelu(input, lower_, upper_, is_training());
  }
  std::string extra_repr() const override {
    return str("lower=", python_text(lower_), ", upper=", python_text(upper_));
  }

 private:
  double lower_, upper_;
};

struct PReLUOptions {
  double init = 0.25;
  Device device = kCpu;
  DType dtype = kDefaultDType;
};
/// A leaky ReLU with a learned slope, `weight`, for all or for each of num_parameters channels.
class PReLU : public Module {
 public:
  explicit PReLU(std::int64_t num_parameters = 1, PReLUOptions options = {});
  Tensor forward(const Tensor& input) override { return prelu(input, weight); }
  std::string extra_repr() const override { return str("num_parameters=", num_parameters_); }

  Tensor& weight;

 private:
  std::int64_t num_parameters_;
};

}  // namespace limpid::nn
