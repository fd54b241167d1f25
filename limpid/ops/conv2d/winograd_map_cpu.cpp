// Winograd's convolution from a map to a map: the forward pass, and the gradient of the input.

#include <atomic>

#include "limpid/backends/cpu/packed_weight.h"
#include "limpid/ops/conv2d/winograd_parts.h"

namespace limpid::winograd {

namespace {

/// The weight of a convolution from `inputs` to `outputs` channels: (K, C, height, width) of the
/// forward pass, or with `gradient` from K to C, and the kernel turned. Groups have one each.
struct Weights {
  const float* w;
  Int groups, inputs, outputs;
  bool gradient;
  const WinogradTransforms& transforms;

  Int panels() const { return panels_of(outputs); }
  Int taps() const { return transforms.kernel_height * transforms.kernel_width; }
  Weights of(Int group) const {
    Weights one = *this;
    one.w += group * inputs * outputs * taps();
    return one;
  }

  /// U of inputs [first, first + count) for one panel of outputs.
  void transform(Int first, Int count, Int panel, float* u, Int u_plane) const {
    alignas(64) float g[(kInputs * kMostTaps + kTurned) * kPanel];
    const Int channels = channels_of(panel, outputs);
    if (channels < kPanel) std::fill_n(g, (kInputs * taps() + kTurned) * kPanel, 0.0f);
    for (Int r = 0; r < count; r += kInputs) {
      const Int n = std::min(kInputs, count - r);
      gather(first + r, n, panel * kPanel, channels, g);
      for (Int i = 0; i < n; ++i) {
        const float* at = g + i * taps() * kPanel;
        transforms.weight(gradient ? at + (taps() - 1) * kPanel : at, gradient ? -kPanel : kPanel,
                          u + (r + i) * kPanel, u_plane);
      }
    }
  }

  /// Inputs at a time: their taps make many whole vectors, and fit the cache.
  static constexpr Int kInputs = 16;

 private:
  static constexpr Int kMostTaps = 25;
  /// Taps are turned so many at a time, which makes whole vectors: those of others are in the way.
  static constexpr Int kTurned = 16;

  /// g[input, tap, output] for `n` inputs and `channels` outputs.
  void gather(Int input, Int n, Int output, Int channels, float* g) const {
    const Int t = taps();
    if (!gradient) {
      transpose_loops().plain(channels, n * t, w + (output * inputs + input) * t, inputs * t, g,
                              kPanel);
      return;
    }
    for (Int i = 0; i < n; ++i) {  // what is too much for one input is written over by the next
      const Int first = ((input + i) * outputs + output) * t, end = first + (channels - 1) * t;
      const Int whole = round_up(t, kTurned);
      transpose_loops().plain(channels, end + whole <= inputs * outputs * t ? whole : t, w + first,
                              t, g + i * t * kPanel, kPanel);
    }
  }
};

/// y = convolution of x, both channels-last.
struct MapToMap {
  WinogradMap from, to;
  Int tiles;
  const float* x;
  Weights weights;
  const WinogradTransforms& transforms;
  const float* bias;  ///< as many numbers as there are output channels, and some to fill a vector
  float* y;
  std::atomic<bool>& tame;   ///< cleared when an output is infinite or no number
  const float* u = nullptr;  ///< U of the whole weight, where there is such
  decltype(Convolution::finish) finish = nullptr;

  Int panels() const { return weights.panels(); }
  /// With few tiles M is small, and U is made in smaller pieces, which stay in the cache. All ways
  /// add up the same pieces: which of them runs depends on the number of threads.
  Int terms() const {
    constexpr Int kFewTiles = 32;
    return tiles <= kFewTiles ? kTerms / 2 : kTerms;  // mutate: equivalent -- speed
  }
  MapToMap of(Int group) const {
    MapToMap one = *this;
    one.x += group * from.channels, one.y += group * to.channels;
    one.bias += group * to.channels;
    return one;
  }
  static Int u_plane(Int inputs) { return inputs * kPanel + kGap; }
  /// M of `n` tiles to the output map: tiles from `begin` on, one panel.
  void write(Int begin, Int n, Int panel, const float* m, Int m_plane, Check& check) const {
    for (Int t = 0; t < n; ++t) {
      transforms.output(to, m + t * kPanel, m_plane, bias, begin + t, panel * kPanel,
                        channels_of(panel, to.channels), y, check.sums);
      if (finish) finish_tile(begin + t, panel);
    }
  }

