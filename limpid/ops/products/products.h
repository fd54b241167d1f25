#pragma once
// The products of matrices and vectors by their names, each with strict shapes. All come down to
// matmul or to an elementwise product.

#include "limpid/op/operator.h"

namespace limpid {

struct Mm {
  static constexpr OpDoc doc{.name = "mm",
                             .title = "Mm",
                             .summary = "The product of two matrices.",
                             .formula = "y[i, j] = sum over p of a[i, p] b[p, j]",
                             .inputs = "input, mat2",
                             .shapes = "(n, k) and (k, m) -> (n, m)"};
  static std::vector<Case> cases();
};
struct Mv {
  static constexpr OpDoc doc{.name = "mv",
                             .title = "Mv",
                             .summary = "The product of a matrix and a vector.",
                             .formula = "y[i] = sum over p of a[i, p] v[p]",
                             .inputs = "input, vec",
                             .shapes = "(n, k) and (k) -> (n)"};
  static std::vector<Case> cases();
};
struct Bmm {
  static constexpr OpDoc doc{.name = "bmm",
                             .title = "Bmm",
                             .summary = "The products of two stacks of matrices, pair by pair.",
                             .formula = "y[b, i, j] = sum over p of a[b, i, p] c[b, p, j]",
                             .inputs = "input, mat2",
                             .shapes = "(b, n, k) and (b, k, m) -> (b, n, m)"};
  static std::vector<Case> cases();
};
struct Dot {
  static constexpr OpDoc doc{.name = "dot",
                             .title = "Dot",
                             .summary = "The sum of the products of the elements of two vectors.",
                             .formula = "y = sum over i of a[i] b[i]",
                             .inputs = "input, other",
                             .shapes = "(n) and (n) -> ()"};
  static std::vector<Case> cases();
};
struct Outer {
  static constexpr OpDoc doc{
      .name = "outer",
      .title = "Outer",
      .summary = "All products of an element of one vector with one of another.",
      .formula = "y[i, j] = a[i] b[j]",
      .inputs = "input, vec2",
      .shapes = "(n) and (m) -> (n, m)"};
  static std::vector<Case> cases();
};
struct Addmm {
  static constexpr OpDoc doc{.name = "addmm",
                             .title = "Addmm",
                             .summary = "A product of matrices added to a matrix.",
                             .formula = "y = beta x + alpha (a b)",
                             .inputs = "input, mat1, mat2",
                             .shapes = "x that broadcasts to (n, m), (n, k) and (k, m) -> (n, m)"};
  static std::vector<Case> cases();
};
struct Addmv {
  static constexpr OpDoc doc{.name = "addmv",
                             .title = "Addmv",
                             .summary = "A product of a matrix and a vector added to a vector.",
                             .formula = "y = beta x + alpha (a v)",
                             .inputs = "input, mat, vec",
                             .shapes = "x that broadcasts to (n), (n, k) and (k) -> (n)"};
  static std::vector<Case> cases();
};
struct Baddbmm {
  static constexpr OpDoc doc{
      .name = "baddbmm",
      .title = "Baddbmm",
      .summary = "Products of stacks of matrices added to a stack of matrices.",
      .formula = "y[b] = beta x[b] + alpha (a[b] c[b])",
      .inputs = "input, batch1, batch2",
      .shapes = "x that broadcasts to (b, n, m), (b, n, k) and (b, k, m) -> (b, n, m)"};
  static std::vector<Case> cases();
};
struct Trace {
  static constexpr OpDoc doc{.name = "trace",
                             .title = "Trace",
                             .summary = "The sum of the diagonal of a matrix.",
                             .formula = "y = sum over i of x[i, i]",
                             .shapes = "(n, m) -> ()"};
  static std::vector<Case> cases();
};
struct Kron {
  static constexpr OpDoc doc{
      .name = "kron",
      .title = "Kron",
      .summary =
          "The Kronecker product: a copy of the second tensor for each element of the first.",
      .formula = "y[i n + k, j m + l] = a[i, j] b[k, l], of matrices",
      .inputs = "input, other",
      .shapes = "(a, b) and (n, m) -> (a n, b m); missing axes in front count as 1"};
  static std::vector<Case> cases();
};
struct Cross {
  static constexpr OpDoc doc{
      .name = "cross",
      .title = "Cross",
      .summary = "The vector products of vectors in space, which stand on both.",
      .formula = "y_0 = a_1 b_2 - a_2 b_1, and so on in turn, along dim",
      .inputs = "input, other",
      .shapes = "two shapes that broadcast, with 3 along dim -> their common shape",
      .source = "torch.linalg.cross"};
  static std::vector<Case> cases();
};
struct MultiDot {
  static constexpr OpDoc doc{
      .name = "multi_dot",
      .title = "MultiDot",
      .summary = "The product of several matrices, in the order that costs least.",
      .formula = "y = a b c ...",
      .inputs = "tensors...",
      .shapes = "(n, k), (k, l), ..., (p, m) -> (n, m); the first and last may be vectors",
      .source = "Cormen et al., Introduction to Algorithms, matrix-chain multiplication"};
  static std::vector<Case> cases();
};

/// ShapeError names the sizes that do not fit. Both of one dtype, as for matmul.
Tensor mm(const Tensor& input, const Tensor& mat2);
Tensor mv(const Tensor& input, const Tensor& vec);
Tensor bmm(const Tensor& input, const Tensor& mat2);
Tensor dot(const Tensor& input, const Tensor& other);
Tensor outer(const Tensor& input, const Tensor& vec2);

struct AddmmOptions {
  Scalar beta = 1;   ///< of the input; 0: the input is not looked at, even if it has NaN
  Scalar alpha = 1;  ///< of the product
};
Tensor addmm(const Tensor& input, const Tensor& mat1, const Tensor& mat2,
             AddmmOptions options = {});
Tensor addmv(const Tensor& input, const Tensor& mat, const Tensor& vec, AddmmOptions options = {});
Tensor baddbmm(const Tensor& input, const Tensor& batch1, const Tensor& batch2,
               AddmmOptions options = {});

Tensor trace(const Tensor& input);
Tensor kron(const Tensor& input, const Tensor& other);
/// Along the last axis unless `dim` says otherwise (torch.linalg.cross).
Tensor cross(const Tensor& input, const Tensor& other, std::int64_t dim = -1);
Tensor multi_dot(std::span<const Tensor> tensors);
inline Tensor multi_dot(std::initializer_list<Tensor> tensors) {
  return multi_dot(std::span(tensors.begin(), tensors.size()));
}

}  // namespace limpid
