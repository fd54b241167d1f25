#pragma once
// The entries of the ladder (algorithms.h), between conv2d_cpu.cpp and the algorithms themselves.

#include <string>

#include "limpid/backends/cpu/convolution.h"
#include "limpid/core/dtype.h"

namespace limpid {

/// One way to compute convolutions.
struct ConvEntry {
  std::string_view name, summary;
  /// Why it cannot compute this, or "".
  std::string (*cannot)(const ConvolutionSizes& sizes, DType dtype);
  /// Why `auto` passes it over though it could, or "".
  std::string (*rather_not)(const ConvolutionSizes& sizes, ConvolutionPass pass);
  /// Operands are contiguous, of `dtype`: f32, f64, or i64 in place of every integer.
  void (*run)(const Convolution& c, ConvolutionPass pass, DType dtype);
};

extern const ConvEntry kLoops, kIm2col, kDirect;

}  // namespace limpid
