// Products of matrices and distances (limpid/ops/matmul, products, einsum, linear, distance).

#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/ops/all_ops/matrix.h"
#include "limpid/ops/all_ops/pointwise.h"
#include "limpid/ops/all_ops/reduction.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

void add_products(nb::module_& m) {
  op<MatMul>(m, kUsual, matmul, "input"_a, "other"_a);
  op<Mm>(m, kUsual, mm, "input"_a, "mat2"_a);
  op<Mv>(m, kUsual, mv, "input"_a, "vec"_a);
  op<Bmm>(m, kUsual, bmm, "input"_a, "mat2"_a);
  op<Dot>(m, kUsual, dot, "input"_a, "tensor"_a);
  row(m, "vdot", docstring(Dot::doc), kUsual, dot, "input"_a, "other"_a);
  op<Outer>(m, kUsual, outer, "input"_a, "vec2"_a);
  row(m, "ger", docstring(Outer::doc), kUsual, outer, "input"_a, "vec2"_a);
  row(
      m, "inner", "Sums of products along the last axis of both.", kUsual,
      [](const Tensor& input, const Tensor& other) {
        if (input.dim() == 0 || other.dim() == 0) return mul(input, other);
        return tensordot(input, other, Shape{-1}, Shape{-1});
      },
      "input"_a, "other"_a);
  op<Kron>(m, kUsual, kron, "input"_a, "other"_a);
  op<Trace>(m, kFunction | kMethod, trace, "input"_a);
}

/// name(input, a, b, *, beta=1, alpha=1), in place too
template <class Card, Tensor (*f)(const Tensor&, const Tensor&, const Tensor&, AddmmOptions)>
void scaled_sum(nb::module_& m, const char* a, const char* b) {
  op_and_in_place<Card>(
      m,
      [](const Tensor& input, const Tensor& x, const Tensor& y, const Scalar& beta,
         const Scalar& alpha) { return f(input, x, y, {.beta = beta, .alpha = alpha}); },
      "input"_a, nb::arg(a), nb::arg(b), nb::kw_only(), "beta"_a = 1, "alpha"_a = 1);
}

/// beta input + alpha x y^T, and the same with the products of a batch added up.
Tensor addr(const Tensor& input, const Tensor& x, const Tensor& y, AddmmOptions options) {
  const AutocastOff not_worth_a_cast;
  return addmm(input, x.unsqueeze(1), y.unsqueeze(0), options);
}
Tensor addbmm(const Tensor& input, const Tensor& x, const Tensor& y, AddmmOptions options) {
  const Tensor each = bmm(x, y);
  const bool lower = is_autocast_enabled() && input.dtype() == DType::f32;
  const Tensor start = lower ? input.to(each.dtype()) : input;
  const Tensor products = sum(each, std::vector<std::int64_t>{0}).to(each.dtype());
  return add(mul(start, scalar_beside(options.beta, start)), products, options.alpha);
}
template <Tensor (*f)(const Tensor&, const Tensor&, const Tensor&, AddmmOptions)>
void scaled_sum_without_card(nb::module_& m, const char* name, const char* doc, const char* a,
                             const char* b) {
  const auto call =
      +[](const Tensor& input, const Tensor& x, const Tensor& y, const Scalar& beta,
          const Scalar& alpha) { return f(input, x, y, {.beta = beta, .alpha = alpha}); };
  row(m, name, doc, kUsual, call, "input"_a, nb::arg(a), nb::arg(b), nb::kw_only(), "beta"_a = 1,
      "alpha"_a = 1);
  define_in_place(name, call, "input"_a, nb::arg(a), nb::arg(b), nb::kw_only(), "beta"_a = 1,
                  "alpha"_a = 1);
}

void add_scaled_sums(nb::module_& m) {
  scaled_sum<Addmm, addmm>(m, "mat1", "mat2");
  scaled_sum<Addmv, addmv>(m, "mat", "vec");
  scaled_sum<Baddbmm, baddbmm>(m, "batch1", "batch2");
  scaled_sum_without_card<addr>(m, "addr", "beta input + alpha vec1 vec2^T.", "vec1", "vec2");
  scaled_sum_without_card<addbmm>(m, "addbmm",
                                  "beta input + alpha times the sum of the products of a batch.",
                                  "batch1", "batch2");
}

/// Without dim, the first axis of size 3.
Tensor cross_of(const Tensor& input, const Tensor& other, std::optional<std::int64_t> dim) {
  if (dim) return cross(input, other, *dim);
  for (int axis = 0; axis < input.dim(); ++axis)
    if (input.size(axis) == 3) return cross(input, other, axis);
  throw ShapeError(str("cross: no axis of ", input.shape(), " has size 3"));
}

