#include "limpid/op/case.h"
#include "limpid/ops/copy/copy.h"

namespace limpid {

std::vector<Case> Copy::cases() {
  return {
      {.name = "same dtype", .inputs = {{{2, 3}}}, .op = any(Copy{DType::f32}), .torch = "a.clone()"},
      {.name = "transposed",
       .inputs = {{.shape = {3, 4}, .arrangement = Arrangement::transposed}},
       .op = any(Copy{DType::f32}),
       .torch = "a.clone(memory_format=torch.contiguous_format)"},
      {.name = "to f64", .inputs = {{{2, 3}}}, .op = any(Copy{DType::f64}), .torch = "a.to(torch.float64)"},
      {.name = "to f16", .inputs = {{{50}}}, .op = any(Copy{DType::f16}), .torch = "a.to(torch.float16)",
       .smooth = false},
      {.name = "to bf16", .inputs = {{{50}}}, .op = any(Copy{DType::bf16}), .torch = "a.to(torch.bfloat16)",
       .smooth = false},
      {.name = "to i64", .inputs = {{{50}}}, .op = any(Copy{DType::i64}), .torch = "a.to(torch.int64)"},
      {.name = "to u8 from ints",
       .inputs = {{.shape = {20}, .dtype = DType::i32, .low = 0, .high = 200}},
       .op = any(Copy{DType::u8}),
       .torch = "a.to(torch.uint8)"},
      {.name = "to bool", .inputs = {{.shape = {4}, .values = {0, -0.0, 1e-30, 2}}},
       .op = any(Copy{DType::boolean}), .torch = "a.to(torch.bool)"},
      // Tiles of the transposing kernel: whole ones, parts, and axes in between.
      {.name = "transposed in tiles",
       .inputs = {{.shape = {37, 50}, .arrangement = Arrangement::transposed}},
       .op = any(Copy{DType::f32})},
      {.name = "transposed bytes",
       .inputs = {{.shape = {3, 70, 65}, .dtype = DType::u8, .low = 0, .high = 200,
                   .arrangement = Arrangement::transposed}},
       .op = any(Copy{DType::u8})},
      {.name = "transposed f64",
       .inputs = {{.shape = {2, 17, 3, 19}, .dtype = DType::f64,
                   .arrangement = Arrangement::transposed}},
       .op = any(Copy{DType::f64})},
      {.name = "f16 to f32", .inputs = {{.shape = {300}, .dtype = DType::f16}},
       .op = any(Copy{DType::f32}), .smooth = false},
      {.name = "bf16 to f32", .inputs = {{.shape = {300}, .dtype = DType::bf16}},
       .op = any(Copy{DType::f32}), .smooth = false},
      {.name = "large transposed",
       .inputs = {{.shape = {1024, 1024}, .arrangement = Arrangement::transposed}},
       .op = any(Copy{DType::f32}), .speed = true},
      {.name = "large", .inputs = {{{1024, 1024}}}, .op = any(Copy{DType::f32}),
       .torch = "a.clone()", .speed = true},
  };
}

}  // namespace limpid
