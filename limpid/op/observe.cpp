#include "limpid/op/observe.h"

namespace limpid {

namespace {

/// Bytes of the elements that are there: an expanded axis repeats one.
double bytes_of(const AnyView& view) {
  if (!view.defined()) return 0;
  double count = view.numel > 0 ? 1 : 0;
  for (int axis = 0; axis < view.rank; ++axis)
    if (view.strides[axis] != 0) count *= static_cast<double>(view.shape[axis]);
  return count * static_cast<double>(size_of(view.dtype));
}

}  // namespace

void WorkScope::describe(const OpInfo& info, const void* op, const Inputs& in,
                         std::span<const AnyView> out) {
  Work work;
  for (int i = 0; i < in.size(); ++i) work.bytes += bytes_of(in.view(i));
  for (const AnyView& view : out) work.bytes += bytes_of(view);
  if (info.flops) work.flops = info.flops(op, in);
  if (observer_->wants_shapes())
    for (int i = 0; i < in.size(); ++i)
      if (in.defined(i)) work.shapes += (work.shapes.empty() ? "" : ", ") + to_string(in[i].shape);
  set(std::move(work));
}

}  // namespace limpid
