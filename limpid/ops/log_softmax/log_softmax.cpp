#include "limpid/ops/log_softmax/log_softmax.h"

#include <cmath>
#include <limits>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/pointwise/exponential.h"

namespace limpid {

Spec LogSoftmax::infer(const Inputs& in) const {
  normalize_axis(dim, in[0].rank());
  if (!is_floating(in[0].dtype))
    throw DTypeError(str("input has dtype ", in[0].dtype,
                         ", but logarithms are floats; convert it with .to(float32)"));
  return in[0];
}

double LogSoftmax::flops(const Inputs& in) const {
  return 14.0 * static_cast<double>(numel(in[0].shape));
}

// Why the maximum is subtracted: see softmax.cpp.
void LogSoftmax::forward(Reference, const Io& io) const {
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
        result[i * dy] = convert<T>((Wide<T>(row[i * dx]) - largest) - std::log(total));
    });
  });
}

// y_i = x_i - log(sum over j of e^x_j), so dy_i/dx_j = (1 if i = j, else 0) - e^y_j and
// dx_j = dy_j - e^y_j * sum over i of dy_i.
Tensors LogSoftmax::gradient(const Backward& b) const {
  const Tensor dy = b.dy();
  return {dy - exp(b.output()) * dy.sum({dim}, /*keepdim=*/true)};
}

Tensor log_softmax(const Tensor& input, std::int64_t dim) { return apply(LogSoftmax{dim}, input); }
Tensor Tensor::log_softmax(std::int64_t dim) const { return limpid::log_softmax(*this, dim); }

}  // namespace limpid
