#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"

namespace limpid {

std::vector<Case> MaxPool2d::cases() {
  const auto torch = [](std::string_view arguments) {
    return "F.max_pool2d(a, " + std::string(arguments) + ", return_indices=True)";
  };
  const CaseInput image{.shape = {2, 3, 5, 7}};
  const CaseInput negative{.shape = {1, 1, 3, 3}, .low = -5, .high = -1};
  return {
      {.name = "2x2", .inputs = {{{2, 3, 4, 6}}}, .op = any(MaxPool2d{.kernel_size = 2}),
       .torch = torch("2")},
      {.name = "overlapping", .inputs = {image},
       .op = any(MaxPool2d{.kernel_size = 3, .stride = 1, .padding = 1}), .torch = torch("3, 1, 1")},
      {.name = "rectangular", .inputs = {image},
       .op = any(MaxPool2d{.kernel_size = {2, 3}, .stride = {1, 2}, .padding = {0, 1}}),
       .torch = torch("(2, 3), (1, 2), (0, 1)")},
      {.name = "dilated", .inputs = {image},
       .op = any(MaxPool2d{.kernel_size = 2, .stride = 1, .padding = 1, .dilation = {2, 3}}),
       .torch = torch("2, 1, 1, (2, 3)")},
      {.name = "over the edge", .inputs = {image},
       .op = any(MaxPool2d{.kernel_size = 2, .padding = 1, .ceil_mode = true}),
       .torch = torch("2, 2, 1, 1, True")},
      {.name = "padding never wins", .inputs = {negative},
       .op = any(MaxPool2d{.kernel_size = 2, .stride = 1, .padding = 1}), .torch = torch("2, 1, 1")},
      {.name = "one image", .inputs = {{{3, 4, 4}}}, .op = any(MaxPool2d{.kernel_size = 2}),
       .torch = torch("2")},
      {.name = "ties: one winner", .inputs = {{.shape = {1, 1, 2, 4}, .values = {1, 1, 2, 0, 1, 1, 0, 2}}},
       .op = any(MaxPool2d{.kernel_size = 2}), .torch = torch("2"), .smooth = false},
      {.name = "nan and infinity",
       .inputs = {{.shape = {1, 1, 2, 6},
                   .values = {NAN, 1, -INFINITY, -INFINITY, 5, NAN, 2, 9, -INFINITY, -INFINITY, NAN, 1}}},
       .op = any(MaxPool2d{.kernel_size = 2}), .torch = torch("2"), .smooth = false},
      {.name = "no images", .inputs = {{{0, 3, 4, 4}}}, .op = any(MaxPool2d{.kernel_size = 2}),
       .torch = torch("2")},
      {.name = "kernel too large", .inputs = {{{1, 1, 3, 5}}}, .op = any(MaxPool2d{.kernel_size = 4}),
       .error = "max_pool2d: a kernel that reaches over 4 does not fit the height of 3"},
      {.name = "too much padding", .inputs = {image},
       .op = any(MaxPool2d{.kernel_size = 2, .padding = {1, 2}}),
       .error = "padding 2 (width) must lie between 0 and half the kernel"},
      {.name = "no kernel", .inputs = {image}, .op = any(MaxPool2d{.kernel_size = {0, 2}}),
       .error = "(height) must be at least 1"},
      {.name = "no image", .inputs = {{{4, 4}}}, .op = any(MaxPool2d{.kernel_size = 2}),
       .error = "needs images (N, C, H, W) or (C, H, W)"},
      {.name = "large", .inputs = {{{8, 64, 64, 64}}}, .op = any(MaxPool2d{.kernel_size = 2}),
       .torch = torch("2"), .speed = true},
  };
}

}  // namespace limpid
