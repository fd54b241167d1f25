// What happens in a step of a recurrent layer beside the product, compiled once a SIMD level. The
// formulas are those of recurrent.cpp.

#include "limpid/backends/cpu/simd_math.h"
#include "limpid/ops/recurrent/recurrent_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

/// x / y for 2^-100 < y < 2^120. Divisions would be a third of a step's time: where the processor
/// offers 14 bits of a reciprocal, one step of Newton makes them 28.
template <class V>
inline V quotient(V x, V y) {
  return x / y;
}
#if defined(__AVX512F__)
template <>
inline Batch<float> quotient(Batch<float> x, Batch<float> y) {
  const Batch<float> guess = _mm512_rcp14_ps(y);
  return x * multiply_add(guess, multiply_add(negate(y), guess, Batch<float>(1)), guess);
}
#endif

/// x in [-limit, limit]; NaN stays, for the instructions give their second operand then.
template <class V>
inline V bounded(V x, double limit) {
  using T = typename V::value_type;
  return xsimd::min(V(static_cast<T>(limit)), xsimd::max(V(static_cast<T>(-limit)), x));
}

/// 1 / (1 + e^-x), and 0 where that is below 2^-99: what it is multiplied by is of order 1, or
/// infinite.
template <class V>
inline V gate_sigmoid(V x) {
  using T = typename V::value_type;
  constexpr T kLimit = 69;
  const ExpSplit<V> s(negate(bounded(x, kLimit)));
  const V power = two_to(s.n);
  const V y = quotient(V(1), V(1) + multiply_add(exp_minus_1_of_small(s.r), power, power));
  return xsimd::select(x < V(-kLimit), V(0), y);
}

/// t / (2 + t) with t = e^2x - 1, in which nothing cancels.
template <class V>
inline V gate_tanh(V x) {
  const ExpSplit<V> s(bounded(x, 20) * V(2));
  const V power = two_to(s.n);
  const V t = multiply_add(exp_minus_1_of_small(s.r), power, power - V(1));
  return quotient(t, t + V(2));
}

/// Loads and stores of a batch.
template <class T>
struct Whole {
  Batch<T> load(const T* p) const { return Batch<T>::load_unaligned(p); }
  void store(T* p, Batch<T> v) const { v.store_unaligned(p); }
};
/// The same of the n elements that are left of a row.
template <class T>
struct Part {
  std::int64_t n;
  Batch<T> load(const T* p) const { return load_partial<T>(p, n); }
  void store(T* p, Batch<T> v) const { store_partial<T>(p, v, n); }
};

/// Element j of a row of what arrived; 0 where nothing did.
template <class T, class Lanes>
inline Batch<T> load(Lanes at, const ArrivedRows<T>& from, std::int64_t row, std::int64_t j) {
  return from.data ? at.load(from.data + row * from.stride + j) : Batch<T>(0);
}

/// Calls f(lanes, row, j) for batches of the units of each row.
template <class T, class Step, class F>
inline void for_units(const Step& step, const F& f) {
  for (std::int64_t row = 0; row < step.rows; ++row) {
    std::int64_t j = 0;
    for (; j + kWidth<T> <= step.hidden; j += kWidth<T>) f(Whole<T>{}, row, j);
    if (j < step.hidden) f(Part<T>{step.hidden - j}, row, j);
  }
}

template <class T, class F>
void rnn_units(const RnnStep<T>& s, const F& f) {
  for_units<T>(s, [&](auto at, std::int64_t row, std::int64_t j) {
    const std::int64_t k = row * s.hidden + j;
    at.store(s.h + k, f(at.load(s.a + k) + (at.load(s.h + k) + at.load(s.bias + j))));
  });
}
template <class T>
void rnn_tanh(const RnnStep<T>& s) {
  rnn_units(s, [](Batch<T> x) { return tanh_batch(x); });
}
template <class T>
void rnn_relu(const RnnStep<T>& s) {
  rnn_units(s, [](Batch<T> x) { return xsimd::select(x <= Batch<T>(0), Batch<T>(0), x); });
}

template <class T, class F>
void rnn_backward_units(const RnnBackwardStep<T>& s, const F& f) {
  for_units<T>(s, [&](auto at, std::int64_t row, std::int64_t j) {
    const std::int64_t k = row * s.hidden + j;
    at.store(s.du + k, f(load(at, s.dy, row, j) + at.load(s.dh + k), at.load(s.h + k)));
  });
}
template <class T>
void rnn_tanh_backward(const RnnBackwardStep<T>& s) {
  rnn_backward_units(s, [](Batch<T> dh, Batch<T> h) { return dh * (Batch<T>(1) - h * h); });
}
template <class T>
void rnn_relu_backward(const RnnBackwardStep<T>& s) {
  rnn_backward_units(
      s, [](Batch<T> dh, Batch<T> h) { return xsimd::select(h > Batch<T>(0), dh, Batch<T>(0)); });
}

