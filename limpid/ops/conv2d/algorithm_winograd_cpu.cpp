// Convolution with fewer multiplications than its definition: Winograd's F(4x4, 3x3) and F(2x2,
// 5x5).
//
// A polynomial of degree 5 is known by its values at 6 points (one of them infinity), and a product
// of polynomials has the product of their values. Convolving is multiplying polynomials, so 4
// outputs of a 1-d convolution with 3 taps cost 6 multiplications in place of 12:
//   y = A^T [(G g) * (B^T d)]          d: 6 inputs, g: 3 taps, y: 4 outputs, * elementwise
// where B^T, G and A^T evaluate at the points and interpolate (winograd_simd.cpp has them). In two
// dimensions each tile of 4x4 outputs takes 36 multiplications a channel in place of 144:
//   y = A^T [(G g G^T) * (B^T d B)] A
// Five taps and two outputs take the same six points, so 2x2 outputs of a 5x5 kernel take 36 in
// place of 100; a kernel of one row stays in one dimension. The sums over channels can be taken
// between * and A^T, which makes them 36 products of matrices,
//   M[p] = V[p] U[p]     (tiles x inputs) (inputs x outputs), for each of the 36 points p.
// The gradient of the input is a convolution too: of dy, with the kernel turned by 180 degrees and
// its channels exchanged. That of the weight is the transposed algorithm:
//   dg = G^T [sum over tiles of (A dy A^T) * (B^T d B)] G
//
// Rounding: the transforms add numbers up to some 5 times as large as their results, so errors are
// a few times those of the direct sum: docs/performance.md has the bound that the tests hold it to.
//
// (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016; the points are those of
// Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution, 2020, in
// spirit: small fractions.) Maps are read and written channels-last, so that a vector holds the
// same pixel of neighbouring channels; those that lie otherwise are copied.

#include "limpid/core/str.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/patch_rows.h"
#include "limpid/ops/conv2d/winograd_parts.h"

namespace limpid {

namespace {

/// An infinity or a NaN (or numbers so large that their sums overflow) reaches all outputs of its
/// tiles, not only those that see it. The sums of a tile never lose it again, so it shows in the
/// results, where looking costs least: then the definition is computed.
void run(const ConvProblem& p, const Convolution& c) {
  const bool tame = p.pass == ConvolutionPass::weight_gradient
                        ? winograd::weight_gradient(c)
                        : winograd::map_to_map(c, p.pass == ConvolutionPass::input_gradient);
  if (!tame) kConvIm2col.run(p, c);
}

std::string cannot(const ConvProblem& p) {
  const ConvolutionSizes& s = p.sizes;
  if (p.dtype != DType::f32) return str("it computes float32, not ", p.dtype);
  if (!winograd::transforms_for(s))
    return str("the kernel is ", s.kernel_height, "x", s.kernel_width,
               ", not 3x3, 5x5, 1x3 or 1x5");
  if (s.stride_height != 1 || s.stride_width != 1) return "the stride is not 1";
  if (s.dilation_height != 1 || s.dilation_width != 1) return "the dilation is not 1";
  return "";
}

// Measured with AVX-512 against direct: docs/performance.md has the figures.
std::string rather_not(const ConvProblem& p) {
  const ConvolutionSizes& s = p.sizes;
  constexpr std::int64_t kFew = 16, kFewInGroups = 24;
  const std::int64_t channels = std::min(s.group_inputs(), s.group_outputs());
  if (s.groups > 1 && p.pass == ConvolutionPass::weight_gradient && channels < kFewInGroups)
    return "each group has so little to add up that direct, which takes all at once, is faster";
  if (channels < kFew)
    return "with so few channels the transforms cost more than the products save";
  const std::int64_t columns =
      p.pass == ConvolutionPass::forward ? s.group_outputs() : s.group_inputs();
  if (3 * winograd::round_up(columns, kFew) > 5 * columns)
    return "channels are filled up to multiples of 16 with zeros: too many of those here";
  if (patch_rows_are_fast(s, p.pass))
    return "the output is so small that one product over the patches of all pixels multiplies less";
  const WinogradTransforms& t = *winograd::transforms_for(s);
  constexpr std::int64_t kLeast = 16 * 16;  // tiles of 4x4, or as many outputs in smaller ones
  if (s.batch * winograd::tiles_of(s.out_height, t.step_down) *
          winograd::tiles_of(s.out_width, t.step_across) * t.step_down * t.step_across <
      kLeast)
    return "too few tiles to be worth transforming the weights";
  return "";
}

}  // namespace

extern const ConvRung kConvWinograd{
    "winograd", "Winograd, 3x3 and 5x5: a quarter or a third of the multiplications", &run, &cannot,
    &rather_not};

}  // namespace limpid
