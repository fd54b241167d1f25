#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/interpolate/interpolate.h"

namespace limpid {

namespace {

Case interpolate_case(std::string name, CaseInput input, Resampling op, const std::string& torch) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(Interpolate{op}),
          .torch = "F.interpolate(a, " + torch + ")"};
}
Case refused_interpolate(std::string name, CaseInput input, Resampling op, std::string error) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(Interpolate{op}),
          .error = std::move(error)};
}

std::vector<Case> right_cases() {
  const Shape image{2, 2, 4, 5};
  return {
      interpolate_case("nearest twice", {image}, {{8, 10}}, "(8, 10)"),
      interpolate_case("nearest same", {image}, {{4, 5}}, "(4, 5)"),
      interpolate_case("nearest odd", {image}, {{7, 3}}, "(7, 3)"),
      interpolate_case("nearest row", {{1, 2, 5}}, {{12}}, "12"),
      interpolate_case("nearest volume", {{1, 2, 2, 3, 2}}, {{3, 2, 5}}, "(3, 2, 5)"),
      interpolate_case("nearest by factor", {image}, {{6, 7}, "nearest", false, 0, 1.7, 1.5},
                       "scale_factor=(1.7, 1.5)"),
      interpolate_case("nearest-exact", {image}, {{7, 3}, "nearest-exact"},
                       "(7, 3), mode='nearest-exact'"),
      interpolate_case("nearest-exact twice", {image}, {{8, 10}, "nearest-exact"},
                       "(8, 10), mode='nearest-exact'"),
      interpolate_case("nearest of uint8",
                       {.shape = {1, 1, 3, 3}, .dtype = DType::u8, .low = 0, .high = 255}, {{5, 5}},
                       "(5, 5)"),
      interpolate_case("linear", {{2, 3, 5}}, {{9}, "linear"}, "9, mode='linear'"),
      interpolate_case("linear, corners", {{2, 3, 5}}, {{9}, "linear", true},
                       "9, mode='linear', align_corners=True"),
      interpolate_case("linear from one", {{1, 2, 1}}, {{3}, "linear"}, "3, mode='linear'"),
      interpolate_case("linear to one, corners", {{1, 2, 4}}, {{1}, "linear", true},
                       "1, mode='linear', align_corners=True"),
      interpolate_case("bilinear", {image}, {{7, 9}, "bilinear"}, "(7, 9), mode='bilinear'"),
      interpolate_case("bilinear smaller", {image}, {{2, 3}, "bilinear"},
                       "(2, 3), mode='bilinear'"),
      interpolate_case("bilinear same", {image}, {{4, 5}, "bilinear"}, "(4, 5), mode='bilinear'"),
      interpolate_case("bilinear, corners", {image}, {{7, 9}, "bilinear", true},
                       "(7, 9), mode='bilinear', align_corners=True"),
      interpolate_case("bilinear by factor", {image}, {{6, 7}, "bilinear", false, 0, 1.5, 1.5},
                       "scale_factor=1.5, mode='bilinear'"),
      interpolate_case("bilinear by factor of another quotient", {image},
                       {{6, 7}, "bilinear", false, 0, 1.7, 1.5},
                       "scale_factor=(1.7, 1.5), mode='bilinear'"),
      interpolate_case("bilinear smaller by factor", {image},
                       {{2, 3}, "bilinear", false, 0, 0.6, 0.7},
                       "scale_factor=(0.6, 0.7), mode='bilinear'"),
      interpolate_case("nearest by factors that change no size", {image},
                       {{4, 5}, "nearest", false, 0, 1.2, 1.1}, "scale_factor=(1.2, 1.1)"),
      interpolate_case("bilinear, channels last",
                       {.shape = image, .arrangement = Arrangement::transposed},
                       {{5, 7}, "bilinear"}, "(5, 7), mode='bilinear'"),
      interpolate_case("bilinear of many channels", {{1, 37, 2, 3}}, {{3, 4}, "bilinear"},
                       "(3, 4), mode='bilinear'"),
      interpolate_case("bilinear of none", {{0, 2, 4, 5}}, {{7, 9}, "bilinear"},
                       "(7, 9), mode='bilinear'"),
      interpolate_case("bicubic", {{1, 2, 5, 4}}, {{8, 7}, "bicubic"}, "(8, 7), mode='bicubic'"),
      interpolate_case("bicubic smaller", {{1, 2, 7, 6}}, {{3, 4}, "bicubic"},
                       "(3, 4), mode='bicubic'"),
      interpolate_case("bicubic, corners", {{1, 1, 4, 4}}, {{7, 1}, "bicubic", true},
                       "(7, 1), mode='bicubic', align_corners=True"),
      interpolate_case("trilinear", {{1, 2, 2, 3, 4}}, {{3, 5, 2}, "trilinear"},
                       "(3, 5, 2), mode='trilinear'"),
      interpolate_case("trilinear, corners", {{1, 1, 3, 2, 2}}, {{2, 3, 4}, "trilinear", true},
                       "(2, 3, 4), mode='trilinear', align_corners=True"),
  };
}

}  // namespace

