#include "limpid/nn/rearrange.h"

#include "limpid/core/error.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/sizes.h"
#include "limpid/nn/where.h"

namespace limpid::nn {

namespace {

constexpr std::int64_t kMostRows = 1 << 15;  // keeps its square from overflowing

std::int64_t checked(const char* layer, const char* what, std::int64_t value) {
  require_at_least(layer, what, value, 1);
  if (value > kMostRows)
    throw ValueError(str(layer, ": ", what, " must be at most ", kMostRows, ", got ", value));
  return value;
}

/// The axes in front of the last three, which are (C, H, W), as one.
Tensor as_images(const Module& layer, const Tensor& x) {
  require_defined(layer.type_name(), "input", x);
  if (x.dim() < 3)
    throw ShapeError(
        str(layer.type_name(), ": needs a tensor (..., C, H, W), got shape ", x.shape(), where()));
  return x.dim() == 3 ? x.unsqueeze(0) : x.flatten(0, -4);
}

/// The axes in front of `like`'s last three, and then those of the images.
Tensor with_leading(const Tensor& images, const Tensor& like) {
  Shape shape(static_cast<int>(like.dim()));
  const int first = static_cast<int>(like.dim()) - 3;
  for (int i = 0; i < first; ++i) shape[i] = like.size(i);
  for (int i = 0; i < 3; ++i) shape[first + i] = images.size(1 + i);
  return images.reshape(shape);
}

void check_multiple(const Module& layer, const char* what, std::int64_t size, const char* of,
                    std::int64_t factor) {
  if (size % factor != 0)
    throw ShapeError(str(layer.type_name(), ": the input has ", size, " ", what,
                         ", which is no multiple of ", of, " ", factor, where()));
}

std::string fold_text(IntPair kernel_size, const FoldOptions& o) {
  return str("kernel_size=", sizes_text(kernel_size), ", dilation=", sizes_text(o.dilation),
             ", padding=", sizes_text(o.padding), ", stride=", sizes_text(o.stride));
}

}  // namespace

PixelShuffle::PixelShuffle(std::int64_t upscale_factor)
    : factor_(checked("PixelShuffle", "upscale_factor", upscale_factor)) {}

Tensor PixelShuffle::forward(const Tensor& input) {
  const Tensor x = as_images(*this, input);
  const std::int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3), r = factor_;
  check_multiple(*this, "channels", c, "the square of upscale_factor,", r * r);
  return with_leading(x.reshape({n, c / (r * r), r, r, h, w})
                          .permute({0, 1, 4, 2, 5, 3})
                          .reshape({n, c / (r * r), h * r, w * r}),
                      input);
}

std::string PixelShuffle::extra_repr() const { return str("upscale_factor=", factor_); }

PixelUnshuffle::PixelUnshuffle(std::int64_t downscale_factor)
    : factor_(checked("PixelUnshuffle", "downscale_factor", downscale_factor)) {}

Tensor PixelUnshuffle::forward(const Tensor& input) {
  const Tensor x = as_images(*this, input);
  const std::int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3), r = factor_;
  check_multiple(*this, "rows", h, "downscale_factor", r);
  check_multiple(*this, "columns", w, "downscale_factor", r);
  return with_leading(x.reshape({n, c, h / r, r, w / r, r})
                          .permute({0, 1, 3, 5, 2, 4})
                          .reshape({n, c * r * r, h / r, w / r}),
                      input);
}

std::string PixelUnshuffle::extra_repr() const { return str("downscale_factor=", factor_); }

ChannelShuffle::ChannelShuffle(std::int64_t groups)
    : groups_(checked("ChannelShuffle", "groups", groups)) {}

Tensor ChannelShuffle::forward(const Tensor& input) {
  require_defined(type_name(), "input", input);
  if (input.dim() < 3)
    throw ShapeError(str("ChannelShuffle: needs a tensor (N, C, ...) of at least 3 dimensions, ",
                         "got shape ", input.shape(), where()));
  check_multiple(*this, "channels", input.size(1), "groups", groups_);
  return input.unflatten(1, {groups_, input.size(1) / groups_}).transpose(1, 2).flatten(1, 2);
}

std::string ChannelShuffle::extra_repr() const { return str("groups=", groups_); }

std::string Unfold::extra_repr() const { return fold_text(kernel_size_, options_); }

std::string Fold::extra_repr() const {
  return str("output_size=", sizes_text(output_size_), ", ", fold_text(kernel_size_, options_));
}

}  // namespace limpid::nn
