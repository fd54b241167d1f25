// Ladder:
//   1. The reference finds places and weights for each element that takes part. Here they are found
//      once for 256 places, as offsets into a plane and products of weights.
//   2. They serve all channels of a thread: a channel costs as many multiplications as elements
//      take part.
//   3. Bilinear reading of dense images goes on in bilinear_cpu.cpp.
//   4. The gradient of the input is shared among threads by channels, so that no two add to one
//      element; that of the grid by places.

#include <algorithm>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/ops/grid_sample/bilinear.h"
#include "limpid/ops/grid_sample/grid_places.h"

namespace limpid {

namespace {

constexpr std::int64_t kChunk = 256;    // places
constexpr std::int64_t kGrain = 16384;  // elements worth a thread
constexpr int kMostTaps = 16;
constexpr std::int64_t kOutside = INT64_MIN;  // as an offset; strides may be negative

/// Places of one image, numbered in row-major order.
class Places {
 public:
  Places(const AnyView& input, const AnyView& grid, const AnyView& output)
      : axes_(input.rank - 2), grid_(grid), output_(output) {
    for (int i = 1; i <= axes_; ++i) count_ *= grid.shape[i];
  }
  std::int64_t count() const { return count_; }
  /// Offsets of place `p` of image `n`.
  void offsets(std::int64_t n, std::int64_t p, std::int64_t& in_grid,
               std::int64_t& in_output) const {
    in_grid = n * grid_.strides[0], in_output = n * output_.strides[0];
    for (int i = axes_; i > 0; --i) {
      const std::int64_t at = p % grid_.shape[i];
      p /= grid_.shape[i];
      in_grid += at * grid_.strides[i], in_output += at * output_.strides[i + 1];
    }
  }

 private:
  int axes_;
  const AnyView &grid_, &output_;
  std::int64_t count_ = 1;
};

/// What a chunk of places reads: offsets into a plane, the weight of each, and, where asked for,
/// the derivative of that weight by the coordinate along each axis. -1: an element outside.
template <class C>
struct Chunk {
  std::int64_t output[kChunk], grid[kChunk];
  std::int64_t offset[kChunk][kMostTaps];
  C weight[kChunk][kMostTaps];
  C slope[3][kChunk][kMostTaps];
};

template <class T, class C>
class Reader {
 public:
  Reader(const GridSample& op, const AnyView& input, const AnyView& grid, const AnyView& output)
      : axes_(input.rank - 2),
        how_(op, axes_ == 3),
        input_(input),
        grid_(grid),
        places_(input, grid, output) {
    for (int i = 0; i < axes_; ++i) taps_ *= how_.taps();
  }
  int taps() const { return taps_; }
  int axes() const { return axes_; }
  std::int64_t places() const { return places_.count(); }

  /// Fills `chunk` with places first ... first + count - 1 of image n.
  void fill(std::int64_t n, std::int64_t first, std::int64_t count, bool slopes,
            Chunk<C>& chunk) const {
    for (std::int64_t j = 0; j < count; ++j) {
      places_.offsets(n, first + j, chunk.grid[j], chunk.output[j]);
      // A small weight is the difference of large coordinates, so it takes a wider type to know it
      // well. What is nearest is decided as in PyTorch, in the type itself.
      if (how_.mode == GridReading::nearest) read_place<C>(slopes, j, chunk);
      else read_place<Wide<C>>(slopes, j, chunk);
    }
  }

 private:
  /// P: what places and weights are computed in.
  template <class P>
  void read_place(bool slopes, std::int64_t j, Chunk<C>& chunk) const {
    GridTaps<P> taps[3];
    const T* at = static_cast<const T*>(grid_.data) + chunk.grid[j];
    for (int i = 0; i < axes_; ++i)
      read_grid(how_, input_.shape[2 + i],
                static_cast<P>(at[(axes_ - 1 - i) * grid_.strides[axes_ + 1]]), taps[i]);
    for (int k = 0; k < taps_; ++k) combine(taps, k, slopes, j, chunk);
  }

