#pragma once
// A matrix laid out once for many products with it. A recurrent layer multiplies a few rows by the
// same weight at every step, and attention the rows of a block by the same keys: gemm() would look
// at the sizes, and pack or read the matrix across, each time anew.

#include <cstdint>

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/scratch.h"

namespace limpid {

/// The other operand: rows of any strides.
template <class T>
struct LeftRows {
  const T* data = nullptr;
  std::int64_t row_stride = 0, column_stride = 1;
};

/// b (k, n) of float or double, in panels of as many columns as a tile of gemm_simd.cpp has. Where
/// the kernel can read b as it lies, it is not copied, and has to outlive this. Several threads may
/// multiply by it at once. A row of a product is the same number for number however many rows are
/// computed together.
template <class T>
class PackedMatrix {
 public:
  PackedMatrix(const MatrixRef& b, std::int64_t k, std::int64_t n);

  /// c (rows, n) = a (rows, k) b, in the calling thread. Columns of c lie side by side.
  void multiply(std::int64_t rows, LeftRows<T> a, T* c, std::int64_t c_row) const;

  /// A part of b: rows [first, first + depth), and columns from a multiple of panel_width() on.
  struct Part {
    std::int64_t first = 0, depth = 0, column = 0, columns = 0;
  };
  /// The same with a part of b, whose results are added to c if so wanted.
  void multiply(std::int64_t rows, LeftRows<T> a, const Part& b, T* c, std::int64_t c_row,
                bool accumulate) const;

  static std::int64_t panel_width();

 private:
  std::int64_t k_, n_;
  const T* in_place_;  // b itself, or null
  std::int64_t in_place_row_;
  Scratch<T> panels_;
};

extern template class PackedMatrix<float>;
extern template class PackedMatrix<double>;

}  // namespace limpid