/// A list of the numbers of axes as letters, which are in the same order: 0 is A and 26 is a.
std::string letters(nb::handle axes) {
  std::string out;
  for (nb::handle axis : axes) {
    if (axis.ptr() == Py_Ellipsis) {
      out += "...";
      continue;
    }
    const auto i = nb::cast<std::int64_t>(axis);
    if (i < 0 || i >= 52)
      throw ValueError(str("einsum: axes in a list are numbers from 0 to 51, not ", i));
    out += static_cast<char>(i < 26 ? 'A' + i : 'a' + (i - 26));
  }
  return out;
}

/// einsum(a, [0, 1], b, [1, 2], [0, 2]): the last list, of the result, may be left out.
Tensor einsum_of_lists(const Tensor& first, const nb::args& rest) {
  std::string equation;
  TensorList operands{first};
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const nb::handle entry = rest[i];
    if (i % 2 == 1 && is_tensor(entry.ptr())) {
      operands.push_back(nb::cast<Tensor>(entry));
      continue;
    }
    if (is_tensor(entry.ptr()) || !PySequence_Check(entry.ptr()) || (i % 2 && i + 1 < rest.size()))
      throw nb::type_error("einsum: takes a str, or each tensor followed by a list of its axes");
    equation += (i % 2 ? "->" : i > 0 ? "," : "") + letters(entry);
  }
  return einsum(equation, operands);
}

void add_contractions(nb::module_& m) {
  define(
      m, "einsum", docstring(Einsum::doc),
      [](const std::variant<std::string, Tensor>& equation, nb::args operands) {
        if (const Tensor* first = std::get_if<Tensor>(&equation))
          return einsum_of_lists(*first, operands);
        return einsum(std::get<std::string>(equation), tensors_of(operands));
      },
      "equation"_a, "operands"_a);
  using Axes = std::variant<std::int64_t, std::pair<Shape, Shape>>;
  op<Tensordot>(
      m, kFunction | kOut,
      [](const Tensor& a, const Tensor& b, const Axes& dims) {
        if (const auto* count = std::get_if<std::int64_t>(&dims)) return tensordot(a, b, *count);
        const auto& [of_a, of_b] = std::get<std::pair<Shape, Shape>>(dims);
        return tensordot(a, b, of_a, of_b);
      },
      "a"_a, "b"_a, "dims"_a = 2);
  op<Cross>(m, kUsual, cross_of, "input"_a, "other"_a, "dim"_a = nb::none());
  define(m, "chain_matmul", docstring(MultiDot::doc),
         [](nb::args matrices) { return multi_dot(tensors_of(matrices)); });
  nb::module_ linalg = m.def_submodule("_linalg");
  op<MultiDot>(
      linalg, kFunction | kOut, [](const TensorList& tensors) { return multi_dot(tensors); },
      "tensors"_a);
  op<Cross>(linalg, kFunction | kOut, cross, "input"_a, "other"_a, nb::kw_only(), "dim"_a = -1);
}

void add_distances(nb::module_& m) {
  op<Cdist>(
      m, kFunction,
      [](const Tensor& x1, const Tensor& x2, double p, const std::optional<std::string>&) {
        return cdist(x1, x2, p);
      },
      "x1"_a, "x2"_a, "p"_a = 2.0, "compute_mode"_a = nb::none());
  op<PairwiseDistance>(
      m, kFunction,
      [](const Tensor& x1, const Tensor& x2, double p, double eps, bool keepdim) {
        return pairwise_distance(x1, x2, {.p = p, .eps = eps, .keepdim = keepdim});
      },
      "x1"_a, "x2"_a, "p"_a = 2.0, "eps"_a = 1e-6, "keepdim"_a = false);
  op<CosineSimilarity>(m, kFunction, cosine_similarity, "x1"_a, "x2"_a, "dim"_a = 1,
                       "eps"_a = 1e-8);
  nb::module_ nn = functional(m);
  op<Linear>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias) {
        // PyTorch's F.linear takes a vector for one output without an axis of its own.
        if (weight.dim() == 1 && !bias) return linear(input, weight.unsqueeze(0), {}).squeeze(-1);
        return linear(input, weight, or_none(bias));
      },
      "input"_a, "weight"_a, "bias"_a = nb::none());
  op<LinearRelu>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias) {
        return linear_relu(input, weight, or_none(bias));
      },
      "input"_a, "weight"_a, "bias"_a = nb::none());
}

}  // namespace

void add_matrix_ops(nb::module_& m) {
  add_products(m);
  add_scaled_sums(m);
  add_contractions(m);
  add_distances(m);
}

}  // namespace limpid::python
