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
/// c = alpha a b + beta c + bias by way of c^T, with any strides of c: gemm_by_columns_onednn.cpp.
void onednn_gemm_by_columns(const Gemm& g);

/// Whether this processor computes bfloat16 as such (AVX512-BF16, AMX).
bool onednn_has_bf16();
/// Whether it has AMX for them, eight times as fast as float32, and oneDNN may use it.
bool onednn_has_amx();
/// True when oneDNN computes this product of bfloat16 matrices faster than as float32: c = a b +
/// bias, one stride of each matrix being 1.
bool onednn_bf16_gemm_applies(const Gemm& g);
void onednn_bf16_gemm(const Gemm& g);

/// The three convolutions of float32, or of bfloat16 where onednn_has_bf16(); maps in either order
/// (see Convolution).
void onednn_convolution(const Convolution& c, ConvolutionPass pass);

/// "oneDNN 2.6.3".
const char* onednn_version();

}  // namespace limpid
