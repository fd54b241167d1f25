#include "limpid/ops/nansum/nansum.h"

#include "limpid/op/composite.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/sum/sum.h"

namespace limpid {

Tensor nansum(const Tensor& input, const Shape& dim, bool keepdim) {
  return composite<Nansum>({input}, [&]() -> Tensor {
    if (!is_floating(input.dtype())) return sum(input, dim, keepdim);
    return sum(where(isnan(input), 0, input), dim, keepdim);
  });
}

Tensor nanmean(const Tensor& input, const Shape& dim, bool keepdim) {
  return composite<Nanmean>({input}, [&] {
    const Tensor count = sum(logical_not(isnan(input)), dim, keepdim);
    return nansum(input, dim, keepdim) / count;
  });
}

Tensor count_nonzero(const Tensor& input, const Shape& dim) {
  return composite<CountNonzero>({input}, [&] { return sum(ne(input, 0), dim); });
}

AminmaxResult aminmax(const Tensor& input, const Shape& dim, bool keepdim) {
  return composite<Aminmax>({input}, [&]() -> AminmaxResult {
    return {amin(input, dim, keepdim), amax(input, dim, keepdim)};
  });
}

}  // namespace limpid
