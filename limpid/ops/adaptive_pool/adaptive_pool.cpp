#include "limpid/ops/adaptive_pool/adaptive_pool.h"

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/adaptive_pool/adaptive_window.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/pooling/pool_axes.h"
#include "limpid/ops/pooling/scatter_winners.h"
#include "limpid/ops/pooling/window.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// `in` with its last two sizes replaced, after the checks of both cards.
Shape output_shape(const Shape& in, IntPair output_size) {
  check_pool_input(in, 2, "H, W");
  check_window_pair(output_size, "output_size", 0);
  Shape out = in;
  out[in.rank() - 2] = output_size.height, out[in.rank() - 1] = output_size.width;
  return out;
}

/// Calls f(offset of the plane) for every plane of x (..., H, W).
template <class F>
void for_each_plane(const AnyView& x, F&& f) {
  Shape planes(shape_of(x));
  planes[x.rank - 2] = planes[x.rank - 1] = 1;
  walk<1>(planes, {x.strides}, [&](const auto& at) { f(at[0]); });
}

/// Calls f(oy, ox) for every window of a plane.
template <class F>
void for_each_window(IntPair size, F&& f) {
  for (std::int64_t oy = 0; oy < size.height; ++oy)
    for (std::int64_t ox = 0; ox < size.width; ++ox) f(oy, ox);
}

/// The averages along one axis as a matrix: (windows, size).
Tensor averaging_matrix(const AdaptiveAxis& axis, const Spec& x) {
  std::vector<double> entries(static_cast<std::size_t>(axis.windows * axis.size));
  for (std::int64_t o = 0; o < axis.windows; ++o)
    for (std::int64_t i = axis.first(o); i < axis.last(o); ++i)
      entries[static_cast<std::size_t>(o * axis.size + i)] =
          1.0 / static_cast<double>(axis.last(o) - axis.first(o));
  return from_values<double>(entries, {axis.windows, axis.size}, {.dtype = DType::f64}).to(x.dtype);
}

IntPair sizes_of(const Tensor& input, const AdaptiveSize& size) {
  const Shape& x = input.shape();
  const int last = x.rank() - 1;
  return {size.height.value_or(last > 0 ? x[last - 1] : 0),
          size.width.value_or(last >= 0 ? x[last] : 0)};
}

void check_sequence(const Tensor& input, std::int64_t output_size) {
  check_pool_input(input.shape(), 1, "L");
  check_window_number(output_size, "output_size", 0);
}

}  // namespace

// ---- adaptive_avg_pool2d

Spec AdaptiveAvgPool2d::infer(const Inputs& in) const {
  check_pool_float(in[0].dtype);
  return Spec(output_shape(in[0].shape, output_size), in[0].dtype, in[0].device);
}

void AdaptiveAvgPool2d::forward(Reference, const Io& io) const {
  const AnyView& x = io.in[0];
  const AdaptiveAxis rows{x.shape[x.rank - 2], output_size.height};
  const AdaptiveAxis columns{x.shape[x.rank - 1], output_size.width};
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* y = static_cast<T*>(io.out[0].data);
    for_each_plane(x, [&](std::int64_t offset) {
      const T* plane = static_cast<const T*>(x.data) + offset;
      for_each_window(output_size, [&](std::int64_t oy, std::int64_t ox) {
        Wide<T> sum = 0;
        std::int64_t count = 0;
        for (std::int64_t i = rows.first(oy); i < rows.last(oy); ++i)
          for (std::int64_t j = columns.first(ox); j < columns.last(ox); ++j, ++count)
            sum += Wide<T>(plane[i * x.strides[x.rank - 2] + j * x.strides[x.rank - 1]]);
        *y++ = convert<T>(sum / Wide<T>(count));
      });
    });
  });
}

