#pragma once
// Builds the rows of the tables in kernels.h, for *_simd.cpp files. All at compile time.

#include "limpid/ops/pointwise/formulas.h"
#include "limpid/ops/pointwise/kernels.h"

namespace limpid::LIMPID_SIMD_LEVEL {

/// Repeats T once for every entry of a pack.
template <class T, int>
using Same = T;

/// The Loop of `Core` with `Arity` inputs of X and an output of Y.
template <class Core, class Y, class X, class Indices>
struct Uniform;
template <class Core, class Y, class X, int... I>
struct Uniform<Core, Y, X, std::integer_sequence<int, I...>> {
  using Loops = BlockLoop<Core, Y, Same<X, I>...>;
};
template <class Core, class Y, class X, int Arity>
using UniformLoop = typename Uniform<Core, Y, X, std::make_integer_sequence<int, Arity>>::Loops;
template <class Core, class Y, class X, int Arity>
inline constexpr Loop kLoop = &UniformLoop<Core, Y, X, Arity>::run;

constexpr void set(LoopRow& row, DType dtype, Loop loop) {
  row.loops[static_cast<int>(dtype)] = loop;
}

/// Floats in batches.
template <class F, int Arity>
constexpr LoopRow float_row() {
  LoopRow row;
  set(row, DType::f16, kLoop<Batches<F>, Float16, Float16, Arity>);
  set(row, DType::bf16, kLoop<Batches<F>, BrainFloat16, BrainFloat16, Arity>);
  set(row, DType::f32, kLoop<Batches<F>, float, float, Arity>);
  set(row, DType::f64, kLoop<Batches<F>, double, double, Arity>);
  return row;
}

/// The same for formulas of many operations, which write large results past the caches by
/// themselves: by way of a block (run_large_loop()) memory would wait while they compute.
template <class F, int Arity>
constexpr LoopRow costly_row() {
  LoopRow row = float_row<F, Arity>();
  using Dense = UniformLoop<Batches<F>, float, float, Arity>;
  set(row, DType::f32, {&Dense::run, &Dense::run_past_caches});
  return row;
}

/// The Loop of floats T in batches: `Tensors` operands of T, then `Numbers` of P, the type that T
/// is computed with.
template <class F, class T, class P, class TensorIndices, class NumberIndices>
struct Parametrised;
template <class F, class T, class P, int... I, int... J>
struct Parametrised<F, T, P, std::integer_sequence<int, I...>, std::integer_sequence<int, J...>> {
  static constexpr Loop loop = &BlockLoop<Batches<F>, T, Same<T, I>..., Same<P, J>...>::run;
};

/// Floats in batches, with numbers behind the tensors; 16-bit floats take numbers in float.
template <class F, int Tensors, int Numbers>
constexpr LoopRow parameter_row() {
  using I = std::make_integer_sequence<int, Tensors>;
  using J = std::make_integer_sequence<int, Numbers>;
  LoopRow row;
  set(row, DType::f16, Parametrised<F, Float16, float, I, J>::loop);
  set(row, DType::bf16, Parametrised<F, BrainFloat16, float, I, J>::loop);
  set(row, DType::f32, Parametrised<F, float, float, I, J>::loop);
  set(row, DType::f64, Parametrised<F, double, double, I, J>::loop);
  return row;
}

/// Adds integers whose sign matters.
template <class F, int Arity>
constexpr LoopRow with_integers(LoopRow row) {
  set(row, DType::u8, kLoop<Elements<F>, std::uint8_t, std::uint8_t, Arity>);
  set(row, DType::i8, kLoop<Elements<F>, std::int8_t, std::int8_t, Arity>);
  set(row, DType::i16, kLoop<Elements<F>, std::int16_t, std::int16_t, Arity>);
  set(row, DType::i32, kLoop<Elements<F>, std::int32_t, std::int32_t, Arity>);
  set(row, DType::i64, kLoop<Elements<F>, std::int64_t, std::int64_t, Arity>);
  return row;
}

/// Adds integers as unsigned numbers of their size, for arithmetic that wraps around.
template <class F, int Arity>
constexpr LoopRow with_wrapping_integers(LoopRow row) {
  set(row, DType::u8, kLoop<Elements<F>, std::uint8_t, std::uint8_t, Arity>);
  set(row, DType::i8, kLoop<Elements<F>, std::uint8_t, std::uint8_t, Arity>);
  set(row, DType::i16, kLoop<Elements<F>, std::uint16_t, std::uint16_t, Arity>);
  set(row, DType::i32, kLoop<Elements<F>, std::uint32_t, std::uint32_t, Arity>);
  set(row, DType::i64, kLoop<Elements<F>, std::uint64_t, std::uint64_t, Arity>);
  return row;
}

/// Adds bool, as bytes of 0 or 1.
template <class F, int Arity>
constexpr LoopRow with_bool(LoopRow row) {
  set(row, DType::boolean, kLoop<Elements<F>, std::uint8_t, std::uint8_t, Arity>);
  return row;
}

/// A result in bool from operands of any dtype. Equality ignores signs, so that integers of a size
/// can share a loop.
template <class F, int Arity, bool kSigns = false>
constexpr LoopRow test_row() {
  using Y = std::uint8_t;
  using I8 = std::conditional_t<kSigns, std::int8_t, std::uint8_t>;
  LoopRow row;
  set(row, DType::f16, kLoop<Elements<F>, Y, Float16, Arity>);
  set(row, DType::bf16, kLoop<Elements<F>, Y, BrainFloat16, Arity>);
  set(row, DType::f32, kLoop<Elements<F>, Y, float, Arity>);
  set(row, DType::f64, kLoop<Elements<F>, Y, double, Arity>);
  set(row, DType::u8, kLoop<Elements<F>, Y, std::uint8_t, Arity>);
  set(row, DType::i8, kLoop<Elements<F>, Y, I8, Arity>);
  set(row, DType::i16, kLoop<Elements<F>, Y, std::int16_t, Arity>);
  set(row, DType::i32, kLoop<Elements<F>, Y, std::int32_t, Arity>);
  set(row, DType::i64, kLoop<Elements<F>, Y, std::int64_t, Arity>);
  set(row, DType::boolean, kLoop<Elements<F>, Y, std::uint8_t, Arity>);
  return row;
}

}  // namespace limpid::LIMPID_SIMD_LEVEL