template <class T>
void lstm(const LstmStep<T>& s) {
  for_units<T>(s, [&](auto at, std::int64_t row, std::int64_t j) {
    const std::int64_t k = row * s.hidden + j, first = row * 4 * s.hidden + j;
    const auto sum = [&](std::int64_t gate) {
      const std::int64_t place = gate * s.hidden;
      return at.load(s.a + first + place) +
             (at.load(s.gates + first + place) + at.load(s.bias + j + place));
    };
    const Batch<T> i = gate_sigmoid(sum(0)), f = gate_sigmoid(sum(1)), g = gate_tanh(sum(2)),
                   o = gate_sigmoid(sum(3));
    const Batch<T> c = multiply_add(f, at.load(s.cell_before + k), i * g);
    at.store(s.gates + first, i), at.store(s.gates + first + s.hidden, f);
    at.store(s.gates + first + 2 * s.hidden, g), at.store(s.gates + first + 3 * s.hidden, o);
    at.store(s.cell + k, c);
    at.store(s.h + k, o * gate_tanh(c));
  });
}

template <class T>
void lstm_backward(const LstmBackwardStep<T>& s) {
  for_units<T>(s, [&](auto at, std::int64_t row, std::int64_t j) {
    const std::int64_t k = row * s.hidden + j, first = row * 4 * s.hidden + j;
    const auto gate = [&](std::int64_t n) { return at.load(s.gates + first + n * s.hidden); };
    const auto put = [&](std::int64_t n, Batch<T> v) { at.store(s.du + first + n * s.hidden, v); };
    const Batch<T> one(1), dh = load(at, s.dy, row, j) + at.load(s.dh + k);
    const Batch<T> i = gate(0), f = gate(1), g = gate(2), o = gate(3);
    const Batch<T> m = gate_tanh(at.load(s.cell + k));
    const Batch<T> dc = load(at, s.dcell, row, j) + at.load(s.dc + k) + dh * o * (one - m * m);
    put(0, dc * g * i * (one - i));
    put(1, dc * at.load(s.cell_before + k) * f * (one - f));
    put(2, dc * i * (one - g * g));
    put(3, dh * m * o * (one - o));
    at.store(s.dc + k, dc * f);
  });
}

template <class T>
void gru(const GruStep<T>& s) {
  for_units<T>(s, [&](auto at, std::int64_t row, std::int64_t j) {
    const std::int64_t k = row * s.hidden + j, first = row * 3 * s.hidden + j;
    const auto a = [&](std::int64_t n) { return at.load(s.a + first + n * s.hidden); };
    const auto u = [&](std::int64_t n) {
      return at.load(s.u + first + n * s.hidden) + at.load(s.bias + j + n * s.hidden);
    };
    const Batch<T> r = gate_sigmoid(a(0) + u(0)), z = gate_sigmoid(a(1) + u(1)), un = u(2);
    const Batch<T> n = gate_tanh(multiply_add(r, un, a(2)));
    T* gates = s.gates + row * 4 * s.hidden + j;
    at.store(gates, r), at.store(gates + s.hidden, z);
    at.store(gates + 2 * s.hidden, n), at.store(gates + 3 * s.hidden, un);
    at.store(s.h + k, multiply_add(z, at.load(s.before + k), (Batch<T>(1) - z) * n));
  });
}

template <class T>
void gru_backward(const GruBackwardStep<T>& s) {
  for_units<T>(s, [&](auto at, std::int64_t row, std::int64_t j) {
    const std::int64_t k = row * s.hidden + j, first = row * 3 * s.hidden + j;
    const T* gates = s.gates + row * 4 * s.hidden + j;
    const Batch<T> one(1), dh = load(at, s.dy, row, j) + at.load(s.dh + k) + at.load(s.through + k);
    const Batch<T> r = at.load(gates), z = at.load(gates + s.hidden),
                   n = at.load(gates + 2 * s.hidden), un = at.load(gates + 3 * s.hidden);
    const Batch<T> q = dh * (one - z) * (one - n * n);
    const Batch<T> dr = q * un * r * (one - r);
    const Batch<T> dz = dh * (at.load(s.before + k) - n) * z * (one - z);
    const auto put = [&](std::int64_t gate, Batch<T> da, Batch<T> du) {
      at.store(s.da + first + gate * s.hidden, da), at.store(s.du + first + gate * s.hidden, du);
    };
    put(0, dr, dr), put(1, dz, dz), put(2, q, q * r);
    at.store(s.dh + k, dh * z);
  });
}

template <class T>
constexpr RecurrentLoops<T> loops() {
  return {rnn_tanh<T>, rnn_tanh_backward<T>, rnn_relu<T>, rnn_relu_backward<T>,
          lstm<T>,     lstm_backward<T>,     gru<T>,      gru_backward<T>};
}

}  // namespace

extern constinit const RecurrentTables recurrent_tables{loops<float>(), loops<double>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
