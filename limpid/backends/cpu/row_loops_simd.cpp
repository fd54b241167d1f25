// Loops over dense rows, compiled once a SIMD level. Sums keep several partial sums: that is faster
// (additions need not wait for one another) and more exact (each grows less) than one.

#include "limpid/backends/cpu/row_loops.h"
#include "limpid/backends/cpu/simd_half.h"
#include "limpid/backends/cpu/simd_math.h"
#include "limpid/backends/cpu/simd_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

struct Larger {
  static constexpr double kWorst = -__builtin_inf();
  template <class V>
  static V pick(V x, V y) {
    return xsimd::max(x, y);
  }
  template <class T>
  static T pick_one(T x, T y) {
    return y > x ? y : x;
  }
};
struct Smaller {
  static constexpr double kWorst = __builtin_inf();
  template <class V>
  static V pick(V x, V y) {
    return xsimd::min(x, y);
  }
  template <class T>
  static T pick_one(T x, T y) {
    return y < x ? y : x;
  }
};

/// The largest or smallest. What the comparison makes of NaN does not matter: NaN is looked for
/// apart.
template <class Order, class T>
T extreme(const T* x, std::int64_t n) {
  constexpr std::int64_t w = kWidth<T>;
  T best = static_cast<T>(Order::kWorst);
  bool numbers = true;  // no NaN so far
  std::int64_t i = 0;
  if (n >= w) {
    Batch<T> a = Batch<T>::load_unaligned(x), b = a;
    auto good = a == a;
    for (i = w; i + 2 * w <= n; i += 2 * w) {
      const auto p = Batch<T>::load_unaligned(x + i), q = Batch<T>::load_unaligned(x + i + w);
      good = good & (p == p) & (q == q);
      a = Order::pick(a, p);
      b = Order::pick(b, q);
    }
    alignas(64) T lanes[w];
    Order::pick(a, b).store_aligned(lanes);
    numbers = xsimd::all(good);
    for (T v : lanes) best = Order::pick_one(best, v);
  }
  for (; i < n; ++i) {
    best = Order::pick_one(best, x[i]);
    numbers = numbers && x[i] == x[i];
  }
  return numbers ? best : static_cast<T>(__builtin_nan(""));
}

template <class T>
std::int64_t find(const T* x, T value, std::int64_t n) {
  std::int64_t i = 0;
  for (; i + kWidth<T> <= n; i += kWidth<T>)
    if (xsimd::any(Batch<T>::load_unaligned(x + i) == Batch<T>(value))) break;
  while (i < n && !(x[i] == value)) ++i;
  return i;
}

template <class T>
T sum(const T* x, std::int64_t n) {
  return sum_terms<T>(n, [=](std::int64_t i, std::int64_t left) { return load(x + i, left); });
}

template <class T>
T dot(const T* a, const T* b, std::int64_t n) {
  return sum_terms<T>(
      n, [=](std::int64_t i, std::int64_t left) { return load(a + i, left) * load(b + i, left); });
}

template <class T>
T dot_below(const T* a, const T* b, T shift, std::int64_t n) {
  const Batch<T> from(shift);
  return sum_terms<T>(n, [=](std::int64_t i, std::int64_t left) {
    Batch<T> d = from - load(b + i, left);
    if (left < kWidth<T>) d = keep_first<T>(d, left);
    return a ? load(a + i, left) * d : d;
  });
}

template <class T>
T exp_minus(const T* x, T shift, T* y, std::int64_t n) {
  const Batch<T> by(shift);
  return sum_terms<T>(n, [=](std::int64_t i, std::int64_t left) {
    fetch_next(x + i, n);  // mutate: equivalent -- speed
    Batch<T> e = exp_batch(load(x + i, left) - by);
    if (left < kWidth<T>) e = keep_first<T>(e, left);
    if (y) store(y + i, e, left);
    return e;
  });
}

template <class T>
void add(const T* x, T* y, std::int64_t n) {
  map(n, y,
      [=](std::int64_t i, std::int64_t left) { return load(y + i, left) + load(x + i, left); });
}

