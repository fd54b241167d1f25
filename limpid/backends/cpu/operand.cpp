#include "limpid/backends/cpu/operand.h"

#include "limpid/backends/cpu/conversion.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/core/walk.h"
#include "limpid/tensor/layout.h"

namespace limpid {

void convert_elements(const AnyView& from, const AnyView& to) {
  if (from.dtype == to.dtype)
    return copy_strided_in_parallel(to.data, to.strides, from.data, from.strides, shape_of(from),
                                    size_of(from.dtype));
  run_loop(conversion(from.dtype, to.dtype), to, {&from, 1});
}

void Operand::convert(const AnyView& from, const AnyView& to) const {
  convert_elements(from, to);
  if (is_channels_last(view_)) count_layout_copy();
}

Operand::Operand(const AnyView& view, DType dtype)
    : view_(view),
      as_is_(!view.defined() || (view.dtype == dtype && view.contiguous)),
      strides_(as_is_ ? Strides() : contiguous_strides(Shape(shape_of(view)))),
      room_(as_is_ ? 0 : view.numel * static_cast<std::int64_t>(size_of(dtype))) {
  copy_ = view_;
  copy_.data = as_is_ ? view.data : room_.data();
  copy_.dtype = dtype;
  if (!as_is_) copy_.strides = strides_.data();
}

}  // namespace limpid
