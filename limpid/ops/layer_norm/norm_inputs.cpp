#include "limpid/ops/layer_norm/norm_inputs.h"

#include "limpid/core/rows.h"
#include "limpid/core/str.h"

namespace limpid {

DType statistics_dtype(DType input) {
  return input == DType::f16 || input == DType::bf16 ? DType::f32 : input;
}

void check_norm_input(const Spec& x, double eps) {
  if (!is_floating(x.dtype))
    throw DTypeError(str("works on floating dtypes (float16, bfloat16, float32, float64), not on ",
                         x.dtype, "; convert with .to(DType::f32)"));
  if (!(eps >= 0)) throw ValueError(str("eps must not be negative, got ", eps));
}

void check_norm_dtype(const char* name, const Spec& parameter, DType input) {
  if (parameter.dtype != input && parameter.dtype != statistics_dtype(input))
    throw DTypeError(str(name, " is ", parameter.dtype, " beside an input of ", input,
                         "; convert one with .to()"));
}

void check_normalized_shape(const Inputs& in, const Shape& normalized_shape,
                            std::initializer_list<const char*> names) {
  const Spec& x = in[0];
  const int count = normalized_shape.rank(), before = x.rank() - count;
  if (count == 0) throw ShapeError("normalized_shape is empty; it names the last dimensions");
  bool fits = before >= 0;
  for (int i = 0; fits && i < count; ++i) fits = x[before + i] == normalized_shape[i];
  if (!fits)
    throw ShapeError(str("normalized_shape is ", normalized_shape, " but the input has shape ",
                         x.shape, ", which does not end in it"));
  int i = 1;
  for (const char* name : names) {
    if (in.defined(i)) {
      if (!(in[i].shape == normalized_shape))
        throw ShapeError(str(name, " has shape ", in[i].shape, "; it must be normalized_shape, ",
                             normalized_shape));
      check_norm_dtype(name, in[i], x.dtype);
    }
    ++i;
  }
}

Shape last_axes(int rank, int count) {
  Shape axes;
  for (int i = rank - count; i < rank; ++i) axes.push_back(i);
  return axes;
}
Shape first_axes(int rank, int count) {
  Shape axes;
  for (int i = 0; i < rank - count; ++i) axes.push_back(i);
  return axes;
}

double float_element(const AnyView& view, std::int64_t offset, double otherwise) {
  if (!view.defined()) return otherwise;
  return visit_float(view.dtype, [&](auto tag) {
    return convert<double>(static_cast<const typename decltype(tag)::type*>(view.data)[offset]);
  });
}

}  // namespace limpid
