#include "limpid/ops/products/products.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/ops/axes/axes.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/roll/roll.h"
#include "limpid/ops/sum/sum.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

void check_rank(const char* input, const Tensor& x, int rank, const char* what) {
  if (x.dim() != rank)
    throw ShapeError(
        str(input, " must be ", what, ", got shape ", x.shape(), "; matmul() takes all ranks"));
}

/// The product of a vector, which is not worth a cast: mixed precision leaves it what arrives, and
/// of two dtypes the wider.
Tensor vector_product(const Tensor& a, const Tensor& b) {
  if (!is_autocast_enabled()) return matmul(a, b);
  const AutocastOff as_it_is;
  const DType dtype = promote_types(a.dtype(), b.dtype());
  return matmul(a.to(dtype), b.to(dtype));
}

/// beta x + alpha p. Mixed precision takes x in the dtype of the product.
Tensor added(const Tensor& input, const Tensor& p, const AddmmOptions& options) {
  const bool lower = is_autocast_enabled() && input.dtype() == DType::f32;
  const Tensor x = lower ? input.to(p.dtype()) : input;
  if (!broadcasts_to(x.shape(), p.shape()))
    throw ShapeError(str("input of shape ", x.shape(), " does not broadcast to the product",
                         " of shape ", p.shape()));
  const Tensor scaled = options.alpha == Scalar(1) ? p : p * options.alpha;
  if (options.beta.as_double() == 0) return scaled;
  return options.beta == Scalar(1) ? x + scaled : add(scaled, x, options.beta);
}

}  // namespace

Tensor mm(const Tensor& input, const Tensor& mat2) {
  return composite<Mm>({input, mat2}, [&] {
    check_rank("input", input, 2, "a matrix");
    check_rank("mat2", mat2, 2, "a matrix");
    return matmul(input, mat2);
  });
}
Tensor mv(const Tensor& input, const Tensor& vec) {
  return composite<Mv>({input, vec}, [&] {
    check_rank("input", input, 2, "a matrix");
    check_rank("vec", vec, 1, "a vector");
    return vector_product(input, vec);
  });
}
Tensor bmm(const Tensor& input, const Tensor& mat2) {
  return composite<Bmm>({input, mat2}, [&] {
    check_rank("input", input, 3, "a stack of matrices");
    check_rank("mat2", mat2, 3, "a stack of matrices");
    if (input.shape()[0] != mat2.shape()[0])
      throw ShapeError(str("input ", input.shape(), " is a stack of ", input.shape()[0],
                           " matrices but mat2 ", mat2.shape(), " of ", mat2.shape()[0],
                           "; matmul() broadcasts stacks of 1"));
    return matmul(input, mat2);
  });
}
Tensor Tensor::bmm(const Tensor& other) const { return limpid::bmm(*this, other); }
Tensor dot(const Tensor& input, const Tensor& other) {
  return composite<Dot>({input, other}, [&] {
    check_rank("input", input, 1, "a vector");
    check_rank("other", other, 1, "a vector");
    return vector_product(input, other);
  });
}
Tensor outer(const Tensor& input, const Tensor& vec2) {
  return composite<Outer>({input, vec2}, [&] {
    check_rank("input", input, 1, "a vector");
    check_rank("vec2", vec2, 1, "a vector");
    return input.unsqueeze(1) * vec2;
  });
}

Tensor addmm(const Tensor& input, const Tensor& mat1, const Tensor& mat2, AddmmOptions options) {
  return composite<Addmm>({input, mat1, mat2}, [&] {
    check_rank("mat1", mat1, 2, "a matrix");
    check_rank("mat2", mat2, 2, "a matrix");
    return added(input, matmul(mat1, mat2), options);
  });
}
Tensor addmv(const Tensor& input, const Tensor& mat, const Tensor& vec, AddmmOptions options) {
  return composite<Addmv>({input, mat, vec}, [&] {
    check_rank("mat", mat, 2, "a matrix");
    check_rank("vec", vec, 1, "a vector");
    return added(input, vector_product(mat, vec), options);
  });
}
Tensor baddbmm(const Tensor& input, const Tensor& batch1, const Tensor& batch2,
               AddmmOptions options) {
  return composite<Baddbmm>({input, batch1, batch2},
                            [&] { return added(input, bmm(batch1, batch2), options); });
}

Tensor trace(const Tensor& input) {
  return composite<Trace>({input}, [&] {
    check_rank("input", input, 2, "a matrix");
    return input.diagonal().sum();
  });
}

