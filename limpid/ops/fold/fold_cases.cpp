#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/fold/fold.h"

namespace limpid {

namespace {

Case of_unfold(std::string name, CaseInput input, IntPair kernel, FoldOptions o,
               const std::string& torch) {
  const bool smooth = input.values.empty();
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .call = [=](std::span<const Tensor> in) { return Tensors(unfold(in[0], kernel, o)); },
          .torch = str("F.unfold(a, ", torch, ")"),
          .smooth = smooth};
}
Case of_fold(std::string name, CaseInput input, IntPair size, IntPair kernel, FoldOptions o,
             const std::string& torch) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .call = [=](std::span<const Tensor> in) { return Tensors(fold(in[0], size, kernel, o)); },
          .torch = str("F.fold(a, ", torch, ")")};
}
}  // namespace

std::vector<Case> Unfold::cases() {
  const double inf = INFINITY, nan = NAN;
  return {
      of_unfold("3x3", {{2, 3, 5, 4}}, 3, {}, "3"),
      of_unfold("all different", {{2, 2, 7, 8}}, {2, 3},
                {.dilation = {2, 1}, .padding = {1, 2}, .stride = {3, 2}},
                "(2, 3), dilation=(2, 1), padding=(1, 2), stride=(3, 2)"),
      of_unfold("one image", {{3, 4, 4}}, 2, {.stride = 2}, "2, stride=2"),
      of_unfold("one high image", {{2, 4, 2}}, {3, 1}, {}, "(3, 1)"),
      of_unfold("infinities stay in their place",
                {.shape = {1, 1, 3, 3}, .values = {1, inf, 2, nan, 3, 4, -inf, 5, 6}}, 2,
                {.padding = 1}, "2, padding=1"),
      refused(of_unfold("kernel too high", {{1, 1, 3, 9}}, 5, {}, ""),
              "unfold: the kernel covers 5 along the height (size 5, dilation 1) but the padded "
              "input has only 3"),
      refused(of_unfold("kernel too wide", {{1, 1, 9, 3}}, 5, {}, ""),
              "unfold: the kernel covers 5 along the width"),
      refused(of_unfold("stride 0", {{1, 1, 9, 3}}, 2, {.stride = {0, 1}}, ""),
              "unfold: stride must be at least 1, got (0, 1)"),
      refused(of_unfold("a vector", {{4}}, 2, {}, ""), "unfold: input must be (N, C, H, W)"),
  };
}

std::vector<Case> Fold::cases() {
  return {
      of_fold("3x3", {{2, 27, 6}}, {5, 4}, 3, {}, "(5, 4), 3"),
      of_fold("all different", {{2, 12, 15}}, {7, 8}, {2, 3},
              {.dilation = {2, 1}, .padding = {1, 2}, .stride = {3, 2}},
              "(7, 8), (2, 3), dilation=(2, 1), padding=(1, 2), stride=(3, 2)"),
      of_fold("one image", {{12, 4}}, {4, 4}, 2, {.stride = 2}, "(4, 4), 2, stride=2"),
      refused(of_fold("wrong number of windows", {{1, 8, 4}}, {4, 4}, 2, {}, ""),
              "fold: dimension 2 of the input has 4 windows but an image (4, 4) has 3 x 3 = 9"),
      refused(of_fold("wrong number of taps", {{1, 7, 9}}, {4, 4}, 2, {}, ""),
              "fold: dimension 1 of the input has 7 entries, which is no multiple of the 4 of a "
              "kernel (2, 2)"),
      refused(of_fold("four dimensions", {{1, 1, 4, 9}}, {4, 4}, 2, {}, ""),
              "fold: input must be (N, C kh kw, OH OW)"),
      refused(of_fold("kernel too high", {{1, 25, 1}}, {3, 9}, 5, {}, ""),
              "fold: the kernel covers 5 along the height"),
  };
}

}  // namespace limpid
