#pragma once
// What the tests of the record and the engine share: leaves, and functions that count or throw.

#include <atomic>

#include "limpid/autograd/function.h"
#include "limpid/core/error.h"
#include "limpid/tensor/creation.h"
#include "tests/elements.h"

namespace limpid::testing {

inline constexpr TensorOptions kLeaf{.requires_grad = true};
inline constexpr TensorOptions kWide{.dtype = DType::f64, .requires_grad = true};

inline Tensor number(double value) { return full({}, value, kLeaf); }

/// y = x, and counts how often its gradient was computed.
struct Probe : Function {
  std::atomic<int>* runs;
  explicit Probe(std::atomic<int>* counter) : runs(counter) {}
  std::string_view name() const override { return "Probe"; }
  Tensors forward(FunctionContext&, const Tensors& x) override { return {x[0].clone()}; }
  Tensors backward(FunctionContext&, const Tensors& dy) override {
    ++*runs;
    return {dy[0]};
  }
};
inline Tensor probe(const Tensor& x, std::atomic<int>& runs) { return apply(Probe(&runs), {x})[0]; }

/// y = x whose gradient throws, as long as *armed.
struct Bomb : Function {
  bool* armed;
  explicit Bomb(bool* flag) : armed(flag) {}
  std::string_view name() const override { return "Bomb"; }
  Tensors forward(FunctionContext&, const Tensors& x) override { return {x[0].clone()}; }
  Tensors backward(FunctionContext&, const Tensors& dy) override {
    if (*armed) throw ValueError("it went off");
    return {dy[0]};
  }
};

}  // namespace limpid::testing
