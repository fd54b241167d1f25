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

}  // namespace

constinit const BatchNormLoops batch_norm_loops{
    .deviations = deviations, .normalise = normalise, .products = products, .gradient = gradient};

}  // namespace limpid::LIMPID_SIMD_LEVEL
