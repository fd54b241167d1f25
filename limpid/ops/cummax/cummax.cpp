#include "limpid/ops/cummax/cummax.h"

#include "limpid/core/rows.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

template <class Beats>
void reference(std::int64_t dim, const Io& io, Beats beats_or_equals) {
  const AnyView &x = io.in[0], &values = io.out[0], &indices = io.out[1];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), dx = row_step(x, axis), dy = row_step(values, axis);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk_rows<2>(shape_of(x), axis, {x.strides, values.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      std::int64_t best = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        const Wide<T> value(row[i * dx]), so_far(row[best * dx]);
        if (is_nan(value) || beats_or_equals(value, so_far)) best = i;
        static_cast<T*>(values.data)[at[1] + i * dy] = row[best * dx];
        static_cast<std::int64_t*>(indices.data)[at[1] + i * dy] = best;
      }
    });
  });
}

}  // namespace

std::array<Spec, 2> RunningExtreme::infer(const Inputs& in) const {
  normalize_axis(dim, in[0].rank());
  return {in[0], Spec(in[0].shape, DType::i64, in[0].device)};
}

void Cummax::forward(Reference, const Io& io) const {
  reference(dim, io, [](auto x, auto y) { return x >= y; });
}
void Cummin::forward(Reference, const Io& io) const {
  reference(dim, io, [](auto x, auto y) { return x <= y; });
}

// Each winner gets the gradients of all places where it is the extreme so far.
Tensors RunningExtreme::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor nothing = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  return {scatter_add(nothing, dim, b.output(1), b.dy())};
}

CumulativeResult cummax(const Tensor& input, std::int64_t dim) {
  Tensors out = apply_many(Cummax{{dim}}, input);
  return {std::move(out[0]), std::move(out[1])};
}
CumulativeResult cummin(const Tensor& input, std::int64_t dim) {
  Tensors out = apply_many(Cummin{{dim}}, input);
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace limpid
