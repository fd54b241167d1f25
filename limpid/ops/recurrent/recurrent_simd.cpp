// What happens in a recurrent layer between two products, compiled once a SIMD level. The formulas
// are those of recurrent.cpp.

#include "limpid/backends/cpu/simd_math.h"
#include "limpid/ops/recurrent/recurrent_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

/// Loads and stores of a batch, or of the n elements that are left of a row.
template <class T>
struct Lanes {
  std::int64_t n;
  Batch<T> load(const T* p) const {
    return n == kWidth<T> ? Batch<T>::load_unaligned(p) : load_partial<T>(p, n);
  }
  void store(T* p, Batch<T> v) const {
    if (n == kWidth<T>) v.store_unaligned(p);
    else store_partial<T>(p, v, n);
  }
};

/// Calls f(lanes, j) for batches of [0, n).
template <class T, class F>
void for_batches(std::int64_t n, const F& f) {
  std::int64_t j = 0;
  for (; j + kWidth<T> <= n; j += kWidth<T>) f(Lanes<T>{kWidth<T>}, j);
  if (j < n) f(Lanes<T>{n - j}, j);
}

template <class T>
void tanh_rows(std::int64_t n, T* h) {
  for_batches<T>(n,
                 [=](Lanes<T> at, std::int64_t j) { at.store(h + j, tanh_batch(at.load(h + j))); });
}

template <class T>
void tanh_backward_rows(std::int64_t n, const T* dh, const T* h, T* du) {
  for_batches<T>(n, [=](Lanes<T> at, std::int64_t j) {
    const Batch<T> y = at.load(h + j);
    at.store(du + j, at.load(dh + j) * (Batch<T>(1) - y * y));
  });
}

template <class T>
void lstm_rows(std::int64_t rows, std::int64_t hidden, const T* gates, const T* before, T* cell,
               T* h) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for_batches<T>(hidden, [=](Lanes<T> at, std::int64_t j) {
      const Batch<T> i = sigmoid_batch(at.load(gates + j));
      const Batch<T> f = sigmoid_batch(at.load(gates + hidden + j));
      const Batch<T> g = tanh_batch(at.load(gates + 2 * hidden + j));
      const Batch<T> o = sigmoid_batch(at.load(gates + 3 * hidden + j));
      const Batch<T> c = multiply_add(f, at.load(before + j), i * g);
      at.store(cell + j, c);
      at.store(h + j, o * tanh_batch(c));
    });
    gates += 4 * hidden, before += hidden, cell += hidden, h += hidden;
  }
}

template <class T>
void lstm_backward_rows(std::int64_t rows, std::int64_t hidden, T* gates, const T* before,
                        const T* cell, const T* dh, T* dc) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for_batches<T>(hidden, [=](Lanes<T> at, std::int64_t j) {
      const Batch<T> one(1), dy = at.load(dh + j);
      const Batch<T> i = sigmoid_batch(at.load(gates + j));
      const Batch<T> f = sigmoid_batch(at.load(gates + hidden + j));
      const Batch<T> g = tanh_batch(at.load(gates + 2 * hidden + j));
      const Batch<T> o = sigmoid_batch(at.load(gates + 3 * hidden + j));
      const Batch<T> m = tanh_batch(at.load(cell + j));
      const Batch<T> d = at.load(dc + j) + dy * o * (one - m * m);
      at.store(gates + j, d * g * i * (one - i));
      at.store(gates + hidden + j, d * at.load(before + j) * f * (one - f));
      at.store(gates + 2 * hidden + j, d * i * (one - g * g));
      at.store(gates + 3 * hidden + j, dy * m * o * (one - o));
      at.store(dc + j, d * f);
    });
    gates += 4 * hidden, before += hidden, cell += hidden, dh += hidden, dc += hidden;
  }
}

template <class T>
void gru_rows(std::int64_t rows, std::int64_t hidden, const T* a, const T* u, const T* before,
              T* h) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for_batches<T>(hidden, [=](Lanes<T> at, std::int64_t j) {
      const std::int64_t z_at = hidden + j, n_at = 2 * hidden + j;
      const Batch<T> r = sigmoid_batch(at.load(a + j) + at.load(u + j));
      const Batch<T> z = sigmoid_batch(at.load(a + z_at) + at.load(u + z_at));
      const Batch<T> n = tanh_batch(multiply_add(r, at.load(u + n_at), at.load(a + n_at)));
      at.store(h + j, multiply_add(z, at.load(before + j), (Batch<T>(1) - z) * n));
    });
    a += 3 * hidden, u += 3 * hidden, before += hidden, h += hidden;
  }
}

template <class T>
void gru_backward_rows(std::int64_t rows, std::int64_t hidden, const T* a, T* u, const T* before,
                       T* dh, T* da) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for_batches<T>(hidden, [=](Lanes<T> at, std::int64_t j) {
      const std::int64_t z_at = hidden + j, n_at = 2 * hidden + j;
      const Batch<T> one(1), dy = at.load(dh + j), un = at.load(u + n_at);
      const Batch<T> r = sigmoid_batch(at.load(a + j) + at.load(u + j));
      const Batch<T> z = sigmoid_batch(at.load(a + z_at) + at.load(u + z_at));
      const Batch<T> n = tanh_batch(multiply_add(r, un, at.load(a + n_at)));
      const Batch<T> q = dy * (one - z) * (one - n * n);
      const Batch<T> dr = q * un * r * (one - r);
      const Batch<T> dz = dy * (at.load(before + j) - n) * z * (one - z);
      at.store(da + j, dr), at.store(u + j, dr);
      at.store(da + z_at, dz), at.store(u + z_at, dz);
      at.store(da + n_at, q), at.store(u + n_at, q * r);
      at.store(dh + j, dy * z);
    });
    a += 3 * hidden, u += 3 * hidden, da += 3 * hidden, before += hidden, dh += hidden;
  }
}

template <class T>
constexpr RecurrentLoops<T> loops() {
  return {tanh_rows<T>,          tanh_backward_rows<T>, lstm_rows<T>,
          lstm_backward_rows<T>, gru_rows<T>,           gru_backward_rows<T>};
}

}  // namespace

extern constinit const RecurrentTables recurrent_tables{loops<float>(), loops<double>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
