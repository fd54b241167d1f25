#pragma once
// What the programs behind docs/math/ share: printing, and gradients without any formula.

#include <cmath>
#include <functional>
#include <iostream>

#include "limpid/limpid.h"

/// Prints "name =" and the values, to four digits behind the point.
inline void show(const char* name, const limpid::Tensor& tensor) {
  std::vector<double> values = tensor.detach().to_vector<double>();
  for (double& v : values) v = std::round(v * 1e4) / 1e4 + 0.0;  // + 0.0: no -0
  std::cout << name << " =\n"
            << limpid::from_values(std::span<const double>(values), tensor.shape(),
                                   {.dtype = limpid::DType::f32})
            << "\n";
}

/// A tensor of doubles, so that small differences keep their digits.
inline limpid::Tensor numbers(const std::vector<double>& values, const limpid::Shape& shape) {
  return limpid::from_values(std::span<const double>(values), shape, {.dtype = limpid::DType::f64});
}

/// The gradient of loss(x), a single number, by central differences: each element of x is moved by
/// a small h, up and down.
inline limpid::Tensor differences(const std::function<limpid::Tensor(const limpid::Tensor&)>& loss,
                                  const limpid::Tensor& x) {
  limpid::NoGrad guard;
  constexpr double h = 1e-5;
  const limpid::Tensor moved = x.detach().clone(), out = limpid::zeros_like(moved);
  for (std::int64_t i = 0; i < moved.numel(); ++i) {
    double& element = moved.data<double>()[i];
    const double before = element;
    element = before + h;
    const double up = loss(moved).item();
    element = before - h;
    const double down = loss(moved).item();
    element = before;
    out.data<double>()[i] = (up - down) / (2 * h);
  }
  return out;
}
