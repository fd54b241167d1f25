#include "limpid/ops/softmax/softmax.h"

#include <cmath>
#include <limits>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"

namespace limpid {

Spec Softmax::infer(const Inputs& in) const {
  normalize_axis(dim, in[0].rank());
  if (!is_floating(in[0].dtype))
    throw DTypeError(str("input has dtype ", in[0].dtype,
                         ", but probabilities are floats; convert it with .to(float32)"));
  return in[0];
}

// For each element a maximum, a difference, an exponential (about ten operations), a sum, a
// product.
double Softmax::flops(const Inputs& in) const {
  return 14.0 * static_cast<double>(numel(in[0].shape));
}

// e^x leaves the range of float beyond x = 88. Numerator and denominator may be multiplied by any
// number, so we take e^-m: the largest term becomes e^0 = 1, the others less, and nothing
// overflows. m must be the maximum of the row, not of the tensor: a row far below another would
// become 0 / 0.
void Softmax::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), dx = row_step(x, axis), dy = row_step(y, axis);
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk_rows<2>(shape_of(x), axis, {x.strides, y.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      T* result = static_cast<T*>(y.data) + at[1];
      Wide<T> largest = -std::numeric_limits<Wide<T>>::infinity(), total = 0;
      for (std::int64_t i = 0; i < n; ++i) largest = std::max(largest, Wide<T>(row[i * dx]));
      for (std::int64_t i = 0; i < n; ++i) total += std::exp(Wide<T>(row[i * dx]) - largest);
      for (std::int64_t i = 0; i < n; ++i)
        result[i * dy] = convert<T>(std::exp(Wide<T>(row[i * dx]) - largest) / total);
    });
  });
}

// dy_i/dx_j = y_i (1 if i = j, else 0) - y_i y_j, so
// dx_j = sum over i of dy_i * dy_i/dx_j = y_j (dy_j - sum over i of dy_i y_i).
Tensors Softmax::gradient(const Backward& b) const {
  const Tensor y = b.output(), dy = b.dy();
  return {y * (dy - (dy * y).sum({dim}, /*keepdim=*/true))};
}

Tensor softmax(const Tensor& input, std::int64_t dim) { return apply(Softmax{dim}, input); }
Tensor Tensor::softmax(std::int64_t dim) const { return limpid::softmax(*this, dim); }

}  // namespace limpid
