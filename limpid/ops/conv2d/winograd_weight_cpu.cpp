// Winograd's gradient of the weight: dg = G^T [sum over tiles of (A dy A^T) * (B^T d B)] G.

#include "limpid/ops/conv2d/winograd_parts.h"

namespace limpid::winograd {

namespace {

/// Rows of dU that a thread works on at a time: 64, or fewer to have a block for every thread.
Int rows_of_block(Int k, Int panels) {
  Int rows = kPanel;
  while (rows > 8 && (k + rows - 1) / rows * panels < get_num_threads()) rows /= 2;
  return rows;
}

/// dU, a block of rows (outputs) and a panel of columns (inputs) after the other.
struct WeightSums {
  const ConvolutionSizes& s;
  const WinogradTransforms& transforms;
  Int points = transforms.points;
  Int panels = panels_of(s.in_channels), rows = rows_of_block(s.out_channels, panels);
  Int blocks = (s.out_channels + rows - 1) / rows * panels;
  Int plane = rows * kPanel + kGap;
  Scratch<float> room{blocks * points * plane};

  Int first_row(Int block) const { return block / panels * rows; }
  Int rows_of(Int block) const { return std::min(rows, s.out_channels - first_row(block)); }
  float* at(Int block) const { return room.data() + block * points * plane; }

  /// dU[p] += dM[p]^T V[p] over n tiles; with `first` it starts anew.
  void add(const WinogradPlanes& m, const WinogradPlanes& v, Int n, bool first) const {
    parallel_for(0, blocks, 1, [&](Int begin, Int end) {
      for (Int b = begin; b < end; ++b) {
        const Int panel = b % panels;
        for (Int point = 0; point < points; ++point)
          kernels().product(rows_of(b), columns_of(panel, s.in_channels), n,
                            m.data + point * m.plane + first_row(b), 1, m.row,
                            v.data + point * v.plane + panel * v.panel, at(b) + point * plane,
                            !first);
      }
    });
  }

  /// dg = G^T dU G, to the weight's own order.
  void write(float* w) const {
    parallel_for(0, blocks * rows, 16, [&](Int first, Int last) {
      alignas(64) float g[25 * kPanel], turned[25 * kPanel];
      for (Int i = first; i < last; ++i) {
        const Int b = i / rows, panel = b % panels;
        if (i % rows >= rows_of(b)) continue;
        transforms.weight_gradient(at(b) + i % rows * kPanel, plane, g, kPanel);
        const Int channels = channels_of(panel, s.in_channels);
        kernels().transpose(s.kernel(), channels, g, kPanel, turned, s.kernel());
        std::copy_n(turned, s.kernel() * channels,
                    w + ((first_row(b) + i % rows) * s.in_channels + panel * kPanel) * s.kernel());
      }
    });
  }
};

bool all_finite(const float* x, Int size) {
  Check check;
  Int i = 0;
  for (; i + 16 <= size; i += 16)
    for (int p = 0; p < 16; ++p) check.sums[p] += 0.0f * x[i + p];
  for (; i < size; ++i) check.sums[0] += 0.0f * x[i];
  return check.tame();
}

}  // namespace

bool weight_gradient(const Convolution& conv) {
  const ConvolutionSizes& s = conv.sizes;
  const WinogradTransforms& t = *transforms_for(s);
  const Int c = s.in_channels, k = s.out_channels, points = t.points;
  const Int down = tiles_of(s.out_height, t.step_down),
            across = tiles_of(s.out_width, t.step_across);
  const Int tiles = s.batch * down * across;
  const WinogradMap map{s.height,    s.width,       c,     down,  across,
                        t.step_down, t.step_across, s.top, s.left};
  const WinogradMap gradient_map{s.out_height, s.out_width,   k, down, across,
                                 t.step_down,  t.step_across, 0, 0};
  const MapIn x(conv.x, conv.x_channels_last, s.batch, c, s.image());
  const MapIn dy(conv.y, conv.y_channels_last, s.batch, k, s.out_image());
  const Scratch<float> zeros(std::max(c, k));
  std::fill_n(zeros.data(), std::max(c, k), 0.0f);

  const WeightSums sums{s, t};
  // As many tiles as keep V, M and dU in the cache, or where dU is larger, as spare it visits.
  const Int block = c * k <= kPanel * kPanel ? 64 : 192;
  const Int chunks = (tiles + block - 1) / block, most = (tiles + chunks - 1) / chunks;
  const Int panel_size = most * kPanel + kGap, v_size = points * sums.panels * panel_size;
  const Scratch<float> v_room(v_size), m_room(size_of_rows(points, most, k));
  const WinogradPlanes v{v_room.data(), sums.panels * panel_size, kPanel, panel_size};
  const WinogradPlanes m = rows_of_channels(m_room.data(), most, k);
  for (Int chunk = 0; chunk < chunks; ++chunk) {
    const Int begin = tiles * chunk / chunks, n = tiles * (chunk + 1) / chunks - begin;
    parallel_for(0, n, 4, [&](Int first, Int last) {
      for (Int i = first; i < last; ++i) {
        t.input(map, x.data(), zeros.data(), begin + i, v, i);
        t.gradient(gradient_map, dy.data(), zeros.data(), begin + i, m, i);
      }
    });
    sums.add(m, v, n, chunk == 0);
  }
  sums.write(static_cast<float*>(conv.w));
  return all_finite(static_cast<const float*>(conv.w), s.w_numel());
}

}  // namespace limpid::winograd
