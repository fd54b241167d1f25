#pragma once
// Max pooling plane by plane: what the rungs of the ladder that work on contiguous planes share.

#include "limpid/backends/cpu/operand.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/ops/max_pool2d/ladder.h"

namespace limpid {

template <class Algorithm, class T>
void run_max_planes_as(const PoolProblem& p, const Io& io) {
  Operand in(io.in[0], dtype_of<T>()), out(io.out[0], dtype_of<T>());
  const T* from = in.read().template as<T>();
  T* to = out.template as<T>();
  Operand places(p.backward ? io.in[1] : io.out[1], DType::i64);
  if (p.backward) places.read();
  auto* indices = places.as<std::int64_t>();
  parallel_for(0, p.planes, pool_grain(p.work()), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t n = first; n < last; ++n) {
      std::int64_t* const index = indices + n * p.windows();
      if (p.backward)
        Algorithm::template backward<T>(p, from + n * p.windows(), index, to + n * p.plane());
      else Algorithm::template forward<T>(p, from + n * p.plane(), to + n * p.windows(), index);
    }
  });
  out.write();
  if (!p.backward) places.write();
}

/// Calls Algorithm::forward<T>(problem, x, values, indices) or backward<T>(problem, dy, indices,
/// dx) for each plane, in several threads when there is much to do.
template <class Algorithm>
void run_max_planes(const PoolProblem& p, const Io& io) {
  const DType dtype = compute_dtype(p.dtype);
  if (dtype == DType::f32) run_max_planes_as<Algorithm, float>(p, io);
  else if (dtype == DType::f64) run_max_planes_as<Algorithm, double>(p, io);
  else run_max_planes_as<Algorithm, std::int64_t>(p, io);
}

}  // namespace limpid
