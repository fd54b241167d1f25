#pragma once
// Winograd's convolution with stride 1: tiles of outputs at a time, in 36 multiplications a channel
// in place of 144 (4x4 outputs of a 3x3 kernel) or 100 (2x2 of 5x5). The kernels, one compilation a
// SIMD level; how they are put together, and the mathematics, is in algorithm_winograd_cpu.cpp.

#include <cstdint>

namespace limpid {

/// Output channels (or columns of a product) that one call of a kernel works on.
inline constexpr std::int64_t kWinogradPanel = 64;

/// A map in channels-last order, or the channels of a group of one, cut into tiles of step_down x
/// step_across outputs: tile (n, ty, tx) begins at pixel (ty step_down - top, tx step_across -
/// left). Pixels outside count as zeros when read and are left out when written.
struct WinogradMap {
  std::int64_t height, width, channels, pixel;  ///< pixel: floats from one to the next
  std::int64_t tiles_down, tiles_across;
  std::int64_t step_down, step_across;
  std::int64_t top, left;
};

/// Transformed tiles: element (point, tile, channel) lies at point * plane + tile * row + (channel
/// / kWinogradPanel) * panel + channel % kWinogradPanel.
struct WinogradPlanes {
  float* data;
  std::int64_t plane, row, panel;
};

/// The transforms for kernels of one size.
struct WinogradTransforms {
  std::int64_t kernel_height, kernel_width;
  std::int64_t step_down, step_across;  ///< outputs of a tile
  std::int64_t points;                  ///< of a transformed tile, each in a plane of its own

  /// V = B^T d B of a tile d of the input map, all its channels, to row `to_row` of V; channels up
  /// to a multiple of `lanes` become zeros. `zeros`: as many zeros as there are channels.
  void (*input)(const WinogradMap& map, const float* x, const float* zeros, std::int64_t tile,
                const WinogradPlanes& to, std::int64_t to_row);
  /// A dy A^T of a tile of the output's gradient, likewise.
  void (*gradient)(const WinogradMap& map, const float* dy, const float* zeros, std::int64_t tile,
                   const WinogradPlanes& to, std::int64_t to_row);
  /// y = A^T m A, plus the bias, to a tile of the output map: `count` channels from `channel` on,
  /// at most a panel. Adds 0 times each result to `check`, 16 sums.
  void (*output)(const WinogradMap& map, const float* m, std::int64_t plane, const float* bias,
                 std::int64_t tile, std::int64_t channel, std::int64_t count, float* y,
                 float* check);
  /// U = G g G^T for one panel of weights: g has a plane for each tap.
  void (*weight)(const float* g, std::int64_t g_plane, float* u, std::int64_t u_plane);
  /// dg = G^T dU G for `channels` of a panel, the taps of a channel side by side. Adds 0 times each
  /// result to `check`, 16 sums.
  void (*weight_gradient)(const float* du, std::int64_t du_plane, std::int64_t channels, float* dg,
                          float* check);
};

/// Memory that later steps need: it is asked for meanwhile, and in the second cache by then.
struct WinogradSoon {
  const float* data;
  std::int64_t count;  ///< floats; with 0, `data` is some memory that is in the cache
};

struct WinogradKernels {
  /// Floats in a vector: what counts of channels are rounded up to.
  std::int64_t lanes;
  /// For 3x3, 5x5, 1x3 and 1x5.
  WinogradTransforms transforms[4];
  /// c[i, j] = sum over p < k of a[i, p] b[p, j] (added with `accumulate`), j < columns: a multiple
  /// of `lanes`, at most a panel; rows of b and c lie kWinogradPanel apart. a[i, p] lies at
  /// a[i a_row + p a_column], where one of the strides is 1. Asks for the k rows behind b, which
  /// callers need next, and for `soon`.
  void (*product)(std::int64_t rows, std::int64_t columns, std::int64_t k, const float* a,
                  std::int64_t a_row, std::int64_t a_column, const float* b, float* c,
                  bool accumulate, WinogradSoon soon);
};

namespace baseline {
extern const WinogradKernels winograd_kernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const WinogradKernels winograd_kernels;
}
namespace avx512 {
extern const WinogradKernels winograd_kernels;
}
#endif

}  // namespace limpid
