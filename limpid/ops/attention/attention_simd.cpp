// What attention does to a block of scores, compiled once a SIMD level.

#include "limpid/backends/cpu/simd_math.h"
#include "limpid/backends/cpu/simd_rows.h"
#include "limpid/ops/attention/attention_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

/// e^x for x that is 0 or below but for rounding; 0 where it would be smaller than 2^-124 (2^-980).
/// NaN stays.
template <class V>
inline V exp_of_negative(V x) {
  using T = typename V::value_type;
  const V lowest(sizeof(T) == 4 ? static_cast<T>(-86) : static_cast<T>(-680));
  const ExpSplit<V> s(xsimd::max(lowest, x));  // of NaN and a number: the second
  const V power = two_to(s.n);
  const V y = multiply_add(exp_minus_1_of_small(s.r), power, power);
  return xsimd::select(x < lowest, V(0), y);
}

/// The largest of scale x over a row; a NaN may be passed over, or be what is found.
template <class T>
T largest(std::int64_t n, const T* x, T scale) {
  const Batch<T> by(scale);
  Batch<T> best(-kInfinity<T>);
  std::int64_t j = 0;
  for (; j + kWidth<T> <= n; j += kWidth<T>)
    best = xsimd::max(best, Batch<T>::load_unaligned(x + j) * by);
  T out = max_lanes(best);
  for (; j < n; ++j) out = x[j] * scale > out ? x[j] * scale : out;
  return out;
}

/// x = e^(scale x - best); gives their sum.
template <class T>
T weigh_row(std::int64_t n, T* x, T scale, T best) {
  const Batch<T> by(scale), off(-best);
  const auto weight = [&](Batch<T> v) { return exp_of_negative(multiply_add(v, by, off)); };
  Batch<T> sum(0);
  std::int64_t j = 0;
  for (; j + kWidth<T> <= n; j += kWidth<T>) {
    const Batch<T> w = weight(Batch<T>::load_unaligned(x + j));
    w.store_unaligned(x + j);
    sum += w;
  }
  T out = add_lanes(sum);
  if (j == n) return out;
  alignas(64) T lanes[kWidth<T>];
  weight(load_partial<T>(x + j, n - j)).store_aligned(lanes);
  for (std::int64_t i = 0; i < n - j; ++i) out += x[j + i] = lanes[i];
  return out;
}

/// What the sums of earlier blocks are to be multiplied by: e^(best before - best now).
template <class T>
void find_shrink(const ScoreBlock<T>& s) {
  for (std::int64_t i = 0; i < s.rows; ++i) {
    const T found = largest(s.columns, s.scores + i * s.stride, s.scale);
    const T best = found > s.best[i] ? found : s.best[i];
    // Nothing but -infinity so far: no difference, which would be NaN.
    s.shrink[i] = best == -kInfinity<T> ? T(0) : s.best[i] - best;
    s.best[i] = best;
  }
  for (std::int64_t i = 0; i < s.rows; i += kWidth<T>) {
    const std::int64_t left = s.rows - i;
    store(s.shrink + i, exp_of_negative(load(s.shrink + i, left)), left);
  }
}

template <class T>
void weigh(const ScoreBlock<T>& s) {
  find_shrink(s);
  for (std::int64_t i = 0; i < s.rows; ++i) {
    const T from = s.best[i] == -kInfinity<T> ? T(0) : s.best[i];
    const T sum = weigh_row(s.columns, s.scores + i * s.stride, s.scale, from);
    s.sum[i] = s.sum[i] * s.shrink[i] + sum;
  }
}

// P = e^(scale S - log sum), dS = P (dP - mean)
template <class T>
void weigh_backward(const ScoreGradientBlock<T>& s) {
  const Batch<T> by(s.scale);
  for (std::int64_t i = 0; i < s.rows; ++i) {
    T *x = s.scores + i * s.stride, *dx = s.dweights + i * s.stride;
    const Batch<T> off(-s.log_sums[i]), mean(s.means[i]);
    std::int64_t j = 0;
    for (; j + kWidth<T> <= s.columns; j += kWidth<T>) {
      const Batch<T> w = exp_of_negative(multiply_add(Batch<T>::load_unaligned(x + j), by, off));
      w.store_unaligned(x + j);
      (w * (Batch<T>::load_unaligned(dx + j) - mean)).store_unaligned(dx + j);
    }
    if (j == s.columns) continue;
    const std::int64_t n = s.columns - j;
    const Batch<T> w = exp_of_negative(multiply_add(load_partial<T>(x + j, n), by, off));
    store_partial<T>(x + j, w, n);
    store_partial<T>(dx + j, w * (load_partial<T>(dx + j, n) - mean), n);
  }
}

template <class T>
void scale(std::int64_t n, T factor, T* x) {
  for (std::int64_t j = 0; j < n; ++j) x[j] *= factor;
}

template <class T>
void scale_rows(const OutputRows<T>& o, const T* factor) {
  for (std::int64_t i = 0; i < o.rows; ++i) scale(o.columns, factor[i], o.values + i * o.stride);
}

template <class T>
T dot(std::int64_t n, const T* x, const T* y) {
  Batch<T> sum(0);
  std::int64_t j = 0;
  for (; j + kWidth<T> <= n; j += kWidth<T>)
    sum = multiply_add(Batch<T>::load_unaligned(x + j), Batch<T>::load_unaligned(y + j), sum);
  T out = add_lanes(sum);
  for (; j < n; ++j) out += x[j] * y[j];
  return out;
}

template <class T>
constexpr AttentionLoops<T> loops() {
  return {weigh<T>, weigh_backward<T>, scale_rows<T>, scale<T>, dot<T>};
}

}  // namespace

extern constinit const AttentionTables attention_tables{loops<float>(), loops<double>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
