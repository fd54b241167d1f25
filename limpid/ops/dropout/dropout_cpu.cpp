// Dropout on the processor.
//   1. u_i >= p is decided on integers: u_i = k 2^-24, so u_i >= p exactly when k >= ceil(p 2^24).
//   2. Contiguous float32 and float64 go through the loops of dropout_simd.cpp, 128 elements at a
//   time,
//      from several threads when there are many; each chunk depends on its number alone.
//   3. Channels-last maps are dropped from in row-major order, since elements count so, by way of a
//      copy: of an image at a time, in the second cache, where there is one for every thread.
//   4. 16-bit floats and other layouts go the way of the reference.

#include <algorithm>
#include <cmath>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/transpose.h"
#include "limpid/core/walk.h"
#include "limpid/ops/copy/copy.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/dropout/dropout_loops.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

const DropoutLoops& loops() {
  static const DropoutLoops& table = at_level(simd_level(), LIMPID_LEVELS(dropout_loops));
  return table;
}

/// Channels-last float32 maps whose images begin with a block of four random numbers. False where
/// it is something else, or too few images.
bool drop_images(const DropoutTask& task, const AnyView& x) {
  const std::int64_t images = x.shape[0], channels = x.shape[1], pixels = x.shape[2] * x.shape[3];
  const std::int64_t size = channels * pixels;
  if (x.dtype != DType::f32 || size % 4 || images < get_num_threads()) return false;
  const auto transpose = transpose_loops().plain;
  parallel_for(0, images, (1 << 14) / size + 1, [&](std::int64_t first, std::int64_t last) {
    const Scratch<float> room(size);
    for (std::int64_t n = first; n < last; ++n) {
      transpose(pixels, channels, static_cast<const float*>(task.x) + n * size, channels,
                room.data(), pixels);
      DropoutTask image = task;
      image.offset += static_cast<std::uint64_t>(n * size / 4);
      image.x = image.y = room.data();
      loops().f32(image, 0, size);
      transpose(channels, pixels, room.data(), pixels, static_cast<float*>(task.y) + n * size,
                channels);
    }
  });
  return true;
}

/// Any channels-last map.
void drop_by_copies(const Dropout& op, const AnyView& x, const AnyView& y) {
  const Tensor rows = empty(Shape(shape_of(x)), {.dtype = x.dtype});
  const AnyView from[] = {x}, between[] = {rows->as_view()}, to[] = {y};
  const Copy copy{x.dtype};
  copy.forward(Cpu{}, {from, between});
  op.forward(Cpu{}, {between, between});
  copy.forward(Cpu{}, {between, to});
}

}  // namespace

void Dropout::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const bool wide = x.dtype == DType::f64;
  const DropoutTask task{seed,    offset, static_cast<std::uint32_t>(std::ceil(p * 0x1p24)),
                         scale(), x.data, y.data};
  if (is_channels_last(x) && is_channels_last(y)) {
    if (!drop_images(task, x)) drop_by_copies(*this, x, y);
    return;
  }
  if (!x.contiguous || !y.contiguous || (!wide && x.dtype != DType::f32))
    return forward(Reference{}, io);
  constexpr std::int64_t kChunk = 64, kGrain = 256;  // a thread takes at least 16384 elements
  parallel_for(
      0, (x.numel + kChunk - 1) / kChunk, kGrain, [&](std::int64_t first, std::int64_t last) {
        (wide ? loops().f64 : loops().f32)(task, first * kChunk, std::min(last * kChunk, x.numel));
      });
}

}  // namespace limpid
