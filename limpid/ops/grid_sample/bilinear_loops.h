#pragma once
// The table of loops behind bilinear grid_sample of images on the processor, one a SIMD level. A
// number of places of one image is found once and read from all of its channels. What is known of
// the places lies side by side by kind, so that a loop over places reads whole vectors.

#include <cstdint>

namespace limpid {

inline constexpr std::int64_t kBilinearPlaces = 256;

/// The four elements around each place: top left, bottom left, top right, bottom right.
template <class T>
struct BilinearPlaces {
  std::int64_t count = 0;
  bool inside = false;                      ///< none of the elements is outside
  std::int32_t offset[4][kBilinearPlaces];  ///< into a plane; -1: outside, where there are zeros
  T weight[4][kBilinearPlaces];
  T down[kBilinearPlaces], right[kBilinearPlaces];  ///< how far from the top left element
  T down_slope[kBilinearPlaces], right_slope[kBilinearPlaces];  ///< of these, by the grid
};

/// Where places are found: `grid` has `count` pairs (x, y), for a plane of this size and strides.
template <class T>
struct BilinearGrid {
  const T* grid;
  std::int64_t height, width;
  std::int32_t row, column;
  bool align_corners, border;
};

template <class T>
struct BilinearLoops {
  /// With zeros around the image, or its border. Sets everything but `count`.
  void (*find)(const BilinearGrid<T>&, BilinearPlaces<T>&);
  /// to[j] = the weighted sum at place j.
  void (*read)(const BilinearPlaces<T>&, const T* plane, T* to);
  /// Adds dy[j] to the elements of place j by their weights.
  void (*spread)(const BilinearPlaces<T>&, const T* dy, T* plane);
  /// Adds to right[j] and down[j] dy[j] times the derivative of what is read by that distance.
  void (*slopes)(const BilinearPlaces<T>&, const T* plane, const T* dy, T* right, T* down);
};

struct BilinearTables {
  BilinearLoops<float> f32;
  BilinearLoops<double> f64;
};

namespace baseline {
extern const BilinearTables bilinear_tables;
}
namespace avx2 {
extern const BilinearTables bilinear_tables;
}
namespace avx512 {
extern const BilinearTables bilinear_tables;
}

}  // namespace limpid
