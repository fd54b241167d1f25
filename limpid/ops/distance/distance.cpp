#include "limpid/ops/distance/distance.h"

#include <algorithm>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/exponential.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/ops/sum/sum.h"

namespace limpid {

namespace {

/// x^power of numbers that are not negative, with slope 0 where they are 0.
Tensor root(const Tensor& x, double power) {
  const Tensor none = eq(x, 0), inside = where(none, Scalar(1), x);
  return where(none, Scalar(0), power == 0.5 ? sqrt(inside) : pow(inside, power));
}

/// The p-norm of differences along the last axis.
Tensor norm_of(const Tensor& difference, double p, bool keepdim) {
  if (!(p >= 0)) throw ValueError(str("p must not be negative, got ", p));
  const std::int64_t last[] = {-1};
  const auto total = [&](const Tensor& x) { return sum(x, last, keepdim); };
  if (p == 0) return total(abs(sign(difference)));
  if (p == 1) return total(abs(difference));
  if (p == 2) return root(total(square(difference)), 0.5);
  if (std::isinf(p)) return amax(abs(difference), last, keepdim);
  return root(total(root(abs(difference), p)), 1 / p);
}

void check_floats(const Tensor& x1, const Tensor& x2) {
  for (const Tensor* x : {&x1, &x2})
    if (!is_floating(x->dtype()))
      throw DTypeError(str("takes floats, not ", x->dtype(), "; convert with .to(DType::f32)"));
}

/// |a - b|^2 = |a|^2 + |b|^2 - 2 a b
Tensor squares_by_product(const Tensor& x1, const Tensor& x2) {
  const std::int64_t last[] = {-1};
  const Tensor a = sum(square(x1), last, true), b = sum(square(x2), last, true);
  return clamp(a + b.transpose(-1, -2) - mul(matmul(x1, x2.transpose(-1, -2)), 2), 0);
}

}  // namespace

Tensor cdist(const Tensor& x1, const Tensor& x2, double p) {
  return composite<Cdist>({x1, x2}, [&]() -> Tensor {
    check_floats(x1, x2);
    if (x1.dim() < 2 || x2.dim() < 2)
      throw ShapeError(
          str("takes sets of vectors (..., n, d), got shapes ", x1.shape(), " and ", x2.shape()));
    if (x1.size(-1) != x2.size(-1))
      throw ShapeError(str("vectors of x1 ", x1.shape(), " have ", x1.size(-1),
                           " elements but those of x2 ", x2.shape(), " have ", x2.size(-1)));
    constexpr std::int64_t kMany = 25;
    if (p == 2 && x1.dtype() == x2.dtype() && std::max(x1.size(-2), x2.size(-2)) > kMany)
      return root(squares_by_product(x1, x2), 0.5);
    if (std::isinf(p) && x1.size(-1) == 0) return cdist(x1, x2, 1);  // 0: no difference is largest
    return norm_of(x1.unsqueeze(-2) - x2.unsqueeze(-3), p, false);
  });
}

Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, DistanceOptions options) {
  return composite<PairwiseDistance>({x1, x2}, [&] {
    check_floats(x1, x2);
    if (x1.dim() == 0 && x2.dim() == 0) throw ShapeError("takes vectors (..., d), got 0-d tensors");
    return norm_of(x1 - x2 + options.eps, options.p, options.keepdim);
  });
}

Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, std::int64_t dim, double eps) {
  return composite<CosineSimilarity>({x1, x2}, [&]() -> Tensor {
    check_floats(x1, x2);
    const Shape common = broadcast_shapes(x1.shape(), x2.shape());
    const std::int64_t axis[] = {normalize_axis(dim, common.rank())};
    // Squares need float32.
    const auto wide = [&](const Tensor& x) {
      return (size_of(x.dtype()) < 4 ? x.to(DType::f32) : x).expand(common);
    };
    // |x| no less than eps, but with the slope of |x| (0 at 0) wherever it is less, as PyTorch
    // does.
    const auto unit = [&](const Tensor& x) {
      const Tensor length = root(sum(square(x), axis, true), 0.5), value = length.detach();
      return x / where(lt(value, eps), length + (eps - value), length);
    };
    return sum(unit(wide(x1)) * unit(wide(x2)), axis).to(promote_types(x1.dtype(), x2.dtype()));
  });
}

}  // namespace limpid
