#pragma once
// The fast gradient of every max pooling.

#include <algorithm>

#include "limpid/backends/cpu/dense_rows.h"

namespace limpid {

/// dx = 0, then dx[index] += dy for each window, plane by plane: dy and indices (..., windows), dx
/// (..., plane), contiguous floats of one dtype. 16-bit floats are added in float.
template <class T>
void scatter_plane(const T* dy, const std::int64_t* index, std::int64_t windows, T* dx,
                   std::int64_t plane, RowType<T>* wide) {
  using C = RowType<T>;
  C* sums = wide;
  if constexpr (std::is_same_v<T, C>) sums = dx;
  std::fill(sums, sums + plane, C(0));
  for (std::int64_t o = 0; o < windows; ++o) sums[index[o]] += static_cast<C>(dy[o]);
  if constexpr (!std::is_same_v<T, C>)
    for (std::int64_t i = 0; i < plane; ++i) dx[i] = T(sums[i]);
}

/// The same for one image of channels-last maps: dy and indices (windows, channels), dx (plane,
/// channels).
template <class T>
void scatter_map(const T* dy, const std::int64_t* index, std::int64_t windows, T* dx,
                 std::int64_t plane, std::int64_t channels, RowType<T>* wide) {
  using C = RowType<T>;
  C* sums = wide;
  if constexpr (std::is_same_v<T, C>) sums = dx;
  std::fill(sums, sums + plane * channels, C(0));
  for (std::int64_t o = 0; o < windows; ++o, dy += channels, index += channels)
    for (std::int64_t c = 0; c < channels; ++c)
      sums[index[c] * channels + c] += static_cast<C>(dy[c]);
  if constexpr (!std::is_same_v<T, C>)
    for (std::int64_t i = 0; i < plane * channels; ++i) dx[i] = T(sums[i]);
}

inline void scatter_maps(const AnyView& dy, const AnyView& indices, const AnyView& dx,
                         std::int64_t windows, std::int64_t plane) {
  const std::int64_t images = dx.shape[0], channels = dx.shape[1];
  const auto* index = static_cast<const std::int64_t*>(indices.data);
  visit_float(dx.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = static_cast<const T*>(dy.data);
    T* to = static_cast<T*>(dx.data);
    const std::int64_t given = windows * channels, size = plane * channels;
    parallel_for(0, images, 16384 / (size + given + 1) + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   const Scratch<RowType<T>> wide(std::is_same_v<T, RowType<T>> ? 0 : size);
                   for (std::int64_t n = first; n < last; ++n)
                     scatter_map(from + n * given, index + n * given, windows, to + n * size, plane,
                                 channels, wide.data());
                 });
  });
}

inline void scatter_planes(const AnyView& dy, const AnyView& indices, const AnyView& dx,
                           std::int64_t planes, std::int64_t windows, std::int64_t plane) {
  constexpr std::int64_t kGrain = 16384;  // elements worth a thread
  const auto* index = static_cast<const std::int64_t*>(indices.data);
  visit_float(dx.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = static_cast<const T*>(dy.data);
    T* to = static_cast<T*>(dx.data);
    parallel_for(0, planes, kGrain / (plane + windows + 1) + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   const Scratch<RowType<T>> wide(std::is_same_v<T, RowType<T>> ? 0 : plane);
                   for (std::int64_t n = first; n < last; ++n)
                     scatter_plane(from + n * windows, index + n * windows, windows, to + n * plane,
                                   plane, wide.data());
                 });
  });
}

}  // namespace limpid
