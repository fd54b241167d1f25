#pragma once
// Products of float and double from panels of b, with sums that go straight into c.

#include "limpid/backends/cpu/gemm_product.h"

namespace limpid {

/// A product that goes_straight(): b is packed, then multiplied by.
void panel_gemm(const Product<float>& product);
void panel_gemm(const Product<double>& product);

/// Multiplies by panels that stay with a weight from its second product on; false where none are
/// kept.
bool multiply_kept(const Gemm& g);

}  // namespace limpid
