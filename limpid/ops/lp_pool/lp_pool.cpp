#include "limpid/ops/lp_pool/lp_pool.h"

#include "limpid/op/composite.h"
#include "limpid/ops/avg_pool2d/avg_pool2d.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

namespace {

/// (mean of x^p times the number of elements)^(1/p).
Tensor norm_of_mean(const Tensor& mean, std::int64_t count, double p) {
  const Tensor sum = sign(mean) * relu(abs(mean)) * Scalar(static_cast<double>(count));
  return limpid::pow(sum, Scalar(1.0 / p));
}

void check_norm(double p) {
  if (p == 0) throw ValueError("norm_type is 0, which is no norm");
}

}  // namespace

Tensor lp_pool2d(const Tensor& input, double p, IntPair kernel, LpPool2dOptions o) {
  return composite<LpPool2d>({input}, [&] {
    check_norm(p);
    const Tensor mean = avg_pool2d(limpid::pow(input, Scalar(p)), kernel,
                                   {.stride = o.stride, .ceil_mode = o.ceil_mode});
    return norm_of_mean(mean, kernel.height * kernel.width, p);
  });
}

Tensor lp_pool1d(const Tensor& input, double p, std::int64_t kernel, LpPool1dOptions o) {
  return composite<LpPool1d>({input}, [&] {
    check_norm(p);
    const Tensor mean = avg_pool1d(limpid::pow(input, Scalar(p)), kernel,
                                   {.stride = o.stride, .ceil_mode = o.ceil_mode});
    return norm_of_mean(mean, kernel, p);
  });
}

Tensor lp_pool3d(const Tensor& input, double p, IntTriple kernel, LpPool3dOptions o) {
  return composite<LpPool3d>({input}, [&] {
    check_norm(p);
    const Tensor mean = avg_pool3d(limpid::pow(input, Scalar(p)), kernel,
                                   {.stride = o.stride, .ceil_mode = o.ceil_mode});
    return norm_of_mean(mean, kernel.depth * kernel.height * kernel.width, p);
  });
}

}  // namespace limpid