  /// What is needed soon while products of tiles [begin, begin + n) are computed: where their
  /// outputs go, then the inputs of the tiles behind them. `warm`: memory in the cache.
  Soon soon(Int begin, Int n, const float* warm) const {
    const Int sums = divide_up(from.channels, terms());         // mutate: equivalent -- speed
    const Int calls = panels() * transforms.points * sums;      // mutate: equivalent -- speed
    const WinogradSoon none{warm, 0};                           // mutate: equivalent -- speed
    if (weights.groups > 1) return Soon(none, none, calls);     // mutate: equivalent -- speed
    const Int next = begin + n;                                 // mutate: equivalent -- speed
    const Int end = std::min(next + n, tiles);                  // mutate: equivalent -- speed
    const Int below = transforms.kernel_height - 1 - from.top;  // mutate: equivalent -- speed
    return Soon(floats_of_tiles(to, y, begin, next), floats_of_tiles(from, x, next, end, below),
                calls);
  }

 private:
  /// The outputs of a tile that have just been written: they are in the first cache.
  void finish_tile(Int tile, Int panel) const {
    const Int in_image = tile % (to.tiles_down * to.tiles_across);
    const Int image = tile / (to.tiles_down * to.tiles_across);
    const Int top = in_image / to.tiles_across * to.step_down,
              left = in_image % to.tiles_across * to.step_across;
    const Int bottom = std::min(top + to.step_down, to.height),
              right = std::min(left + to.step_across, to.width);
    const Int count = channels_of(panel, to.channels);
    const bool joined = count == to.pixel;  // pixels follow one another
    for (Int row = top; row < bottom; ++row)
      for (Int column = left; column < right; column += joined ? right - left : 1)
        finish(DType::f32,
               y + ((image * to.height + row) * to.width + column) * to.pixel + panel * kPanel,
               joined ? (right - left) * count : count);
  }
};

/// U of a whole weight, a panel of outputs after the other, group by group.
Int size_of_u(const Weights& w) {
  return w.groups * w.panels() * w.transforms.points * MapToMap::u_plane(w.inputs);
}
void transform_all(const Weights& w, float* u) {
  constexpr Int kInputs = Weights::kInputs;
  const Int pieces = divide_up(w.inputs, kInputs), u_plane = MapToMap::u_plane(w.inputs);
  parallel_for(0, w.groups * w.panels() * pieces, 4, [&](Int first, Int last) {
    for (Int i = first; i < last; ++i) {
      const Int panel = i / pieces, r = i % pieces * kInputs;  // panels count through the groups
      w.of(panel / w.panels())
          .transform(r, std::min(kInputs, w.inputs - r), panel % w.panels(),
                     u + panel * w.transforms.points * u_plane + r * kPanel, u_plane);
    }
  });
}

/// Many tiles, small weights: U is made once, then each thread takes blocks of tiles all the way,
/// so that V and M stay in its cache.
void tiles_outside(const MapToMap& p, const float* zeros) {
  const Int inputs = p.from.channels, points = p.transforms.points, terms = p.terms();
  const Int u_plane = p.u_plane(inputs), u_panel = points * u_plane;
  const Scratch<float> u_room(p.u ? 0 : size_of_u(p.weights));
  if (!p.u) transform_all(p.weights, u_room.data());
  const float* const all_u = p.u ? p.u : u_room.data();

  const Int block = inputs <= 64 ? 18 : inputs <= 128 ? 48 : 60;  // mutate: equivalent -- speed
  const Int threads = get_num_threads();
  const Int blocks = round_up(divide_up(p.tiles, block), threads);
  const Int most = divide_up(p.tiles, blocks), m_plane = most * kPanel + kGap;
  const Int groups = p.weights.groups;
  parallel_for(0, blocks * groups, 1, [&](Int first, Int last) {
    const Scratch<float> v_room(size_of_rows(points, most, inputs)), m(points * m_plane);
    const WinogradPlanes v = rows_of_channels(v_room.data(), most, inputs);
    Check check;
    for (Int i = first; i < last; ++i) {
      const Int b = i / groups, begin = p.tiles * b / blocks,
                n = p.tiles * (b + 1) / blocks - begin;
      const MapToMap one = p.of(i % groups);
      const float* const u = all_u + i % groups * p.panels() * u_panel;
      for (Int t = 0; t < n; ++t) p.transforms.input(p.from, one.x, zeros, begin + t, v, t);
      Soon soon = p.soon(begin, n, v.data);
      for (Int panel = 0; panel < p.panels(); ++panel) {
        for (Int point = 0; point < points; ++point)
          for (Int r = 0; r < inputs; r += terms)
            kernels().product(n, columns_of(panel, p.to.channels), std::min(terms, inputs - r),
                              v.data + point * v.plane + r, v.row, 1,
                              u + panel * u_panel + point * u_plane + r * kPanel,
                              m.data() + point * m_plane, r > 0, soon.next());
        one.write(begin, n, panel, m.data(), m_plane, check);
      }
    }
    if (!check.tame()) p.tame = false;
  });
}

/// Few tiles, large weights: V of a chunk of tiles is shared, each thread takes panels of outputs
/// and makes U for them piece by piece, so that U stays in its cache and is never stored.
void weights_outside(const MapToMap& p, const float* zeros) {
  const Int inputs = p.from.channels, points = p.transforms.points, at_once = p.terms();
  const Int chunks = divide_up(p.tiles, 256), most = divide_up(p.tiles, chunks);
  const Int u_plane = p.u_plane(p.u ? inputs : at_once);
  const Scratch<float> v_room(size_of_rows(points, most, inputs));
  const WinogradPlanes v = rows_of_channels(v_room.data(), most, inputs);
  const Int m_plane = most * kPanel + kGap;
  for (Int chunk = 0; chunk < chunks; ++chunk) {
    const Int begin = p.tiles * chunk / chunks, n = p.tiles * (chunk + 1) / chunks - begin;
    parallel_for(0, n, 4, [&](Int first, Int last) {
      for (Int t = first; t < last; ++t) p.transforms.input(p.from, p.x, zeros, begin + t, v, t);
    });
    parallel_for(0, p.panels(), 1, [&](Int first, Int last) {
      const Scratch<float> u_room(p.u ? 0 : points * u_plane), m(points * m_plane);
      Check check;
      for (Int panel = first; panel < last; ++panel) {
        const auto add = [&](Int point, Int r, const float* u) {
          kernels().product(n, columns_of(panel, p.to.channels), std::min(at_once, inputs - r),
                            v.data + point * v.plane + r, v.row, 1, u, m.data() + point * m_plane,
                            r > 0, {v.data, 0});
        };
        if (p.u) {  // is read in the order in which it lies
          for (Int point = 0; point < points; ++point)
            for (Int r = 0; r < inputs; r += at_once)
              add(point, r, p.u + (panel * points + point) * u_plane + r * kPanel);
        } else {
          for (Int r = 0; r < inputs; r += at_once) {
            p.weights.transform(r, std::min(at_once, inputs - r), panel, u_room.data(), u_plane);
            for (Int point = 0; point < points; ++point)
              add(point, r, u_room.data() + point * u_plane);
          }
        }
        p.write(begin, n, panel, m.data(), m_plane, check);
      }
      if (!check.tame()) p.tame = false;
    });
  }
}

}  // namespace

bool map_to_map(const Convolution& c, bool gradient) {
  const ConvolutionSizes& s = c.sizes;
  const WinogradTransforms& t = *transforms_for(s);
  const Int inputs = gradient ? s.group_outputs() : s.group_inputs(),
            outputs = gradient ? s.group_inputs() : s.group_outputs();
  const Int all_inputs = s.groups * inputs, all_outputs = s.groups * outputs;
  const Int in_height = gradient ? s.out_height : s.height,
            in_width = gradient ? s.out_width : s.width;
  const Int out_height = gradient ? s.height : s.out_height,
            out_width = gradient ? s.width : s.out_width;
  const Int down = tiles_of(out_height, t.step_down), across = tiles_of(out_width, t.step_across);
  const Int top = gradient ? s.kernel_height - 1 - s.top : s.top,
            left = gradient ? s.kernel_width - 1 - s.left : s.left;

  const MapIn x(gradient ? c.y : c.x, gradient ? c.y_channels_last : c.x_channels_last, s.batch,
                all_inputs, in_height * in_width);
  const MapOut y(gradient ? c.x : c.y, gradient ? c.x_channels_last : c.y_channels_last, s.batch,
                 all_outputs, out_height * out_width);
  const Int whole = panels_of(outputs) * kPanel;  // of a group; the last one's bias is filled up
  const Scratch<float> bias(all_outputs + kPanel), zeros(inputs);
  std::fill_n(zeros.data(), inputs, 0.0f);
  std::fill_n(bias.data(), all_outputs + kPanel, 0.0f);
  if (c.bias) std::copy_n(static_cast<const float*>(c.bias), all_outputs, bias.data());

  const Weights weights{static_cast<const float*>(c.w), s.groups, inputs, outputs, gradient, t};
  PackedWeight packed(c.given_w, gradient ? "Winograd, gradient" : "Winograd", s.groups,
                      static_cast<std::size_t>(size_of_u(weights)) * sizeof(float));
  if (packed && !packed.filled()) {
    transform_all(weights, packed.as<float>());
    packed.keep();
  }

  std::atomic<bool> tame = true;
  const MapToMap p{
      {in_height, in_width, inputs, all_inputs, down, across, t.step_down, t.step_across, top,
       left},
      {out_height, out_width, outputs, all_outputs, down, across, t.step_down, t.step_across, 0, 0},
      s.batch * down * across,
      x.data(),
      weights,
      t,
      bias.data(),
      y.data(),
      tame,
      packed.as<float>(),
      gradient ? nullptr : c.finish};
  // U in the cache that threads share, or V
  const bool large_weights =
      4.0 * static_cast<double>(t.points * inputs * whole) > 16e6 || p.tiles <= 64;
  if (large_weights && s.groups == 1 && p.panels() >= get_num_threads())
    weights_outside(p, zeros.data());
  else tiles_outside(p, zeros.data());
  if (tame) y.write();
  return tame;
}

}  // namespace limpid::winograd
