#include "limpid/nn/init.h"

#include <cmath>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/nn/init_fill.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn::init {

namespace {

/// ValueError that lists `names` and suggests the nearest.
[[noreturn]] void throw_unknown(std::string_view what, std::string_view name,
                                const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& n : names) all += (all.empty() ? "" : ", ") + n;
  const std::string nearest = nearest_name(name, names);
  throw ValueError(str("there is no ", what, " ", quote(name), "; use one of ", all,
                       nearest.empty() ? "" : " (did you mean '" + nearest + "'?)"));
}

double kaiming_std(const Tensor& tensor, double a, std::string_view mode,
                   std::string_view nonlinearity) {
  if (mode != "fan_in" && mode != "fan_out") throw_unknown("mode", mode, {"fan_in", "fan_out"});
  const double gain = calculate_gain(nonlinearity, a);
  const Fans fans = fans_of(tensor);
  const double fan = mode == "fan_in" ? fans.in : fans.out;
  return fan > 0 ? gain / std::sqrt(fan) : 0;  // an empty tensor needs no values
}

double xavier_std(const Tensor& tensor, double gain) {
  const Fans fans = fans_of(tensor);
  return fans.in + fans.out > 0 ? gain * std::sqrt(2 / (fans.in + fans.out)) : 0;
}

/// A uniform distribution over [-b, b) has the standard deviation b / sqrt(3).
Tensor uniform_of_std(Tensor tensor, double std, Generator& generator) {
  const double bound = std::sqrt(3.0) * std;
  return uniform_(std::move(tensor), -bound, bound, generator);
}

}  // namespace

Tensor uniform_(Tensor tensor, double a, double b, Generator& generator) {
  if (!(a <= b)) throw ValueError(str("uniform_: the range [", a, ", ", b, ") is empty"));
  return fill(std::move(tensor), [&](const Tensor& t) { fill_uniform(t, a, b, generator); });
}

Tensor normal_(Tensor tensor, double mean, double std, Generator& generator) {
  if (!(std >= 0)) throw ValueError(str("normal_: std must not be negative, got ", std));
  return fill(std::move(tensor), [&](const Tensor& t) { fill_normal(t, mean, std, generator); });
}

Tensor constant_(Tensor tensor, double value) {
  NoGrad guard;
  tensor.fill_(value);
  return tensor;
}
Tensor ones_(Tensor tensor) { return constant_(std::move(tensor), 1); }
Tensor zeros_(Tensor tensor) { return constant_(std::move(tensor), 0); }

Tensor xavier_uniform_(Tensor tensor, double gain, Generator& generator) {
  return uniform_of_std(tensor, xavier_std(tensor, gain), generator);
}
Tensor xavier_normal_(Tensor tensor, double gain, Generator& generator) {
  return normal_(tensor, 0, xavier_std(tensor, gain), generator);
}
Tensor kaiming_uniform_(Tensor tensor, double a, std::string_view mode,
                        std::string_view nonlinearity, Generator& generator) {
  return uniform_of_std(tensor, kaiming_std(tensor, a, mode, nonlinearity), generator);
}
Tensor kaiming_normal_(Tensor tensor, double a, std::string_view mode,
                       std::string_view nonlinearity, Generator& generator) {
  return normal_(tensor, 0, kaiming_std(tensor, a, mode, nonlinearity), generator);
}

double calculate_gain(std::string_view nonlinearity, double slope) {
  if (nonlinearity == "relu") return std::sqrt(2.0);
  if (nonlinearity == "leaky_relu") return std::sqrt(2.0 / (1 + slope * slope));
  if (nonlinearity == "tanh") return 5.0 / 3;
  if (nonlinearity == "selu") return 0.75;
  const std::vector<std::string> names = {
      "linear",           "conv1d",  "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
      "conv_transpose3d", "sigmoid", "tanh",   "relu",   "leaky_relu",       "selu"};
  for (const std::string& name : names)
    if (name == nonlinearity) return 1;
  throw_unknown("nonlinearity", nonlinearity, names);
}

Fans fans_of(const Tensor& tensor) {
  if (tensor.dim() < 2)
    throw ShapeError(
        str("init: fan in and fan out need a tensor of at least 2 dimensions (out, in, "
            "...), got shape ",
            tensor.shape()));
  double kernel = 1;
  for (int axis = 2; axis < tensor.dim(); ++axis) kernel *= static_cast<double>(tensor.size(axis));
  return {static_cast<double>(tensor.size(1)) * kernel,
          static_cast<double>(tensor.size(0)) * kernel};
}

}  // namespace limpid::nn::init
