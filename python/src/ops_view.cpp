// Views: other shapes and orders of axes over the same memory (limpid/ops/view, axes, diagonal).

#include "limpid/core/str.h"
#include "limpid/ops/all_ops/view.h"
#include "limpid/ops/split/split.h"
#include "limpid/tensor/reinterpret.h"
#include "limpid/tensor/resize.h"
#include "op_binding.h"
#include "reshape_in_place.h"
#include "tables.h"

namespace limpid::python {

namespace {

nb::handle tensor_class() { return reinterpret_cast<PyObject*>(tensor_type); }

/// An op that changes shape and strides only, with its in-place form.
template <class R, class... A, class Input, class... Extra>
void in_place_too(const char* name, R (*f)(const Tensor&, A...), const Input&,
                  const Extra&... extra) {
  const char* kept =
      PyUnicode_AsUTF8(PyUnicode_InternFromString((std::string(name) + "_").c_str()));
  define(
      tensor_class(), kept, str("In-place form of `", name, "`: self gets the new shape."),
      [f, kept](const Tensor& self, A... a) {
        reshape_in_place(self, f(self, a...), kept);
        return self;
      },
      nb::is_method(), extra...);
}

/// One row under two or more names.
template <class F, class... Extra>
void transposing(nb::module_& m, const char* name, F f, const Extra&... extra) {
  row(m, name, docstring(Transpose::doc), kFunction | kMethod, f, extra...);
  in_place_too(name, +f, extra...);
}

void add_shapes(nb::module_& m) {
  define_method("view", docstring(View::doc), view_as_dtype, "input"_a, "dtype"_a);
  sized_method<View>("view", "size",
                     [](const Tensor& x, const Shape& size) { return x.view(size); });
  m.def("_resize_", resize_, "input"_a, "size"_a);
  op<AsStrided>(m, kFunction | kMethod, as_strided, "input"_a, "size"_a, "stride"_a,
                "storage_offset"_a = nb::none());
  sized_method<Reshape>("reshape", "shape", reshape);
  op<Reshape>(m, kFunction, reshape, "input"_a, "shape"_a);
  define_method(
      "view_as", docstring(View::doc),
      +[](const Tensor& x, const Tensor& y) { return view_as(x, y); }, "input"_a, "other"_a);
  define_method(
      "reshape_as", docstring(Reshape::doc),
      +[](const Tensor& x, const Tensor& y) { return reshape_as(x, y); }, "input"_a, "other"_a);
  op<Flatten>(m, kFunction | kMethod, flatten, "input"_a, "start_dim"_a = 0, "end_dim"_a = -1);
  row(m, "ravel", docstring(Flatten::doc), kFunction | kMethod, ravel, "input"_a);
  op<Unflatten>(m, kFunction | kMethod, unflatten, "input"_a, "dim"_a, "sizes"_a);
  op<BroadcastTo>(m, kFunction | kMethod, broadcast_to, "input"_a, "size"_a);
  sized_method<Expand>("expand", "size",
                       [](const Tensor& x, const Shape& size) { return x.expand(size); });
  define_method(
      "expand_as", docstring(Expand::doc),
      +[](const Tensor& x, const Tensor& y) { return expand_as(x, y); }, "input"_a, "other"_a);
  define(m, "broadcast_tensors", "All of them expanded to their common shape.",
         [](nb::args given) { return TensorTuple{broadcast_tensors(tensors_of(given))}; });
}

/// A variable number of axes to drop: none named, one, several.
Tensor squeeze_dims(const Tensor& input, const Dims& dim) {
  if (!dim) return squeeze(input);
  return squeeze(input, Shape(dim.get()));
}

void add_axes(nb::module_& m) {
  op<Permute>(m, kFunction, static_cast<Tensor (*)(const Tensor&, const Shape&)>(permute),
              "input"_a, "dims"_a);
  sized_method<Permute>("permute", "dims", permute);
  const auto swap =
      +[](const Tensor& x, std::int64_t a, std::int64_t b) { return transpose(x, a, b); };
  transposing(m, "transpose", swap, "input"_a, "dim0"_a, "dim1"_a);
  transposing(m, "swapdims", swap, "input"_a, "dim0"_a, "dim1"_a);
  transposing(m, "swapaxes", swap, "input"_a, "axis0"_a, "axis1"_a);
  transposing(
      m, "t", +[](const Tensor& x) { return t(x); }, "input"_a);
  for (const char* name : {"movedim", "moveaxis"})
    row(
        m, name, docstring(Movedim::doc), kFunction | kMethod,
        [](const Tensor& x, const Shape& source, const Shape& destination) {
          return movedim(x, source, destination);
        },
        "input"_a, "source"_a, "destination"_a);
  op<Squeeze>(m, kFunction | kMethod, squeeze_dims, "input"_a, "dim"_a = nb::none());
  in_place_too("squeeze", squeeze_dims, "input"_a, "dim"_a = nb::none());
  op<Unsqueeze>(m, kFunction | kMethod, unsqueeze, "input"_a, "dim"_a);
  in_place_too("unsqueeze", unsqueeze, "input"_a, "dim"_a);
  define_method("unfold", docstring(UnfoldView::doc), unfold_view, "input"_a, "dimension"_a,
                "size"_a, "step"_a);
  op<Diagonal>(m, kFunction | kMethod, diagonal, "input"_a, "offset"_a = 0, "dim1"_a = 0,
               "dim2"_a = 1);
}

void add_parts(nb::module_& m) {
  row(
      m, "select", "The entry `index` along `dim`, as a view.", kFunction | kMethod,
      [](const Tensor& x, std::int64_t dim, std::int64_t index) { return x.select(dim, index); },
      "input"_a, "dim"_a, "index"_a);
  row(
      m, "narrow", "`length` entries along `dim` from `start` on, as a view.", kFunction | kMethod,
      [](const Tensor& x, std::int64_t dim, std::int64_t start, std::int64_t length) {
        return x.narrow(dim, start, length);
      },
      "input"_a, "dim"_a, "start"_a, "length"_a);
  op<Unbind>(
      m, kFunction | kMethod,
      [](const Tensor& x, std::int64_t dim) { return TensorTuple{unbind(x, dim)}; }, "input"_a,
      "dim"_a = 0);
}

/// The number of parts, or where to cut.
using Cuts = std::variant<std::int64_t, Shape>;
template <class OfNumber, class OfList>
TensorTuple cut(const Cuts& cuts, OfNumber by_number, OfList by_list) {
  const auto* number = std::get_if<std::int64_t>(&cuts);
  return {number ? by_number(*number) : by_list(std::get<Shape>(cuts))};
}

template <class Card, std::vector<Tensor> (*by_number)(const Tensor&, std::int64_t),
          std::vector<Tensor> (*by_list)(const Tensor&, const Shape&)>
void split_along_a_known_axis(nb::module_& m) {
  op<Card>(
      m, kFunction | kMethod,
      [](const Tensor& x, const Cuts& cuts) {
        return cut(
            cuts, [&](std::int64_t n) { return by_number(x, n); },
            [&](const Shape& list) { return by_list(x, list); });
      },
      "input"_a, "indices_or_sections"_a);
}

void add_splits(nb::module_& m) {
  const auto tensor_split_by = [](const Tensor& x, const Cuts& cuts, std::int64_t dim) {
    return cut(
        cuts, [&](std::int64_t n) { return tensor_split(x, n, dim); },
        [&](const Shape& list) { return tensor_split(x, list, dim); });
  };
  op<TensorSplit>(m, kFunction | kMethod, tensor_split_by, "input"_a, "indices_or_sections"_a,
                  "dim"_a = 0);
  for (const char* name : {"sections", "indices"})  // PyTorch's names of the two kinds of cuts
    row(m, "tensor_split", "", kFunction | kMethod, tensor_split_by, "input"_a, nb::arg(name),
        "dim"_a = 0);
  split_along_a_known_axis<Hsplit, hsplit, hsplit>(m);
  split_along_a_known_axis<Vsplit, vsplit, vsplit>(m);
  split_along_a_known_axis<Dsplit, dsplit, dsplit>(m);
  const auto split_by = [](const Tensor& x, const Cuts& cuts, std::int64_t dim) {
    return cut(
        cuts, [&](std::int64_t n) { return split(x, n, dim); },
        [&](const Shape& list) {
          return split(x, std::span<const std::int64_t>(list.begin(), list.end()), dim);
        });
  };
  row(m, "split", docstring(Split::doc), kFunction, split_by, "tensor"_a,
      "split_size_or_sections"_a, "dim"_a = 0);
  define_method("split", docstring(Split::doc), +split_by, "tensor"_a, "split_size"_a, "dim"_a = 0);
  row(m, "split_with_sizes", docstring(Split::doc), kFunction | kMethod, split_by, "input"_a,
      "split_sizes"_a, "dim"_a = 0);
  op<Chunk>(
      m, kFunction | kMethod,
      [](const Tensor& x, std::int64_t chunks, std::int64_t dim) {
        return TensorTuple{chunk(x, chunks, dim)};
      },
      "input"_a, "chunks"_a, "dim"_a = 0);
}

}  // namespace

void add_view_ops(nb::module_& m) {
  add_shapes(m);
  add_axes(m);
  add_parts(m);
  add_splits(m);
}

}  // namespace limpid::python
