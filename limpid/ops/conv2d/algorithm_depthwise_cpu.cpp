// Convolution of every channel by itself (groups == channels), with vectors along the channels.
//
// Such a convolution has nothing to share between output channels: each loaded pixel serves only
// the kernel's taps, 9 multiplications for 3x3, so memory is the limit and no product of matrices
// helps. (Two rows of targets are computed at a time, four pixels of each: each load serves
// several.) With the channels of a pixel side by side,
//   y[pixel] = bias + sum over taps of w[tap] x[pixel under the tap]     elementwise over channels,
// loads are whole vectors whatever the stride, the dilation and the size of the kernel. So a row is
// cut into stretches of pixels that see the same taps: the inner one, where all lie in the image,
// and a few at the edges. What lies outside is never read, nor tested for.
//   input gradient   the same sum over the taps through which a pixel was seen; with a stride those
//                    alternate along the row, so a stretch steps by the stride
//   weight gradient  dw[tap] = sum over pixels of dy[pixel] x[pixel under the tap]
// Maps in the order NCHW are turned a band of rows and some channels at a time, in the second
// cache, which costs much less than a copy of the whole.
//
// Results do not depend on the number of threads: each output is computed by one, and the gradient
// of the weight adds parts of the batch that are always the same, in one order.

#include <algorithm>
#include <cassert>
#include <vector>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/transpose.h"
#include "limpid/core/str.h"
#include "limpid/ops/conv2d/depthwise.h"
#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

namespace {

using Int = std::int64_t;

const DepthwiseKernels& kernels() {
  static const DepthwiseKernels& table = at_level(simd_level(), LIMPID_LEVELS(depthwise_kernels));
  return table;
}

/// A tap of the kernel, and the source pixel that is seen under it.
struct Tap {
  Int tap, source;
};

/// One axis: targets are the pixels that runs go along (of y, or of dx), sources those they see.
struct Axis {
  Int targets, sources, kernel, stride, dilation, before;
  bool gradient;  ///< targets are the pixels of the input

  /// Between targets that see the same taps, and what they see.
  Int target_step() const { return gradient ? stride : 1; }
  Int source_step() const { return gradient ? 1 : stride; }

  void taps_of(Int target, std::vector<Tap>& taps) const {
    taps.clear();
    for (Int k = 0; k < kernel; ++k) {
      Int source = target * stride + k * dilation - before;
      if (gradient) {
        const Int place = target + before - k * dilation;
        if (place % stride) continue;
        source = place / stride;
      }
      if (source >= 0 && source < sources) taps.push_back({k, source});
    }
  }
};

/// Targets `first`, first + target_step, ... that see the same taps; `taps` has the sources of the
/// first.
struct Stretch {
  Int first, count;
  std::vector<Tap> taps;
};

std::vector<Stretch> stretches_of(const Axis& axis) {
  std::vector<Stretch> all;
  std::vector<Tap> taps;
  const auto same = [](const Tap& a, const Tap& b) { return a.tap == b.tap; };
  for (Int start = 0; start < std::min(axis.target_step(), axis.targets); ++start)
    for (Int at = start; at < axis.targets; at += axis.target_step()) {
      axis.taps_of(at, taps);
      if (at > start && std::ranges::equal(taps, all.back().taps, same)) ++all.back().count;
      else all.push_back({at, 1, taps});
    }
  // Side by side: taps under which a target sees what its neighbour sees under the next one.
  const Int step = axis.source_step();
  for (Stretch& stretch : all)
    std::ranges::sort(stretch.taps, {},
                      [&](const Tap& t) { return std::pair(t.source % step, t.source); });
  return all;
}

/// A map (batch, channels, height, width) in either order.
struct Map {
  float* data;
  bool channels_last;
  Int channels, height, width;