template <class T>
void scale(const T* x, T factor, T* y, std::int64_t n) {
  const Batch<T> f(factor);
  map(n, y, [=](std::int64_t i, std::int64_t left) { return load(x + i, left) * f; });
}

template <class T>
void minus(const T* x, T a, T b, T* y, std::int64_t n) {
  const Batch<T> first(a), second(b);
  map(n, y,
      [=](std::int64_t i, std::int64_t left) { return (load(x + i, left) - first) - second; });
}

template <class T>
void times_minus(const T* x, const T* z, T shift, T* y, std::int64_t n) {
  const Batch<T> by(shift);
  map(n, y, [=](std::int64_t i, std::int64_t left) {
    return load(x + i, left) * (load(z + i, left) - by);
  });
}

template <class T>
void minus_exp(const T* x, const T* z, T factor, T* y, std::int64_t n) {
  const Batch<T> f(factor);
  map(n, y, [=](std::int64_t i, std::int64_t left) {
    fetch_next(x + i, n);  // mutate: equivalent -- speed
    fetch_next(z + i, n);  // mutate: equivalent -- speed
    return load(x + i, left) - f * exp_batch(load(z + i, left));
  });
}

// ---- sums of any dtype: partial sums of few elements in T, and their total in double or int64

constexpr std::int64_t kSumBlock = 2048, kColumns = 1024, kNarrow = 256, kRows = 32;
constexpr std::int64_t kAhead = 4096;  // bytes: some processors alone fetch too little beforehand

template <class T>
void add_row(const void* data, std::int64_t n, void* total) {
  double t = *static_cast<double*>(total);
  for (std::int64_t i = 0; i < n; i += kSumBlock) {
    const T* x = static_cast<const T*>(data) + i;
    t +=
        sum_terms<T>(n - i < kSumBlock ? n - i : kSumBlock, [=](std::int64_t k, std::int64_t left) {
          __builtin_prefetch(reinterpret_cast<const char*>(x + k) + kAhead, 0, 2);  // to L2
          return load(x + k, left);
        });
  }
  *static_cast<double*>(total) = t;
}

template <class H>
void add_row_of_halves(const void* data, std::int64_t n, void* total) {
  const H* x = static_cast<const H*>(data);
  float block[kSumBlock];
  for (std::int64_t i = 0; i < n; i += kSumBlock) {
    const std::int64_t count = n - i < kSumBlock ? n - i : kSumBlock;
    widen(x + i, block, count);
    *static_cast<double*>(total) += sum<float>(block, count);
  }
}

template <class T>
void add_row_of_integers(const void* data, std::int64_t n, void* total) {
  const T* x = static_cast<const T*>(data);
  std::uint64_t t = 0;  // wraps around as int64 does in PyTorch
  for (std::int64_t i = 0; i < n; ++i)
    t += static_cast<std::uint64_t>(static_cast<std::int64_t>(x[i]));
  *static_cast<std::uint64_t*>(total) += t;
}

/// y[i] += x[i] of `count` rows, which are read side by side: as many streams from memory as the
/// processor fetches ahead by itself.
template <std::int64_t count, class T>
inline void add_rows(const T* x, std::int64_t stride, T* y, std::int64_t n) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < n; ++i) {
    T sum = x[i];
    for (std::int64_t r = 1; r < count; ++r) sum += x[r * stride + i];
    y[i] += sum;
  }
}

/// totals[j] takes in column j of at most kColumns columns, of kRows rows at a time.
template <class T>
void add_block(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
               double* totals) {
  constexpr std::int64_t together = 4;
  alignas(64) T part[kColumns];
  for (std::int64_t begin = 0; begin < rows; begin += kRows) {
    const std::int64_t end = rows - begin < kRows ? rows : begin + kRows;
    for (std::int64_t j = 0; j < columns; ++j) part[j] = 0;
    std::int64_t r = begin;
    for (; r + together <= end; r += together)
      add_rows<together>(x + r * stride, stride, part, columns);
    for (; r < end; ++r) add_rows<1>(x + r * stride, stride, part, columns);
    for (std::int64_t j = 0; j < columns; ++j) totals[j] += static_cast<double>(part[j]);
  }
}

