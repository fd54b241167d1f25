// Joining, choosing and placing elements by index or mask (limpid/ops/cat, gather, scatter, ...).

#include "limpid/core/str.h"
#include "limpid/ops/all_ops/indexing.h"
#include "limpid/ops/all_ops/pointwise.h"
#include "limpid/ops/axes/axes.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/index.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

/// The method `name` alone, which changes self.
template <class F, class... Extra>
void changing(const char* name, F f, const Extra&... extra) {
  define_method(
      name,
      str("In-place form of `", std::string_view(name).substr(0, std::strlen(name) - 1), "`."), +f,
      extra...);
}

template <class Card, Tensor (*f)(std::span<const Tensor>)>
void stacking(nb::module_& m) {
  op<Card>(
      m, kFunction | kOut, [](const TensorList& tensors) { return f(tensors); }, "tensors"_a);
}

Tensor column_stack(const TensorList& tensors) {
  TensorList columns;
  for (const Tensor& x : tensors) columns.push_back(x.dim() < 2 ? x.reshape({x.numel(), 1}) : x);
  return hstack(columns);
}

void add_joins(nb::module_& m) {
  const auto joined = [](const TensorList& tensors, std::int64_t dim) { return cat(tensors, dim); };
  for (const char* name : {"cat", "concat", "concatenate"})
    row(m, name, docstring(Cat::doc), kFunction | kOut, joined, "tensors"_a, "dim"_a = 0);
  op<Stack>(
      m, kFunction | kOut,
      [](const TensorList& tensors, std::int64_t dim) { return stack(tensors, dim); }, "tensors"_a,
      "dim"_a = 0);
  stacking<Hstack, hstack>(m);
  stacking<Vstack, vstack>(m);
  stacking<Dstack, dstack>(m);
  row(
      m, "row_stack", docstring(Vstack::doc), kFunction | kOut,
      [](const TensorList& tensors) { return vstack(tensors); }, "tensors"_a);
  row(m, "column_stack", "Vectors as columns, and matrices, side by side.", kFunction | kOut,
      column_stack, "tensors"_a);
}

void add_choices(nb::module_& m) {
  op<Gather>(
      m, kUsual,
      [](const Tensor& input, std::int64_t dim, const Tensor& index, bool) {
        return gather(input, dim, index);
      },
      "input"_a, "dim"_a, "index"_a, nb::kw_only(), "sparse_grad"_a = false);
  op<IndexSelect>(m, kUsual, index_select, "input"_a, "dim"_a, "index"_a);
  op<MaskedSelect>(m, kUsual, masked_select, "input"_a, "mask"_a);
  op<Take>(m, kUsual, take, "input"_a, "index"_a);
  op<TakeAlongDim>(
      m, kUsual,
      [](const Tensor& input, const Tensor& indices, std::optional<std::int64_t> dim) {
        return dim ? take_along_dim(input, indices, *dim) : take_along_dim(input, indices);
      },
      "input"_a, "indices"_a, "dim"_a = nb::none());
  using Places = std::variant<Tensor, TensorTuple>;
  op<Nonzero>(
      m, kFunction | kMethod,
      [](const Tensor& input, bool as_tuple) -> Places {
        if (!as_tuple) return nonzero(input);
        return TensorTuple{unbind(nonzero(input.dim() == 0 ? input.unsqueeze(0) : input), 1)};
      },
      "input"_a, nb::kw_only(), "as_tuple"_a = false);
  row(
      m, "argwhere", docstring(Nonzero::doc), kFunction | kMethod,
      [](const Tensor& x) { return nonzero(x); }, "input"_a);
  nb::module_ nn = functional(m);
  op<OneHot>(nn, kFunction, one_hot, "tensor"_a, "num_classes"_a = -1);
}

// -- values at a mask

/// The value of a 0-d tensor, which may have a gradient of its own.
Tensor single(const char* op, const Operand& value, const Tensor& input) {
  if (value.tensor.dim() != 0)
    throw ShapeError(
        str(op, ": value must be a number or a 0-d tensor, not of shape ", value.tensor.shape()));
  return value.tensor.to(input.dtype());
}