  /// Row `row` of channel `channel` of an image, in the order NCHW.
  float* plain(Int image, Int channel, Int row) const {
    return data + ((image * channels + channel) * height + row) * width;
  }
};

/// Some rows and channels of an image in channels-last order: the map itself, or a turned copy.
struct Rows {
  float* data;
  Int first, pixel, width;  ///< the first row; floats between pixels; pixels of a row
  float* row(Int r) const { return data + (r - first) * width * pixel; }
};

/// A block of work: rows [first, last) of the targets of an image, some channels of them.
struct Block {
  Int image, first, last, channel, channels;
};

/// Where a thread keeps turned rows, and the places that a run is made of.
struct Room {
  Scratch<float> source, target;
  std::vector<const float*> x;
  std::vector<float*> w;
  std::vector<Tap> down, next;
  std::vector<DepthwiseLine> lines;
  std::vector<DepthwiseTaps> taps;
};

class Depthwise {
 public:
  Depthwise(const Convolution& c, ConvolutionPass pass)
      : s_(c.sizes),
        finish_(pass == ConvolutionPass::forward ? c.finish : nullptr),
        gradient_(pass == ConvolutionPass::input_gradient),
        of_weight_(pass == ConvolutionPass::weight_gradient),
        x_{static_cast<float*>(c.x), c.x_channels_last, s_.in_channels, s_.height, s_.width},
        y_{static_cast<float*>(c.y), c.y_channels_last, s_.in_channels, s_.out_height,
           s_.out_width},
        source_(gradient_ ? y_ : x_),
        target_(gradient_ ? x_ : y_),
        down_{target_.height,     source_.height, s_.kernel_height, s_.stride_height,
              s_.dilation_height, s_.top,         gradient_},
        across_{target_.width,     source_.width, s_.kernel_width, s_.stride_width,
                s_.dilation_width, s_.left,       gradient_},
        stretches_(stretches_of(across_)) {
    choose_blocks();
  }

  void map_to_map(const float* w, const float* bias) const {
    const Int channels = s_.in_channels;
    const Scratch<float> weights(s_.w_numel()), zeros(bias ? 0 : channels);
    transpose_loops().plain(channels, s_.kernel(), w, s_.kernel(), weights.data(), channels);
    if (!bias) std::fill_n(zeros.data(), channels, 0.0f);
    parallel_for(0, s_.batch * bands_ * panels_, grain(), [&](Int first, Int last) {
      Room room = make_room();
      for (Int i = first; i < last; ++i)
        compute(block(i / panels_, i % panels_), weights.data(), bias ? bias : zeros.data(), room);
    });
  }

  void weight_gradient(float* w) const {
    const Int bands = s_.batch * bands_, parts = std::min<Int>(bands, 16), size = s_.w_numel();
    const Scratch<float> sums(parts * size);
    parallel_for(0, parts, grain() * parts / (bands * panels_) + 1, [&](Int first, Int last) {
      Room room = make_room();
      for (Int part = first; part < last; ++part) {
        float* own = sums.data() + part * size;
        std::fill_n(own, size, 0.0f);
        for (Int band = part * bands / parts; band < (part + 1) * bands / parts; ++band)
          for (Int panel = 0; panel < panels_; ++panel)
            compute(block(band, panel), own, nullptr, room);
      }
    });
    for (Int part = 1; part < parts; ++part)
      for (Int i = 0; i < size; ++i) sums.data()[i] += sums.data()[part * size + i];
    transpose_loops().plain(s_.kernel(), s_.in_channels, sums.data(), s_.in_channels, w,
                            s_.kernel());
  }

 private:
  /// Bands of rows, and channels of each, such that what is turned stays in the second cache.
  void choose_blocks() {
    constexpr Int kFloats = 1 << 16, kChannels = 64, kLeast = 16;
    const Int widest = std::max(source_.width, target_.width);
    panel_ = s_.in_channels;
    if (turned()) {
      const Int fitting = kFloats / (widest * s_.kernel_height) / kLeast * kLeast;
      panel_ = std::min(panel_, std::clamp(fitting, kLeast, kChannels));
    }
    panels_ = (s_.in_channels + panel_ - 1) / panel_;
    const Int band = kFloats / (widest * panel_) / 2 * 2;  // rows are computed in pairs
    band_ = std::clamp<Int>(band, std::min<Int>(2, target_.height), target_.height);
    bands_ = (target_.height + band_ - 1) / band_;
  }
  bool turned() const { return !source_.channels_last || !target_.channels_last; }

  /// Blocks worth a thread.
  Int grain() const { return (1 << 15) / (band_ * target_.width * panel_ * s_.kernel() + 1) + 1; }

  /// `band` counts through the images.
  Block block(Int band, Int panel) const {
    const Int row = band % bands_ * band_, channel = panel * panel_;
    return {band / bands_, row, std::min(row + band_, target_.height), channel,
            std::min(panel_, s_.in_channels - channel)};
  }

