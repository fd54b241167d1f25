// Winograd's gradient of the weight: dg = G^T [sum over tiles of (A dy A^T) * (B^T d B)] G.

#include <atomic>

#include "limpid/ops/conv2d/winograd_parts.h"

namespace limpid::winograd {

namespace {

/// Parts of the tiles, each with a dU of its own, that threads take one of: then nobody waits, and
/// V and M stay in one thread's cache. Few where dU is large, or where there are many groups. Their
/// number does not depend on that of the threads, as results must not.
Int parts_of(Int tiles, Int size_of_du, Int groups) {
  constexpr Int kSmall = 36 * kPanel * kPanel, kFewTiles = 128;
  const Int most = size_of_du <= kSmall ? 8 : size_of_du <= 4 * kSmall ? 4 : 1;
  const Int of_group = std::max<Int>(most / groups, 1);  // mutate: equivalent -- speed
  return std::clamp<Int>(tiles / kFewTiles, 1, of_group);
}

/// Rows of dU that a thread works on at a time: 64, or fewer to have a block for every thread.
Int rows_of_block(Int k, Int panels, bool alone) {
  Int rows = std::min(kPanel, k);
  while (!alone && rows > 8 && divide_up(k, rows) * panels < get_num_threads()) rows /= 2;
  return rows;
}

/// Memory for transformed tiles, a panel of channels after the other: for each point, or with `few`
/// the points of each panel.
struct Panels {
  Int panel;
  Scratch<float> room;
  WinogradPlanes planes;

  Panels(Int points, Int tiles, Int channels, bool few)
      : panel(tiles * kPanel + kGap),
        room(points * panels_of(channels) * panel),
        planes(few ? WinogradPlanes{room.data(), panel, kPanel, points * panel}
                   : WinogradPlanes{room.data(), panels_of(channels) * panel, kPanel, panel}) {}
};

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

  /// dU[p] += dM[p]^T V[p] of a block over n tiles; with `first` it starts anew.
  void add_block(Int block, Int point, const WinogradPlanes& m, const WinogradPlanes& v, Int n,
                 float* du, bool first, WinogradSoon soon) const {
    const Int row = first_row(block), panel = block % panels;
    kernels().product(rows_of(block), columns_of(panel, inputs), n,
                      m.data + point * m.plane + row / kPanel * m.panel + row % kPanel, 1, m.row,
                      v.data + point * v.plane + panel * v.panel, du + point * plane, !first, soon);
  }

  /// That of all blocks. Meanwhile it asks for what is needed `next`, if one thread sees to it.
  void add(const WinogradPlanes& m, const WinogradPlanes& v, Int n, bool first,
           const WinogradSoon (&next)[2]) const {
    parallel_for(0, blocks, 1, [&](Int begin, Int end) {
      Soon soon(next[0], next[1], points * (end - begin));
      for (Int point = 0; point < points; ++point)  // outside: its planes stay in the cache
        for (Int b = begin; b < end; ++b)
          add_block(b, point, m, v, n, at(b), first, alone ? soon.next() : WinogradSoon{v.data, 0});
    });
  }

  /// dg = G^T dU G for a row of a block.
  void write_row(Int block, Int row, const float* du, float* w, Check& check) const {
    const Int panel = block % panels;
    transforms.weight_gradient(
        du + row * kPanel, plane, channels_of(panel, inputs),
        w + ((first_row(block) + row) * inputs + panel * kPanel) * s.kernel(), check.sums);
  }
  /// All rows. False where a number is infinite or none.
  bool write(float* w) const {
    std::atomic<bool> tame = true;
    parallel_for(0, blocks * rows, 16, [&](Int first, Int last) {
      Check check;
      for (Int i = first; i < last; ++i)
        if (i % rows < rows_of(i / rows)) write_row(i / rows, i % rows, at(i / rows), w, check);
      if (!check.tame()) tame = false;
    });
    return tame;
  }

  /// Both at once, where these are all tiles: dU of a block need not leave the cache.
  bool add_and_write(const WinogradPlanes& m, const WinogradPlanes& v, Int n, float* w) const {
    std::atomic<bool> tame = true;
    parallel_for(0, blocks, 1, [&](Int first, Int last) {
      const Scratch<float> du(points * plane);
      Check check;
      for (Int b = first; b < last; ++b) {
        const float* next =
            m.data + first_row(b) / kPanel * m.panel;   // mutate: equivalent -- speed
        for (Int point = 0; point < points; ++point) {  // V of the next one lies behind this one's
          next += m.plane;                              // mutate: equivalent -- speed
          const Int count = n * kPanel;                 // mutate: equivalent -- speed
          add_block(b, point, m, v, n, du.data(), true, {next, count});
        }
        for (Int row = 0; row < rows_of(b); ++row) write_row(b, row, du.data(), w, check);
      }
      if (!check.tame()) tame = false;
    });
    return tame;
  }
};

/// Some tiles, transformed and added up.
struct TileSums {
  const WinogradTransforms& t;
  WinogradMap x_map, dy_map;
  const float *x, *dy, *zeros;

