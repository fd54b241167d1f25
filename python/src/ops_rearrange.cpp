// Padding, flipping, repeating, triangles, resampling (limpid/ops/pad, flip, repeat, tril,
// interpolate, grid_sample).

#include "limpid/core/str.h"
#include "limpid/ops/all_ops/rearrange.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

void add_orders(nb::module_& m) {
  op<Flip>(m, kFunction, flip, "input"_a, "dims"_a);
  sized_method<Flip>("flip", "dims", flip);
  op<Fliplr>(m, kFunction | kMethod, fliplr, "input"_a);
  op<Flipud>(m, kFunction | kMethod, flipud, "input"_a);
  op<Rot90>(m, kFunction | kMethod, rot90, "input"_a, "k"_a = 1, "dims"_a = nb::make_tuple(0, 1));
  op<Roll>(
      m, kFunction | kMethod,
      [](const Tensor& input, const Shape& shifts, const Dims& dims) {
        if (dims && !dims.list->empty()) return roll(input, shifts, Shape(dims.get()));
        if (shifts.rank() != 1)
          throw ShapeError(
              str("roll: shifts ", shifts, " and dims () differ in length; name an axis for each"));
        return roll(input, shifts[0]);
      },
      "input"_a, "shifts"_a, "dims"_a = nb::none());
}

/// *tensors and a keyword: limpid.meshgrid(x, y, indexing="xy").
void add_meshgrid(nb::module_& m) {
  define(
      m, "meshgrid", docstring(Meshgrid::doc),
      [](nb::args tensors, const std::optional<std::string>& indexing) {
        return TensorTuple{meshgrid(tensors_of(tensors), indexing.value_or("ij"))};
      },
      "tensors"_a, "indexing"_a = nb::none());
}

void add_repeats(nb::module_& m) {
  sized_method<Repeat>("repeat", "repeats", repeat);
  op<Tile>(m, kFunction, tile, "input"_a, "dims"_a);
  sized_method<Tile>("tile", "dims", tile);
  op<RepeatInterleave>(
      m, kFunction | kMethod,
      [](const Tensor& input, const Operand& repeats, std::optional<std::int64_t> dim,
         std::optional<std::int64_t>) {
        const Tensor x = dim ? input : input.flatten();
        const std::int64_t axis = dim.value_or(0);
        if (repeats && repeats.tensor.numel() == 1)
          return repeat_interleave(x, repeats.tensor.item<std::int64_t>(), axis);
        if (repeats) return repeat_interleave(x, repeats.tensor, axis);
        return repeat_interleave(x, repeats.number.as_int64(), axis);
      },
      "input"_a, "repeats"_a, "dim"_a = nb::none(), nb::kw_only(), "output_size"_a = nb::none());
}

template <class Card, Tensor (*f)(const Tensor&, std::int64_t)>
void triangle(nb::module_& m) {
  op_and_in_place<Card>(m, f, "input"_a, "diagonal"_a = 0);
}

Tensor diagflat(const Tensor& input, std::int64_t offset) { return diag(input.flatten(), offset); }

/// Of a matrix; with `wrap`, a tall one starts again below. Other ranks: all places (i, i, ..., i).
Tensor fill_diagonal(const Tensor& self, const Scalar& number, bool wrap) {
  const Scalar value = fitted(number, self.dtype());
  const bool square = std::adjacent_find(self.shape().begin(), self.shape().end(),
                                         std::not_equal_to<>()) == self.shape().end();
  if (self.dim() < 2 || (self.dim() > 2 && !square))
    throw ShapeError(
        str("fill_diagonal_: expected a matrix, or axes of one size, not ", self.shape()));
  if (self.dim() == 2) {
    const std::int64_t columns = self.size(1);
    for (std::int64_t row = 0; row < self.size(0); row += columns + 1) {
      self.narrow(0, row, self.size(0) - row).diagonal().fill_(value);
      if (!wrap) break;
    }
    return self;
  }
  Tensor places = self;
  while (places.dim() > 1) places = places.diagonal(0, 0, 1);
  places.fill_(value);
  return self;
}