// y = R x C^T, where R and C average along one axis each; so dx = R^T dy C.
Tensors AdaptiveAvgPool2d::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor r = averaging_matrix({x[x.rank() - 2], output_size.height}, x);
  const Tensor c = averaging_matrix({x[x.rank() - 1], output_size.width}, x);
  return {piecewise(matmul(matmul(r.t(), b.dy()), c))};
}

// ---- adaptive_max_pool2d

std::array<Spec, 2> AdaptiveMaxPool2d::infer(const Inputs& in) const {
  check_pool_order(in[0].dtype);
  const Shape shape = output_shape(in[0].shape, output_size);
  return {Spec(shape, in[0].dtype, in[0].device), Spec(shape, DType::i64, in[0].device)};
}

void AdaptiveMaxPool2d::forward(Reference, const Io& io) const {
  const AnyView& x = io.in[0];
  const AdaptiveAxis rows{x.shape[x.rank - 2], output_size.height};
  const AdaptiveAxis columns{x.shape[x.rank - 1], output_size.width};
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* value = static_cast<T*>(io.out[0].data);
    std::int64_t* index = static_cast<std::int64_t*>(io.out[1].data);
    for_each_plane(x, [&](std::int64_t offset) {
      const T* plane = static_cast<const T*>(x.data) + offset;
      const auto at = [&](std::int64_t i, std::int64_t j) {
        return Wide<T>(plane[i * x.strides[x.rank - 2] + j * x.strides[x.rank - 1]]);
      };
      for_each_window(output_size, [&](std::int64_t oy, std::int64_t ox) {
        std::int64_t winner = -1;
        Wide<T> best{};
        for (std::int64_t i = rows.first(oy); i < rows.last(oy); ++i)
          for (std::int64_t j = columns.first(ox); j < columns.last(ox); ++j)
            if (const Wide<T> v = at(i, j); winner < 0 || v > best || is_nan(v))
              best = v, winner = i * columns.size + j;
        *value++ = convert<T>(best);
        *index++ = winner;
      });
    });
  });
}

Tensors AdaptiveMaxPool2d::gradient(const Backward& b) const {
  return {piecewise(scatter_winners(b.dy(), b.output(1), b.input_spec()))};
}

// ---- public

Tensor adaptive_avg_pool2d(const Tensor& input, AdaptiveSize output_size) {
  return apply(AdaptiveAvgPool2d{sizes_of(input, output_size)}, input);
}

AdaptiveMaxPoolResult adaptive_max_pool2d_with_indices(const Tensor& input,
                                                       AdaptiveSize output_size) {
  Tensors out = apply_many(AdaptiveMaxPool2d{sizes_of(input, output_size)}, input);
  return {std::move(out[0]), std::move(out[1])};
}

Tensor adaptive_max_pool2d(const Tensor& input, AdaptiveSize output_size) {
  return adaptive_max_pool2d_with_indices(input, output_size).values;
}

Tensor adaptive_avg_pool1d(const Tensor& input, std::int64_t output_size) {
  return composite<AdaptiveAvgPool1d>({input}, [&] {
    check_sequence(input, output_size);
    check_pool_float(input.dtype());
    return adaptive_avg_pool2d(input.unsqueeze(-2), IntPair(1, output_size)).squeeze(-2);
  });
}

AdaptiveMaxPoolResult adaptive_max_pool1d_with_indices(const Tensor& input,
                                                       std::int64_t output_size) {
  return composite<AdaptiveMaxPool1d>({input}, [&]() -> AdaptiveMaxPoolResult {
    check_sequence(input, output_size);
    check_pool_order(input.dtype());
    auto [values, indices] =
        adaptive_max_pool2d_with_indices(input.unsqueeze(-2), IntPair(1, output_size));
    return {values.squeeze(-2), indices.squeeze(-2)};
  });
}

Tensor adaptive_max_pool1d(const Tensor& input, std::int64_t output_size) {
  return adaptive_max_pool1d_with_indices(input, output_size).values;
}

}  // namespace limpid
