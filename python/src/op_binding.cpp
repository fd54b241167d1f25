#include "op_binding.h"

#include "limpid/core/fits.h"
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
    assign(out, result.detach(), "out");
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
  require_fits(value, dtype);
  if (is_floating(dtype)) return value;
  return is_bool(dtype) ? Scalar(value.as_double() != 0) : Scalar(value.as_int64());
}

}  // namespace limpid::python