  /// V and M of tiles [begin, begin + n).
  void transform(Int begin, Int n, const WinogradPlanes& v, const WinogradPlanes& m) const {
    parallel_for(0, n, 4, [&](Int from, Int to) {
      by_panels(t.input, x_map, x, begin, from, to, v);
      by_panels(t.gradient, dy_map, dy, begin, from, to, m);
    });
  }
  /// Tiles [from, to) behind tile `begin`, panel by panel: few places are written at a time.
  void by_panels(decltype(WinogradTransforms::input) one, WinogradMap map, const float* data,
                 Int begin, Int from, Int to, WinogradPlanes planes) const {
    const Int channels = map.channels;
    for (Int panel = 0; panel < panels_of(channels); ++panel) {
      map.channels = channels_of(panel, channels);
      for (Int i = from; i < to; ++i) one(map, data, zeros, begin + i, planes, i);
      data += kPanel, planes.data += planes.panel;
    }
  }

  /// As many tiles as keep V, M and dU in the cache, or where dU is larger, as spare it visits. The
  /// blocks of dU do not count: they depend on the number of threads, and results must not.
  static Int most_at_a_time(const WeightSums& sums) {
    const Int du =
        sums.points * sums.panels * kPanel * sums.outputs;  // mutate: equivalent -- speed
    return du <= 40 * kPanel * kPanel ? 40 : 64;            // mutate: equivalent -- speed
  }

  /// The sums of tiles [first, last) to `sums`, in chunks.
  void add(Int first, Int last, const WeightSums& sums) const {
    const Int tiles = last - first;
    const Int chunks = divide_up(tiles, most_at_a_time(sums)), most = divide_up(tiles, chunks);
    const Panels v(t.points, most, sums.inputs, false), m(t.points, most, sums.outputs, false);
    for (Int chunk = 0; chunk < chunks; ++chunk) {
      const Int begin = first + tiles * chunk / chunks,
                n = first + tiles * (chunk + 1) / chunks - begin;
      transform(begin, n, v.planes, m.planes);
      const Int next = begin + n;                         // mutate: equivalent -- speed
      const Int end = std::min(next + n, last);           // mutate: equivalent -- speed
      const Int below = t.kernel_height - 1 - x_map.top;  // mutate: equivalent -- speed
      sums.add(
          m.planes, v.planes, n, chunk == 0,
          {floats_of_tiles(x_map, x, next, end, below), floats_of_tiles(dy_map, dy, next, end)});
    }
  }
  /// The gradient of the weight from `tiles`, all there are.
  bool write(Int tiles, const WeightSums& sums, float* w) const {
    const Panels v(t.points, tiles, sums.inputs, true), m(t.points, tiles, sums.outputs, true);
    transform(0, tiles, v.planes, m.planes);
    return sums.add_and_write(m.planes, v.planes, tiles, w);
  }
};

/// sums[i] += the same of the other parts, which lie behind one another.
void add_parts(float* sums, Int parts, Int size) {
  parallel_for(0, size, 1 << 14, [&](Int first, Int last) {
    for (Int part = 1; part < parts; ++part)
      for (Int i = first; i < last; ++i) sums[i] += sums[part * size + i];
  });
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

  const Int parts = parts_of(tiles, t.points * c * k, s.groups), tasks = s.groups * parts;
  const bool alone = tasks > 1 && tasks >= get_num_threads();
  WeightSums sums{s, t, alone};
  const bool few = parts == 1 && tiles <= TileSums::most_at_a_time(sums);
  const Scratch<float> room(few ? 0 : tasks * sums.size);
  const WinogradMap x_map{s.height,    s.width,       c,     s.in_channels, down, across,
                          t.step_down, t.step_across, s.top, s.left};
  const WinogradMap dy_map{s.out_height,  s.out_width, k, s.out_channels, down, across, t.step_down,
                           t.step_across, 0,           0};
  float* const w = static_cast<float*>(conv.w);
  std::atomic<bool> tame = true;
  const auto run_task = [&](Int task) {  // a part of a group
    const Int group = task / parts, part = task % parts;
    const TileSums of_tiles{t,           x_map, dy_map, x.data() + group * c, dy.data() + group * k,
                            zeros.data()};
    if (few) {
      if (!of_tiles.write(tiles, sums, w + group * k * c * s.kernel())) tame = false;
      return;
    }
    WeightSums own = sums;
    own.data = room.data() + task * sums.size;
    of_tiles.add(tiles * part / parts, tiles * (part + 1) / parts, own);
    if (parts == 1 && !own.write(w + group * k * c * s.kernel())) tame = false;
  };
  const auto run_tasks = [&](Int first, Int last) {
    for (Int task = first; task < last; ++task) run_task(task);
  };
  if (alone) parallel_for(0, tasks, 1, run_tasks);
  else run_tasks(0, tasks);
  for (Int group = 0; group < s.groups && parts > 1; ++group) {
    sums.data = room.data() + group * parts * sums.size;
    add_parts(sums.data, parts, sums.size);
    if (!sums.write(w + group * k * c * s.kernel())) tame = false;
  }
  return tame;
}

}  // namespace limpid::winograd
