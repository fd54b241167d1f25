// interpolate by sizes and by factors, which its card does not know apart.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/core/error.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::interpolate_test {

namespace {

using Values = std::vector<double>;
Values elements(const Tensor& t) { return t.detach().to_vector<double>(); }

}  // namespace

TEST_CASE("interpolate: sizes and factors") {
  const Tensor x = zeros({1, 1, 4, 5});
  CHECK(interpolate(x, {.size = {7}}).shape() == Shape{1, 1, 7, 7});
  CHECK(interpolate(x, {.size = {7, 2}}).shape() == Shape{1, 1, 7, 2});
  CHECK(interpolate(x, {.scale_factor = {1.5}, .mode = "bilinear"}).shape() == Shape{1, 1, 6, 7});
  const auto refused = [&](const InterpolateOptions& options, const char* part) {
    CHECK_SAYS(Error, part, interpolate(x, options));
  };
  refused({}, "needs either size or scale_factor");
  refused({.size = {7}, .scale_factor = {2}}, "needs either size or scale_factor");
  refused({.size = {7, 7, 7}}, "size has 3 numbers, but the input has 2 spatial dimensions");
  refused({.scale_factor = {2, 2, 2}}, "scale_factor has 3 numbers");
  refused({.scale_factor = {0}}, "scale_factor 0 must be a positive number");
  refused({.scale_factor = {-1}}, "scale_factor -1 must be a positive number");
  refused({.scale_factor = {0.1}}, "must be at least 1 in every dimension");
  refused({.scale_factor = {1e300}}, "larger than can be addressed");
}

TEST_CASE("interpolate: coordinates by the factor, or by the quotient of the sizes") {
  const Tensor x = arange(5, {.dtype = DType::f32}).reshape({1, 1, 5});
  const auto resampled = [&](bool recompute) {
    return elements(interpolate(
        x, {.scale_factor = {1.5}, .mode = "linear", .recompute_scale_factor = recompute}));
  };
  const Values by_factor = resampled(false), by_sizes = resampled(true);
  for (std::size_t i = 0; i < 7; ++i) {
    const double at = static_cast<double>(i) + 0.5;
    CHECK(by_factor[i] == doctest::Approx(std::min(std::max(at / 1.5 - 0.5, 0.0), 4.0)));
    CHECK(by_sizes[i] == doctest::Approx(std::min(std::max(at * 5 / 7 - 0.5, 0.0), 4.0)));
  }
}

TEST_CASE("interpolate: factors count in volumes too, and as far as sizes are exact numbers") {
  const Tensor x = arange(8, {.dtype = DType::f32}).reshape({1, 1, 2, 2, 2});
  const Tensor y = interpolate(x, {.scale_factor = {1.7, 1.5, 1.9}, .mode = "trilinear"});
  const Interpolate op{{{3, 3, 3}, "trilinear", false, 1.7, 1.5, 1.9}};
  CHECK(elements(y) == elements(apply(op, x)));
  const Tensor one = zeros({1, 1, 1}, {.device = kMeta});
  CHECK(interpolate(one, {.scale_factor = {9e15}}).size(2) == 9'000'000'000'000'000);
}

TEST_CASE("interpolate: areas are averages, of rows, images and volumes") {
  const Tensor x = arange(120, {.dtype = DType::f32}).reshape({1, 2, 3, 4, 5});
  const auto area = [](const Tensor& t, const Shape& size) {
    return elements(interpolate(t, {.size = size, .mode = "area"}));
  };
  CHECK(area(x[0][0], {2}) == elements(adaptive_avg_pool1d(x[0][0], 2)));
  CHECK(area(x[0], {2, 3}) == elements(adaptive_avg_pool2d(x[0], {2, 3})));
  CHECK(area(x, {2, 3, 4}) == elements(adaptive_avg_pool3d(x, {2, 3, 4})));
  CHECK_SAYS(ShapeError, "mode \"area\" takes", area(x.unsqueeze(0), {1, 2, 3, 4}));
  CHECK_SAYS(ValueError, "takes no align_corners",
             interpolate(x, {.size = {2}, .mode = "area", .align_corners = true}));
}

TEST_CASE("interpolate: coordinates that round up to the edge do not read behind it") {
  const Tensor x = tensor({1, 2, 3, 4, 5, 9}, {.dtype = DType::u8}).reshape({1, 1, 6});
  const std::int64_t size =
      4859136;  // the least of which (size - 0.5) * (5 / size) is 5 in float32
  const Tensor y = interpolate(x.narrow(2, 0, 5), {.size = {size}, .mode = "nearest-exact"});
  CHECK(y.select(2, -1).item() == 5);
}

TEST_CASE("interpolate: threads share the channels of an image") {
  const int before = get_num_threads();
  for (DType dtype : {DType::f32, DType::bf16})
    for (std::int64_t channels : {3, 31, 64}) {  // fewer than threads, and not quite two pieces
      const Tensor dy = rand({1, 4, 5, channels}).to(dtype).permute({0, 3, 1, 2});
      const InterpolateBackward op{{{4, 5}, "bilinear"}, {1, channels, 3, 2}};
      set_num_threads(1);
      const Values alone = elements(apply(op, dy));
      set_num_threads(4);
      CHECK(elements(apply(op, dy)) == alone);
    }
  set_num_threads(before);
}

}  // namespace limpid::interpolate_test