Tensor fill_masked(const Tensor& input, const Tensor& mask, const Operand& value) {
  if (!value) return masked_fill(input, mask, fitted(value.number, input.dtype()));
  if (is_floating(value.tensor.dtype()) && !is_floating(input.dtype()))
    throw DTypeError(str("masked_fill: a value of ", value.tensor.dtype(),
                         " does not fit a tensor of ", input.dtype(), "; convert one with .to()"));
  return where(mask, single("masked_fill", value, input), input);
}

void add_masks(nb::module_& m) {
  op<MaskedFill>(m, kFunction | kMethod, fill_masked, "input"_a, "mask"_a, "value"_a);
  changing(
      "masked_fill_",
      [](const Tensor& self, const Tensor& mask, const Operand& value) {
        Tensor x = self;
        if (!value) x.masked_fill_(mask, fitted(value.number, x.dtype()));
        else assign(x, fill_masked(x, mask, value), "masked_fill_");
        return x;
      },
      "input"_a, "mask"_a, "value"_a);
  op<MaskedScatter>(m, kFunction | kMethod, masked_scatter, "input"_a, "mask"_a, "source"_a);
  define_in_place("masked_scatter", masked_scatter, "input"_a, "mask"_a, "source"_a);
}

// -- values at an index along an axis

/// reduce= of scatter: none, "add" or "multiply".
Tensor scatter_by(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src,
                  const std::optional<std::string>& reduce) {
  if (!reduce) return scatter(input, dim, index, src);
  if (*reduce == "add") return scatter_add(input, dim, index, src);
  if (*reduce == "multiply") return scatter_reduce(input, dim, index, src, "prod");
  throw ValueError(str("scatter: reduce must be 'add' or 'multiply', not '", *reduce, "'"));
}
Tensor scatter_number(const Tensor& input, std::int64_t dim, const Tensor& index,
                      const Scalar& value, const std::optional<std::string>& reduce) {
  if (!reduce) return scatter(input, dim, index, fitted(value, input.dtype()));
  return scatter_by(input, dim, index, full(index.shape(), value, {.dtype = input.dtype()}),
                    reduce);
}
Tensor scatter_in_place(const Tensor& self, std::int64_t dim, const Tensor& index,
                        const Operand& src, const std::optional<std::string>& reduce) {
  Tensor x = self;
  if (reduce) {
    const Tensor result = src ? scatter_by(x, dim, index, src.tensor, reduce)
                              : scatter_number(x, dim, index, src.number, reduce);
    assign(x, result, "scatter_");
  } else if (src) {
    x.scatter_(dim, index, src.tensor);
  } else {
    x.scatter_(dim, index, fitted(src.number, x.dtype()));
  }
  return x;
}

void add_scatters(nb::module_& m) {
  op<Scatter>(m, kUsual, scatter_by, "input"_a, "dim"_a, "index"_a, "src"_a, nb::kw_only(),
              "reduce"_a = nb::none());
  op<Scatter>(m, kUsual, scatter_number, "input"_a, "dim"_a, "index"_a, "value"_a, nb::kw_only(),
              "reduce"_a = nb::none());
  for (const char* source : {"src", "value"})
    changing("scatter_", scatter_in_place, "input"_a, "dim"_a, "index"_a, nb::arg(source),
             nb::kw_only(), "reduce"_a = nb::none());
  op<ScatterAdd>(m, kUsual, scatter_add, "input"_a, "dim"_a, "index"_a, "src"_a);
  changing(
      "scatter_add_",
      [](const Tensor& self, std::int64_t dim, const Tensor& index, const Tensor& src) {
        Tensor x = self;
        return x.scatter_add_(dim, index, src);
      },
      "input"_a, "dim"_a, "index"_a, "src"_a);
  op_and_in_place<ScatterReduce>(
      m,
      [](const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src,
         const std::string& reduce, bool include_self) {
        return scatter_reduce(input, dim, index, src, reduce, include_self);
      },
      "input"_a, "dim"_a, "index"_a, "src"_a, "reduce"_a, nb::kw_only(), "include_self"_a = true);
}

Tensor fill_index(const Tensor& input, std::int64_t dim, const Tensor& index,
                  const Operand& value) {
  if (!value) return index_fill(input, dim, index, fitted(value.number, input.dtype()));
  Shape rows = input.shape();  // a tensor may have a gradient: its value goes to every chosen row
  if (rows.rank() > 0) rows[normalize_axis(dim, rows.rank())] = index.numel();
  return index_copy(input, dim, index, single("index_fill", value, input).expand(rows));
}

