#pragma once
// What limpid asks of oneDNN. Every call of it is in onednn_onednn.cpp; its failures are
// DeviceErrors.

#include <cstdint>

#include "limpid/backends/cpu/convolution.h"
#include "limpid/backends/cpu/gemm.h"

namespace limpid {

/// True when oneDNN can compute this product: float32, one stride of each matrix being 1.
bool onednn_gemm_applies(const Gemm& g);
/// c = alpha a b + beta c; the bias is left out. Needs c_column_stride == 1.
void onednn_gemm(const Gemm& g);

/// The three convolutions of float32; maps in either order (see Convolution).
void onednn_convolution(const Convolution& c, ConvolutionPass pass);

/// "oneDNN 2.6.3".
const char* onednn_version();

}  // namespace limpid
