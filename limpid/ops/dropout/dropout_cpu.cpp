// Dropout on the processor.
//   1. u_i >= p is decided on integers: u_i = k 2^-24, so u_i >= p exactly when k >= ceil(p 2^24).
//   2. Contiguous float32 and float64 go through the loops of dropout_simd.cpp, 128 elements at a
//   time,
//      from several threads when there are many; each chunk depends on its number alone.
//   3. Channels-last maps are dropped from in row-major order, since elements count so, by way of a
//      copy.
//   4. 16-bit floats and other layouts go the way of the reference.

#include <algorithm>
#include <cmath>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/core/walk.h"
#include "limpid/ops/copy/copy.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/dropout/dropout_loops.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

void Dropout::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const bool wide = x.dtype == DType::f64;
  if (is_channels_last(x) && is_channels_last(y)) {
    const Tensor rows = empty(Shape(shape_of(x)), {.dtype = x.dtype});
    const AnyView between = rows->as_view();
    const Copy copy{x.dtype};
    copy.forward(Cpu{}, {{&x, 1}, {&between, 1}});
    forward(Cpu{}, {{&between, 1}, {&between, 1}});
    return copy.forward(Cpu{}, {{&between, 1}, {&y, 1}});
  }
  if (!x.contiguous || !y.contiguous || (!wide && x.dtype != DType::f32))
    return forward(Reference{}, io);
  static const DropoutLoops& loops = at_level(simd_level(), LIMPID_LEVELS(dropout_loops));
  const DropoutTask task{seed,    offset, static_cast<std::uint32_t>(std::ceil(p * 0x1p24)),
                         scale(), x.data, y.data};
  constexpr std::int64_t kChunk = 64, kGrain = 256;  // a thread takes at least 16384 elements
  parallel_for(
      0, (x.numel + kChunk - 1) / kChunk, kGrain, [&](std::int64_t first, std::int64_t last) {
        (wide ? loops.f64 : loops.f32)(task, first * kChunk, std::min(last * kChunk, x.numel));
      });
}

}  // namespace limpid
