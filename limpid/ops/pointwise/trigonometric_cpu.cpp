// The Cpu kernels of trigonometric.h: sine, cosine and tangent from the tables, the others through
// the C library.

#include <cmath>

#include "limpid/ops/pointwise/run_loops.h"
#include "limpid/ops/pointwise/trigonometric.h"

namespace limpid {

namespace {
const TrigonometricLoops& loops() {
  static const TrigonometricLoops& table =
      at_level(simd_level(), LIMPID_LEVELS(trigonometric_loops));
  return table;
}
}  // namespace

void Sin::forward(Cpu, const Io& io) const { run(loops().sin, io, kCostlyGrain); }
void Cos::forward(Cpu, const Io& io) const { run(loops().cos, io, kCostlyGrain); }
void Tan::forward(Cpu, const Io& io) const { run(loops().tan, io, kCostlyGrain); }

void Asin::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return std::asin(x); });
}
void Acos::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return std::acos(x); });
}
void Atan::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return std::atan(x); });
}
void Sinh::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return std::sinh(x); });
}
void Cosh::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return std::cosh(x); });
}
void Asinh::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return std::asinh(x); });
}
void Acosh::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return std::acosh(x); });
}
void Atanh::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return std::atanh(x); });
}
void Atan2::forward(Cpu, const Io& io) const {
  run_floats<2>(io, [](auto y, auto x) { return std::atan2(y, x); });
}

}  // namespace limpid
