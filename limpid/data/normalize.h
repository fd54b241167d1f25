#pragma once
// Inputs with mean 0 and standard deviation 1 a channel, and other changes of a dataset's samples.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "limpid/data/dataset.h"

namespace limpid {

/// One entry a channel.
struct ChannelStats {
  std::vector<double> mean, std;
};

/// Mean and (population) standard deviation of each channel of images (N, C, H, W), of any float
/// dtype, accumulated in float64. ShapeError for another rank, ValueError for no pixels.
ChannelStats channel_stats(const Tensor& images);

/// (x - mean) / std a channel, for images (N, C, H, W) or one image (C, H, W)
/// (torchvision.transforms.Normalize). ValueError for a std that is 0, naming the channel, and for
/// stats of another number of channels.
Tensor normalize(const Tensor& images, const ChannelStats& stats);

/// A dataset with `change` applied to each sample as it is fetched. What it draws from
/// default_generator() depends only on (seed, epoch, index) under a DataLoader.
class MappedDataset : public Dataset {
 public:
  MappedDataset(std::shared_ptr<const Dataset> dataset, std::function<Sample(Sample)> change);
  std::int64_t size() const override { return dataset_->size(); }
  Sample get(std::int64_t i) const override { return change_(dataset_->get(i)); }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::function<Sample(Sample)> change_;
};

}  // namespace limpid
