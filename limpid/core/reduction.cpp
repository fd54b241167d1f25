#include "limpid/core/reduction.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

std::uint64_t reduced_axes(std::span<const std::int64_t> dims, int rank) {
  if (dims.empty()) return rank == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rank) - 1;
  std::uint64_t axes = 0;
  for (std::int64_t dim : dims) {
    const int axis = normalize_axis(dim, rank);
    if (axes >> axis & 1) throw ShapeError(str("axis ", dim, " is named twice in ", Shape(dims)));
    axes |= std::uint64_t{1} << axis;
  }
  return rank == 0 ? 0 : axes;
}

Shape reduced_shape(const Shape& shape, std::uint64_t axes, bool keepdim) {
  Shape out;
  for (int i = 0; i < shape.rank(); ++i) {
    if (!(axes >> i & 1)) out.push_back(shape[i]);
    else if (keepdim) out.push_back(1);
  }
  return out;
}

Strides reduced_strides(const AnyView& x, const AnyView& y, std::uint64_t axes, bool keepdim) {
  Strides into(x.rank);
  for (int i = 0, o = 0; i < x.rank; ++i) {
    const bool reduced = axes >> i & 1;
    into[i] = reduced ? 0 : y.strides[o];
    o += !reduced || keepdim;
  }
  return into;
}

}  // namespace limpid
