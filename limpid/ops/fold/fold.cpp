#include "limpid/ops/fold/fold.h"

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/conv2d/conv_sizes.h"
#include "limpid/ops/conv2d/depth_slices.h"
#include "limpid/ops/pooling/pool_axes.h"
#include "limpid/ops/pooling/window.h"
#include "limpid/ops/stack/stack.h"

namespace limpid {

namespace {

void check(IntPair kernel, const FoldOptions& o) {
  check_window_pair(kernel, "kernel_size", 1);
  check_window_pair(o.dilation, "dilation", 1);
  check_window_pair(o.padding, "padding", 0);
  check_window_pair(o.stride, "stride", 1);
}

/// Windows over an image of that size: rows and columns of them.
IntPair windows(IntPair image, IntPair kernel, const FoldOptions& o) {
  return {conv_out_size("height", image.height, kernel.height, o.stride.height, o.dilation.height,
                        2 * o.padding.height),
          conv_out_size("width", image.width, kernel.width, o.stride.width, o.dilation.width,
                        2 * o.padding.width)};
}

void check_columns(const Tensor& x, IntPair image, IntPair kernel, const FoldOptions& o) {
  check(kernel, o);
  check_window_pair(image, "output_size", 1);
  if (x.dim() != 2 && x.dim() != 3)
    throw ShapeError(
        str("input must be (N, C kh kw, OH OW) or (C kh kw, OH OW), got shape ", x.shape()));
  if (is_bool(x.dtype())) throw DTypeError("adds numbers up, but the input is bool");
  const std::int64_t taps = kernel.height * kernel.width;
  if (x.size(-2) % taps != 0)
    throw ShapeError(str("dimension ", x.dim() - 2, " of the input has ", x.size(-2),
                         " entries, which is no multiple of the ", taps, " of a kernel ", kernel));
  const IntPair count = windows(image, kernel, o);
  if (x.size(-1) != count.height * count.width)
    throw ShapeError(str("dimension ", x.dim() - 1, " of the input has ", x.size(-1),
                         " windows but an image ", image, " has ", count.height, " x ", count.width,
                         " = ", count.height * count.width));
}

}  // namespace

Tensor unfold(const Tensor& input, IntPair kernel, FoldOptions o) {
  return composite<Unfold>({input}, [&]() -> Tensor {
    check_pool_input(input.shape(), 2, "H, W");
    check(kernel, o);
    const IntPair count = windows({input.size(-2), input.size(-1)}, kernel, o);
    checked_numel({input.size(-3), kernel.height, kernel.width, count.height, count.width});
    if (input.dim() == 3) return unfold(input.unsqueeze(0), kernel, o).squeeze(0);
    const std::int64_t rows = input.size(2) + 2 * o.padding.height;
    const std::int64_t columns = input.size(3) + 2 * o.padding.width;
    const Tensor high = o.padding.height ? among_zeros(input, 2, o.padding.height, rows) : input;
    const Tensor padded = o.padding.width ? among_zeros(high, 3, o.padding.width, columns) : high;
    std::vector<Tensor> taps;
    for (std::int64_t i = 0; i < kernel.height; ++i)
      for (std::int64_t j = 0; j < kernel.width; ++j)
        taps.push_back(
            slices(slices(padded, 2, i * o.dilation.height, count.height, o.stride.height), 3,
                   j * o.dilation.width, count.width, o.stride.width));
    return stack(taps, 2).reshape(
        {input.size(0), input.size(1) * kernel.height * kernel.width, count.height * count.width});
  });
}

Tensor fold(const Tensor& input, IntPair image, IntPair kernel, FoldOptions o) {
  return composite<Fold>({input}, [&]() -> Tensor {
    check_columns(input, image, kernel, o);
    if (input.dim() == 2) return fold(input.unsqueeze(0), image, kernel, o).squeeze(0);
    const IntPair count = windows(image, kernel, o);
    const std::int64_t taps = kernel.height * kernel.width;
    const Tensor parts =
        input.reshape({input.size(0), input.size(1) / taps, taps, count.height, count.width});
    const std::int64_t rows = image.height + 2 * o.padding.height;
    const std::int64_t columns = image.width + 2 * o.padding.width;
    Tensor sum;
    for (std::int64_t i = 0; i < kernel.height; ++i)
      for (std::int64_t j = 0; j < kernel.width; ++j) {
        const Tensor tap = parts.select(2, i * kernel.width + j);
        const Tensor placed =
            among_zeros(among_zeros(tap, 2, i * o.dilation.height, rows, o.stride.height), 3,
                        j * o.dilation.width, columns, o.stride.width);
        sum = sum.defined() ? sum + placed : placed;
      }
    return sum.narrow(2, o.padding.height, image.height)
        .narrow(3, o.padding.width, image.width)
        .contiguous();
  });
}

}  // namespace limpid
