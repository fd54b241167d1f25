#pragma once
// Starting values. All fill a tensor in place, whatever records, and return it; names and formulas
// are those of torch.nn.init. Random ones take a generator; the default one otherwise. fan_in of a
// weight (out, in, kernel...) is in times the kernel's size, fan_out out times it.

#include <string_view>

#include "limpid/core/random.h"
#include "limpid/tensor/tensor.h"

namespace limpid::nn::init {

/// Uniform in [a, b).
Tensor uniform_(Tensor tensor, double a = 0, double b = 1,
                Generator& generator = default_generator());
Tensor normal_(Tensor tensor, double mean = 0, double std = 1,
               Generator& generator = default_generator());
Tensor constant_(Tensor tensor, double value);
Tensor ones_(Tensor tensor);
Tensor zeros_(Tensor tensor);

/// Keeps the variance of signals and of gradients about equal from layer to layer:
/// uniform with bound gain sqrt(6 / (fan_in + fan_out)), or normal with the same variance.
/// Source: Glorot and Bengio, AISTATS 2010.
Tensor xavier_uniform_(Tensor tensor, double gain = 1, Generator& generator = default_generator());
Tensor xavier_normal_(Tensor tensor, double gain = 1, Generator& generator = default_generator());

/// Keeps the variance behind a rectifier: standard deviation gain / sqrt(fan), uniform or normal.
/// `mode` is "fan_in" (forward signals) or "fan_out" (gradients); `a` is the slope of a leaky ReLU.
/// Source: He, Zhang, Ren, Sun, ICCV 2015.
Tensor kaiming_uniform_(Tensor tensor, double a = 0, std::string_view mode = "fan_in",
                        std::string_view nonlinearity = "leaky_relu",
                        Generator& generator = default_generator());
Tensor kaiming_normal_(Tensor tensor, double a = 0, std::string_view mode = "fan_in",
                       std::string_view nonlinearity = "leaky_relu",
                       Generator& generator = default_generator());

/// Normal, drawn again and again until it lies in [a, b] (by the inverse of the distribution, so
/// that it takes one draw).
Tensor trunc_normal_(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2,
                     Generator& generator = default_generator());
/// Rows (or, where there are fewer, columns) of length `gain`, at right angles to each other; a
/// kernel counts as one matrix (out, in times the kernel's size). Source: Saxe, McClelland,
/// Ganguli, ICLR 2014.
Tensor orthogonal_(Tensor tensor, double gain = 1, Generator& generator = default_generator());
/// Ones on the diagonal of a matrix.
Tensor eye_(Tensor tensor);
/// A convolution's weight (3 to 5 dimensions) that hands channels through, within each group.
Tensor dirac_(Tensor tensor, std::int64_t groups = 1);
/// A matrix with a part `sparsity` of each column zero and the rest normal. Source: Martens, ICML
/// 2010.
Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01,
               Generator& generator = default_generator());

/// The factor by which a nonlinearity shrinks the standard deviation, inverted. `slope` is for
/// "leaky_relu" alone (0.01 there by default). ValueError lists the names for an unknown one.
double calculate_gain(std::string_view nonlinearity, double slope = 0.01);

struct Fans {
  double in = 0, out = 0;
};
/// ShapeError for fewer than 2 dimensions.
Fans fans_of(const Tensor& tensor);

}  // namespace limpid::nn::init
