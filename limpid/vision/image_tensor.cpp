#include "limpid/vision/image_tensor.h"

#include <algorithm>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Image image_from_tensor(const Tensor& tensor, ImageFromTensorOptions options) {
  if (tensor.dim() != 3 || (tensor.size(0) != 1 && tensor.size(0) != 3))
    throw ShapeError(str("image_from_tensor: needs (1, H, W) or (3, H, W), got ", tensor.shape()));
  const std::int64_t channels = tensor.size(0), height = tensor.size(1), width = tensor.size(2);
  Image image = make_image(width, height, channels);
  const std::vector<double> values = tensor.detach().to_vector<double>();
  const auto plane = static_cast<std::size_t>(height * width);
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c)
    for (std::size_t i = 0; i < plane; ++i) {
      const double v = values[c * plane + i];
      const double light = v > 0 ? std::min(v, 1.0) : 0;
      image.pixels[i * static_cast<std::size_t>(channels) + c] =
          static_cast<std::uint8_t>(std::lround(255 * (options.ink ? 1 - light : light)));
    }
  return image;
}

Tensor tensor_from_image(const Image& image) {
  Tensor out = empty({image.channels, image.height, image.width}, {.dtype = DType::f32});
  auto* to = out.data<float>();
  const std::int64_t pixels = image.width * image.height;
  for (std::int64_t c = 0; c < image.channels; ++c)
    for (std::int64_t i = 0; i < pixels; ++i)
      *to++ = static_cast<float>(image.pixels[static_cast<std::size_t>(i * image.channels + c)]) /
              255.0f;
  return out;
}

}  // namespace limpid
