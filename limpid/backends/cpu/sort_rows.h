#pragma once
// Rows in order. Every element becomes an unsigned number that sorts as it does (NaN last, both
// zeros alike; all bits flipped for a descending order), together with its place. Equal elements
// keep their order, since places decide between them. Long rows are sorted by their bytes, from the
// lowest on (radix sort): a time that grows with n only.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include "limpid/backends/cpu/scratch.h"
#include "limpid/core/dtype.h"

namespace limpid {

/// A number of as many bits as T that is the larger, the later x comes.
template <class T>
auto order_key(T x) {
  constexpr int kBytes = sizeof(T);
  using K = std::conditional_t<
      kBytes == 1, std::uint8_t,
      std::conditional_t<kBytes == 2, std::uint16_t,
                         std::conditional_t<kBytes == 4, std::uint32_t, std::uint64_t>>>;
  constexpr auto kSign = static_cast<K>(K{1} << (8 * kBytes - 1));
  if constexpr (is_float_type<T>) {
    using Wide = std::conditional_t<std::is_floating_point_v<T>, T, float>;
    if (static_cast<Wide>(x) != static_cast<Wide>(x)) return std::numeric_limits<K>::max();
    const auto bits = std::bit_cast<K>(x);
    if (bits == kSign) return kSign;  // -0 sorts as +0
    return static_cast<K>(bits & kSign ? ~bits : bits | kSign);
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<K>(static_cast<K>(x) ^ kSign);
  } else {
    return static_cast<K>(x);
  }
}

/// A key of at most 32 bits and its place, in one number.
struct PackedRecord {
  std::uint64_t bits;
  PackedRecord() = default;
  PackedRecord(std::uint64_t key, std::int64_t place)
      : bits(key << 32 | static_cast<std::uint64_t>(place)) {}
  std::int64_t place() const { return static_cast<std::int64_t>(bits & 0xffffffffu); }
  std::size_t byte(int i) const { return bits >> (32 + 8 * i) & 0xffu; }
  friend bool operator<(PackedRecord a, PackedRecord b) { return a.bits < b.bits; }
};

/// A key of any size and its place, in a row of any length.
struct WideRecord {
  std::uint64_t key;
  std::uint64_t at;
  WideRecord() = default;
  WideRecord(std::uint64_t k, std::int64_t place) : key(k), at(static_cast<std::uint64_t>(place)) {}
  std::int64_t place() const { return static_cast<std::int64_t>(at); }
  std::size_t byte(int i) const { return key >> (8 * i) & 0xffu; }
  friend bool operator<(const WideRecord& a, const WideRecord& b) {
    return a.key != b.key ? a.key < b.key : a.at < b.at;
  }
};

/// Sorts n records whose keys have `bytes` bytes; `spare` has room for as many. The result is in
/// one or the other, which is returned.
template <class Record>
Record* radix_sort(Record* records, Record* spare, std::int64_t n, int bytes) {
  std::int64_t counts[8][256] = {};
  for (std::int64_t i = 0; i < n; ++i)
    for (int b = 0; b < bytes; ++b) ++counts[b][records[i].byte(b)];
  for (int b = 0; b < bytes; ++b) {
    std::int64_t* next = counts[b];               // where the next record with this byte goes
    if (next[records[0].byte(b)] == n) continue;  // all alike
    std::int64_t start = 0;
    for (int value = 0; value < 256; ++value) start += std::exchange(next[value], start);
    for (std::int64_t i = 0; i < n; ++i) spare[next[records[i].byte(b)]++] = records[i];
    std::swap(records, spare);
  }
  return records;
}

/// The places of a row's elements in order.
template <class T, class Record>
class RowOrder {
 public:
  explicit RowOrder(std::int64_t n) : n_(n), records_(n), spare_(n) {}

  /// All of them: radix sort where it pays.
  const Record* sort(const T* x, std::int64_t step, bool descending) {
    fill(x, step, descending);
    Record* r = records_.data();
    if (n_ >= kRadix) return radix_sort(r, spare_.data(), n_, int{sizeof(T)});
    std::sort(r, r + n_);
    return r;
  }
  /// The first k.
  const Record* first(std::int64_t k, const T* x, std::int64_t step, bool descending) {
    fill(x, step, descending);
    Record* r = records_.data();
    if (k * 16 > n_ && k < n_) {  // a heap of k elements pays only while it is small
      std::nth_element(r, r + k, r + n_);
      std::sort(r, r + k);
    } else {
      std::partial_sort(r, r + k, r + n_);
    }
    return r;
  }

 private:
  static constexpr std::int64_t kRadix = 400;

  void fill(const T* x, std::int64_t step, bool descending) {
    Record* r = records_.data();
    for (std::int64_t i = 0; i < n_; ++i) {
      const auto key = order_key(x[i * step]);
      r[i] = Record(static_cast<decltype(key)>(descending ? ~key : key), i);
    }
  }

  std::int64_t n_;
  Scratch<Record> records_, spare_;
};

/// Calls `f(RowOrder<T, Record>&)` with the smaller record that will do for rows of n elements.
template <class T, class F>
void with_row_order(std::int64_t n, const F& f) {
  if (sizeof(T) <= 4 && n <= std::int64_t{0xffffffff}) {
    RowOrder<T, PackedRecord> order(n);
    f(order);
  } else {
    RowOrder<T, WideRecord> order(n);
    f(order);
  }
}

}  // namespace limpid
