#pragma once
// From a formula on single values or batches to a Loop (strided_loop.h), for *_simd.cpp files.
//
// The formula always runs on dense blocks: an operand with another stride, or of 16-bit floats, is
// first gathered (widened) into a block on the stack, and the results are scattered (rounded) from
// one. So every layout gives the same bits.

#include <type_traits>
#include <utility>

#include "limpid/backends/cpu/simd_half.h"

namespace limpid::LIMPID_SIMD_LEVEL {

inline constexpr std::int64_t kBlock = 256;

template <class T>
inline constexpr bool kIsHalf = std::is_same_v<T, Float16> || std::is_same_v<T, BrainFloat16>;
/// What a stored element is computed with.
template <class T>
using Computed = std::conditional_t<kIsHalf<T>, float, T>;

// Not inlined: dense operands and blocks of any others share a loop, and 16-bit floats that of
// float.

/// Dense floats, a batch at a time; the last few with partial loads.
template <class F>
struct Batches {
  template <class T, class... X>
  [[gnu::noinline]] static void run(std::int64_t n, T* y, const X*... x) {
    std::int64_t i = 0;
    for (; i + kWidth<T> <= n; i += kWidth<T>)
      F::apply(Batch<T>::load_unaligned(x + i)...).store_unaligned(y + i);
    if (i < n) store_partial<T>(y + i, F::apply(load_partial<T>(x + i, n - i)...), n - i);
  }

  /// The same past the caches, from where a line of y begins. Each batch asks for what is read
  /// some batches later, which hides most of the wait (gelu: 25 cycles a batch; 21.5 from caches).
  template <class... X>
  static void run_past_caches(std::int64_t n, float* y, const X*... x) {
    constexpr std::int64_t kLine = 64, kAhead = 512;  // bytes; elements
    const auto before = static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(y) % kLine) /
                        static_cast<std::int64_t>(sizeof(float));
    std::int64_t i = before < n ? before : n;
    run(i, y, x...);
    for (; i + kWidth<float> <= n; i += kWidth<float>) {
      (__builtin_prefetch(x + i + kAhead), ...);
      store_past_caches(y + i, F::apply(Batch<float>::load_unaligned(x + i)...));
    }
    run(n - i, y + i, (x + i)...);
  }
};

/// Dense elements of any types, one at a time: the compiler makes vector code of it.
template <class F>
struct Elements {
  template <class Y, class... X>
  [[gnu::noinline]] static void run(std::int64_t n, Y* y, const X*... x) {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<Y>(F::apply(x[i]...));
  }
};

// Shared by all formulas, so not inlined into each.
template <class T>
[[gnu::noinline]] void fill(const char* from, Computed<T>* to, std::int64_t n) {
  const T stored = *reinterpret_cast<const T*>(from);
  Computed<T> value;
  if constexpr (kIsHalf<T>) widen(&stored, &value, 1);
  else value = stored;
  for (std::int64_t i = 0; i < n; ++i) to[i] = value;
}
template <class T>
[[gnu::noinline]] void gather(const char* from, std::int64_t stride, Computed<T>* to,
                              std::int64_t n) {
  if constexpr (kIsHalf<T>) {
    T stored[kBlock];
    for (std::int64_t i = 0; i < n; ++i) stored[i] = *reinterpret_cast<const T*>(from + i * stride);
    widen(stored, to, n);
  } else {
    for (std::int64_t i = 0; i < n; ++i) to[i] = *reinterpret_cast<const T*>(from + i * stride);
  }
}
template <class T>
[[gnu::noinline]] void scatter(const Computed<T>* from, char* to, std::int64_t stride,
                               std::int64_t n) {
  if constexpr (kIsHalf<T>) {
    T stored[kBlock];
    narrow(from, stored, n);
    for (std::int64_t i = 0; i < n; ++i) *reinterpret_cast<T*>(to + i * stride) = stored[i];
  } else {
    for (std::int64_t i = 0; i < n; ++i) *reinterpret_cast<T*>(to + i * stride) = from[i];
  }
}

/// An input: gives dense blocks of it.
template <class T>
struct Source {
  const char* data;
  std::int64_t stride;
  alignas(64) Computed<T> buffer[kBlock];