void add_diagonals(nb::module_& m) {
  triangle<Tril, tril>(m);
  triangle<Triu, triu>(m);
  op<Diag>(m, kUsual, diag, "input"_a, "diagonal"_a = 0);
  op<DiagEmbed>(m, kFunction | kMethod, diag_embed, "input"_a, "offset"_a = 0, "dim1"_a = -2,
                "dim2"_a = -1);
  row(m, "diagflat", docstring(Diag::doc), kFunction | kMethod, diagflat, "input"_a,
      "offset"_a = 0);
  define_method("fill_diagonal_", "Writes a number to the main diagonal.", fill_diagonal, "input"_a,
                "fill_value"_a, "wrap"_a = false);
}

using Factors = std::variant<double, std::vector<double>>;
/// One number stands for all axes; a list has one for each.
void check_axes(const char* what, std::size_t given, const Tensor& input) {
  if (static_cast<int>(given) != input.dim() - 2)
    throw ShapeError(str("interpolate: ", what, " has ", given, " numbers for the ",
                         input.dim() - 2, " spatial dimensions of ", input.shape()));
}
std::vector<double> factors_of(const std::optional<Factors>& factor, const Tensor& input) {
  if (!factor) return {};
  if (const double* one = std::get_if<double>(&*factor)) return {*one};
  check_axes("scale_factor", std::get<std::vector<double>>(*factor).size(), input);
  return std::get<std::vector<double>>(*factor);
}
using Size = std::variant<std::int64_t, Shape>;
Shape wanted_size(const std::optional<Size>& size, const Tensor& input) {
  if (!size) return {};
  if (const auto* one = std::get_if<std::int64_t>(&*size)) return Shape{*one};
  check_axes("size", static_cast<std::size_t>(std::get<Shape>(*size).rank()), input);
  return std::get<Shape>(*size);
}

void add_resampling(nb::module_& nn) {
  op<Pad>(
      nn, kFunction,
      [](const Tensor& input, const Shape& sizes, const std::string& mode,
         const std::optional<Scalar>& value) { return pad(input, sizes, mode, value.value_or(0)); },
      "input"_a, "pad"_a, "mode"_a = "constant", "value"_a = nb::none());
  op<Interpolate>(
      nn, kFunction,
      [](const Tensor& input, const std::optional<Size>& size,
         const std::optional<Factors>& scale_factor, const std::string& mode,
         std::optional<bool> align_corners, std::optional<bool> recompute, bool antialias) {
        if (antialias)
          throw ValueError("interpolate: antialias=True is not supported; blur the input before");
        return interpolate(input, {.size = wanted_size(size, input),
                                   .scale_factor = factors_of(scale_factor, input),
                                   .mode = mode,
                                   .align_corners = align_corners.value_or(false),
                                   .recompute_scale_factor = recompute.value_or(false)});
      },
      "input"_a, "size"_a = nb::none(), "scale_factor"_a = nb::none(), "mode"_a = "nearest",
      "align_corners"_a = nb::none(), "recompute_scale_factor"_a = nb::none(),
      "antialias"_a = false);
  op<GridSample>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& grid, const std::string& mode,
         const std::string& padding_mode, std::optional<bool> align_corners) {
        return grid_sample(input, grid, {mode, padding_mode, align_corners.value_or(false)});
      },
      "input"_a, "grid"_a, "mode"_a = "bilinear", "padding_mode"_a = "zeros",
      "align_corners"_a = nb::none());
  op<AffineGrid>(
      nn, kFunction,
      [](const Tensor& theta, const Shape& size, std::optional<bool> align_corners) {
        return affine_grid(theta, size, align_corners.value_or(false));
      },
      "theta"_a, "size"_a, "align_corners"_a = nb::none());
}

}  // namespace

void add_rearrange_ops(nb::module_& m) {
  add_orders(m);
  add_meshgrid(m);
  add_repeats(m);
  add_diagonals(m);
  nb::module_ nn = functional(m);
  add_resampling(nn);
}

}  // namespace limpid::python
