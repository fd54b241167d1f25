// Reductions: sums, means, extremes, norms, softmax (limpid/ops/sum, mean, max, ...).

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/all_ops/pointwise.h"
#include "limpid/ops/all_ops/reduction.h"
#include "op_binding.h"
#include "result_dtype.h"
#include "tables.h"

namespace limpid::python {

namespace {

using OptionalDType = std::optional<DType>;

Shape shape_of(const Dims& dim) { return Shape(dim.get()); }

/// name(input, dim=None, keepdim=False, *, dtype=None)
template <class Card, class F>
void sum_like(nb::module_& m, F f) {
  op<Card>(m, kUsual, f, "input"_a, "dim"_a = nb::none(), "keepdim"_a = false, nb::kw_only(),
           "dtype"_a = nb::none());
}

void add_sums(nb::module_& m) {
  sum_like<Sum>(m, [](const Tensor& input, const Dims& dim, bool keepdim, OptionalDType dtype) {
    return in_dtype("sum", input, dtype,
                    [&](const Tensor& x) { return sum(x, dim.get(), keepdim); });
  });
  sum_like<Mean>(m, [](const Tensor& input, const Dims& dim, bool keepdim, OptionalDType dtype) {
    return mean(as_dtype(input, dtype), dim.get(), keepdim);
  });
  sum_like<Nansum>(m, [](const Tensor& input, const Dims& dim, bool keepdim, OptionalDType dtype) {
    return in_dtype("nansum", input, dtype,
                    [&](const Tensor& x) { return nansum(x, shape_of(dim), keepdim); });
  });
  sum_like<Nanmean>(m, [](const Tensor& input, const Dims& dim, bool keepdim, OptionalDType dtype) {
    if (dtype && !is_floating(*dtype))
      throw DTypeError(str("nanmean: dtype=", *dtype, ", but a mean is a float"));
    return nanmean(as_dtype(input, dtype), shape_of(dim), keepdim);
  });
  op<Prod>(
      m, kFunction | kMethod,
      [](const Tensor& input, OptionalDType dtype) {
        return in_dtype("prod", input, dtype, [](const Tensor& x) { return prod(x); });
      },
      "input"_a, nb::kw_only(), "dtype"_a = nb::none());
  op<Prod>(
      m, kUsual,
      [](const Tensor& input, std::int64_t dim, bool keepdim, OptionalDType dtype) {
        return in_dtype("prod", input, dtype,
                        [&](const Tensor& x) { return prod(x, dim, keepdim); });
      },
      "input"_a, "dim"_a, "keepdim"_a = false, nb::kw_only(), "dtype"_a = nb::none());
  op<CountNonzero>(
      m, kFunction | kMethod,
      [](const Tensor& input, const Dims& dim) { return count_nonzero(input, shape_of(dim)); },
      "input"_a, "dim"_a = nb::none());
}

/// max(input), max(input, other), max(input, dim, keepdim=False) -> (values, indices)
template <class Card, Tensor (*over_all)(const Tensor&),
          ExtremeResult (*along)(const Tensor&, std::int64_t, bool),
          Tensor (*between)(const Tensor&, const Tensor&)>
void extreme(nb::module_& m) {
  op<Card>(m, kUsual, over_all, "input"_a);
  op<Card>(m, kUsual, between, "input"_a, "other"_a);
  op<Card>(
      m, kUsual,
      [](const Tensor& input, std::int64_t dim, bool keepdim) {
        const ExtremeResult result = along(input, dim, keepdim);
        return NamedPair{Card::doc.name.data(), result.values, result.indices};
      },
      "input"_a, "dim"_a, "keepdim"_a = false);
}

template <class Card, Tensor (*f)(const Tensor&, std::span<const std::int64_t>, bool)>
void extreme_over_axes(nb::module_& m) {
  op<Card>(
      m, kUsual,
      [](const Tensor& input, const Dims& dim, bool keepdim) {
        return f(input, dim.get(), keepdim);
      },
      "input"_a, "dim"_a = nb::tuple(), "keepdim"_a = false);
}

void add_extremes(nb::module_& m) {
  extreme<Max, max, max, maximum>(m);
  extreme<Min, min, min, minimum>(m);
  extreme_over_axes<Amax, amax>(m);
  extreme_over_axes<Amin, amin>(m);
  op<Argmax>(m, kUsual, argmax, "input"_a, "dim"_a = nb::none(), "keepdim"_a = false);
  op<Argmin>(m, kUsual, argmin, "input"_a, "dim"_a = nb::none(), "keepdim"_a = false);
  op<Aminmax>(
      m, kUsual,
      [](const Tensor& input, std::optional<std::int64_t> dim, bool keepdim) {
        const AminmaxResult result = aminmax(input, dim ? Shape{*dim} : Shape{}, keepdim);
        return NamedPair{"aminmax", result.min, result.max};
      },
      "input"_a, nb::kw_only(), "dim"_a = nb::none(), "keepdim"_a = false);
}

template <class Card, Tensor (*f)(const Tensor&, const Shape&, bool)>
void verdict(nb::module_& m) {
  op<Card>(
      m, kUsual,
      [](const Tensor& input, const Dims& dim, bool keepdim) {
        return f(input, shape_of(dim), keepdim);
      },
      "input"_a, "dim"_a = nb::none(), "keepdim"_a = false);
}

/// The three forms of var and its kin: (input, dim=None, *, correction=1, keepdim=False), and the
/// older ones with `unbiased` for a correction of 1 or 0.
template <class Card, class Result, class F>
void spread(nb::module_& m, unsigned forms, F) {
  op<Card>(
      m, forms,
      [](const Tensor& input, const Dims& dim, std::optional<double> correction, bool keepdim)
          -> Result { return F{}(input, shape_of(dim), correction.value_or(1), keepdim); },
      "input"_a, "dim"_a = nb::none(), nb::kw_only(), "correction"_a = nb::none(),
      "keepdim"_a = false);
  op<Card>(
      m, forms,
      [](const Tensor& input, const Dims& dim, bool unbiased, bool keepdim) -> Result {
        return F{}(input, shape_of(dim), unbiased ? 1.0 : 0.0, keepdim);
      },
      "input"_a, "dim"_a, "unbiased"_a = true, "keepdim"_a = false);
  op<Card>(
      m, forms & ~kOut,
      [](const Tensor& input, bool unbiased) -> Result {
        return F{}(input, Shape{}, unbiased ? 1.0 : 0.0, false);
      },
      "input"_a, "unbiased"_a);
}

/// The covariance of integers is a float; cov() itself refuses what is no number.
Tensor as_floats(const Tensor& input) {
  const bool whole = !is_floating(input.dtype()) && !is_bool(input.dtype());
  return whole ? input.to(kDefaultDType) : input;
}

void add_spreads(nb::module_& m) {
  spread<Var, Tensor>(m, kUsual, [](const auto&... a) { return limpid::var(a...); });
  spread<Std, Tensor>(m, kUsual, [](const auto&... a) { return limpid::std(a...); });
  spread<VarMean, TensorTuple>(m, kFunction, [](const auto&... a) {
    const VarMeanResult result = var_mean(a...);
    return TensorTuple{{result.var, result.mean}};
  });
  spread<StdMean, TensorTuple>(m, kFunction, [](const auto&... a) {
    const StdMeanResult result = std_mean(a...);
    return TensorTuple{{result.std, result.mean}};
  });
  op<Cov>(
      m, kFunction | kMethod,
      [](const Tensor& input, std::int64_t correction, const std::optional<Tensor>& fweights,
         const std::optional<Tensor>& aweights) {
        if (fweights || aweights)
          throw ValueError("cov: fweights and aweights are not supported; weight the rows before");
        return cov(as_floats(input), static_cast<double>(correction));
      },
      "input"_a, nb::kw_only(), "correction"_a = 1, "fweights"_a = nb::none(),
      "aweights"_a = nb::none());
  op<Corrcoef>(
      m, kFunction | kMethod, [](const Tensor& input) { return corrcoef(as_floats(input)); },
      "input"_a);
}

using Order = std::variant<double, std::string>;
/// The order of a norm of all elements or along axes: "fro" is 2.
double order_of(const std::optional<Order>& p) {
  if (!p) return 2;
  if (const double* number = std::get_if<double>(&*p)) return *number;
  const auto& name = std::get<std::string>(*p);
  if (name == "fro") return 2;
  throw ValueError(str("norm: p must be a number or 'fro', not '", name, "'"));
}

/// Over one axis, as limpid::normalize, or over several.
Tensor normalize_over(const Tensor& input, double p, const Dims& dim, double eps) {
  if (dim && dim.get().size() == 1) return normalize(input, p, dim.get()[0], eps);
  return composite<Normalize>({input}, [&] {
    return input / clamp(vector_norm(input, p, shape_of(dim), /*keepdim=*/true), eps);
  });
}

void add_norms(nb::module_& m) {
  const auto norm_by = [](const Tensor& input, const std::optional<Order>& p, const Dims& dim,
                          bool keepdim, OptionalDType dtype) {
    return norm(as_dtype(input, dtype), order_of(p), shape_of(dim), keepdim);
  };
  row(
      m, "norm", docstring(Norm::doc), kFunction | kOut,
      [](const Tensor& input, const std::optional<Order>& p, const Dims& dim, bool keepdim) {
        return norm(input, order_of(p), shape_of(dim), keepdim);
      },
      "input"_a, "p"_a = "fro", "dim"_a = nb::none(), "keepdim"_a = false);
  row(m, "norm", "", kFunction, norm_by, "input"_a, "p"_a = "fro", "dim"_a = nb::none(),
      "keepdim"_a = false, nb::kw_only(), "dtype"_a);
  define_method("norm", docstring(Norm::doc), +norm_by, "input"_a, "p"_a = "fro",
                "dim"_a = nb::none(), "keepdim"_a = false, "dtype"_a = nb::none());
  nb::module_ linalg = m.def_submodule("_linalg");
  op<VectorNorm>(
      linalg, kFunction | kOut,
      [](const Tensor& x, double ord, const Dims& dim, bool keepdim, OptionalDType dtype) {
        return vector_norm(as_dtype(x, dtype), ord, shape_of(dim), keepdim);
      },
      "x"_a, "ord"_a = 2.0, "dim"_a = nb::none(), "keepdim"_a = false, nb::kw_only(),
      "dtype"_a = nb::none());
  nb::module_ nn = functional(m);
  op<Normalize>(nn, kFunction | kOut, normalize_over, "input"_a, "p"_a = 2.0, "dim"_a = 1,
                "eps"_a = 1e-12);
}

template <class Card, Tensor (*f)(const Tensor&, std::int64_t)>
void softmax_like(nb::module_& m) {
  op<Card>(
      m, kFunction | kMethod,
      [](const Tensor& input, std::int64_t dim, OptionalDType dtype) {
        return f(as_dtype(input, dtype), dim);
      },
      "input"_a, "dim"_a, "dtype"_a = nb::none());
}

}  // namespace

void add_reduction_ops(nb::module_& m) {
  add_sums(m);
  add_extremes(m);
  verdict<Any, any>(m);
  verdict<All, all>(m);
  add_spreads(m);
  add_norms(m);
  softmax_like<Softmax, softmax>(m);
  softmax_like<LogSoftmax, log_softmax>(m);
  op<LogSumExp>(
      m, kUsual,
      [](const Tensor& input, const Dims& dim, bool keepdim) {
        return logsumexp(input, shape_of(dim), keepdim);
      },
      "input"_a, "dim"_a, "keepdim"_a = false);
}

}  // namespace limpid::python
