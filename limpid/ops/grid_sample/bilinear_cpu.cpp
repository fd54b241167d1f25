// Ladder of bilinear grid_sample of images, from where grid_sample_cpu.cpp ends:
//   1. The four elements of each place have 32-bit offsets, and lie side by side by kind: no loop
//      over elements, half the memory.
//   2. Places are found many at once, by vector instructions (bilinear_simd.cpp).
//   3. 256 places that lie inside altogether are read without asking which elements are outside.

#include <algorithm>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/ops/grid_sample/bilinear.h"
#include "limpid/ops/grid_sample/bilinear_loops.h"
#include "limpid/ops/grid_sample/grid_places.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kGrain = 16384;  // elements worth a thread

template <class T>
const BilinearLoops<T>& loops() {
  static const BilinearTables& tables = at_level(simd_level(), LIMPID_LEVELS(bilinear_tables));
  if constexpr (std::is_same_v<T, float>) return tables.f32;
  else return tables.f64;
}

template <class F>
void visit(DType dtype, F&& f) {
  if (dtype == DType::f32) f(float());
  else f(double());
}

/// Places in an image that is reflected at its ends: one after the other, by grid_places.h.
template <class T>
void find_reflected(const GridReading& how, const BilinearGrid<T>& g, BilinearPlaces<T>& out) {
  out.inside = true;
  for (std::int64_t j = 0; j < out.count; ++j) {
    GridTaps<double> x, y;
    read_grid(how, g.width, static_cast<double>(g.grid[2 * j]), x);
    read_grid(how, g.height, static_cast<double>(g.grid[2 * j + 1]), y);
    for (int k = 0; k < 4; ++k) {
      const std::int64_t row = y.place[k % 2], column = x.place[k / 2];
      const bool inside = row >= 0 && column >= 0;
      out.inside &= inside;
      out.offset[k][j] = inside ? static_cast<std::int32_t>(row * g.row + column * g.column) : -1;
      out.weight[k][j] = static_cast<T>(y.weight[k % 2] * x.weight[k / 2]);
    }
    out.right[j] = static_cast<T>(x.weight[1]), out.down[j] = static_cast<T>(y.weight[1]);
    out.right_slope[j] = static_cast<T>(x.slope[1]), out.down_slope[j] = static_cast<T>(y.slope[1]);
  }
}

/// The images of a call, and its places.
template <class T>
class Images {
 public:
  Images(const GridSample& op, const AnyView& input, const AnyView& grid)
      : how_(op, false),
        count(input.shape[0]),
        channels(input.shape[1]),
        places(grid.shape[1] * grid.shape[2]),
        chunks((places + kBilinearPlaces - 1) / kBilinearPlaces),
        grid_(static_cast<const T*>(grid.data)),
        plane_{nullptr,
               input.shape[2],
               input.shape[3],
               static_cast<std::int32_t>(input.strides[2]),
               static_cast<std::int32_t>(input.strides[3]),
               op.align_corners,
               how_.padding == GridReading::border} {}

  /// Chunk `i` of image `n`; gives its first place.
  std::int64_t find(std::int64_t n, std::int64_t i, BilinearPlaces<T>& out) const {
    const std::int64_t first = i * kBilinearPlaces;
    BilinearGrid<T> g = plane_;
    g.grid = grid_ + 2 * (n * places + first);
    out.count = std::min(kBilinearPlaces, places - first);
    if (how_.padding == GridReading::reflection) find_reflected(how_, g, out);
    else loops<T>().find(g, out);
    return first;
  }
  /// f(image, first place, places) for all chunks, from several threads.
  template <class F>
  void each_chunk(const F& f) const {
    const std::int64_t work = kBilinearPlaces * 4 * (channels + 4);
    parallel_for(0, count * chunks, kGrain / work + 1, [&](std::int64_t first, std::int64_t last) {
      const Scratch<BilinearPlaces<T>> room(1);
      for (std::int64_t i = first; i < last; ++i) {
        const std::int64_t n = i / chunks;
        f(n, find(n, i % chunks, *room.data()), *room.data());
      }
    });
  }

