#include "limpid/ops/local_response_norm/local_response_norm.h"

#include <algorithm>

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/pad/pad.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

// Each shift within the window adds the squares of the channels that have a neighbour there.
Tensor local_response_norm(const Tensor& input, std::int64_t size, double alpha, double beta,
                           double k) {
  return composite<LocalResponseNorm>({input}, [&] {
    if (size < 1) throw ValueError(str("size must be at least 1 channel, got ", size));
    if (input.dim() < 3)
      throw ShapeError(
          str("needs at least 3 dimensions (N, C, d1, ...), got shape ", input.shape()));
    if (!is_floating(input.dtype()))
      throw DTypeError(str("works on floating dtypes, not on ", input.dtype(),
                           "; convert with .to(DType::f32)"));
    const std::int64_t channels = input.size(1);
    const std::int64_t before = std::min(size / 2, channels),
                       after = std::min((size - 1) / 2, channels);
    Shape around(2 * (input.dim() - 1));  // pairs from the last axis to that of the channels
    std::fill(around.begin(), around.end(), 0);
    around[around.rank() - 2] = before;
    around[around.rank() - 1] = after;
    const Tensor squares = pad(input * input, around);
    Tensor total = squares.narrow(1, 0, channels);
    for (std::int64_t shift = 1; shift <= before + after; ++shift)
      total = total + squares.narrow(1, shift, channels);
    return input / pow(total * (alpha / static_cast<double>(size)) + k, beta);
  });
}

}  // namespace limpid
