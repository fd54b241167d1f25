#include "limpid/backends/cpu/simd_half.h"
#include "limpid/backends/cpu/simd_rows.h"
#include "limpid/ops/batch_norm/row_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

using Floats = Batch<float>;
constexpr std::int64_t kLanes = kWidth<float>;

/// Sums of floats grow no longer than this before they go into doubles.
constexpr std::int64_t kRows = 16;

inline void add_to(double* totals, Floats v, std::int64_t count) {
  alignas(64) float lanes[kLanes];
  v.store_aligned(lanes);
  if (count >= kLanes)
    for (std::int64_t i = 0; i < kLanes; ++i) totals[i] += static_cast<double>(lanes[i]);
  else
    for (std::int64_t i = 0; i < count; ++i) totals[i] += static_cast<double>(lanes[i]);
}

/// Two sums a column, over kRows rows at a time: add(place, column, left, first, second) adds the
/// elements of one batch to them.
template <class Add>
inline void sum_columns(std::int64_t rows, std::int64_t columns, double* first, double* second,
                        Add add) {
  for (std::int64_t start = 0; start < rows; start += kRows) {
    const std::int64_t end = start + kRows < rows ? start + kRows : rows;
    std::int64_t j = 0;
    for (; j + 2 * kLanes <= columns; j += 2 * kLanes) {
      Floats a0(0.0f), b0(0.0f), a1(0.0f), b1(0.0f);
      for (std::int64_t r = start; r < end; ++r) {
        add(r * columns + j, j, kLanes, a0, b0);
        add(r * columns + j + kLanes, j + kLanes, kLanes, a1, b1);
      }
      add_to(first + j, a0, kLanes);
      add_to(second + j, b0, kLanes);
      add_to(first + j + kLanes, a1, kLanes);
      add_to(second + j + kLanes, b1, kLanes);
    }
    for (; j < columns; j += kLanes) {
      Floats a(0.0f), b(0.0f);
      for (std::int64_t r = start; r < end; ++r) add(r * columns + j, j, columns - j, a, b);
      add_to(first + j, a, columns - j);
      add_to(second + j, b, columns - j);
    }
  }
}

void deviations(const float* x, std::int64_t rows, std::int64_t columns, const float* about,
                double* sums, double* squares) {
  sum_columns(rows, columns, sums, squares,
              [=](std::int64_t at, std::int64_t j, std::int64_t left, Floats& sum, Floats& square) {
                const Floats d = load(x + at, left) - load(about + j, left);
                sum += d;
                square = multiply_add(d, d, square);
              });
}

void normalise(const float* x, std::int64_t rows, std::int64_t columns, const float* centre,
               const float* factor, const float* shift, float* y) {
  for (std::int64_t r = 0; r < rows; ++r, x += columns, y += columns)
    map(columns, y, [=](std::int64_t j, std::int64_t left) {
      return multiply_add(load(x + j, left) - load(centre + j, left), load(factor + j, left),
                          load(shift + j, left));
    });
}

void products(const float* x, const float* dy, std::int64_t rows, std::int64_t columns,
              const float* centre, double* sums, double* totals) {
  sum_columns(rows, columns, sums, totals,
              [=](std::int64_t at, std::int64_t j, std::int64_t left, Floats& sum, Floats& total) {
                const Floats g = load(dy + at, left);
                sum += g;
                total = multiply_add(g, load(x + at, left) - load(centre + j, left), total);
              });
}

void gradient(const float* x, const float* dy, std::int64_t rows, std::int64_t columns,
              const float* centre, const float* of_dy, const float* of_x, const float* constant,
              float* dx) {
  for (std::int64_t r = 0; r < rows; ++r, x += columns, dy += columns, dx += columns)
    map(columns, dx, [=](std::int64_t j, std::int64_t left) {
      const Floats distance = load(x + j, left) - load(centre + j, left);
      const Floats rest = multiply_add(load(of_x + j, left), distance, load(constant + j, left));
      return load(of_dy + j, left) * load(dy + j, left) - rest;
    });
}

// -- of any stored type

/// Calls f(first element, rows, columns, first column) for blocks of rows, or of one row's columns,
/// of at most kBlock elements.
constexpr std::int64_t kBlock = 4096;
template <class F>
inline void for_blocks(std::int64_t rows, std::int64_t columns, F f) {
  const std::int64_t at_once = columns > kBlock ? 1 : kBlock / (columns > 0 ? columns : 1);
  for (std::int64_t r = 0; r < rows; r += at_once) {
    const std::int64_t count = rows - r < at_once ? rows - r : at_once;
    for (std::int64_t j = 0; j < columns; j += kBlock)
      f(r * columns + j, count, columns - j < kBlock ? columns - j : kBlock, j);
  }
}

