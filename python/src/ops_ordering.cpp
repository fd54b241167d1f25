// Sorting, scanning and counting (limpid/ops/sort, topk, cumsum, unique, ...).

#include "limpid/core/str.h"
#include "limpid/ops/all_ops/ordering.h"
#include "limpid/ops/gather/gather.h"
#include "op_binding.h"
#include "result_dtype.h"
#include "tables.h"

namespace limpid::python {

namespace {

using OptionalDType = std::optional<DType>;

/// The pair of a result with values and indices, under the name of its card.
template <class Card, class Result>
NamedPair named(const Result& result) {
  return {Card::doc.name.data(), result.values, result.indices};
}

template <class Card, Tensor (*f)(const Tensor&, std::int64_t)>
void scan(nb::module_& m) {
  op<Card>(
      m, kUsual,
      [](const Tensor& input, std::int64_t dim, OptionalDType dtype) {
        return in_dtype(Card::doc.name.data(), input, dtype,
                        [&](const Tensor& x) { return f(x, dim); });
      },
      "input"_a, "dim"_a, nb::kw_only(), "dtype"_a = nb::none());
  define_in_place(
      std::string(Card::doc.name),
      +[](const Tensor& input, std::int64_t dim, OptionalDType dtype) {
        if (dtype && *dtype != input.dtype())
          throw DTypeError(str(Card::doc.name, "_: dtype=", *dtype, ", but the tensor is ",
                               input.dtype(), ", which a change in place keeps"));
        return f(input, dim);
      },
      "input"_a, "dim"_a, nb::kw_only(), "dtype"_a = nb::none());
}

template <class Card, CumulativeResult (*f)(const Tensor&, std::int64_t)>
void running_extreme(nb::module_& m) {
  op<Card>(
      m, kUsual, [](const Tensor& input, std::int64_t dim) { return named<Card>(f(input, dim)); },
      "input"_a, "dim"_a);
}

void add_scans(nb::module_& m) {
  scan<Cumsum, cumsum>(m);
  scan<Cumprod, cumprod>(m);
  running_extreme<Cummax, cummax>(m);
  running_extreme<Cummin, cummin>(m);
  op<LogCumsumExp>(m, kUsual, logcumsumexp, "input"_a, "dim"_a);
  op<LinearRecurrence>(m, kFunction, linear_recurrence, "factor"_a, "term"_a, "dim"_a,
                       "reverse"_a = false);
  op<Diff>(
      m, kUsual,
      [](const Tensor& input, std::int64_t n, std::int64_t dim,
         const std::optional<Tensor>& prepend, const std::optional<Tensor>& append) {
        return diff(input, n, dim, or_none(prepend), or_none(append));
      },
      "input"_a, "n"_a = 1, "dim"_a = -1, "prepend"_a = nb::none(), "append"_a = nb::none());
}

void add_sorts(nb::module_& m) {
  op<Sort>(
      m, kUsual,
      [](const Tensor& input, std::int64_t dim, bool descending, std::optional<bool> stable) {
        return named<Sort>(sort(input, dim, descending, stable.value_or(true)));
      },
      "input"_a, "dim"_a = -1, "descending"_a = false, nb::kw_only(), "stable"_a = nb::none());
  op<Argsort>(
      m, kUsual,
      [](const Tensor& input, std::int64_t dim, bool descending, bool stable) {
        return argsort(input, dim, descending, stable);
      },
      "input"_a, "dim"_a = -1, "descending"_a = false, nb::kw_only(), "stable"_a = false);
  op<Msort>(m, kUsual, msort, "input"_a);
  op<TopK>(
      m, kUsual,
      [](const Tensor& input, std::int64_t k, std::optional<std::int64_t> dim, bool largest,
         bool sorted) { return named<TopK>(topk(input, k, dim.value_or(-1), largest, sorted)); },
      "input"_a, "k"_a, "dim"_a = nb::none(), "largest"_a = true, "sorted"_a = true);
  op<Kthvalue>(
      m, kUsual,
      [](const Tensor& input, std::int64_t k, std::optional<std::int64_t> dim, bool keepdim) {
        return named<Kthvalue>(kthvalue(input, k, dim.value_or(-1), keepdim));
      },
      "input"_a, "k"_a, "dim"_a = nb::none(), "keepdim"_a = false);
  op<Median>(m, kFunction | kMethod, static_cast<Tensor (*)(const Tensor&)>(median), "input"_a);
  op<Median>(
      m, kUsual,
      [](const Tensor& input, std::int64_t dim, bool keepdim) {
        return named<Median>(median(input, dim, keepdim));
      },
      "input"_a, "dim"_a, "keepdim"_a = false);
}

/// q a number, or a vector of them: then the results lie along a first axis.
Tensor quantiles(const Tensor& input, const Operand& q, std::optional<std::int64_t> dim,
                 bool keepdim, const std::string& interpolation) {
  if (interpolation != "linear")
    throw ValueError(str("quantile: interpolation must be 'linear', not '", interpolation, "'"));
  if (!q) return quantile(input, q.number.as_double(), dim, keepdim);
  if (q.tensor.dim() > 1)
    throw ShapeError(str("quantile: q must be a number or a vector, not ", q.tensor.shape()));
  if (q.tensor.dtype() != input.dtype())
    throw DTypeError(str("quantile: q is ", q.tensor.dtype(), " but the input is ", input.dtype(),
                         "; convert one with .to()"));
  const Tensor all = quantile(input, q.tensor.to_vector<double>(), dim, keepdim);
  return q.tensor.dim() == 0 ? all.select(0, 0) : all;
}

/// values alone, or (values, inverse, counts) as far as asked for.
TensorOrTuple chosen(const UniqueResult& result, bool inverse, bool counts) {
  TensorOrTuple out{{result.values}};
  if (inverse) out.tensors.push_back(result.inverse);
  if (counts) out.tensors.push_back(result.counts);
  return out;
}
void refuse_dim(const char* name, std::optional<std::int64_t> dim) {
  if (dim)
    throw ValueError(str(name, ": dim is not supported; the elements of all axes are compared"));
}

void add_sets(nb::module_& m) {
  op<Unique>(
      m, kFunction | kMethod,
      [](const Tensor& input, bool sorted, bool inverse, bool counts,
         std::optional<std::int64_t> dim) {
        const UniqueOptions options{
            .sorted = sorted, .return_inverse = inverse, .return_counts = counts, .dim = dim};
        return chosen(unique(input, options), inverse, counts);
      },
      "input"_a, "sorted"_a = true, "return_inverse"_a = false, "return_counts"_a = false,
      "dim"_a = nb::none());
  op<UniqueConsecutive>(
      m, kFunction | kMethod,
      [](const Tensor& input, bool inverse, bool counts, std::optional<std::int64_t> dim) {
        if (dim && !(input.dim() == 1)) refuse_dim("unique_consecutive", dim);
        return chosen(unique_consecutive(input, inverse, counts), inverse, counts);
      },
      "input"_a, "return_inverse"_a = false, "return_counts"_a = false, "dim"_a = nb::none());
}

/// side= is the newer spelling of right=.
SearchSortedOptions search_options(bool out_int32, bool right,
                                   const std::optional<std::string>& side) {
  if (side && *side != "left" && *side != "right")
    throw ValueError(str("searchsorted: side must be 'left' or 'right', not '", *side, "'"));
  if (side && right && *side == "left")
    throw ValueError("searchsorted: side='left' contradicts right=True");
  return {.out_int32 = out_int32, .right = right || (side && *side == "right")};
}

void add_counts(nb::module_& m) {
  op<Bincount>(
      m, kFunction | kMethod,
      [](const Tensor& input, const std::optional<Tensor>& weights, std::int64_t minlength) {
        return bincount(input, or_none(weights), minlength);
      },
      "input"_a, "weights"_a = nb::none(), "minlength"_a = 0);
  op<Histc>(
      m, kUsual,
      [](const Tensor& input, std::int64_t bins, double min, double max) {
        return histc(input, {.bins = bins, .min = min, .max = max});
      },
      "input"_a, "bins"_a = 100, "min"_a = 0.0, "max"_a = 0.0);
  const auto search = [](const Tensor& sequence, const Operand& input, bool out_int32, bool right,
                         const std::optional<std::string>& side,
                         const std::optional<Tensor>& sorter) {
    const SearchSortedOptions options = search_options(out_int32, right, side);
    const Tensor sorted = sorter ? gather(sequence, -1, *sorter) : sequence;
    return searchsorted(sorted, input.beside(sequence), options);
  };
  op<SearchSorted>(m, kFunction | kOut, search, "sorted_sequence"_a, "input"_a, nb::kw_only(),
                   "out_int32"_a = false, "right"_a = false, "side"_a = nb::none(),
                   "sorter"_a = nb::none());
  op<Bucketize>(
      m, kFunction | kOut,
      [](const Operand& input, const Tensor& boundaries, bool out_int32, bool right) {
        return bucketize(input.beside(boundaries), boundaries,
                         {.out_int32 = out_int32, .right = right});
      },
      "input"_a, "boundaries"_a, nb::kw_only(), "out_int32"_a = false, "right"_a = false);
}

}  // namespace

void add_ordering_ops(nb::module_& m) {
  add_scans(m);
  add_sorts(m);
  op<Quantile>(m, kUsual, quantiles, "input"_a, "q"_a, "dim"_a = nb::none(), "keepdim"_a = false,
               nb::kw_only(), "interpolation"_a = "linear");
  add_sets(m);
  add_counts(m);
}

}  // namespace limpid::python
