#include "limpid/ops/feature_dropout/feature_dropout.h"

#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

void check_dropout(const Tensor& input, double p) {
  if (!(p >= 0 && p <= 1))
    throw ValueError(str("p is a probability and must lie in [0, 1], got ", p));
  if (!is_floating(input.dtype()))
    throw DTypeError(
        str("works on floating dtypes, not on ", input.dtype(), "; convert with .to(DType::f32)"));
}

/// One number for each of the first `axes` axes of `input`: 0, or 1 / (1 - p).
Tensor drop_leading(const Tensor& input, int axes, double p, bool training) {
  if (!training || p == 0) return input;
  Shape shape;
  for (int i = 0; i < input.dim(); ++i) shape.push_back(i < axes ? input.size(i) : 1);
  return input * dropout(ones(shape, {.dtype = input.dtype(), .device = input.device()}), p);
}

/// What dropout1d, 2d and 3d are in errors.
template <int axes>
struct ChannelDropout {
  static constexpr char name[] = {'d', 'r', 'o', 'p', 'o', 'u', 't', '0' + axes, 'd'};
  static constexpr OpDoc doc{
      .name = {name, sizeof name}, .title = "", .summary = "", .formula = ""};
};

/// Images have `axes` axes behind (N, C), or without a batch behind (C,).
template <int axes>
Tensor drop_channels(const Tensor& input, double p, bool training) {
  return composite<ChannelDropout<axes>>({input}, [&] {
    check_dropout(input, p);
    const int rank = axes + 2;
    if (input.dim() != rank && input.dim() != rank - 1)
      throw ShapeError(str("needs ", rank, " dimensions (N, C, ...), or ", rank - 1,
                           " without a batch, got shape ", input.shape()));
    return drop_leading(input, input.dim() == rank ? 2 : 1, p, training);
  });
}

}  // namespace

Tensor feature_dropout(const Tensor& input, double p, bool training) {
  return composite<FeatureDropout>({input}, [&] {
    check_dropout(input, p);
    if (input.dim() < 2)
      throw ShapeError(str("needs at least 2 dimensions (N, C, ...), got shape ", input.shape()));
    return drop_leading(input, 2, p, training);
  });
}

Tensor dropout1d(const Tensor& input, double p, bool training) {
  return drop_channels<1>(input, p, training);
}
Tensor dropout2d(const Tensor& input, double p, bool training) {
  return drop_channels<2>(input, p, training);
}
Tensor dropout3d(const Tensor& input, double p, bool training) {
  return drop_channels<3>(input, p, training);
}

Tensor alpha_dropout(const Tensor& input, double p, bool training) {
  return composite<AlphaDropout>({input}, [&]() -> Tensor {
    check_dropout(input, p);
    if (!training || p == 0) return input;
    if (p == 1) return input * 0.0;
    constexpr double kLowest = -1.7580993408473766;  // of selu: -scale alpha
    const double a = 1 / std::sqrt(1 - p + p * (1 - p) * kLowest * kLowest), b = -a * p * kLowest;
    const Tensor kept = ne(dropout(ones_like(input.detach()), p), 0);
    return where(kept, input, kLowest) * a + b;
  });
}

}  // namespace limpid
