#include "limpid/ops/stack/stack.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/cat/cat.h"

namespace limpid {

Tensor stack(std::span<const Tensor> tensors, std::int64_t dim) {
  return composite<Stack>(tensors, [&] {
    if (tensors.empty()) throw ValueError("needs at least one tensor");
    std::vector<Tensor> rows;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (!(tensors[i].shape() == tensors[0].shape()))
        throw ShapeError(str("tensor ", i, " has shape ", tensors[i].shape(),
                             " but tensor 0 has shape ", tensors[0].shape(),
                             "; cat() joins tensors whose sizes differ along one axis"));
      rows.push_back(tensors[i].unsqueeze(dim));
    }
    return cat(rows, dim);
  });
}

namespace {

/// The tensors with axes of size 1 added by `f` where they have too few.
template <class F>
std::vector<Tensor> with_axes(std::span<const Tensor> tensors, F&& f) {
  if (tensors.empty()) throw ValueError("needs at least one tensor");
  std::vector<Tensor> out;
  for (const Tensor& tensor : tensors)
    out.push_back(f(tensor.dim() ? tensor : tensor.reshape({1})));
  return out;
}

}  // namespace

Tensor hstack(std::span<const Tensor> tensors) {
  return composite<Hstack>(tensors, [&]() -> Tensor {
    const auto rows = with_axes(tensors, [](const Tensor& x) { return x; });
    return cat(rows, rows.front().dim() == 1 ? 0 : 1);
  });
}
Tensor vstack(std::span<const Tensor> tensors) {
  return composite<Vstack>(tensors, [&]() -> Tensor {
    return cat(
        with_axes(tensors, [](const Tensor& x) { return x.dim() == 1 ? x.unsqueeze(0) : x; }), 0);
  });
}
Tensor dstack(std::span<const Tensor> tensors) {
  return composite<Dstack>(tensors, [&]() -> Tensor {
    return cat(with_axes(tensors,
                         [](const Tensor& x) {
                           const Tensor rows = x.dim() == 1 ? x.unsqueeze(0) : x;
                           return rows.dim() == 2 ? rows.unsqueeze(2) : rows;
                         }),
               2);
  });
}

}  // namespace limpid
