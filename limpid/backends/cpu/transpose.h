#pragma once
// Matrices of 32-bit elements transposed in registers, one compilation a SIMD level.

#include <cstdint>

#include "limpid/backends/cpu/simd.h"

namespace limpid {

/// to[j, i] = from[i, j] for i < rows, j < columns; rows of `from` and of `to` lie so many elements
/// apart.
using TransposeFloats = void (*)(std::int64_t rows, std::int64_t columns, const float* from,
                                 std::int64_t from_row, float* to, std::int64_t to_row);

struct TransposeLoops {
  TransposeFloats plain;
  /// The same past the caches, for matrices that would not stay there anyway: whole lines are
  /// written without being read first.
  TransposeFloats streaming;
};

namespace baseline {
extern const TransposeLoops transpose_loops;
}
#if defined(__x86_64__)
namespace avx2 {
extern const TransposeLoops transpose_loops;
}
namespace avx512 {
extern const TransposeLoops transpose_loops;
}
#endif

inline const TransposeLoops& transpose_loops() {
  static const TransposeLoops& loops = at_level(simd_level(), LIMPID_LEVELS(transpose_loops));
  return loops;
}

}  // namespace limpid
