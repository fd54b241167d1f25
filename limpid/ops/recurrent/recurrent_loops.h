#pragma once
// The table of loops behind the recurrent layers on the processor, one a SIMD level: what happens
// between two products, for `rows` sequences of `hidden` units that lie one behind the other.

#include <cstdint>

namespace limpid {

template <class T>
struct RecurrentLoops {
  /// h = tanh h
  void (*tanh)(std::int64_t n, T* h);
  /// du = dh (1 - h^2)
  void (*tanh_backward)(std::int64_t n, const T* dh, const T* h, T* du);

  /// gates (rows, 4 hidden): i, f, g, o before their functions.
  void (*lstm)(std::int64_t rows, std::int64_t hidden, const T* gates, const T* before, T* cell,
               T* h);
  /// gates become their gradients; dc becomes that of the cell before.
  void (*lstm_backward)(std::int64_t rows, std::int64_t hidden, T* gates, const T* before,
                        const T* cell, const T* dh, T* dc);

  /// a and u (rows, 3 hidden): r, z, n from the input and from the state before.
  void (*gru)(std::int64_t rows, std::int64_t hidden, const T* a, const T* u, const T* before,
              T* h);
  /// da gets the gradient of a; u becomes its own; dh becomes what goes straight to the state
  /// before.
  void (*gru_backward)(std::int64_t rows, std::int64_t hidden, const T* a, T* u, const T* before,
                       T* dh, T* da);
};

struct RecurrentTables {
  RecurrentLoops<float> f32;
  RecurrentLoops<double> f64;
};

namespace baseline {
extern const RecurrentTables recurrent_tables;
}
namespace avx2 {
extern const RecurrentTables recurrent_tables;
}
namespace avx512 {
extern const RecurrentTables recurrent_tables;
}

}  // namespace limpid