  Source(const char* first, std::int64_t step, std::int64_t n) : data(first), stride(step) {
    if (stride == 0) fill<T>(first, buffer, n < kBlock ? n : kBlock);
  }
  const Computed<T>* block(std::int64_t begin, std::int64_t n) {
    if (stride == 0) return buffer;
    const char* first = data + begin * stride;
    if constexpr (kIsHalf<T>) {
      if (stride == sizeof(T)) {
        widen(reinterpret_cast<const T*>(first), buffer, n);
        return buffer;
      }
    } else if (stride == sizeof(T)) {
      return reinterpret_cast<const T*>(first);
    }
    gather<T>(first, stride, buffer, n);
    return buffer;
  }
};

/// The output: takes dense blocks.
template <class T>
struct Sink {
  char* data;
  std::int64_t stride;
  alignas(64) Computed<T> buffer[kBlock];

  Sink(char* first, std::int64_t step) : data(first), stride(step) {}
  Computed<T>* block(std::int64_t begin) {
    if constexpr (!kIsHalf<T>)
      if (stride == sizeof(T)) return reinterpret_cast<T*>(data) + begin;
    return buffer;
  }
  void flush(std::int64_t begin, std::int64_t n) {
    char* first = data + begin * stride;
    if constexpr (kIsHalf<T>) {
      if (stride == sizeof(T)) return narrow(buffer, reinterpret_cast<T*>(first), n);
    } else if (stride == sizeof(T)) {
      return;
    }
    scatter<T>(buffer, first, stride, n);
  }
};

/// A core over blocks of operands in any layout. One for all formulas: they come as a pointer.
template <class Y, class... X>
struct Blocks {
  using Core = void (*)(std::int64_t n, Computed<Y>* y, const Computed<X>*... x);

  [[gnu::noinline]] static void run(Core core, char* const* data, const std::int64_t* strides,
                                    std::int64_t n) {
    run_on(core, data, strides, n, std::make_index_sequence<sizeof...(X)>{});
  }

 private:
  template <std::size_t... K>
  static void run_on(Core core, char* const* data, const std::int64_t* strides, std::int64_t n,
                     std::index_sequence<K...>) {
    run_each(core, n, Sink<Y>(data[0], strides[0]), Source<X>(data[K + 1], strides[K + 1], n)...);
  }
  template <class... S>
  static void run_each(Core core, std::int64_t n, Sink<Y>&& sink, S&&... sources) {
    for (std::int64_t begin = 0; begin < n; begin += kBlock) {
      const std::int64_t count = n - begin < kBlock ? n - begin : kBlock;
      core(count, sink.block(begin), sources.block(begin, count)...);
      sink.flush(begin, count);
    }
  }
};

/// A Loop: Core (Batches<F> or Elements<F>) over an output of Y and inputs of X...
template <class Core, class Y, class... X>
struct BlockLoop {
  static void run(char* const* data, const std::int64_t* strides, std::int64_t n) {
    run_on(data, strides, n, std::make_index_sequence<sizeof...(X)>{});
  }
  /// Loop::past_caches
  static void run_past_caches(char* const* data, const std::int64_t*, std::int64_t n) {
    dense_past_caches(data, n, std::make_index_sequence<sizeof...(X)>{});
  }

 private:
  template <std::size_t... K>
  static void dense_past_caches(char* const* data, std::int64_t n, std::index_sequence<K...>) {
    Core::run_past_caches(n, reinterpret_cast<Y*>(data[0]),
                          reinterpret_cast<const X*>(data[K + 1])...);
  }
  template <std::size_t... K>
  static void run_on(char* const* data, const std::int64_t* strides, std::int64_t n,
                     std::index_sequence<K...>) {
    constexpr bool kHalves = kIsHalf<Y> || (kIsHalf<X> || ...);
    if constexpr (!kHalves) {
      const bool dense = strides[0] == static_cast<std::int64_t>(sizeof(Y)) &&
                         ((strides[K + 1] == static_cast<std::int64_t>(sizeof(X))) && ...);
      if (dense) [[likely]]
        return Core::run(n, reinterpret_cast<Y*>(data[0]),
                         reinterpret_cast<const X*>(data[K + 1])...);
    }
    Blocks<Y, X...>::run(&Core::template run<Computed<Y>, Computed<X>...>, data, strides, n);
  }
};

}  // namespace limpid::LIMPID_SIMD_LEVEL
