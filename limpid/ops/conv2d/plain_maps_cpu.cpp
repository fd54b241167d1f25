#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/conv2d/plain_maps.h"

namespace limpid {

namespace {

/// A map from (N, pixels, C) to (N, C, pixels), or back.
void turn(const void* from, void* to, std::int64_t batch, std::int64_t channels,
          std::int64_t pixels, bool back, std::size_t element) {
  const std::int64_t shape[] = {batch, channels, pixels};
  const std::int64_t plain[] = {channels * pixels, pixels, 1},
                     last[] = {channels * pixels, 1, channels};
  copy_strided_in_parallel(to, back ? last : plain, from, back ? plain : last, shape, element);
}

}  // namespace

PlainMaps::PlainMaps(const ConvProblem& p, const Convolution& c)
    : problem_(p),
      given_(c),
      plain_(c),
      x_(c.x_channels_last ? c.sizes.x_numel() * static_cast<std::int64_t>(size_of(p.dtype)) : 0),
      y_(c.y_channels_last ? c.sizes.y_numel() * static_cast<std::int64_t>(size_of(p.dtype)) : 0) {
  const ConvolutionSizes& s = c.sizes;
  const std::size_t element = size_of(p.dtype);
  plain_.x_channels_last = plain_.y_channels_last = false;
  if (c.x_channels_last) {
    plain_.x = x_.data();
    if (p.pass != ConvolutionPass::input_gradient)
      turn(c.x, plain_.x, s.batch, s.in_channels, s.image(), false, element);
  }
  if (c.y_channels_last) {
    plain_.y = y_.data();
    if (p.pass != ConvolutionPass::forward)
      turn(c.y, plain_.y, s.batch, s.out_channels, s.out_image(), false, element);
  }
}

void PlainMaps::write() const {
  const ConvolutionSizes& s = given_.sizes;
  const std::size_t element = size_of(problem_.dtype);
  if (given_.x_channels_last && problem_.pass == ConvolutionPass::input_gradient)
    turn(plain_.x, given_.x, s.batch, s.in_channels, s.image(), true, element);
  if (given_.y_channels_last && problem_.pass == ConvolutionPass::forward)
    turn(plain_.y, given_.y, s.batch, s.out_channels, s.out_image(), true, element);
}

}  // namespace limpid
