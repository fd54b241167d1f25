#pragma once
// The table of loops behind the recurrent layers on the processor, one a SIMD level: what happens
// in one step, behind the product (backward: in front of it), for `rows` sequences of `hidden`
// units that lie one behind the other. `u` is h_(t-1) W^T, without the bias.

#include <cstdint>

namespace limpid {

/// The gradient that arrives for one step: rows `stride` apart; no data where none arrived.
template <class T>
struct ArrivedRows {
  const T* data = nullptr;
  std::int64_t stride = 0;
};

template <class T>
struct RnnStep {
  std::int64_t rows, hidden;
  const T *a, *bias;
  T* h;  ///< in: u
};
template <class T>
struct RnnBackwardStep {
  std::int64_t rows, hidden;
  const T* h;
  ArrivedRows<T> dy;
  const T* dh;  ///< from the step behind
  T* du;
};

template <class T>
struct LstmStep {
  std::int64_t rows, hidden;
  const T *a, *bias, *cell_before;
  T* gates;  ///< (rows, 4 hidden), in: u; out: i, f, g, o
  T *cell, *h;
};
template <class T>
struct LstmBackwardStep {
  std::int64_t rows, hidden;
  const T *gates, *cell_before, *cell;
  ArrivedRows<T> dy, dcell;
  const T* dh;  ///< from the step behind
  T* dc;        ///< in: from the step behind; out: for the step before
  T* du;        ///< (rows, 4 hidden)
};

template <class T>
struct GruStep {
  std::int64_t rows, hidden;
  const T *a, *u, *bias, *before;  ///< a, u: (rows, 3 hidden)
  T* gates;                        ///< (rows, 4 hidden), out: r, z, n, and u_n with its bias
  T* h;
};
template <class T>
struct GruBackwardStep {
  std::int64_t rows, hidden;
  const T *gates, *before;
  ArrivedRows<T> dy;
  const T* through;  ///< from the step behind, through its product
  T* dh;       ///< in: from the step behind, past its product; out: the same for the step before
  T *da, *du;  ///< (rows, 3 hidden)
};

template <class T>
struct RecurrentLoops {
  void (*tanh)(const RnnStep<T>&);
  void (*tanh_backward)(const RnnBackwardStep<T>&);
  void (*relu)(const RnnStep<T>&);
  void (*relu_backward)(const RnnBackwardStep<T>&);
  void (*lstm)(const LstmStep<T>&);
  void (*lstm_backward)(const LstmBackwardStep<T>&);
  void (*gru)(const GruStep<T>&);
  void (*gru_backward)(const GruBackwardStep<T>&);
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
