#include "limpid/ops/tril/tril.h"

#include "limpid/core/str.h"
#include "limpid/core/walk.h"

namespace limpid {

Spec TriangleCard::infer(const Inputs& in) const {
  if (in[0].rank() < 2)
    throw ShapeError(str("needs matrices, of at least 2 dimensions, got shape ", in[0].shape));
  return in[0];
}

namespace {

/// y = x where keep(row, column), else 0.
template <class Keep>
void copy_part(const AnyView& x, const AnyView& y, const Keep& keep) {
  const std::int64_t rows = x.shape[x.rank - 2], columns = x.shape[x.rank - 1];
  const Strides counting = contiguous_strides(Shape(shape_of(x)));
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<3>(shape_of(x), {counting.data(), x.strides, y.strides}, [&](const auto& at) {
      const std::int64_t row = at[0] / columns % rows, column = at[0] % columns;
      static_cast<T*>(y.data)[at[2]] =
          keep(row, column) ? static_cast<const T*>(x.data)[at[1]] : T(0);
    });
  });
}

}  // namespace

void Tril::forward(Reference, const Io& io) const {
  copy_part(io.in[0], io.out[0],
            [&](std::int64_t row, std::int64_t column) { return column - row <= diagonal; });
}
void Triu::forward(Reference, const Io& io) const {
  copy_part(io.in[0], io.out[0],
            [&](std::int64_t row, std::int64_t column) { return column - row >= diagonal; });
}

// dx = the same triangle of dy.
Tensors Tril::gradient(const Backward& b) const { return {tril(b.dy(), diagonal)}; }
Tensors Triu::gradient(const Backward& b) const { return {triu(b.dy(), diagonal)}; }

Tensor tril(const Tensor& input, std::int64_t diagonal) { return apply(Tril{{diagonal}}, input); }
Tensor triu(const Tensor& input, std::int64_t diagonal) { return apply(Triu{{diagonal}}, input); }
Tensor Tensor::tril(std::int64_t diagonal) const { return limpid::tril(*this, diagonal); }
Tensor Tensor::triu(std::int64_t diagonal) const { return limpid::triu(*this, diagonal); }

}  // namespace limpid
