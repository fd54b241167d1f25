#include "limpid/ops/matmul/matmul.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/composite/sum_to_size.h"
#include "limpid/ops/matmul/matmul_sizes.h"

namespace limpid {

namespace {

/// The axes in front of a matrix.
Shape batch_of(const Shape& shape) {
  return Shape(std::span(shape.data(), static_cast<std::size_t>(std::max(shape.rank() - 2, 0))));
}

void check(const Inputs& in) {
  for (int i = 0; i < 2; ++i) {
    if (is_bool(in[i].dtype))
      throw DTypeError("takes floats and integers, not bool; convert with .to(dtype)");
    if (in[i].rank() == 0)
      throw ShapeError(str(i ? "other" : "input", " is 0-d; matmul needs at least 1 dimension on ",
                           "both sides (a number times a tensor is `*`)"));
  }
  if (in[0].dtype != in[1].dtype)
    throw DTypeError(str("input is ", in[0].dtype, " but other is ", in[1].dtype,
                         "; both must have one dtype: convert one with .to(dtype)"));
  const int left = in[0].rank() - 1, right = std::max(in[1].rank() - 2, 0);
  if (in[0][left] != in[1][right])
    throw ShapeError(str("dimension ", left, " of input ", in[0].shape, " has size ", in[0][left],
                         " but dimension ", right, " of other ", in[1].shape, " has size ",
                         in[1][right], "; they must be equal"));
}

/// All axes but the last as one: a stack of matrices as one tall matrix.
Tensor stacked(const Tensor& x) { return x.dim() == 2 ? x : x.flatten(0, -2); }

}  // namespace

Spec MatMul::infer(const Inputs& in) const {
  check(in);
  const Shape &a = in[0].shape, &b = in[1].shape;
  if (a.rank() == 2 && b.rank() == 2) [[likely]]
    return Spec({a[0], b[1]}, in[0].dtype, in[0].device);
  Shape out = broadcast_shapes(batch_of(a), batch_of(b));
  if (a.rank() > 1) out.push_back(a[a.rank() - 2]);
  if (b.rank() > 1) out.push_back(b.back());
  return Spec(std::move(out), in[0].dtype, in[0].device);
}

double MatMul::flops(const Inputs& in) const {
  return 2.0 * static_cast<double>(numel(infer(in).shape)) *
         static_cast<double>(in[0].shape.back());
}

void MatMul::forward(Reference, const Io& io) const {
  const AnyView &a = io.in[0], &b = io.in[1], &y = io.out[0];
  const MatMulSizes s(a, b, y);
  visit_dtype(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    // int64 may overflow, which is defined to wrap only for unsigned numbers.
    using W = std::conditional_t<is_float_type<T>, Wide<T>, std::uint64_t>;
    T* to = static_cast<T*>(y.data);
    walk<2>(s.batch, {s.a.batch.data(), s.b.batch.data()}, [&](const auto& at) {
      const T *left = static_cast<const T*>(a.data) + at[0],
              *right = static_cast<const T*>(b.data) + at[1];
      for (std::int64_t i = 0; i < s.m; ++i)
        for (std::int64_t j = 0; j < s.n; ++j) {
          W sum = 0;
          for (std::int64_t p = 0; p < s.k; ++p)
            sum += static_cast<W>(left[i * s.a.row_stride + p * s.a.column_stride]) *
                   static_cast<W>(right[p * s.b.row_stride + j * s.b.column_stride]);
          *to++ = static_cast<T>(sum);
        }
    });
  });
}

// da = dy b^T and db = a^T dy, summed over the batches that were broadcast. Vectors take part as
// the matrices they stand for.
Tensors MatMul::gradient(const Backward& b) const {
  const Shape &a_shape = b.input_shape(0), &b_shape = b.input_shape(1);
  Tensor dy = b.dy(), da, db;
  if (b_shape.rank() == 1) dy = dy.unsqueeze(-1);  // a column again
  if (a_shape.rank() == 1) dy = dy.unsqueeze(-2);  // a row again
  if (b.needs(0)) {
    const Tensor right = b_shape.rank() == 1 ? b.input(1).unsqueeze(-1) : b.input(1);
    const Shape matrix = a_shape.rank() == 1 ? Shape{1, a_shape[0]} : a_shape;
    da = sum_to_size(matmul(dy, right.transpose(-1, -2)), matrix).reshape(a_shape);
  }
  if (b.needs(1)) {
    const Tensor left = a_shape.rank() == 1 ? b.input(0).unsqueeze(0) : b.input(0);
    if (b_shape.rank() > 2) db = sum_to_size(matmul(left.transpose(-1, -2), dy), b_shape);
    else  // one product sums over the batches by itself
      db = matmul(stacked(left).t(), stacked(dy)).reshape(b_shape);
  }
  return {da, db};
}

Tensor matmul(const Tensor& input, const Tensor& other) { return apply(MatMul{}, input, other); }
Tensor Tensor::matmul(const Tensor& other) const { return limpid::matmul(*this, other); }

}  // namespace limpid
