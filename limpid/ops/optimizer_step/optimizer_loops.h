#pragma once
// The tables of loops behind the optimiser steps on the processor, one a SIMD level.

#include <cstdint>

namespace limpid {

/// One SGD step over elements [begin, end) of contiguous memory. Settings as in SgdStep; `first`:
/// the buffer is written and not read. Without momentum the buffer is null.
struct SgdTask {
  double lr, momentum, dampening, weight_decay;
  bool nesterov, first;
  void* parameter;
  const void* gradient;
  void* buffer;
};
/// One Adam step likewise, with step_size = lr / (1 - beta1^t) and root = sqrt(1 - beta2^t).
/// Without amsgrad `most` is null.
struct AdamTask {
  double step_size, root, beta1, beta2, eps, weight_decay;
  void* parameter;
  const void* gradient;
  void *mean, *square, *most;
};

struct OptimizerLoops {
  void (*sgd_f32)(const SgdTask& task, std::int64_t begin, std::int64_t end);
  void (*sgd_f64)(const SgdTask& task, std::int64_t begin, std::int64_t end);
  void (*adam_f32)(const AdamTask& task, std::int64_t begin, std::int64_t end);
  void (*adam_f64)(const AdamTask& task, std::int64_t begin, std::int64_t end);
};

namespace baseline {
extern const OptimizerLoops optimizer_loops;
}
namespace avx2 {
extern const OptimizerLoops optimizer_loops;
}
namespace avx512 {
extern const OptimizerLoops optimizer_loops;
}

}  // namespace limpid
