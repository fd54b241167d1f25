#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/grid_sample/grid_sample.h"

namespace limpid {

namespace {

Case grid_sample_case(std::string name, Shape input, Shape grid, const GridSample& o,
                      DType dtype = DType::f32) {
  return {.name = std::move(name),
          .inputs = {{.shape = std::move(input), .dtype = dtype},
                     {.shape = std::move(grid), .dtype = dtype, .low = -1.6, .high = 1.6}},
          .op = any(o),
          .torch = str("F.grid_sample(a, b, '", o.mode, "', '", o.padding_mode,
                       "', align_corners=", o.align_corners ? "True)" : "False)"),
          .smooth = o.mode != "nearest"};
}
Case grid_of(std::string name, Shape theta, Shape size, bool corners) {
  return {
      .name = std::move(name),
      .inputs = {{std::move(theta)}},
      .call =
          [=](std::span<const Tensor> in) { return Tensors(affine_grid(in[0], size, corners)); },
      .torch = str("F.affine_grid(a, ", size, ", align_corners=", corners ? "True)" : "False)")};
}
Case refused_grid(Case c, std::string error) {
  c.torch = "", c.error = "affine_grid: " + std::move(error);
  return c;
}

}  // namespace

std::vector<Case> GridSample::cases() {
  std::vector<Case> all;
  for (const std::string mode : {"bilinear", "nearest", "bicubic"})
    for (const std::string padding : {"zeros", "border", "reflection"})
      for (const bool corners : {false, true})
        all.push_back(grid_sample_case(str(mode, ", ", padding, corners ? ", corners" : ""),
                                       {2, 2, 3, 4}, {2, 2, 3, 2}, {mode, padding, corners}));
  for (const std::string mode : {"bilinear", "nearest"})
    for (const std::string padding : {"zeros", "border", "reflection"})
      all.push_back(grid_sample_case(str("volume, ", mode, ", ", padding), {1, 2, 2, 3, 4},
                                     {1, 2, 1, 3, 3}, {mode, padding, padding == "border"}));
  Case edges = grid_sample_case("on elements and edges", {1, 1, 2, 3}, {1, 1, 6, 2},
                                {.align_corners = true});
  edges.inputs[1].values = {-1, -1, 0, 0, 1, 1, 1, -1, 0.5, 1, 2, 2};
  edges.smooth = false;
  Case border = edges;
  border.name = "on edges of the border";
  border.torch = "F.grid_sample(a, b, 'bilinear', 'border', align_corners=True)";
  border.op = any(GridSample{.padding_mode = "border", .align_corners = true});
  Case far = grid_sample_case("far outside", {1, 1, 2, 3}, {1, 1, 3, 2}, {});
  far.inputs[1].values = {1e9, 0, -1e30, 0, INFINITY, 0.5};
  far.torch = "", far.smooth = false, far.well_conditioned = false;
  Case dtypes = refused(grid_sample_case("two dtypes", {1, 1, 2, 2}, {1, 1, 1, 2}, {}),
                        "input and grid must be floats of one dtype, got float32 and float64");
  dtypes.inputs[1].dtype = DType::f64;
  const std::vector<Case> others = {
      std::move(edges),
      std::move(border),
      std::move(far),
      grid_sample_case("many places", {2, 1, 3, 3}, {2, 17, 16, 2}, {"bicubic", "border"}),
      grid_sample_case("many places, four channels", {2, 4, 2, 3}, {2, 257, 1, 2}, {}),
      grid_sample_case("f64", {1, 2, 3, 3}, {1, 2, 2, 2}, {}, DType::f64),
      grid_sample_case("one element", {1, 1, 1, 1}, {1, 2, 2, 2}, {"bilinear", "reflection", true}),
      grid_sample_case("no images", {0, 2, 3, 3}, {0, 2, 2, 2}, {}),
      grid_sample_case("no places", {1, 2, 3, 3}, {1, 0, 2, 2}, {}),
      refused(grid_sample_case("a matrix", {3, 3}, {1, 2, 2, 2}, {}), "input must be (N, C, H, W)"),
      refused(grid_sample_case("other batch", {2, 1, 3, 3}, {1, 2, 2, 2}, {}),
              "grid must have shape (2, OH, OW, 2)"),
      refused(grid_sample_case("places of three numbers", {1, 1, 3, 3}, {1, 2, 2, 3}, {}),
              "grid must have shape (1, OH, OW, 2)"),
      refused(grid_sample_case("empty image", {1, 1, 0, 3}, {1, 2, 2, 2}, {}),
              "dimension 2 of the input is empty"),
      refused(grid_sample_case("no such mode", {1, 1, 3, 3}, {1, 2, 2, 2}, {"linear"}),
              "mode must be \"bilinear\", \"nearest\" or \"bicubic\", not \"linear\""),
      refused(grid_sample_case("no such padding", {1, 1, 3, 3}, {1, 2, 2, 2}, {"nearest", "wrap"}),
              "padding_mode must be"),
      refused(grid_sample_case("cubic volume", {1, 1, 3, 3, 3}, {1, 2, 2, 2, 3}, {"bicubic"}),
              "mode \"bicubic\" takes images"),
      std::move(dtypes),
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

std::vector<Case> AffineGrid::cases() {
  return {
      grid_of("image", {2, 2, 3}, {2, 1, 3, 4}, false),
      grid_of("image, corners", {1, 2, 3}, {1, 3, 2, 3}, true),
      grid_of("volume", {1, 3, 4}, {1, 1, 2, 3, 2}, false),
      grid_of("one row", {1, 2, 3}, {1, 1, 1, 3}, true),
      refused_grid(grid_of("theta of a volume", {1, 3, 4}, {1, 1, 2, 2}, false),
                   "theta must have shape (1, 2, 3) for the size (1, 1, 2, 2), got (1, 3, 4)"),
      refused_grid(grid_of("a matrix", {1, 2, 3}, {2, 2}, false), "size must be (N, C, H, W)"),
      refused_grid(grid_of("no rows", {1, 2, 3}, {1, 1, 0, 2}, false),
                   "size must be positive along every axis"),
  };
}

}  // namespace limpid
