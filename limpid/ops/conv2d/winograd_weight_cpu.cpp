// Winograd's gradient of the weight: dg = G^T [sum over tiles of (A dy A^T) * (B^T d B)] G.

#include "limpid/ops/conv2d/winograd_parts.h"

namespace limpid::winograd {

namespace {

/// Parts of the tiles, each with a dU of its own, that threads take one of: then nobody waits, and
/// V and M stay in one thread's cache. Few where dU is large. Their number does not depend on that
/// of the threads, as results must not.
Int parts_of(Int tiles, Int size_of_du) {
  constexpr Int kSmall = 36 * kPanel * kPanel, kFewTiles = 128;
  const Int most = size_of_du <= kSmall ? 8 : size_of_du <= 4 * kSmall ? 4 : 1;
  return std::clamp<Int>(tiles / kFewTiles, 1, most);
}

/// Rows of dU that a thread works on at a time: 64, or fewer to have a block for every thread.
Int rows_of_block(Int k, Int panels, bool alone) {
  Int rows = kPanel;
  while (!alone && rows > 8 && divide_up(k, rows) * panels < get_num_threads()) rows /= 2;
  return rows;
}

/// dU, a block of rows (outputs) and a panel of columns (inputs) after the other.
struct WeightSums {
  const ConvolutionSizes& s;
  const WinogradTransforms& transforms;
  bool alone;  ///< one thread sees to it
  float* data = nullptr;
  Int points = transforms.points, inputs = s.group_inputs(), outputs = s.group_outputs();
  Int panels = panels_of(inputs), rows = rows_of_block(outputs, panels, alone);
  Int blocks = divide_up(outputs, rows) * panels;
  Int plane = rows * kPanel + kGap;
  Int size = blocks * points * plane;

  Int first_row(Int block) const { return block / panels * rows; }
  Int rows_of(Int block) const { return std::min(rows, outputs - first_row(block)); }
  float* at(Int block) const { return data + block * points * plane; }

  /// dU[p] += dM[p]^T V[p] over n tiles; with `first` it starts anew.
  void add(const WinogradPlanes& m, const WinogradPlanes& v, Int n, bool first) const {
    parallel_for(0, blocks, 1, [&](Int begin, Int end) {
      for (Int point = 0; point < points; ++point)  // outside: its planes stay in the cache
        for (Int b = begin; b < end; ++b)
          kernels().product(rows_of(b), columns_of(b % panels, inputs), n,
                            m.data + point * m.plane + first_row(b), 1, m.row,
                            v.data + point * v.plane + b % panels * v.panel, at(b) + point * plane,
                            !first);
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
        const Int channels = channels_of(panel, inputs);
        transpose_loops().plain(s.kernel(), channels, g, kPanel, turned, s.kernel());
        std::copy_n(turned, s.kernel() * channels,
                    w + ((first_row(b) + i % rows) * inputs + panel * kPanel) * s.kernel());
      }
    });
  }
};

/// The sums of some tiles.
struct TileSums {
  const WinogradTransforms& t;
  WinogradMap x_map, dy_map;
  const float *x, *dy, *zeros;

  /// Those of tiles [first, last) to `sums`, in chunks.
  void add(Int first, Int last, const WeightSums& sums) const {
    // As many tiles as keep V, M and dU in the cache, or where dU is larger, as spare it visits.
    const Int block = sums.size <= 40 * kPanel * kPanel ? 64 : 192, tiles = last - first;
    const Int chunks = divide_up(tiles, block), most = divide_up(tiles, chunks);
    const Int panel_size = most * kPanel + kGap;
    const Scratch<float> v_room(t.points * sums.panels * panel_size),
        m_room(size_of_rows(t.points, most, sums.outputs));
    const WinogradPlanes v{v_room.data(), sums.panels * panel_size, kPanel, panel_size};
    const WinogradPlanes m = rows_of_channels(m_room.data(), most, sums.outputs);
    for (Int chunk = 0; chunk < chunks; ++chunk) {
      const Int begin = first + tiles * chunk / chunks,
                n = first + tiles * (chunk + 1) / chunks - begin;
      parallel_for(0, n, 4, [&](Int from, Int to) {
        for (Int i = from; i < to; ++i) {
          t.input(x_map, x, zeros, begin + i, v, i);
          t.gradient(dy_map, dy, zeros, begin + i, m, i);
        }
      });
      sums.add(m, v, n, chunk == 0);
    }
  }
};

/// sums[i] += the same of the other parts, which lie behind one another.
void add_parts(float* sums, Int parts, Int size) {
  parallel_for(0, size, 1 << 14, [&](Int first, Int last) {
    for (Int part = 1; part < parts; ++part)
      for (Int i = first; i < last; ++i) sums[i] += sums[part * size + i];
  });
}

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
  const Int c = s.group_inputs(), k = s.group_outputs();
  const Int down = tiles_of(s.out_height, t.step_down),
            across = tiles_of(s.out_width, t.step_across), tiles = s.batch * down * across;
  const MapIn x(conv.x, conv.x_channels_last, s.batch, s.in_channels, s.image());
  const MapIn dy(conv.y, conv.y_channels_last, s.batch, s.out_channels, s.out_image());
  const Scratch<float> zeros(std::max(c, k));
  std::fill_n(zeros.data(), std::max(c, k), 0.0f);

  const Int parts = parts_of(tiles, t.points * c * k);
  const bool alone = parts > 1 && parts >= get_num_threads();
  WeightSums sums{s, t, alone};
  const Scratch<float> room(parts * sums.size);
  const WinogradMap x_map{s.height,    s.width,       c,     s.in_channels, down, across,
                          t.step_down, t.step_across, s.top, s.left};
  const WinogradMap dy_map{s.out_height,  s.out_width, k, s.out_channels, down, across, t.step_down,
                           t.step_across, 0,           0};
  for (Int group = 0; group < s.groups; ++group) {
    const TileSums of_tiles{t,           x_map, dy_map, x.data() + group * c, dy.data() + group * k,
                            zeros.data()};
    const auto part = [&](Int first, Int last) {
      for (Int p = first; p < last; ++p) {
        WeightSums own = sums;
        own.data = room.data() + p * sums.size;
        of_tiles.add(tiles * p / parts, tiles * (p + 1) / parts, own);
      }
    };
    if (alone) parallel_for(0, parts, 1, part);
    else part(0, parts);
    sums.data = room.data();
    add_parts(sums.data, parts, sums.size);
    sums.write(static_cast<float*>(conv.w) + group * k * c * s.kernel());
  }
  return all_finite(static_cast<const float*>(conv.w), s.w_numel());
}

}  // namespace limpid::winograd
