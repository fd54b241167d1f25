// The Cpu kernels of rounding.h and bitwise.h.

#include <cmath>

#include "limpid/ops/pointwise/bitwise.h"
#include "limpid/ops/pointwise/division.h"
#include "limpid/ops/pointwise/rounding.h"
#include "limpid/ops/pointwise/run_loops.h"

namespace limpid {

namespace {

const RoundingLoops& loops() {
  static const RoundingLoops& table = at_level(simd_level(), LIMPID_LEVELS(rounding_loops));
  return table;
}

/// Integers divide by no zero: refuse_zero_divisor has looked. x / -1 may leave the range.
template <class T>
T floor_quotient(T x, T y) {
  if constexpr (std::is_integral_v<T>) {
    if (std::is_signed_v<T> && y == static_cast<T>(-1))
      return static_cast<T>(0u - static_cast<std::uint64_t>(x));
    const T quotient = static_cast<T>(x / y);
    return static_cast<T>(quotient - (x % y != 0 && (x < 0) != (y < 0)));
  } else {
    const T left = std::fmod(x, y);
    if (y == 0) return x / y;
    T quotient = (x - left) / y;  // near an integer, if not on it
    if (left != 0 && (left < 0) != (y < 0)) quotient -= 1;
    return quotient == 0 ? std::copysign(T(0), x / y) : std::rint(quotient);
  }
}

template <class T>
T floor_rest(T x, T y) {
  if constexpr (std::is_integral_v<T>) {
    if (std::is_signed_v<T> && y == static_cast<T>(-1)) return 0;
    const T left = static_cast<T>(x % y);
    return static_cast<T>(left != 0 && (left ^ y) < 0 ? left + y : left);  // of unlike signs
  } else {
    const T left = std::fmod(x, y);
    return left != 0 && (left < 0) != (y < 0) ? left + y : left;
  }
}

template <class T>
T trunc_rest(T x, T y) {
  if constexpr (std::is_integral_v<T>)
    return std::is_signed_v<T> && y == static_cast<T>(-1) ? T(0) : static_cast<T>(x % y);
  else return std::fmod(x, y);
}

}  // namespace

void Floor::forward(Cpu, const Io& io) const { run(loops().floor, io); }
void Ceil::forward(Cpu, const Io& io) const { run(loops().ceil, io); }
void Round::forward(Cpu, const Io& io) const { run(loops().round, io); }
void Trunc::forward(Cpu, const Io& io) const { run(loops().trunc, io); }

void FloorDivide::forward(Cpu, const Io& io) const {
  refuse_zero_divisor(io);
  run_numbers<2>(io, [](auto x, auto y) { return floor_quotient(x, y); });
}
void Remainder::forward(Cpu, const Io& io) const {
  refuse_zero_divisor(io);
  run_numbers<2>(io, [](auto x, auto y) { return floor_rest(x, y); });
}
void Fmod::forward(Cpu, const Io& io) const {
  refuse_zero_divisor(io);
  run_numbers<2>(io, [](auto x, auto y) { return trunc_rest(x, y); });
}

void BitwiseAnd::forward(Cpu, const Io& io) const { run(loops().bitwise_and, io); }
void BitwiseOr::forward(Cpu, const Io& io) const { run(loops().bitwise_or, io); }
void BitwiseXor::forward(Cpu, const Io& io) const { run(loops().bitwise_xor, io); }
void BitwiseNot::forward(Cpu, const Io& io) const { run(loops().bitwise_not, io); }

}  // namespace limpid
