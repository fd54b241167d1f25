#pragma once
// Batch normalisation of rows of channels (row_loops.h), by several threads: float32, or 16-bit
// floats computed as such. The rows are
// cut into pieces whose number depends on the sizes alone, so any number of threads gives the same
// sums.

#include <cstdint>
#include <vector>

#include "limpid/core/dtype.h"
#include "limpid/ops/batch_norm/row_loops.h"

namespace limpid {

/// Two sums a channel.
struct ChannelSums {
  std::vector<double> first, second;
};

/// `count` rows of `channels` elements, without gaps.
class ChannelRows {
 public:
  ChannelRows(std::int64_t count, std::int64_t channels, DType dtype = DType::f32);

  std::int64_t count() const { return count_; }
  std::int64_t channels() const { return channels_; }

  /// Of x - about and its square. All vectors have one number a channel.
  ChannelSums deviations(const void* x, const std::vector<float>& about) const;
  /// Of dy and dy (x - centre).
  ChannelSums products(const void* x, const void* dy, const std::vector<float>& centre) const;
  /// y = (x - centre) factor + shift
  void normalise(const void* x, const std::vector<float>& centre, const std::vector<float>& factor,
                 const std::vector<float>& shift, void* y) const;
  /// dx = of_dy dy - of_x (x - centre) - constant
  void gradient(const void* x, const void* dy, const std::vector<float>& centre,
                const std::vector<float>& of_dy, const std::vector<float>& of_x,
                const std::vector<float>& constant, void* dx) const;

 private:
  template <class F>
  void for_pieces(F&& f) const;
  template <class F>
  ChannelSums sum(F&& f) const;
  std::vector<float> repeated(const std::vector<float>& values) const;

  std::int64_t count_, channels_, size_;  // bytes of an element
  const BatchNormLoops& loops_;
  std::int64_t group_;          // rows that are taken as one, so that few channels fill vectors too
  std::int64_t pieces_, most_;  // number of pieces, and groups in each but the last
};

}  // namespace limpid
