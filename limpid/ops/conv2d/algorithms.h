#pragma once
// The ladder: several ways to compute the three convolutions (forward, input gradient, weight
// gradient), from the plainest to the fastest. All give the same results within rounding.
//   loops   algorithm_loops_cpu.cpp    the sum as it stands, a row at a time; every dtype, every
//   shape im2col  algorithm_im2col_cpu.cpp   patches laid out as a matrix, then one matrix product
//   direct  algorithm_direct_cpu.cpp   oneDNN: code made for the very shape, blocked for the caches
// `auto` takes the last one that applies and pays; conv2d_plan says which, and why not the others.

#include <string>
#include <string_view>
#include <vector>

#include "limpid/ops/conv2d/conv2d.h"

namespace limpid {

/// Chooses how every convolution of this process is computed: "auto" (the default), "loops",
/// "im2col" or "direct". ValueError for another name. A guard on the thread goes first; before any
/// call the environment variable LIMPID_CONV counts. Where a named algorithm cannot compute a
/// convolution, that convolution throws a ValueError with the reason; nothing falls back silently.
void set_conv_algorithm(std::string_view name);
/// The name in force on this thread.
std::string_view conv_algorithm();

/// While it lives, convolutions of this thread use the algorithm.
class ConvAlgorithmGuard {
 public:
  explicit ConvAlgorithmGuard(std::string_view name);
  ~ConvAlgorithmGuard();
  ConvAlgorithmGuard(const ConvAlgorithmGuard&) = delete;
  ConvAlgorithmGuard& operator=(const ConvAlgorithmGuard&) = delete;

 private:
  int before_;
};

enum class ConvPass : std::uint8_t { forward, input_gradient, weight_gradient };

/// What would run for a convolution, and why the rest would not.
struct ConvPlan {
  struct Step {
    std::string_view name, summary;
    std::string reason;  ///< why it does not run; empty for the one that does
  };
  std::string_view chosen;  ///< empty: the algorithm that was named cannot compute it
  std::vector<Step> ladder;
};
/// For images of shape `input` and weights of shape `weight`. Errors as of conv2d.
ConvPlan conv2d_plan(const Shape& input, const Shape& weight, DType dtype = DType::f32,
                     Conv2dOptions options = {}, ConvPass pass = ConvPass::forward);
/// The plan as lines of text, for people.
std::string to_string(const ConvPlan& plan);

}  // namespace limpid
