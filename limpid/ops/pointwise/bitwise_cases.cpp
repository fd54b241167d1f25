#include "limpid/ops/pointwise/bitwise.h"
#include "limpid/ops/pointwise/case_helpers.h"

namespace limpid {

using namespace pointwise_cases;

namespace {

std::vector<Case> bitwise_cases(const AnyOp& op, const std::string& torch) {
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, CaseInput a, CaseInput b) {
    cases.push_back(
        {.name = name, .inputs = {std::move(a), std::move(b)}, .op = op, .torch = torch});
  };
  for (DType dtype : kAllDTypes)
    if (!is_floating(dtype))
      add(str("dtype ", dtype), drawn({67}, dtype, is_bool(dtype) ? 0 : -100, 100),
          drawn({67}, dtype, is_bool(dtype) ? 0 : -100, 100));
  add("0-d", drawn({}, DType::i64, -9, 9), drawn({}, DType::i64, -9, 9));
  add("empty", drawn({0, 3}, DType::i64), drawn({3}, DType::i64));
  add("broadcast", drawn({4, 1}, DType::i32, -99, 99), drawn({5}, DType::i32, -99, 99));
  add("int64 with bool", drawn({9}, DType::i64, -9, 9), drawn({9}, DType::boolean));
  add("uint8 with int8", drawn({9}, DType::u8, 0, 255), drawn({9}, DType::i8, -128, 127));
  cases.push_back({.name = "floats",
                   .inputs = {drawn({3}), drawn({3}, DType::i64)},
                   .op = op,
                   .error = str(op.info().doc.name, ": the bits of float32 are not numbers")});
  cases.push_back({.name = "large",
                   .inputs = {drawn({1024, 1024}, DType::i64), drawn({1024, 1024}, DType::i64)},
                   .op = op,
                   .torch = torch,
                   .speed = true});
  return cases;
}

}  // namespace

std::vector<Case> BitwiseAnd::cases() { return bitwise_cases(any(BitwiseAnd{}), "a & b"); }
std::vector<Case> BitwiseOr::cases() { return bitwise_cases(any(BitwiseOr{}), "a | b"); }
std::vector<Case> BitwiseXor::cases() { return bitwise_cases(any(BitwiseXor{}), "a ^ b"); }

std::vector<Case> BitwiseNot::cases() {
  const AnyOp op = any(BitwiseNot{});
  std::vector<Case> cases;
  for (DType dtype : kAllDTypes)
    if (!is_floating(dtype))
      cases.push_back({.name = str("dtype ", dtype),
                       .inputs = {drawn({67}, dtype, -100, 100)},
                       .op = op,
                       .torch = "~a"});
  cases.push_back({.name = "floats",
                   .inputs = {drawn({3})},
                   .op = op,
                   .error = "bitwise_not: the bits of float32 are not numbers"});
  return cases;
}

}  // namespace limpid
