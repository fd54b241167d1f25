#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/masked_fill/masked_fill.h"

namespace limpid {

std::vector<Case> MaskedFill::cases() {
  const auto mask = [](const Shape& shape) {
    return CaseInput{.shape = shape, .dtype = DType::boolean};
  };
  return {
      {.name = "same shape",
       .inputs = {{{3, 4}}, mask({3, 4})},
       .op = any(MaskedFill{1.5}),
       .torch = "a.masked_fill(b, 1.5)"},
      {.name = "minus infinity",
       .inputs = {{{2, 5}}, mask({5})},
       .op = any(MaskedFill{-INFINITY}),
       .torch = "a.masked_fill(b, float('-inf'))",
       .smooth = false},
      {.name = "mask larger",
       .inputs = {{{4, 1}}, mask({2, 4, 3})},
       .op = any(MaskedFill{0}),
       .torch = "a.masked_fill(b, 0)"},
      {.name = "transposed",
       .inputs = {{.shape = {4, 5}, .arrangement = Arrangement::transposed}, mask({4, 5})},
       .op = any(MaskedFill{7}),
       .torch = "a.masked_fill(b, 7)"},
      {.name = "integers",
       .inputs = {{.shape = {8}, .dtype = DType::i32}, mask({8})},
       .op = any(MaskedFill{-3}),
       .torch = "a.masked_fill(b, -3)"},
      {.name = "half",
       .inputs = {{.shape = {8}, .dtype = DType::f16}, mask({8})},
       .op = any(MaskedFill{0.1}),
       .torch = "a.masked_fill(b, 0.1)",
       .smooth = false},
      {.name = "bool",
       .inputs = {mask({8}), mask({8})},
       .op = any(MaskedFill{true}),
       .torch = "a.masked_fill(b, True)"},
      {.name = "0-d",
       .inputs = {{Shape{}}, mask({})},
       .op = any(MaskedFill{2}),
       .torch = "a.masked_fill(b, 2)"},
      {.name = "empty",
       .inputs = {{{0, 3}}, mask({3})},
       .op = any(MaskedFill{2}),
       .torch = "a.masked_fill(b, 2)"},
      {.name = "float into integers",
       .inputs = {{.shape = {3}, .dtype = DType::i64}, mask({3})},
       .op = any(MaskedFill{0.5}),
       .error = "the value 0.5 does not fit a tensor of int64"},
      {.name = "a number out of range",
       .inputs = {{.shape = {3}, .dtype = DType::i8}, mask({3})},
       .op = any(MaskedFill{300}),
       .error = "masked_fill: value 300 cannot be converted to type int8 without overflow"},
      {.name = "integer mask",
       .inputs = {{{3}}, {.shape = {3}, .dtype = DType::u8}},
       .op = any(MaskedFill{0}),
       .error = "masked_fill: the mask must be bool, not uint8"},
      {.name = "large",
       .inputs = {{{1024, 1024}}, mask({1024, 1024})},
       .op = any(MaskedFill{0}),
       .torch = "a.masked_fill(b, 0)",
       .speed = true},
  };
}

}  // namespace limpid
