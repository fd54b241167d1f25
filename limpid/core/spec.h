#pragma once
// What a tensor is, without its elements: shape, dtype, device.

#include "limpid/core/device.h"
#include "limpid/core/dtype.h"
#include "limpid/core/shape.h"

namespace limpid {

struct Spec {
  [[no_unique_address]] Shape shape;  // dtype and device lie in its padding
  DType dtype = DType::f32;
  Device device;

  Spec() = default;
  Spec(Shape s, DType t, Device d = kCpu) : shape(std::move(s)), dtype(t), device(d) {}

  int rank() const { return shape.rank(); }
  std::int64_t operator[](int axis) const { return shape[axis]; }
};

/// "float32 (2, 3)", with the device unless it is cpu.
inline std::string to_string(const Spec& spec) {
  std::string out = to_string(spec.dtype) + " " + to_string(spec.shape);
  if (!(spec.device == kCpu)) out += " on " + to_string(spec.device);
  return out;
}

}  // namespace limpid
