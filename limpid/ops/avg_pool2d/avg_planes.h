#pragma once
// Average pooling plane by plane: what the rungs of the ladder that work on contiguous planes
// share.

#include "limpid/backends/cpu/operand.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/ops/avg_pool2d/ladder.h"

namespace limpid {

template <class Algorithm, class T>
void run_avg_planes_as(const PoolProblem& p, const Io& io) {
  Operand in(io.in[0], dtype_of<T>()), out(io.out[0], dtype_of<T>());
  const T* from = in.read().template as<T>();
  T* to = out.template as<T>();
  parallel_for(0, p.planes, pool_grain(p.work()), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t n = first; n < last; ++n)
      if (p.backward)
        Algorithm::template backward<T>(p, from + n * p.windows(), to + n * p.plane());
      else Algorithm::template forward<T>(p, from + n * p.plane(), to + n * p.windows());
  });
  out.write();
}

/// Calls Algorithm::forward<T>(problem, x, y) or backward<T>(problem, dy, dx) for each plane, in
/// several threads when there is much to do.
template <class Algorithm>
void run_avg_planes(const PoolProblem& p, const Io& io) {
  if (p.dtype == DType::f64) run_avg_planes_as<Algorithm, double>(p, io);
  else run_avg_planes_as<Algorithm, float>(p, io);
}

}  // namespace limpid