void add_index_changes(nb::module_& m) {
  op_and_in_place<IndexAdd>(m, index_add, "input"_a, "dim"_a, "index"_a, "source"_a, nb::kw_only(),
                            "alpha"_a = 1);
  op_and_in_place<IndexReduce>(m, index_reduce, "input"_a, "dim"_a, "index"_a, "source"_a,
                               "reduce"_a, nb::kw_only(), "include_self"_a = true);
  op_and_in_place<IndexCopy>(m, index_copy, "input"_a, "dim"_a, "index"_a, "source"_a);
  op_and_in_place<IndexFill>(m, fill_index, "input"_a, "dim"_a, "index"_a, "value"_a);
}

// -- values at several indices

std::vector<Index> indices_of(const std::vector<std::optional<Tensor>>& tensors) {
  std::vector<Index> indices;
  for (const auto& tensor : tensors) indices.push_back(tensor ? Index(*tensor) : Index(Slice()));
  return indices;
}

void add_index_put(nb::module_& m) {
  using Places = std::vector<std::optional<Tensor>>;
  op<IndexPut>(
      m, kFunction | kMethod,
      [](const Tensor& input, const Places& indices, const Tensor& values, bool accumulate) {
        return index_put(input, indices_of(indices), values, accumulate);
      },
      "input"_a, "indices"_a, "values"_a, "accumulate"_a = false);
  changing(
      "index_put_",
      [](const Tensor& self, const Places& indices, const Tensor& values, bool accumulate) {
        Tensor x = self;
        return x.index_put_(indices_of(indices), values, accumulate);
      },
      "input"_a, "indices"_a, "values"_a, "accumulate"_a = false);
}

// -- a part replaced

/// A copy of the input whose part `part_of(copy)` is `src`.
template <class F>
Tensor with_part(const Tensor& input, const Tensor& src, const char* name, F part_of) {
  const Tensor out = input.clone();
  const Tensor part = part_of(out);
  if (!(part.shape() == src.shape()))
    throw ShapeError(
        str(name, ": src has shape ", src.shape(), ", but the part has ", part.shape()));
  assign(part, src, name);
  return out;
}

void add_part_changes(nb::module_& m) {
  row(
      m, "select_scatter", "A copy of input with src as its entry `index` along dim.",
      kFunction | kMethod,
      [](const Tensor& input, const Tensor& src, std::int64_t dim, std::int64_t index) {
        return with_part(input, src, "select_scatter",
                         [&](const Tensor& x) { return x.select(dim, index); });
      },
      "input"_a, "src"_a, "dim"_a, "index"_a);
  row(
      m, "slice_scatter", "A copy of input with src as its slice start:end:step along dim.",
      kFunction | kMethod,
      [](const Tensor& input, const Tensor& src, std::int64_t dim,
         std::optional<std::int64_t> start, std::optional<std::int64_t> end, std::int64_t step) {
        return with_part(input, src, "slice_scatter", [&](const Tensor& x) {
          std::vector<Index> all(static_cast<std::size_t>(normalize_axis(dim, x.dim())), Slice());
          all.emplace_back(Slice{start, end, step});
          return x.index(all);
        });
      },
      "input"_a, "src"_a, "dim"_a = 0, "start"_a = nb::none(), "end"_a = nb::none(), "step"_a = 1);
  row(
      m, "diagonal_scatter", "A copy of input with src as its diagonal.", kFunction | kMethod,
      [](const Tensor& input, const Tensor& src, std::int64_t offset, std::int64_t dim1,
         std::int64_t dim2) {
        return with_part(input, src, "diagonal_scatter",
                         [&](const Tensor& x) { return x.diagonal(offset, dim1, dim2); });
      },
      "input"_a, "src"_a, "offset"_a = 0, "dim1"_a = 0, "dim2"_a = 1);
}

}  // namespace

void add_indexing_ops(nb::module_& m) {
  add_joins(m);
  add_choices(m);
  add_masks(m);
  add_scatters(m);
  add_index_changes(m);
  add_index_put(m);
  add_part_changes(m);
}

}  // namespace limpid::python
