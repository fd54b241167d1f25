#include "limpid/core/shape.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

int Shape::checked_rank(std::size_t rank) {
  if (rank > static_cast<std::size_t>(kMaxRank))
    throw ShapeError(str("a tensor has at most ", kMaxRank, " dimensions, got ", rank));
  return static_cast<int>(rank);
}

void Shape::allocate(int rank) {
  rank_ = 0;  // nothing to free should the next line throw
  checked_rank(static_cast<std::size_t>(rank));
  sizes_.heap = new std::int64_t[static_cast<std::size_t>(rank)];
  rank_ = static_cast<std::uint8_t>(rank);
}

void Shape::insert(int axis, std::int64_t size) {
  Shape longer(checked_rank(rank_ + 1u));
  std::copy(begin(), begin() + axis, longer.begin());
  longer[axis] = size;
  std::copy(begin() + axis, end(), longer.begin() + axis + 1);
  *this = std::move(longer);
}

void Shape::erase(int axis) {
  Shape shorter(rank_ - 1);
  std::copy(begin(), begin() + axis, shorter.begin());
  std::copy(begin() + axis + 1, end(), shorter.begin() + axis);
  *this = std::move(shorter);
}

std::string to_string(const Shape& shape) {
  std::string out = "(";
  for (int i = 0; i < shape.rank(); ++i) out += (i ? ", " : "") + std::to_string(shape[i]);
  return out + (shape.rank() == 1 ? ",)" : ")");
}

std::int64_t checked_numel(const Shape& shape) {
  std::int64_t n = 1;
  bool overflow = false, empty = false;
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] < 0) throw ShapeError(str("dimension ", i, " of ", shape, " is negative"));
    if (shape[i] == 0) empty = true;
    else overflow |= __builtin_mul_overflow(n, shape[i], &n);
  }
  if (overflow ||
      (n > (std::int64_t{1} << 56) && !empty))  // strides must fit even when it is empty
    throw ShapeError(str("shape ", shape, " has more elements than can be addressed"));
  return empty ? 0 : n;
}

Strides contiguous_strides(const Shape& shape) {
  Strides strides(shape.rank());
  std::int64_t step = 1;
  for (int i = shape.rank(); i-- > 0;) {
    strides[i] = step;
    step *= std::max<std::int64_t>(shape[i], 1);
  }
  return strides;
}

bool is_contiguous(const Shape& shape, const Strides& strides) {
  std::int64_t expected = 1;
  bool dense = true;
  for (int i = shape.rank(); i-- > 0;) {
    if (shape[i] == 0) return true;
    if (shape[i] != 1 && strides[i] != expected) dense = false;
    expected *= shape[i];
  }
  return dense;
}

int normalize_axis(std::int64_t axis, int rank) {
  const std::int64_t span = std::max(rank, 1);
  if (axis < -span || axis >= span)
    throw IndexError(str("axis ", axis, " is out of range for a tensor of ", rank,
                         " dimensions: it must lie in [", -span, ", ", span - 1, "]"));
  return static_cast<int>(axis < 0 ? axis + span : axis);
}

Shape broadcast_shapes(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  Shape out(rank);
  for (int i = 0; i < rank; ++i) {
    const int ia = i - (rank - a.rank()), ib = i - (rank - b.rank());
    const std::int64_t x = ia < 0 ? 1 : a[ia], y = ib < 0 ? 1 : b[ib];
    if (x != y && x != 1 && y != 1)
      throw ShapeError(str("shapes ", a, " and ", b, " do not broadcast: sizes ", x, " and ", y,
                           " at dimension ", i - rank, " must be equal, or one of them 1"));
    out[i] = x == 1 ? y : x;
  }
  return out;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  const int shift = to.rank() - from.rank();
  for (int i = 0; i < from.rank(); ++i)
    if (from[i] != to[i + shift] && from[i] != 1) return false;
  return true;
}

}  // namespace limpid