  /// Source rows that a band sees: at most the reach of its rows, at most all.
  Int source_rows() const {
    const Int reach = (s_.kernel_height - 1) * s_.dilation_height;
    const Int seen = gradient_ ? (band_ + reach) / s_.stride_height + 2
                               : (band_ - 1) * s_.stride_height + reach + 1;
    return std::min(seen, source_.height);
  }
  Room make_room() const {
    const auto taps = static_cast<std::size_t>(s_.kernel());
    return {Scratch<float>(source_.channels_last ? 0 : source_rows() * source_.width * panel_),
            Scratch<float>(target_.channels_last ? 0 : band_ * target_.width * panel_),
            std::vector<const float*>(taps),
            std::vector<float*>(taps),
            {},
            {},
            {},
            {}};
  }

  static Rows in_place(const Map& map, const Block& b) {
    return {map.data + b.image * map.height * map.width * map.channels + b.channel, 0, map.channels,
            map.width};
  }
  /// Rows [first, last) of a map that is read.
  static Rows rows(const Map& map, const Block& b, Int first, Int last, float* room) {
    if (map.channels_last) return in_place(map, b);
    transpose_loops().plain(b.channels, (last - first) * map.width,
                            map.plain(b.image, b.channel, first), map.height * map.width, room,
                            b.channels);
    return {room, first, b.channels, map.width};
  }
  /// Brings turned rows to their place in NCHW, 16 channels at a time: each is written along a
  /// line.
  static void turn_back(const Map& map, const Block& b, const Rows& rows) {
    constexpr Int kAtOnce = 16;
    for (Int c = 0; c < b.channels; c += kAtOnce)
      transpose_loops().plain((b.last - b.first) * map.width, std::min(kAtOnce, b.channels - c),
                              rows.data + c, b.channels, map.plain(b.image, b.channel + c, b.first),
                              map.height * map.width);
  }

  Rows source_of(const Block& b, Room& room) const {
    if (source_.channels_last) return in_place(source_, b);
    Int first = source_.height, last = 0;
    for (Int row = b.first; row < b.last; ++row) {
      down_.taps_of(row, room.down);
      for (const Tap& t : room.down)
        first = std::min(first, t.source), last = std::max(last, t.source + 1);
    }
    assert(last - first <= source_rows());
    return rows(source_, b, std::min(first, last), last, room.source.data());
  }

  /// Computes the targets of a block; or with the weight's gradient, adds to `w` what they say.
  void compute(const Block& b, float* w, const float* bias, Room& room) const {
    const Rows source = source_of(b, room);
    Rows target{room.target.data(), b.first, b.channels, target_.width};
    if (target_.channels_last || of_weight_)
      target = rows(target_, b, b.first, b.last, room.target.data());
    if (of_weight_) return add_to_weight(b, source, target, w, room);
    for (Int row = b.first; row < b.last; row += 2) {
      find_lines(b, source, row, w, room);
      for (const Stretch& stretch : stretches_)
        kernels().sum(run_of(stretch, b, source, target, row, room), bias + b.channel);
      for (Int r = row; finish_ && r < std::min(row + 2, b.last); ++r)
        finish_row(target.row(r), target.pixel, b.channels);
    }
    if (!target_.channels_last) turn_back(target_, b, target);
  }

  /// The source rows that target rows `row` and the next one see, and through which rows of the
  /// kernel.
  void find_lines(const Block& b, const Rows& source, Int row, float* w, Room& room) const {
    room.lines.clear();
    const auto weights = [&](const Tap& t) {
      return w + t.tap * s_.kernel_width * s_.in_channels + b.channel;
    };
    down_.taps_of(row, room.down);
    room.next.clear();
    if (row + 1 < b.last) down_.taps_of(row + 1, room.next);
    for (const Tap& t : room.down)
      room.lines.push_back({source.row(t.source), {weights(t), nullptr}});
    for (const Tap& t : room.next) {
      const float* x = source.row(t.source);
      const auto line = std::ranges::find(room.lines, x, &DepthwiseLine::x);
      if (line != room.lines.end()) line->w[1] = weights(t);
      else room.lines.push_back({x, {nullptr, weights(t)}});
    }
  }