  template <class P>
  void combine(const GridTaps<P>* taps, int number, bool slopes, std::int64_t j,
               Chunk<C>& chunk) const {
    int which[3] = {};
    std::int64_t offset = 0;
    P weight = 1;
    bool inside = true;
    for (int i = 0, rest = number; i < axes_; ++i, rest /= how_.taps()) {
      which[i] = rest % how_.taps();
      weight *= taps[i].weight[which[i]];
      inside &= taps[i].place[which[i]] >= 0;
      offset += taps[i].place[which[i]] * input_.strides[2 + i];
    }
    chunk.offset[j][number] = inside ? offset : kOutside;
    chunk.weight[j][number] = static_cast<C>(weight);
    if (!slopes) return;
    for (int i = 0; i < axes_; ++i) {
      P slope = taps[i].slope[which[i]];
      for (int other = 0; other < axes_; ++other)
        if (other != i) slope *= taps[other].weight[which[other]];
      chunk.slope[i][j][number] = static_cast<C>(slope);
    }
  }

  int axes_, taps_ = 1;
  GridReading how_;
  const AnyView &input_, &grid_;
  Places places_;
};

/// Calls f(image, first place, number of places, chunk) for all chunks, from several threads.
template <class T, class C, class F>
void chunks_in_parallel(const Reader<T, C>& reader, std::int64_t images, std::int64_t channels,
                        bool slopes, const F& f) {
  const std::int64_t each = (reader.places() + kChunk - 1) / kChunk;
  const std::int64_t work = kChunk * reader.taps() * std::max<std::int64_t>(channels, 1);
  parallel_for(0, images * each, kGrain / work + 1, [&](std::int64_t first, std::int64_t last) {
    const Scratch<Chunk<C>> room(1);
    for (std::int64_t i = first; i < last; ++i) {
      const std::int64_t n = i / each, start = i % each * kChunk;
      const std::int64_t count = std::min(kChunk, reader.places() - start);
      reader.fill(n, start, count, slopes, *room.data());
      f(n, start, count, *room.data());
    }
  });
}

/// Calls f with the C++ type of a floating dtype and what it is computed in.
template <class F>
void visit_reading(DType dtype, F&& f) {
  visit_float(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    f(T{}, RowType<T>{});
  });
}

/// dx of channels [first, last) of image n, in dense planes of C, which must be 0 before.
template <class T, class C>
void spread(const Reader<T, C>& reader, const AnyView& dy, std::int64_t n, std::int64_t first,
            std::int64_t last, std::int64_t plane, Chunk<C>& chunk, C* dx) {
  for (std::int64_t start = 0; start < reader.places(); start += kChunk) {
    const std::int64_t count = std::min(kChunk, reader.places() - start);
    reader.fill(n, start, count, false, chunk);
    for (std::int64_t c = first; c < last; ++c) {
      C* to = dx + (c - first) * plane;
      const T* from = static_cast<const T*>(dy.data) + c * dy.strides[1];
      for (std::int64_t j = 0; j < count; ++j) {
        const C g = static_cast<C>(from[chunk.output[j]]);
        for (int k = 0; k < reader.taps(); ++k)
          if (chunk.offset[j][k] != kOutside) to[chunk.offset[j][k]] += g * chunk.weight[j][k];
      }
    }
  }
}

Tensor input_gradient(const GridSample& op, const Tensor& input, const AnyView& grid,
                      const AnyView& dy) {
  Tensor out(Ptr<TensorImpl>::adopt(new TensorImpl([&] { return input->spec; })));
  const AnyView dx = out->as_view();  // dense: row-major
  const std::int64_t channels = dx.shape[1];
  std::int64_t plane = 1;
  for (int i = 2; i < dx.rank; ++i) plane *= dx.shape[i];
  visit_reading(dx.dtype, [&](auto element, auto wide) {
    using T = decltype(element);
    using C = decltype(wide);
    const Reader<T, C> reader(op, dx, grid, dy);
    const std::int64_t work = reader.places() * reader.taps() + plane;
    parallel_for(0, dx.shape[0] * channels, kGrain / work + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   const Scratch<Chunk<C>> room(1);
                   while (first < last) {  // the channels of one image share places and weights
                     const std::int64_t n = first / channels, c = first % channels;
                     const std::int64_t end = std::min(channels, c + last - first);
                     T* to = static_cast<T*>(dx.data) + first * plane;
                     const std::int64_t size = (end - c) * plane;
                     const Scratch<C> rounded(std::is_same_v<T, C> ? 0 : size);
                     C* sums = rounded.data();
                     if constexpr (std::is_same_v<T, C>) sums = to;
                     std::fill(sums, sums + size, C(0));
                     spread(reader, dy, n, c, end, plane, *room.data(), sums);
                     if constexpr (!std::is_same_v<T, C>)
                       for (std::int64_t i = 0; i < size; ++i) to[i] = static_cast<T>(sums[i]);
                     first += end - c;
                   }
                 });
  });
  return out;
}

