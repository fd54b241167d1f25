// The loops of the normalisations, compiled once a SIMD level.

#include "limpid/backends/cpu/norm_loops.h"
#include "limpid/backends/cpu/simd_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

/// Partial sums of at most this many elements stay in T; their total is a double.
constexpr std::int64_t kSumBlock = 2048;

/// The sums of first(i, left) and second(i, left), batches whose lanes from `left` on are 0.
template <class T, class Terms>
inline TwoSums two_sums(std::int64_t n, Terms terms) {
  constexpr std::int64_t w = kWidth<T>;
  TwoSums total;
  for (std::int64_t begin = 0; begin < n; begin += kSumBlock) {
    const std::int64_t end = n - begin < kSumBlock ? n : begin + kSumBlock;
    Batch<T> a(T(0)), b(T(0)), c(T(0)), d(T(0));
    std::int64_t i = begin;
    for (; i + 2 * w <= end; i += 2 * w) {
      terms(i, w, a, b);
      terms(i + w, w, c, d);
    }
    for (; i + w <= end; i += w) terms(i, w, a, b);
    if (i < end) terms(i, end - i, c, d);
    total.first += static_cast<double>(add_lanes<T>(a + c));
    total.second += static_cast<double>(add_lanes<T>(b + d));
  }
  return total;
}

template <class T>
inline Batch<T> normalised(const T* x, Line<T> h, std::int64_t left) {
  return multiply_add(load(x, left) - Batch<T>(h.centre), Batch<T>(h.factor), Batch<T>(h.shift));
}

template <class T>
TwoSums moments(const T* x, T centre, std::int64_t n) {
  const Batch<T> by(centre);
  return two_sums<T>(n, [=](std::int64_t i, std::int64_t left, auto& sum, auto& squares) {
    Batch<T> distance = load(x + i, left) - by;
    if (left < kWidth<T>) distance = keep_first<T>(distance, left);
    sum += distance;
    squares = multiply_add(distance, distance, squares);
  });
}

template <class T>
void line(const T* x, Line<T> h, T weight, T bias, T* y, std::int64_t n) {
  const Batch<T> w(weight), b(bias);
  map(n, y, [=](std::int64_t i, std::int64_t left) {
    fetch_next(x + i, n);  // mutate: equivalent -- speed
    return multiply_add(normalised(x + i, h, left), w, b);
  });
}

template <class T>
void affine(const T* x, Line<T> h, const T* weight, const T* bias, T* y, std::int64_t n) {
  map(n, y, [=](std::int64_t i, std::int64_t left) {
    fetch_next(x + i, n);  // mutate: equivalent -- speed
    return multiply_add(normalised(x + i, h, left), load(weight + i, left), load(bias + i, left));
  });
}

// Lanes beyond the row are 0 in dy, and so in the terms.

template <class T>
TwoSums sums(const T* dy, const T* x, Line<T> h, std::int64_t n) {
  return two_sums<T>(n, [=](std::int64_t i, std::int64_t left, auto& sum, auto& products) {
    const Batch<T> g = load(dy + i, left);
    sum += g;
    products = multiply_add(g, normalised(x + i, h, left), products);
  });
}

template <class T>
TwoSums weighted_sums(const T* dy, const T* x, Line<T> h, const T* weight, std::int64_t n) {
  return two_sums<T>(n, [=](std::int64_t i, std::int64_t left, auto& sum, auto& products) {
    const Batch<T> g = load(dy + i, left) * load(weight + i, left);
    sum += g;
    products = multiply_add(g, normalised(x + i, h, left), products);
  });
}

template <class T>
TwoSums sums_and_slopes(const T* dy, const T* x, Line<T> h, const T* weight, T* dweight, T* dbias,
                        std::int64_t n) {
  return two_sums<T>(n, [=](std::int64_t i, std::int64_t left, auto& sum, auto& products) {
    const Batch<T> slope = load(dy + i, left), height = normalised(x + i, h, left);
    const Batch<T> g = slope * load(weight + i, left);
    sum += g;
    products = multiply_add(g, height, products);
    store<T>(dweight + i, multiply_add(slope, height, load(dweight + i, left)), left);
    store<T>(dbias + i, load(dbias + i, left) + slope, left);
  });
}

template <class T>
void slope(const T* dy, const T* x, Line<T> h, T a, T b, T c, T* dx, std::int64_t n) {
  const Batch<T> of_dy(a), of_h(b), constant(c);
  map(n, dx, [=](std::int64_t i, std::int64_t left) {
    return of_dy * load(dy + i, left) - multiply_add(of_h, normalised(x + i, h, left), constant);
  });
}

template <class T>
void weighted_slope(const T* dy, const T* x, Line<T> h, const T* weight, T a, T b, T c, T* dx,
                    std::int64_t n) {
  const Batch<T> of_g(a), of_h(b), constant(c);
  map(n, dx, [=](std::int64_t i, std::int64_t left) {
    const Batch<T> g = load(dy + i, left) * load(weight + i, left);
    return of_g * g - multiply_add(of_h, normalised(x + i, h, left), constant);
  });
}

template <class T>
constexpr NormLoops<T> loops_of() {
  return {.moments = moments<T>,
          .line = line<T>,
          .affine = affine<T>,
          .sums = sums<T>,
          .weighted_sums = weighted_sums<T>,
          .sums_and_slopes = sums_and_slopes<T>,
          .slope = slope<T>,
          .weighted_slope = weighted_slope<T>};
}

}  // namespace

constinit const AllNormLoops norm_loops{.f32 = loops_of<float>(), .f64 = loops_of<double>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
