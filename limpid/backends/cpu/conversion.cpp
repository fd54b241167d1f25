#include "limpid/backends/cpu/conversion.h"

#include "limpid/backends/cpu/simd.h"

namespace limpid {

namespace {

template <class X, class Y>
void convert_run(char* const* data, const std::int64_t* strides, std::int64_t n) {
  if (strides[0] == sizeof(Y) && strides[1] == sizeof(X)) {  // a form the compiler makes vectors of
    Y* y = reinterpret_cast<Y*>(data[0]);
    const X* x = reinterpret_cast<const X*>(data[1]);
    for (std::int64_t i = 0; i < n; ++i) y[i] = convert<Y>(x[i]);
    return;
  }
  for (std::int64_t i = 0; i < n; ++i)
    *reinterpret_cast<Y*>(data[0] + i * strides[0]) =
        convert<Y>(*reinterpret_cast<const X*>(data[1] + i * strides[1]));
}

}  // namespace

Loop conversion(DType from, DType to) {
  static const HalfLoops& halves = at_level(simd_level(), LIMPID_LEVELS(half_loops));
  if (from == DType::f32 && to == DType::f16) return halves.f32_to_f16;
  if (from == DType::f32 && to == DType::bf16) return halves.f32_to_bf16;
  if (from == DType::f16 && to == DType::f32) return halves.f16_to_f32;
  if (from == DType::bf16 && to == DType::f32) return halves.bf16_to_f32;
  return visit_dtype(from, [&](auto x) {
    return visit_dtype(to, [&](auto y) -> Loop {
      return &convert_run<typename decltype(x)::type, typename decltype(y)::type>;
    });
  });
}

}  // namespace limpid
