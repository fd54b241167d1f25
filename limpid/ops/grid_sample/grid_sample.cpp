#include "limpid/ops/grid_sample/grid_sample.h"

#include <algorithm>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/grid_sample/grid_places.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

void check_options(const GridSample& o, int axes) {
  if (o.mode != "bilinear" && o.mode != "nearest" && o.mode != "bicubic")
    throw ValueError(
        str("mode must be \"bilinear\", \"nearest\" or \"bicubic\", not \"", o.mode, "\""));
  if (o.mode == "bicubic" && axes == 3)
    throw ValueError("mode \"bicubic\" takes images (N, C, H, W), not volumes");
  if (o.padding_mode != "zeros" && o.padding_mode != "border" && o.padding_mode != "reflection")
    throw ValueError(str("padding_mode must be \"zeros\", \"border\" or \"reflection\", not \"",
                         o.padding_mode, "\""));
}

void check_shapes(const Shape& input, const Shape& grid) {
  const int axes = input.rank() - 2;
  if (axes != 2 && axes != 3)
    throw ShapeError(str("input must be (N, C, H, W) or (N, C, D, H, W), got ", input));
  if (grid.rank() != input.rank() || grid[axes + 1] != axes || grid[0] != input[0])
    throw ShapeError(str("grid must have shape (", input[0],
                         axes == 2 ? ", OH, OW, 2" : ", OD, OH, OW, 3", ") beside an input of ",
                         input, ", got ", grid));
  for (int axis = 2; axis < input.rank(); ++axis)
    if (input[axis] == 0)
      throw ShapeError(str("dimension ", axis, " of the input is empty: there is nothing to read"));
}

}  // namespace

Spec GridSample::infer(const Inputs& in) const {
  const Shape &input = in[0].shape, &grid = in[1].shape;
  check_shapes(input, grid);
  check_options(*this, input.rank() - 2);
  if (!is_floating(in[0].dtype) || in[1].dtype != in[0].dtype)
    throw DTypeError(
        str("input and grid must be floats of one dtype, got ", in[0].dtype, " and ", in[1].dtype));
  Shape out{input[0], input[1]};
  for (int i = 1; i < grid.rank() - 1; ++i) out.push_back(grid[i]);
  return Spec(std::move(out), in[0].dtype, in[0].device);
}

void GridSample::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &grid = io.in[1], &y = io.out[0];
  const int axes = x.rank - 2;
  const GridReading how(*this, axes == 3);
  int combinations = 1;
  for (int i = 0; i < axes; ++i) combinations *= how.taps();
  Shape places(shape_of(y));
  places[1] = 1;  // the channels are read together
  Strides of_grid(y.rank);
  of_grid[0] = grid.strides[0], of_grid[1] = 0;
  for (int i = 1; i <= axes; ++i) of_grid[i + 1] = grid.strides[i];
  Strides of_input(y.rank);
  std::fill(of_input.begin(), of_input.end(), 0);
  of_input[0] = x.strides[0];
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T *from = static_cast<const T*>(x.data), *at = static_cast<const T*>(grid.data);
    walk<3>(places, {of_grid.begin(), of_input.begin(), y.strides}, [&](const auto& offset) {
      GridTaps<Wide<T>> taps[3];
      for (int i = 0; i < axes; ++i)  // depth, height, width; the grid has them in reverse
        read_grid(how, x.shape[2 + i],
                  Wide<T>(at[offset[0] + (axes - 1 - i) * grid.strides[axes + 1]]), taps[i]);
      for (std::int64_t c = 0; c < x.shape[1]; ++c) {
        Wide<T> sum = 0;
        for (int number = 0; number < combinations; ++number) {
          std::int64_t element = offset[1] + c * x.strides[1];
          Wide<T> weight = 1;
          bool inside = true;
          for (int i = 0, rest = number; i < axes; ++i, rest /= how.taps()) {
            const int k = rest % how.taps();
            weight *= taps[i].weight[k];
            inside &= taps[i].place[k] >= 0;
            element += taps[i].place[k] * x.strides[2 + i];
          }
          sum += weight * (inside ? Wide<T>(from[element]) : Wide<T>(0));
        }
        static_cast<T*>(y.data)[offset[2] + c * y.strides[1]] = convert<T>(sum);
      }
    });
  });
}

// The same written in public ops has a record of its own; what leads to input and grid from there
// is cut off by a view, since one of them may have been made of the other.
Tensors GridSample::gradient(const Backward& b) const {
  const bool again = is_grad_enabled();
  const EnableGrad records;
  Tensor input[2];
  std::vector<Tensor> wanted;
  for (int i = 0; i < 2; ++i) {
    const Tensor saved = b.input(i);
    input[i] = saved.view(saved.shape());
    if (b.needs(i)) wanted.push_back(input[i]);
  }
  const Tensor y = recorded_grid_sample(input[0], input[1], *this);
  const Tensor dy = b.dy();
  std::vector<Tensor> found(wanted.size());
  if (y.requires_grad())  // not so where only the grid is wanted, and "nearest" has no slope
    found = grad(std::span(&y, 1), wanted, std::span(&dy, 1),
                 {.create_graph = again, .allow_unused = true});
  Tensors out(2);
  for (std::size_t i = 0, at = 0; i < 2; ++i) {
    if (!b.needs(static_cast<int>(i))) continue;
    out[i] = found[at++];
    if (!out[i].defined()) out[i] = zeros_like(input[i].detach());
  }
  return as_functions_of_inputs(std::move(out));
}

Tensor grid_sample(const Tensor& input, const Tensor& grid, const GridSample& options) {
  return apply(options, input, grid);
}

}  // namespace limpid