 private:
  GridReading how_;

 public:
  const std::int64_t count, channels, places, chunks;

 private:
  const T* grid_;
  BilinearGrid<T> plane_;
};

template <class T>
const T* plane(const AnyView& x, std::int64_t n, std::int64_t c) {
  return static_cast<const T*>(x.data) + n * x.strides[0] + c * x.strides[1];
}

}  // namespace

bool is_dense_bilinear(const GridSample& op, const AnyView& input, const AnyView& grid,
                       const AnyView& output) {
  if (op.mode != "bilinear" || input.rank != 4 || !grid.contiguous || !output.contiguous)
    return false;
  if (input.dtype != DType::f32 && input.dtype != DType::f64) return false;
  // Places and offsets, of the neighbours of an image too, fit into 32 bits.
  const auto fits = [](std::int64_t size, std::int64_t stride) {
    return stride >= 0 && std::max<std::int64_t>(stride, 1) <= INT32_MAX / 2 / (size + 2);
  };
  return fits(input.shape[2], input.strides[2]) && fits(input.shape[3], input.strides[3]);
}

void bilinear_forward(const GridSample& op, const AnyView& input, const AnyView& grid,
                      const AnyView& output) {
  visit(input.dtype, [&]<class T>(T) {
    const Images<T> images(op, input, grid);
    images.each_chunk([&](std::int64_t n, std::int64_t first, const BilinearPlaces<T>& places) {
      T* to = static_cast<T*>(output.data) + n * images.channels * images.places + first;
      for (std::int64_t c = 0; c < images.channels; ++c, to += images.places)
        loops<T>().read(places, plane<T>(input, n, c), to);
    });
  });
}

// dx of a channel is one thread's, so that no two add to one element.
Tensor bilinear_input_gradient(const GridSample& op, const Tensor& input, const AnyView& grid,
                               const AnyView& dy) {
  const Tensor out = zeros(input.shape(), {.dtype = input.dtype()});
  const AnyView dx = out->as_view();
  visit(dx.dtype, [&]<class T>(T) {
    const Images<T> images(op, dx, grid);
    const std::int64_t channels = images.channels;
    parallel_for(0, images.count * channels, kGrain / (4 * images.places + 1) + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   const Scratch<BilinearPlaces<T>> room(1);
                   while (first < last) {  // the channels of one image share places
                     const std::int64_t n = first / channels, c = first % channels;
                     const std::int64_t end = std::min(channels, c + last - first);
                     for (std::int64_t i = 0; i < images.chunks; ++i) {
                       const std::int64_t at = images.find(n, i, *room.data());
                       for (std::int64_t k = c; k < end; ++k)
                         loops<T>().spread(*room.data(), plane<T>(dy, n, k) + at,
                                           const_cast<T*>(plane<T>(dx, n, k)));
                     }
                     first += end - c;
                   }
                 });
  });
  return out;
}

Tensor bilinear_grid_gradient(const GridSample& op, const AnyView& input, const Tensor& grid,
                              const AnyView& dy) {
  const Tensor out = empty(grid.shape(), {.dtype = grid.dtype()});
  visit(input.dtype, [&]<class T>(T) {
    const Images<T> images(op, input, grid->as_view());
    images.each_chunk([&](std::int64_t n, std::int64_t first, const BilinearPlaces<T>& places) {
      T right[kBilinearPlaces] = {}, down[kBilinearPlaces] = {};
      for (std::int64_t c = 0; c < images.channels; ++c)
        loops<T>().slopes(places, plane<T>(input, n, c), plane<T>(dy, n, c) + first, right, down);
      T* to = out.template data<T>() + 2 * (n * images.places + first);
      for (std::int64_t j = 0; j < places.count; ++j, to += 2)
        to[0] = right[j] * places.right_slope[j], to[1] = down[j] * places.down_slope[j];
    });
  });
  return out;
}

}  // namespace limpid