/// Few columns without gaps, as channels-last maps of few channels have: several rows are one of
/// many columns. Gives the number of rows that it took.
template <class T>
std::int64_t add_few_columns(const T* x, std::int64_t rows, std::int64_t columns, double* totals) {
  const std::int64_t group = kNarrow / columns, wide = group * columns, whole = rows / group;
  double sums[kNarrow] = {};
  add_block<T>(x, wide, whole, wide, sums);
  std::int64_t column = 0;
  for (double sum : sums) {  // zeros behind `wide`
    totals[column] += sum;
    column = column + 1 == columns ? 0 : column + 1;
  }
  return whole * group;
}

template <class T>
void add_columns(const void* data, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                 void* totals) {
  const T* x = static_cast<const T*>(data);
  auto* out = static_cast<double*>(totals);
  if (stride == columns && 2 * columns <= kNarrow && rows >= kNarrow) {
    const std::int64_t taken = add_few_columns(x, rows, columns, out);
    x += taken * stride;
    rows -= taken;
  }
  for (std::int64_t j = 0; j < columns; j += kColumns)
    add_block<T>(x + j, stride, rows, columns - j < kColumns ? columns - j : kColumns, out + j);
}

template <class H>
void add_columns_of_halves(const void* data, std::int64_t stride, std::int64_t rows,
                           std::int64_t columns, void* totals) {
  alignas(64) float wide[kRows * kNarrow];
  for (std::int64_t j = 0; j < columns; j += kNarrow) {
    const H* x = static_cast<const H*>(data) + j;
    const std::int64_t n = columns - j < kNarrow ? columns - j : kNarrow;
    for (std::int64_t begin = 0; begin < rows; begin += kRows) {
      const std::int64_t count = rows - begin < kRows ? rows - begin : kRows;
      for (std::int64_t r = 0; r < count; ++r)
        widen(x + (begin + r) * stride, wide + r * kNarrow, n);
      add_block<float>(wide, kNarrow, count, n, static_cast<double*>(totals) + j);
    }
  }
}

template <class T>
void add_columns_of_integers(const void* data, std::int64_t stride, std::int64_t rows,
                             std::int64_t columns, void* totals) {
  auto* t = static_cast<std::uint64_t*>(totals);
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* row = static_cast<const T*>(data) + r * stride;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < columns; ++j)
      t[j] += static_cast<std::uint64_t>(static_cast<std::int64_t>(row[j]));
  }
}

template <class T>
constexpr RowLoops<T> loops_of() {
  return {.max = extreme<Larger, T>,
          .min = extreme<Smaller, T>,
          .find = find<T>,
          .sum = sum<T>,
          .dot = dot<T>,
          .dot_below = dot_below<T>,
          .exp_minus = exp_minus<T>,
          .add = add<T>,
          .scale = scale<T>,
          .minus = minus<T>,
          .times_minus = times_minus<T>,
          .minus_exp = minus_exp<T>};
}

}  // namespace

// Entries in the order of DType; bool is stored as 0 or 1 in a byte.
constinit const AllRowLoops row_loops{
    .f32 = loops_of<float>(),
    .f64 = loops_of<double>(),
    .sums = {
        .row = {add_row_of_halves<Float16>, add_row_of_halves<BrainFloat16>, add_row<float>,
                add_row<double>, add_row_of_integers<std::uint8_t>,
                add_row_of_integers<std::int8_t>, add_row_of_integers<std::int16_t>,
                add_row_of_integers<std::int32_t>, add_row_of_integers<std::int64_t>,
                add_row_of_integers<std::uint8_t>},
        .columns = {add_columns_of_halves<Float16>, add_columns_of_halves<BrainFloat16>,
                    add_columns<float>, add_columns<double>, add_columns_of_integers<std::uint8_t>,
                    add_columns_of_integers<std::int8_t>, add_columns_of_integers<std::int16_t>,
                    add_columns_of_integers<std::int32_t>, add_columns_of_integers<std::int64_t>,
                    add_columns_of_integers<std::uint8_t>}}};

}  // namespace limpid::LIMPID_SIMD_LEVEL
