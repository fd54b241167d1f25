#include "limpid/data/normalize.h"

#include <algorithm>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

void check_images(const Tensor& images, const char* who) {
  if (images.dim() != 3 && images.dim() != 4)
    throw ShapeError(str(who, ": expected images of shape (N, C, H, W) or (C, H, W), found ",
                         to_string(images.shape())));
  if (!is_floating(images.dtype()))
    throw DTypeError(str(who, ": expected floating-point images, found ", images.dtype(),
                         "; pixels / 255 gives some"));
}

/// The one channel of plane p: planes are (N, C) or (C,).
std::int64_t channels_of(const Tensor& images) { return images.size(images.dim() - 3); }
std::int64_t plane_of(const Tensor& images) { return images.size(-1) * images.size(-2); }

}  // namespace

ChannelStats channel_stats(const Tensor& images) {
  check_images(images, "channel_stats");
  if (images.numel() == 0) throw ValueError("channel_stats: there are no pixels");
  const auto channels = static_cast<std::size_t>(channels_of(images));
  const std::int64_t plane = plane_of(images), planes = images.numel() / plane;
  const std::vector<double> values = images.contiguous().to_vector<double>();
  ChannelStats stats{std::vector<double>(channels), std::vector<double>(channels)};
  const auto for_pixels = [&](auto use) {  // use(channel, value)
    const double* p = values.data();
    for (std::int64_t i = 0; i < planes; ++i)
      for (std::int64_t k = 0; k < plane; ++k) use(static_cast<std::size_t>(i) % channels, *p++);
  };
  const double count = static_cast<double>(images.numel()) / static_cast<double>(channels);
  for_pixels([&](std::size_t c, double x) { stats.mean[c] += x; });
  for (double& mean : stats.mean) mean /= count;
  for_pixels(
      [&](std::size_t c, double x) { stats.std[c] += (x - stats.mean[c]) * (x - stats.mean[c]); });
  for (double& std : stats.std) std = std::sqrt(std / count);
  return stats;
}

Tensor normalize(const Tensor& images, const ChannelStats& stats) {
  check_images(images, "normalize");
  const std::int64_t channels = channels_of(images);
  if (std::ssize(stats.mean) != channels || std::ssize(stats.std) != channels)
    throw ValueError(str("normalize: images ", to_string(images.shape()), " have ", channels,
                         " channels, but there are ", stats.mean.size(), " means and ",
                         stats.std.size(), " standard deviations"));
  const auto zero =
      std::find_if(stats.std.begin(), stats.std.end(), [](double s) { return !(s > 0); });
  if (zero != stats.std.end())
    throw ValueError(str("normalize: the standard deviation of channel ", zero - stats.std.begin(),
                         " is ", *zero, "; it must be above 0"));
  const Shape column = {channels, 1, 1};
  const TensorOptions as_images{.dtype = images.dtype()};
  const Tensor mean = from_values(std::span<const double>(stats.mean), column, as_images);
  const Tensor std = from_values(std::span<const double>(stats.std), column, as_images);
  return images.clone().sub_(mean).div_(std);
}

MappedDataset::MappedDataset(std::shared_ptr<const Dataset> dataset,
                             std::function<Sample(Sample)> change)
    : dataset_(std::move(dataset)), change_(std::move(change)) {
  if (!dataset_ || !change_) throw ValueError("a MappedDataset needs a dataset and a function");
}

}  // namespace limpid
