// The ladder of max pooling:
//   1. Plain loops with a test for every place of every window (the reference, max_pool2d.cpp).
//   2. Here: the part of a window inside the image is computed once a row and a column, so the inner
//      loop has no test; planes are shared among threads. The first maximum wins by looking for
//      strictly larger elements in order; a NaN wins by being unequal to itself.
// The window's loop is short (2x2, 3x3), so there is nothing for vector instructions to gain along it.

#include "limpid/backends/cpu/parallel.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/max_pool2d/windows.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

template <class T>
struct Winner {
  T value;
  std::int64_t place;
};

/// The winner among rows [u0, u1) and columns [v0, v1) of a window.
template <class T>
Winner<T> best_of(const T* image, std::int64_t row_step, std::int64_t column_step, const Planes& p,
                  std::int64_t i, std::int64_t j, std::int64_t u0, std::int64_t u1) {
  const std::int64_t v0 = p.columns.first(j), v1 = p.columns.last(j);
  const std::int64_t top = p.rows.begin(i), left = p.columns.begin(j);
  Winner<T> best{};
  bool found = false;
  for (std::int64_t u = u0; u < u1; ++u) {
    const std::int64_t row = top + u * p.rows.dilation;
    for (std::int64_t v = v0; v < v1; ++v) {
      const std::int64_t column = left + v * p.columns.dilation;
      const T here = image[row * row_step + column * column_step];
      const bool wins = !found || here > best.value || (here != here && best.value == best.value);
      if (!wins) continue;
      best = {here, row * p.columns.size + column};
      found = true;
    }
  }
  return best;
}

template <class T>
void pool(const MaxPool2d& op, const Io& io) {
  const AnyView &x = io.in[0], &values = io.out[0];
  const Planes p(op, x, values);
  const std::int64_t row_step = x.strides[x.rank - 2], column_step = x.strides[x.rank - 1];
  const std::int64_t area = p.height * p.width;
  const std::int64_t work = area * p.rows.kernel * p.columns.kernel;
  parallel_for(0, p.count, std::max<std::int64_t>(1, 32768 / std::max<std::int64_t>(work, 1)),
               [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t plane = begin; plane < end; ++plane) {
      const T* image = static_cast<const T*>(x.data) + p.offset(x, plane);
      T* value = static_cast<T*>(values.data) + plane * area;
      std::int64_t* place = static_cast<std::int64_t*>(io.out[1].data) + plane * area;
      for (std::int64_t i = 0; i < p.height; ++i) {
        const std::int64_t u0 = p.rows.first(i), u1 = p.rows.last(i);
        for (std::int64_t j = 0; j < p.width; ++j) {
          const Winner<T> best = best_of(image, row_step, column_step, p, i, j, u0, u1);
          *value++ = best.value;
          *place++ = best.place;
        }
      }
    }
  });
}

// dx[winner] += dy, plane by plane; windows may overlap, but planes do not.
template <class T>
Tensor scatter_planes(const Spec& x, const Tensor& indices, const Tensor& dy) {
  const Tensor dx = zeros(x.shape, {.dtype = x.dtype});
  const std::int64_t plane = x[x.rank() - 1] * x[x.rank() - 2];
  const std::int64_t area = dy.size(-1) * dy.size(-2), planes = area ? dy.numel() / area : 0;
  parallel_for(0, planes, std::max<std::int64_t>(1, 32768 / std::max<std::int64_t>(area, 1)),
               [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; ++k) {
      const T* from = dy.data<T>() + k * area;
      const std::int64_t* place = indices.data<std::int64_t>() + k * area;
      T* to = dx.data<T>() + k * plane;
      for (std::int64_t i = 0; i < area; ++i) to[place[i]] += from[i];
    }
  });
  return dx;
}

}  // namespace

void MaxPool2d::forward(Cpu, const Io& io) const {
  if (io.out[0].numel == 0) return;
  visit_dtype(io.in[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, bool>) pool<T>(*this, io);
  });
}

Tensors MaxPool2d::backward(Cpu, const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor dy = b.dy().contiguous();
  if (x.dtype == DType::f32) return {scatter_planes<float>(x, b.output(1), dy)};
  if (x.dtype == DType::f64) return {scatter_planes<double>(x, b.output(1), dy)};
  return gradient(b);
}

}  // namespace limpid
