#include <cmath>
#include <limits>

#include "limpid/core/random.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/dropout/dropout.h"

namespace limpid {

// PyTorch draws other numbers, so only the ends of the range can be compared with it; the masks are
// compared between kernels here and counted in tests/dropout_test.cpp.
std::vector<Case> Dropout::cases() {
  const auto with = [](double p, std::uint64_t seed = 7, std::uint64_t offset = 3) {
    return any(Dropout{.p = p, .seed = seed, .offset = offset});
  };
  const std::uint64_t far = 0xfffffffffull;  // the counter passes 2^32 inside one chunk
  return {
      {.name = "half", .inputs = {{{3, 5}}}, .op = with(0.5)},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = with(0.5)},
      {.name = "empty", .inputs = {{{0, 3}}}, .op = with(0.5)},
      {.name = "one chunk and one element", .inputs = {{{65}}}, .op = with(0.3)},
      {.name = "odd sizes", .inputs = {{{7, 11, 13}}}, .op = with(0.9)},
      {.name = "counter beyond 32 bits", .inputs = {{{300}}}, .op = with(0.2, ~0ull, far)},
      {.name = "nothing dropped",
       .inputs = {{{50}}},
       .op = with(0),
       .torch = "torch.nn.functional.dropout(a, 0.0)"},
      {.name = "all dropped",
       .inputs = {{{50}}},
       .op = with(1),
       .torch = "torch.nn.functional.dropout(a, 1.0)"},
      {.name = "all dropped, not finite",
       .inputs = {{.shape = {4}, .values = {std::nan(""), kInf, -kInf, 1}, .requires_grad = false}},
       .op = with(1),
       .torch = "torch.nn.functional.dropout(a, 1.0)",
       .smooth = false},
      {.name = "what draws p itself stays",
       .inputs = {{{8}}},
       .op = with(static_cast<double>(RandomStream{7, 3}.uniform(5)))},
      {.name = "a hair above nothing", .inputs = {{{200}}}, .op = with(1e-12)},
      {.name = "transposed",
       .inputs = {{.shape = {5, 7}, .arrangement = Arrangement::transposed}},
       .op = with(0.5)},
      {.name = "f64", .inputs = {{.shape = {33}, .dtype = DType::f64}}, .op = with(0.3)},
      {.name = "f16",
       .inputs = {{.shape = {130}, .dtype = DType::f16}},
       .op = with(0.3),
       .smooth = false},
      {.name = "bf16",
       .inputs = {{.shape = {130}, .dtype = DType::bf16}},
       .op = with(0.3),
       .smooth = false},
      {.name = "several threads", .inputs = {{{70000}}}, .op = with(0.5), .smooth = false},
      {.name = "p above 1",
       .inputs = {{{3}}},
       .op = with(1.5),
       .error = "dropout: p is a probability and must lie in [0, 1], got 1.5 [input (3,)]"},
      {.name = "p below 0", .inputs = {{{3}}}, .op = with(-0.1), .error = "got -0.1"},
      {.name = "p not a number",
       .inputs = {{{3}}},
       .op = with(std::nan("")),
       .error = "must lie in [0, 1]"},
      {.name = "integers",
       .inputs = {{.shape = {3}, .dtype = DType::i64}},
       .op = with(0.5),
       .error =
           "dropout: works on floating dtypes (float16, bfloat16, float32, float64), not on int64"},
      {.name = "large", .inputs = {{{1024, 1024}}}, .op = with(0.5), .speed = true},
  };
}

}  // namespace limpid