std::vector<Case> Interpolate::cases() {
  const Shape image{1, 2, 4, 5};
  std::vector<Case> all = right_cases();
  std::vector<Case> bad = {
      refused_interpolate("no such mode", {image}, {{8, 8}, "cubic"},
                          "interpolate: there is no mode \"cubic\""),
      refused_interpolate("a matrix", {{4, 5}}, {{8, 8}}, "interpolate: input must be (N, C, W)"),
      refused_interpolate("linear of images", {image}, {{8, 8}, "linear"},
                          "interpolate: mode \"linear\" is for inputs of 3 dimensions"),
      refused_interpolate(
          "one size of two", {image}, {{8}},
          "interpolate: size (8,) must have a number for each of the 2 spatial dimensions"),
      refused_interpolate("size 0", {image}, {{8, 0}},
                          "interpolate: size (8, 0) must be at least 1"),
      refused_interpolate("from nothing", {{1, 2, 0, 5}}, {{8, 8}},
                          "dimension 2 of the input is empty"),
      refused_interpolate("corners of nearest", {image}, {{8, 8}, "nearest", true},
                          "interpolate: align_corners has no meaning for mode \"nearest\""),
      refused_interpolate("bilinear of uint8", {.shape = image, .dtype = DType::u8},
                          {{8, 8}, "bilinear"},
                          "interpolate: mode \"bilinear\" takes floats, not uint8"),
      refused_interpolate("more than can be addressed", {image},
                          {{std::int64_t{1} << 40, std::int64_t{1} << 40}}, "interpolate: "),
  };
  all.insert(all.end(), bad.begin(), bad.end());
  for (const char* mode : {"nearest", "bilinear", "bicubic"}) {
    Case large =
        interpolate_case(std::string("large, ") + mode, {{8, 32, 64, 64}}, {{128, 128}, mode},
                         std::string("(128, 128), mode='") + mode + "'");
    large.speed = true;
    all.push_back(large);
  }
  return all;
}

std::vector<Case> InterpolateBackward::cases() {
  const auto back = [](std::string name, Shape resampled, Resampling op, Shape shape,
                       std::string torch = "") {
    return Case{.name = std::move(name),
                .inputs = {{std::move(resampled)}},
                .op = any(InterpolateBackward{op, std::move(shape)}),
                .torch = std::move(torch)};
  };
  return {
      back("bilinear", {1, 2, 7, 9}, {{7, 9}, "bilinear"}, {1, 2, 4, 5},
           "torch.ops.aten.upsample_bilinear2d_backward(a, (7, 9), (1, 2, 4, 5), False)"),
      back("bicubic", {1, 1, 3, 4}, {{3, 4}, "bicubic"}, {1, 1, 7, 6},
           "torch.ops.aten.upsample_bicubic2d_backward(a, (3, 4), (1, 1, 7, 6), False)"),
      back("nearest", {2, 1, 7}, {{7}}, {2, 1, 3},
           "torch.ops.aten.upsample_nearest1d_backward(a, (7,), (2, 1, 3))"),
      back("to one element", {1, 1, 3}, {{3}, "linear"}, {1, 1, 1},
           "torch.ops.aten.upsample_linear1d_backward(a, (3,), (1, 1, 1), False)"),
      back("two maps of many channels", {2, 47, 3, 2}, {{3, 2}, "bilinear"}, {2, 47, 2, 3}),
      back("trilinear", {1, 1, 3, 5, 2}, {{3, 5, 2}, "trilinear"}, {1, 1, 2, 3, 4}),
      {.name = "of another shape",
       .inputs = {{{1, 1, 6}}},
       .op = any(InterpolateBackward{{{7}}, {1, 1, 3}}),
       .error = "interpolate_backward: the gradient has shape (1, 1, 6), but the resampled tensor "
                "(1, 1, 7)"},
      {.name = "integers",
       .inputs = {{.shape = {1, 1, 7}, .dtype = DType::i32}},
       .op = any(InterpolateBackward{{{7}}, {1, 1, 3}}),
       .error = "interpolate_backward: gradients are floats, not int32"},
  };
}

}  // namespace limpid
