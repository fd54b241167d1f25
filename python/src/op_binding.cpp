#include "op_binding.h"

#include <cmath>

#include "limpid/core/str.h"

namespace limpid::python {

std::string docstring(const OpDoc& doc) {
  std::string text = str(doc.summary, "\n\n    ", doc.formula, "\n");
  if (!doc.shapes.empty()) text += str("\nShapes\n------\n", doc.shapes, "\n");
  if (!doc.source.empty()) text += str("\nReferences\n----------\n", doc.source, "\n");
  return text;
}

Tensor write_out(const Tensor& result, const Tensor& out) {
  if (out.requires_grad() || result.requires_grad())
    throw GraphError(
        "functions with out=... do not support gradients, but one of the arguments requires grad");
  if (!can_cast(result.dtype(), out.dtype()))
    throw DTypeError(
        str("result of dtype ", result.dtype(), " does not fit out= of dtype ", out.dtype()));
  if (out.shape() == result.shape()) {
    write_elements(out, result);
    ++out->storage->version;
    return out;
  }
  if (out.numel() != 0)
    throw ShapeError(str("out= has shape ", out.shape(), ", but the result has ", result.shape(),
                         "; give a tensor of that shape or an empty one"));
  const Tensor fresh = result.to(out.dtype()).contiguous().clone();
  out->storage = fresh->storage;  // an empty tensor becomes what the result is
  out->data = fresh->data;
  out->spec.shape = fresh.shape();
  out->strides = fresh.strides();
  out->numel = fresh.numel();
  out->contiguous = true;
  return out;
}

NamedPair write_out(const NamedPair& result, const std::pair<Tensor, Tensor>& out) {
  return {result.type, write_out(result.first, out.first), write_out(result.second, out.second)};
}

Scalar fitted(const Scalar& value, DType dtype) {
  if (is_floating(dtype)) return value;
  const double number = value.as_double();
  if (is_bool(dtype)) return Scalar(number != 0);
  if (value.kind() != Scalar::Kind::floating) return value;
  if (!(std::abs(number) < 0x1p63))
    throw ValueError(str("the value ", value, " does not fit a tensor of ", dtype));
  return Scalar(static_cast<std::int64_t>(number));
}

}  // namespace limpid::python