/// The loops above on elements of T by way of floats.
template <class T>
struct Widened {
  static void deviations(const void* x, std::int64_t rows, std::int64_t columns, const float* about,
                         double* sums, double* squares) {
    alignas(64) float wide[kBlock];
    for_blocks(rows, columns, [&](std::int64_t at, std::int64_t r, std::int64_t n, std::int64_t j) {
      widen(static_cast<const T*>(x) + at, wide, r * n);
      LIMPID_SIMD_LEVEL::deviations(wide, r, n, about + j, sums + j, squares + j);
    });
  }
  static void normalise(const void* x, std::int64_t rows, std::int64_t columns, const float* centre,
                        const float* factor, const float* shift, void* y) {
    alignas(64) float wide[kBlock];
    for_blocks(rows, columns, [&](std::int64_t at, std::int64_t r, std::int64_t n, std::int64_t j) {
      widen(static_cast<const T*>(x) + at, wide, r * n);
      LIMPID_SIMD_LEVEL::normalise(wide, r, n, centre + j, factor + j, shift + j, wide);
      narrow(wide, static_cast<T*>(y) + at, r * n);
    });
  }
  static void products(const void* x, const void* dy, std::int64_t rows, std::int64_t columns,
                       const float* centre, double* sums, double* totals) {
    alignas(64) float wide[kBlock], slopes[kBlock];
    for_blocks(rows, columns, [&](std::int64_t at, std::int64_t r, std::int64_t n, std::int64_t j) {
      widen(static_cast<const T*>(x) + at, wide, r * n);
      widen(static_cast<const T*>(dy) + at, slopes, r * n);
      LIMPID_SIMD_LEVEL::products(wide, slopes, r, n, centre + j, sums + j, totals + j);
    });
  }
  static void gradient(const void* x, const void* dy, std::int64_t rows, std::int64_t columns,
                       const float* centre, const float* of_dy, const float* of_x,
                       const float* constant, void* dx) {
    alignas(64) float wide[kBlock], slopes[kBlock];
    for_blocks(rows, columns, [&](std::int64_t at, std::int64_t r, std::int64_t n, std::int64_t j) {
      widen(static_cast<const T*>(x) + at, wide, r * n);
      widen(static_cast<const T*>(dy) + at, slopes, r * n);
      LIMPID_SIMD_LEVEL::gradient(wide, slopes, r, n, centre + j, of_dy + j, of_x + j, constant + j,
                                  wide);
      narrow(wide, static_cast<T*>(dx) + at, r * n);
    });
  }
};

/// The same on floats as they are.
template <>
struct Widened<float> {
  static const float* in(const void* p) { return static_cast<const float*>(p); }
  static void deviations(const void* x, std::int64_t rows, std::int64_t columns, const float* about,
                         double* sums, double* squares) {
    LIMPID_SIMD_LEVEL::deviations(in(x), rows, columns, about, sums, squares);
  }
  static void normalise(const void* x, std::int64_t rows, std::int64_t columns, const float* centre,
                        const float* factor, const float* shift, void* y) {
    LIMPID_SIMD_LEVEL::normalise(in(x), rows, columns, centre, factor, shift,
                                 static_cast<float*>(y));
  }
  static void products(const void* x, const void* dy, std::int64_t rows, std::int64_t columns,
                       const float* centre, double* sums, double* totals) {
    LIMPID_SIMD_LEVEL::products(in(x), in(dy), rows, columns, centre, sums, totals);
  }
  static void gradient(const void* x, const void* dy, std::int64_t rows, std::int64_t columns,
                       const float* centre, const float* of_dy, const float* of_x,
                       const float* constant, void* dx) {
    LIMPID_SIMD_LEVEL::gradient(in(x), in(dy), rows, columns, centre, of_dy, of_x, constant,
                                static_cast<float*>(dx));
  }
};

template <class T>
constexpr BatchNormLoops loops_of{.deviations = &Widened<T>::deviations,
                                  .normalise = &Widened<T>::normalise,
                                  .products = &Widened<T>::products,
                                  .gradient = &Widened<T>::gradient};

}  // namespace

constinit const BatchNormTable batch_norm_loops{
    .f32 = loops_of<float>, .f16 = loops_of<Float16>, .bf16 = loops_of<BrainFloat16>};

}  // namespace limpid::LIMPID_SIMD_LEVEL
