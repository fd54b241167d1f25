// Ladder: the reference unravels every element's index (index_arrays.h); here offsets of all
// positions are computed once and whole rows move at a time (index_loop.h). The gradient adds rows
// to zeros in the order of the positions, so it is the same on every run.

#include <cstring>

#include "limpid/ops/index/index.h"
#include "limpid/ops/index/index_arrays.h"
#include "limpid/ops/index/index_loop.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

Shape positions_of(std::span<const AnyView> arrays) {
  Shape out;
  for (const AnyView& array : arrays) out = broadcast_shapes(out, Shape(shape_of(array)));
  return out;
}

/// offsets[p] += index[p] * stride, for one array.
void add_offsets(std::vector<std::int64_t>& offsets, const AnyView& array, const Shape& positions,
                 std::int64_t axis, std::int64_t n, std::int64_t stride) {
  visit_index(array, [&](auto* index) {
    std::size_t p = 0;
    if (array.contiguous && array.numel == static_cast<std::int64_t>(offsets.size())) {
      for (std::int64_t& offset : offsets)
        offset += checked_index(static_cast<std::int64_t>(index[p++]), axis, n) * stride;
      return;
    }
    const Strides strides = broadcast_strides(array, positions);
    walk<1>(positions, {strides.data()}, [&](const auto& at) {
      offsets[p++] += checked_index(static_cast<std::int64_t>(index[at[0]]), axis, n) * stride;
    });
  });
}

/// The strides of `count` axes of a list, from axis `from` on.
Strides part(std::span<const std::int64_t> strides, int from, int count) {
  return Strides(strides.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(count)));
}

MergedAxes axes_after(const AnyView& x, const GatheredAxes& axes, const Strides& g, int positions) {
  Shape sizes;
  Strides x_strides;
  for (int k = axes.before; k < axes.rest.rank(); ++k) {
    sizes.push_back(x.shape[axes.rest[k]]);
    x_strides.push_back(x.strides[axes.rest[k]]);
  }
  return MergedAxes(sizes, x_strides.data(), g.data() + axes.before + positions);
}

}  // namespace

IndexLoop::IndexLoop(const AnyView& x, const Shape& axes, std::span<const AnyView> arrays,
                     const AnyView& gathered)
    : after_({}, nullptr, nullptr) {
  const Shape positions = positions_of(arrays);
  const Shape shape = gathered_shape(axes, Shape(shape_of(x)), positions);
  const Strides g = broadcast_strides(gathered, shape);
  const GatheredAxes split(axes, x.rank);
  x_at_.resize(static_cast<std::size_t>(numel(positions)));
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    const auto axis = axes[static_cast<int>(k)];
    add_offsets(x_at_, arrays[k], positions, axis, x.shape[axis], x.strides[axis]);
  }
  const Strides g_positions = part(g, split.before, positions.rank());
  const MergedAxes one(positions, g_positions.data(), g_positions.data());
  if (one.rank == 1) g_step_ = one.to[0];
  if (one.rank > 1)
    walk<1>(positions, {g_positions.data()}, [&](const auto& at) { g_at_.push_back(at[0]); });
  before_ = Shape(std::span(x.shape, static_cast<std::size_t>(split.before)));
  x_before_ = Strides(std::span(x.strides, static_cast<std::size_t>(split.before)));
  g_before_ = part(g, 0, split.before);
  after_ = axes_after(x, split, g, positions.rank());
  empty_ = numel(shape) == 0;
}

void AdvancedIndex::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const IndexLoop loop(x, axes, io.in.subspan(1), y);
  visit_element_size(size_of(x.dtype), [&](auto tag) {
    using T = decltype(tag);
    const T* from = static_cast<const T*>(x.data);
    T* to = static_cast<T*>(y.data);
    loop.in_parallel(
        [&](std::int64_t xo, std::int64_t yo, std::int64_t n, std::int64_t xs, std::int64_t ys) {
          if (n == 1) to[yo] = from[xo];
          else if (xs == 1 && ys == 1)
            std::memcpy(to + yo, from + xo, static_cast<std::size_t>(n) * sizeof(T));
          else
            for (std::int64_t i = 0; i < n; ++i) to[yo + i * ys] = from[xo + i * xs];
        });
  });
}

// The definition copies its zeros before it adds to them; this adds in place.
Tensors AdvancedIndex::backward(Cpu, const Backward& b) const {
  const Spec& spec = b.input_spec();
  const Tensor dx = zeros(spec.shape, {.dtype = spec.dtype, .device = spec.device});
  std::vector<AnyView> in{dx->as_view(), b.dy()->as_view()};
  std::vector<Tensor> arrays;
  for (int k = 1; k < b.inputs(); ++k) {
    arrays.push_back(b.input(k));
    in.push_back(arrays.back()->as_view());
  }
  const AnyView out[] = {dx->as_view()};
  IndexPut{axes, true}.forward(Cpu{}, Io{in, out});
  Tensors gradients(static_cast<std::size_t>(b.inputs()));
  gradients[0] = dx;
  return gradients;
}

}  // namespace limpid
