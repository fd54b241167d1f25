// Moving maps of a chosen layout into row-major order (tensor/layout.h).

#include <optional>

#include "limpid/core/walk.h"
#include "limpid/op/inplace.h"
#include "limpid/ops/copy/copy.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

/// Where an element of the map lies: the place in row-major order of a place in channels-last
/// order.
struct Places {
  std::int64_t channels, pixels;
  explicit Places(const Shape& map) : channels(map[1]), pixels(map[2] * map[3]) {}
  std::int64_t operator()(std::int64_t at) const {
    const std::int64_t channel = at % channels, pixel = at / channels;
    return (pixel / pixels * channels + channel) * pixels + pixel % pixels;
  }
};

struct Moved {
  std::int64_t offset = 0;
  Strides strides;
};

/// The layout of a tensor over the map once that is row-major; none where no strides say it, as for
/// (N, H, W, C) seen as (N H W, C).
std::optional<Moved> moved(const TensorImpl& t, const Shape& map) {
  const Shape& shape = t.spec.shape;
  if (shape == map && is_channels_last(t)) return Moved{0, contiguous_strides(map)};
  if (t.numel == 0) return Moved{0, contiguous_strides(shape)};
  const Places place(map);
  const auto item = static_cast<std::int64_t>(size_of(t.spec.dtype));
  const std::int64_t first =
      (static_cast<char*>(t.data) - static_cast<char*>(t.storage->data)) / item;
  Moved to{place(first), contiguous_strides(shape)};
  for (int axis = 0; axis < shape.rank(); ++axis)
    if (shape[axis] > 1) to.strides[axis] = place(first + t.strides[axis]) - to.offset;
  bool right = true;
  walk<2>(shape, {t.strides.data(), to.strides.data()},
          [&](const auto& at) { right &= place(first + at[0]) == to.offset + at[1]; });
  return right ? std::optional(to) : std::nullopt;
}

/// The map in row-major order, in memory of its own.
Tensor row_major(const TensorImpl& t, const Shape& map) {
  Tensor out{Ptr<TensorImpl>::adopt(
      new TensorImpl([&]() -> Spec { return Spec(map, t.spec.dtype, t.spec.device); }))};
  out->storage->version = t.storage->version;
  out->storage->changed_by = t.storage->changed_by;
  const Kernel copy = describe<Copy>.kernels[static_cast<std::size_t>(t.spec.device.type)];
  if (t.spec.device.type == DeviceType::meta) return out;
  const std::int64_t c = map[1], w = map[3], strides[] = {map[2] * w * c, 1, w * c, c};
  const AnyView from{t.storage->data, map.data(), strides, out->numel, 4, t.spec.dtype, false};
  const AnyView to = out->as_view();
  const Copy op{t.spec.dtype};
  copy(&op, Io{{&from, 1}, {&to, 1}});
  return out;
}

bool move_all(const Shape& map, std::span<TensorImpl* const> tensors) {
  std::vector<Moved> layouts;
  for (TensorImpl* t : tensors) {
    std::optional<Moved> layout = moved(*t, map);
    if (!layout) return false;
    layouts.push_back(std::move(*layout));
  }
  const Tensor whole = row_major(*tensors[0], map);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    TensorImpl& t = *tensors[i];
    t.storage = whole->storage;
    t.strides = std::move(layouts[i].strides);
    t.contiguous = is_contiguous(t.spec.shape, t.strides);
    if (t.data)
      t.data = static_cast<char*>(whole->data) +
               layouts[i].offset * static_cast<std::int64_t>(size_of(t.spec.dtype));
  }
  return true;
}

}  // namespace

Tensor laid_as(const Tensor& tensor, const TensorImpl& like) {
  const Tensor out = empty_as(tensor.spec(), like);
  const bool there = out.is_contiguous() ? tensor.is_contiguous()  // (N, C, 1, 1) lies both ways
                                         : is_channels_last(*tensor.impl());
  if (there) return tensor;
  write_elements(out, tensor);
  return out;
}

bool lay_row_major(TensorImpl& tensor) { return with_shared_layout(tensor, &move_all); }

}  // namespace limpid
