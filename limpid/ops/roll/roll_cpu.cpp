// A moved axis is two blocks that change places; k moved axes make 2^k blocks, each one copy.

#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/core/walk.h"
#include "limpid/ops/roll/roll.h"

namespace limpid {

namespace {

/// Copies the blocks that lie within the first `axis` axes of `shape` as they are cut so far.
struct BlockCopy {
  const AnyView &x, &y;
  const Shape move;
  std::size_t element;

  void run(int axis, Shape& shape, std::int64_t to, std::int64_t from) const {
    if (axis == move.rank()) {
      const auto bytes = static_cast<std::int64_t>(element);
      return copy_strided_in_parallel(static_cast<char*>(y.data) + to * bytes, y.strides,
                                      static_cast<const char*>(x.data) + from * bytes, x.strides,
                                      shape, element);
    }
    const std::int64_t n = shape[axis], shift = move[axis];
    shape[axis] = n - shift;  // what stays in order
    run(axis + 1, shape, to + shift * y.strides[axis], from);
    if (shift > 0) {  // what comes round the end
      shape[axis] = shift;
      run(axis + 1, shape, to, from + (n - shift) * x.strides[axis]);
    }
    shape[axis] = n;
  }
};

}  // namespace

void Roll::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (x.numel == 0) return;
  Shape shape(shape_of(x));
  BlockCopy{x, y, moves(shape), size_of(x.dtype)}.run(0, shape, 0, 0);
}

}  // namespace limpid