/// The gradient of the grid at one place: sum over channels of dy times the sum of the elements
/// there, each with the derivative of its weight.
template <class T, class C>
void place_gradient(const Reader<T, C>& reader, const AnyView& input, const T* x, const T* dy,
                    std::int64_t step, const Chunk<C>& chunk, std::int64_t j, C* sum) {
  for (std::int64_t c = 0; c < input.shape[1]; ++c) {
    const C g = static_cast<C>(dy[c * step]);
    for (int k = 0; k < reader.taps(); ++k) {
      const std::int64_t offset = chunk.offset[j][k];
      const C value = offset == kOutside ? C(0) : static_cast<C>(x[offset + c * input.strides[1]]);
      for (int i = 0; i < reader.axes(); ++i) sum[i] += g * value * chunk.slope[i][j][k];
    }
  }
}

Tensor grid_gradient(const GridSample& op, const AnyView& input, const Tensor& grid,
                     const AnyView& dy) {
  Tensor out(Ptr<TensorImpl>::adopt(new TensorImpl([&] { return grid->spec; })));
  const AnyView places = grid->as_view();
  visit_reading(places.dtype, [&](auto element, auto wide) {
    using T = decltype(element);
    using C = decltype(wide);
    const Reader<T, C> reader(op, input, places, dy);
    const int axes = reader.axes();
    T* const to = out.data<T>();
    chunks_in_parallel(
        reader, input.shape[0], input.shape[1], true,
        [&](std::int64_t n, std::int64_t start, std::int64_t count, const Chunk<C>& chunk) {
          const T* x = static_cast<const T*>(input.data) + n * input.strides[0];
          for (std::int64_t j = 0; j < count; ++j) {
            C sum[3] = {};
            const T* from = static_cast<const T*>(dy.data) + chunk.output[j];
            place_gradient(reader, input, x, from, dy.strides[1], chunk, j, sum);
            for (int i = 0; i < axes; ++i)  // depth, height, width; the grid has them in reverse
              to[(n * reader.places() + start + j) * axes + axes - 1 - i] = static_cast<T>(sum[i]);
          }
        });
  });
  return out;
}

}  // namespace

void GridSample::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &grid = io.in[1], &y = io.out[0];
  if (y.numel == 0) return;
  if (is_dense_bilinear(*this, x, grid, y)) return bilinear_forward(*this, x, grid, y);
  visit_reading(x.dtype, [&](auto element, auto wide) {
    using T = decltype(element);
    using C = decltype(wide);
    const Reader<T, C> reader(*this, x, grid, y);
    chunks_in_parallel(
        reader, x.shape[0], x.shape[1], false,
        [&](std::int64_t n, std::int64_t, std::int64_t count, const Chunk<C>& chunk) {
          for (std::int64_t c = 0; c < x.shape[1]; ++c) {
            const T* from = static_cast<const T*>(x.data) + n * x.strides[0] + c * x.strides[1];
            T* to = static_cast<T*>(y.data) + c * y.strides[1];
            for (std::int64_t j = 0; j < count; ++j) {
              C sum = 0;
              for (int k = 0; k < reader.taps(); ++k) {
                const std::int64_t offset = chunk.offset[j][k];
                sum +=
                    chunk.weight[j][k] * (offset == kOutside ? C(0) : static_cast<C>(from[offset]));
              }
              to[chunk.output[j]] = static_cast<T>(sum);
            }
          }
        });
  });
}

Tensors GridSample::backward(Cpu, const Backward& b) const {
  const Tensor input = b.input(0), grid = b.input(1);
  const Tensor arrived = mode == "bilinear" ? b.dy().contiguous() : b.dy();
  const AnyView x = input->as_view(), g = grid->as_view(), dy = arrived->as_view();
  Tensors out(2);
  if (is_dense_bilinear(*this, x, g, dy)) {
    if (b.needs(0)) out[0] = bilinear_input_gradient(*this, input, g, dy);
    if (b.needs(1)) out[1] = bilinear_grid_gradient(*this, x, grid, dy);
    return out;
  }
  if (b.needs(0)) out[0] = input_gradient(*this, input, g, dy);
  if (b.needs(1)) out[1] = grid_gradient(*this, x, grid, dy);
  return out;
}

}  // namespace limpid
