#include "limpid/core/str.h"
#include "limpid/ops/pointwise/case_helpers.h"

namespace limpid::pointwise_cases {

std::vector<Case> binary_cases(const AnyOp& op, const std::string& torch, double low, double high) {
  const auto one = [&](const char* name, CaseInput a, CaseInput b, bool smooth = true) {
    return Case{.name = name,
                .inputs = {std::move(a), std::move(b)},
                .op = op,
                .torch = torch,
                .smooth = smooth};
  };
  const auto drawn = [&](Shape shape, DType dtype = DType::f32) {
    return pointwise_cases::drawn(std::move(shape), dtype, low, high);
  };
  const auto integers = [](Shape shape, DType dtype) {
    return pointwise_cases::drawn(std::move(shape), dtype, 1, 9);
  };
  CaseInput transposed = drawn({5, 7}), strided = transposed, negative = transposed;
  transposed.arrangement = Arrangement::transposed;
  strided.arrangement = Arrangement::strided;
  negative.arrangement = Arrangement::negative;
  return {
      one("same shape", drawn({2, 3}), drawn({2, 3})),
      one("0-d", drawn({}), drawn({})),
      one("0-d beside a vector", drawn({5}), drawn({})),
      one("empty", drawn({0, 3}), drawn({1, 3})),
      one("broadcast rows", drawn({4, 5}), drawn({5})),
      one("broadcast columns", drawn({4, 1}), drawn({4, 5})),
      one("broadcast both ways", drawn({2, 1, 3}), drawn({4, 1})),
      one("odd length", drawn({67}), drawn({67})),
      one("transposed and strided", transposed, strided),
      one("negative strides", negative, transposed),
      one("f16", drawn({37}, DType::f16), drawn({37}, DType::f16), false),
      one("bf16", drawn({37}, DType::bf16), drawn({37}, DType::bf16), false),
      one("f64", drawn({19}, DType::f64), drawn({19}, DType::f64)),
      one("f16 with bf16", drawn({9}, DType::f16), drawn({9}, DType::bf16), false),
      one("float with int64", drawn({9}), integers({9}, DType::i64)),
      one("int32", integers({33}, DType::i32), integers({33}, DType::i32)),
      one("uint8 with int8", integers({33}, DType::u8), integers({33}, DType::i8)),
      one("int16 with 0-d int64", integers({33}, DType::i16), integers({}, DType::i64)),
      {.name = "mismatch",
       .inputs = {drawn({2, 3}), drawn({4})},
       .op = op,
       .error = std::string(op.info().doc.name) + ": shapes (2, 3) and (4,) do not broadcast"},
      {.name = "large",
       .inputs = {drawn({1024, 1024}), drawn({1024, 1024})},
       .op = op,
       .torch = torch,
       .speed = true},
      {.name = "tiny",
       .inputs = {drawn({4, 4}), drawn({4, 4})},
       .op = op,
       .torch = torch,
       .speed = true},
  };
}

std::vector<Case> unary_cases(const AnyOp& op, const std::string& torch, double low, double high) {
  const auto one = [&](const char* name, CaseInput a, bool smooth = true) {
    return Case{.name = name, .inputs = {std::move(a)}, .op = op, .torch = torch, .smooth = smooth};
  };
  CaseInput transposed = drawn({5, 7}, DType::f32, low, high);
  CaseInput strided = transposed, negative = transposed;
  transposed.arrangement = Arrangement::transposed;
  strided.arrangement = Arrangement::strided;
  negative.arrangement = Arrangement::negative;
  return {
      one("matrix", drawn({2, 3}, DType::f32, low, high)),
      one("0-d", drawn({}, DType::f32, low, high)),
      one("empty", drawn({3, 0})),
      one("odd length", drawn({67}, DType::f32, low, high)),
      one("transposed", transposed),
      one("strided", strided),
      one("negative strides", negative),
      one("f16", drawn({37}, DType::f16, low, high), false),
      one("bf16", drawn({37}, DType::bf16, low, high), false),
      one("f64", drawn({19}, DType::f64, low, high)),
      one("int64", drawn({9}, DType::i64, 1, 9)),
      one("uint8", drawn({9}, DType::u8, 1, 9)),
      {.name = "large",
       .inputs = {drawn({1024, 1024}, DType::f32, low, high)},
       .op = op,
       .torch = torch,
       .speed = true},
  };
}

std::vector<Case> float_cases(const AnyOp& op, const std::string& torch, double low, double high) {
  std::vector<Case> cases = unary_cases(op, torch, low, high);
  std::erase_if(cases, [](const Case& c) { return is_integer(c.inputs[0].dtype); });
  for (DType dtype : {DType::i64, DType::boolean})
    cases.push_back({.name = str("dtype ", dtype),
                     .inputs = {pointwise_cases::drawn({3}, dtype, 0, 2)},
                     .op = op,
                     .error = str(op.info().doc.name, ": ", dtype, " is not supported")});
  return cases;
}

}  // namespace limpid::pointwise_cases
