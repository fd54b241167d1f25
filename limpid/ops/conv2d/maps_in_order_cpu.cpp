#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/conv2d/maps_in_order.h"

namespace limpid {

namespace {

/// A map from (N, C, pixels) to (N, pixels, C), or with `plain` back.
void turn(const void* from, void* to, std::int64_t batch, std::int64_t channels,
          std::int64_t pixels, bool plain, std::size_t element) {
  const std::int64_t shape[] = {batch, channels, pixels};
  const std::int64_t in_planes[] = {channels * pixels, pixels, 1},
                     last[] = {channels * pixels, 1, channels};
  copy_strided_in_parallel(to, plain ? in_planes : last, from, plain ? last : in_planes, shape,
                           element);
}

}  // namespace

MapsInOrder::MapsInOrder(const ConvProblem& p, const Convolution& c, bool channels_last)
    : problem_(p),
      given_(c),
      ordered_(c),
      channels_last_(channels_last),
      x_(c.x_channels_last == channels_last
             ? 0
             : c.sizes.x_numel() * static_cast<std::int64_t>(size_of(p.dtype))),
      y_(c.y_channels_last == channels_last
             ? 0
             : c.sizes.y_numel() * static_cast<std::int64_t>(size_of(p.dtype))) {
  const ConvolutionSizes& s = c.sizes;
  const std::size_t element = size_of(p.dtype);
  ordered_.x_channels_last = ordered_.y_channels_last = channels_last;
  if (c.x_channels_last != channels_last) {
    ordered_.x = x_.data();
    if (p.pass != ConvolutionPass::input_gradient)
      turn(c.x, ordered_.x, s.batch, s.in_channels, s.image(), !channels_last, element);
  }
  if (c.y_channels_last != channels_last) {
    ordered_.y = y_.data();
    if (p.pass != ConvolutionPass::forward)
      turn(c.y, ordered_.y, s.batch, s.out_channels, s.out_image(), !channels_last, element);
  }
}

void MapsInOrder::write() const {
  const ConvolutionSizes& s = given_.sizes;
  const std::size_t element = size_of(problem_.dtype);
  if (given_.x_channels_last != channels_last_ && problem_.pass == ConvolutionPass::input_gradient)
    turn(ordered_.x, given_.x, s.batch, s.in_channels, s.image(), channels_last_, element);
  if (given_.y_channels_last != channels_last_ && problem_.pass == ConvolutionPass::forward)
    turn(ordered_.y, given_.y, s.batch, s.out_channels, s.out_image(), channels_last_, element);
}

}  // namespace limpid
