#include "limpid/backends/cpu/strided_copy.h"

#include <cstring>

#include "limpid/backends/cpu/parallel.h"

namespace limpid {

MergedAxes::MergedAxes(std::span<const std::int64_t> shape, const std::int64_t* to_strides,
                       const std::int64_t* from_strides) {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 1) continue;
    const int last = rank - 1;
    if (rank && to[last] == to_strides[i] * shape[i] && from[last] == from_strides[i] * shape[i]) {
      sizes[last] *= shape[i];
      to[last] = to_strides[i];
      from[last] = from_strides[i];
      continue;
    }
    sizes[rank] = shape[i];
    to[rank] = to_strides[i];
    from[rank++] = from_strides[i];
  }
  for (int i = 0; i < rank; ++i) {
    if (sizes[i] != 0) continue;
    rank = 1;
    sizes[0] = to[0] = from[0] = 0;
  }
}

namespace {

/// One run along the innermost axis.
template <class T>
void copy_run(T* to, std::int64_t to_stride, const T* from, std::int64_t from_stride,
              std::int64_t count) {
  if (to_stride == 1 && from_stride == 1) {
    std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(T));
  } else if (to_stride == 1 && from_stride == -1) {  // a constant step makes vector code
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[-i];
  } else if (to_stride == 1) {
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[i * from_stride];
  } else {
    for (std::int64_t i = 0; i < count; ++i) to[i * to_stride] = from[i * from_stride];
  }
}

template <class T>
void copy_axes(T* to, const T* from, const MergedAxes& axes) {
  const int inner = axes.rank - 1;
  std::int64_t index[Shape::kMaxRank] = {};
  for (;;) {
    copy_run(to, axes.to[inner], from, axes.from[inner], axes.sizes[inner]);
    int axis = inner - 1;
    for (; axis >= 0; --axis) {
      to += axes.to[axis];
      from += axes.from[axis];
      if (++index[axis] < axes.sizes[axis]) break;
      to -= axes.to[axis] * axes.sizes[axis];
      from -= axes.from[axis] * axes.sizes[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

}  // namespace

void copy_strided(void* to, const std::int64_t* to_strides, const void* from,
                  const std::int64_t* from_strides, std::span<const std::int64_t> shape,
                  std::size_t element_size) {
  MergedAxes axes(shape, to_strides, from_strides);
  if (axes.rank == 0) {  // a single element: an axis of size 1
    axes.rank = 1;
    axes.sizes[0] = axes.to[0] = axes.from[0] = 1;
  }
  if (axes.sizes[0] == 0) return;
  visit_element_size(element_size, [&](auto tag) {
    using T = decltype(tag);
    copy_axes(static_cast<T*>(to), static_cast<const T*>(from), axes);
  });
}

// The longest axis is shared out; pieces of it are copies of their own.
void copy_strided_in_parallel(void* to, const std::int64_t* to_strides, const void* from,
                              const std::int64_t* from_strides, std::span<const std::int64_t> shape,
                              std::size_t element_size) {
  constexpr std::int64_t kGrain = 1 << 18;  // bytes worth a thread
  Shape part(shape);
  int axis = 0;
  std::int64_t bytes = static_cast<std::int64_t>(element_size);
  for (int i = 0; i < part.rank(); ++i) {
    if (part[i] > part[axis]) axis = i;
    bytes *= part[i];
  }
  if (bytes <= kGrain) return copy_strided(to, to_strides, from, from_strides, shape, element_size);
  const std::int64_t n = part[axis], slice = bytes / n;
  parallel_for(0, n, kGrain / slice + 1, [&](std::int64_t first, std::int64_t last) {
    Shape piece = part;
    piece[axis] = last - first;
    const std::int64_t skip = first * static_cast<std::int64_t>(element_size);
    copy_strided(static_cast<char*>(to) + skip * to_strides[axis], to_strides,
                 static_cast<const char*>(from) + skip * from_strides[axis], from_strides, piece,
                 element_size);
  });
}

}  // namespace limpid