// y as (a, n, b, m) of products, then with neighbours merged.
Tensor kron(const Tensor& input, const Tensor& other) {
  return composite<Kron>({input, other}, [&]() -> Tensor {
    const int rank = std::max(input.dim(), other.dim());
    const auto padded = [&](const Tensor& x) {
      Shape shape = x.shape();
      while (shape.rank() < rank) shape.insert(0, 1);
      return shape;
    };
    const Shape a = padded(input), b = padded(other);
    Shape left, right, merged;
    for (int i = 0; i < rank; ++i) {
      left.push_back(a[i]), left.push_back(1);
      right.push_back(1), right.push_back(b[i]);
      merged.push_back(a[i] * b[i]);
    }
    return (input.reshape(left) * other.reshape(right)).reshape(merged);
  });
}

// With e_i the element i places further on, in turn: y = a_1 b_2 - a_2 b_1.
Tensor cross(const Tensor& input, const Tensor& other, std::int64_t dim) {
  return composite<Cross>({input, other}, [&]() -> Tensor {
    if (input.dim() != other.dim())
      throw ShapeError(str("input has ", input.dim(), " dimensions but other ", other.dim(),
                           "; they need as many"));
    if (input.dim() == 0) throw ShapeError("needs vectors of 3 elements, got 0-d tensors");
    const int axis = normalize_axis(dim, input.dim());
    if (input.shape()[axis] != 3 || other.shape()[axis] != 3)
      throw ShapeError(str("dimension ", axis, " must have size 3 in both, got ",
                           input.shape()[axis], " and ", other.shape()[axis]));
    const auto further = [&](const Tensor& x, std::int64_t places) {
      return roll(x, -places, axis);
    };
    return further(input, 1) * further(other, 2) - further(input, 2) * further(other, 1);
  });
}

namespace {

/// cut[i][j]: the k at which the product of matrices i ... j is best cut into i ... k and k + 1 ...
std::vector<std::vector<std::size_t>> best_cuts(std::span<const Tensor> matrices) {
  const std::size_t n = matrices.size();
  const auto size = [&](std::size_t i) {
    return static_cast<double>(i < n ? matrices[i].shape()[0] : matrices[n - 1].shape()[1]);
  };
  std::vector<std::vector<double>> cost(n, std::vector<double>(n, 0));
  std::vector<std::vector<std::size_t>> cut(n, std::vector<std::size_t>(n, 0));
  for (std::size_t length = 2; length <= n; ++length)
    for (std::size_t i = 0, j = length - 1; j < n; ++i, ++j)
      for (std::size_t k = i; k < j; ++k) {
        const double total = cost[i][k] + cost[k + 1][j] + size(i) * size(k + 1) * size(j + 1);
        if (k > i && total >= cost[i][j]) continue;
        cost[i][j] = total;
        cut[i][j] = k;
      }
  return cut;
}

Tensor multiply(std::span<const Tensor> matrices, const std::vector<std::vector<std::size_t>>& cut,
                std::size_t i, std::size_t j) {
  if (i == j) return matrices[i];
  const std::size_t k = cut[i][j];
  return matmul(multiply(matrices, cut, i, k), multiply(matrices, cut, k + 1, j));
}

}  // namespace

Tensor multi_dot(std::span<const Tensor> tensors) {
  return composite<MultiDot>(tensors, [&] {
    if (tensors.size() < 2) throw ValueError("needs at least two tensors");
    std::vector<Tensor> matrices(tensors.begin(), tensors.end());
    const bool row = tensors[0].dim() == 1, column = tensors.back().dim() == 1;
    if (row) matrices[0] = tensors[0].unsqueeze(0);
    if (column) matrices.back() = tensors.back().unsqueeze(1);
    for (std::size_t i = 0; i < matrices.size(); ++i) {
      if (matrices[i].dim() != 2)
        throw ShapeError(str("tensor ", i, " has shape ", tensors[i].shape(),
                             ", but products are of matrices; only the first and last may be "
                             "vectors"));
      if (i && matrices[i - 1].shape()[1] != matrices[i].shape()[0])
        throw ShapeError(str("tensor ", i - 1, " of shape ", tensors[i - 1].shape(), " and tensor ",
                             i, " of shape ", tensors[i].shape(),
                             " do not fit: ", matrices[i - 1].shape()[1], " columns, ",
                             matrices[i].shape()[0], " rows"));
    }
    Tensor y = multiply(matrices, best_cuts(matrices), 0, matrices.size() - 1);
    if (column) y = y.squeeze(1);
    return row ? y.squeeze(0) : y;
  });
}

}  // namespace limpid
