#pragma once
// Tensors as pictures.

#include "limpid/tensor/tensor.h"
#include "limpid/vision/image.h"

namespace limpid {

struct ImageFromTensorOptions {
  bool ink = false;  ///< 1 is dark: a drawing on paper, and not light on a screen
};

/// A (1, H, W) or (3, H, W) tensor of numbers from 0 to 1 (others are cut off, NaN counts as 0) as
/// a grey or colour image. ShapeError for other shapes.
Image image_from_tensor(const Tensor& tensor, ImageFromTensorOptions options = {});

/// The image as (channels, height, width) float32 in [0, 1] (torchvision's to_tensor).
Tensor tensor_from_image(const Image& image);

}  // namespace limpid