  /// Adds what a block says to the gradient of the weight.
  void add_to_weight(const Block& b, const Rows& source, const Rows& target, float* w,
                     Room& room) const {
    for (Int row = b.first; row < b.last; ++row) {
      down_.taps_of(row, room.down);
      for (const Stretch& stretch : stretches_)
        kernels().weight_gradient(gradient_run(stretch, b, source, target, row, w, room));
    }
  }

  /// The last step of a row that was just computed.
  void finish_row(float* row, Int pixel, Int channels) const {
    if (pixel == channels) return finish_(DType::f32, row, target_.width * channels);
    for (Int p = 0; p < target_.width; ++p) finish_(DType::f32, row + p * pixel, channels);
  }

  /// Computes rows `row` and the next one of a stretch.
  DepthwiseRun run_of(const Stretch& stretch, const Block& b, const Rows& source,
                      const Rows& target, Int row, Room& room) const {
    room.taps.clear();
    Int source_of_next = -1;
    for (const Tap& t : stretch.taps) {
      if (t.source != source_of_next || room.taps.back().count == DepthwiseTaps::kMost)
        room.taps.push_back({0, t.source * source.pixel, {}});
      DepthwiseTaps& taps = room.taps.back();
      taps.w[taps.count++] = t.tap * s_.in_channels;
      source_of_next = t.source + across_.source_step();
    }
    float* const y = target.row(row) + stretch.first * target.pixel;
    return {stretch.count,
            b.channels,
            across_.source_step() * source.pixel,
            across_.target_step() * target.pixel,
            static_cast<Int>(room.lines.size()),
            static_cast<Int>(room.taps.size()),
            room.lines.data(),
            room.taps.data(),
            {y, row + 1 < b.last ? y + target_.width * target.pixel : nullptr}};
  }

  DepthwiseGradientRun gradient_run(const Stretch& stretch, const Block& b, const Rows& source,
                                    const Rows& target, Int row, float* w, Room& room) const {
    std::size_t taps = 0;
    for (const Tap& down : room.down)
      for (const Tap& across : stretch.taps) {
        room.x[taps] = source.row(down.source) + across.source * source.pixel;
        room.w[taps++] = w + (down.tap * s_.kernel_width + across.tap) * s_.in_channels + b.channel;
      }
    return {stretch.count,
            b.channels,
            static_cast<Int>(taps),
            room.x.data(),
            room.w.data(),
            across_.source_step() * source.pixel,
            across_.target_step() * target.pixel,
            target.row(row) + stretch.first * target.pixel};
  }

  const ConvolutionSizes& s_;
  decltype(Convolution::finish) finish_;
  bool gradient_, of_weight_;
  Map x_, y_, source_, target_;
  Axis down_, across_;
  std::vector<Stretch> stretches_;
  Int panel_ = 1, panels_ = 1;  ///< channels of a block, and how many such there are
  Int band_ = 1, bands_ = 1;    ///< rows of a block, and how many such an image has
};

void run(const ConvProblem& p, const Convolution& c) {
  const Depthwise depthwise(c, p.pass);
  if (p.pass == ConvolutionPass::weight_gradient)
    depthwise.weight_gradient(static_cast<float*>(c.w));
  else depthwise.map_to_map(static_cast<const float*>(c.w), static_cast<const float*>(c.bias));
}

std::string cannot(const ConvProblem& p) {
  const ConvolutionSizes& s = p.sizes;
  constexpr Int kMostTaps = 1024;
  if (!s.is_depthwise()) return "the channels are not each in a group of their own";
  if (p.dtype != DType::f32) return str("it computes float32, not ", p.dtype);
  if (s.kernel() > kMostTaps) return str("the kernel has more than ", kMostTaps, " taps");
  return "";
}

// Measured with AVX-512: docs/performance.md has the figures.
std::string rather_not(const ConvProblem& p) {
  constexpr Int kFew = 4, kVector = 16;
  const Int channels = p.sizes.in_channels;
  const bool direct = kConvDirect.cannot(p).empty() && kConvDirect.rather_not(p).empty();
  if (channels < kFew || (direct && channels < kVector))
    return "with so few channels most of each vector would be idle";
  return "";
}

}  // namespace

extern const ConvRung kConvDepthwise{
    "depthwise", "every channel by itself: vectors along channels, nothing copied", &run, &cannot,
    &rather_not};

}  // namespace limpid
