#include "limpid/ops/diff/diff.h"

#include <algorithm>

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

Tensor diff(const Tensor& input, std::int64_t n, std::int64_t dim, const Tensor& prepend,
            const Tensor& append) {
  return composite<Diff>({input, prepend, append}, [&] {
    if (input.dim() == 0) throw ShapeError("a 0-d tensor has no neighbours");
    if (n < 0) throw ValueError(str("n must be at least 0, not ", n));
    const int axis = normalize_axis(dim, input.dim());
    Tensor x = input;
    if (prepend.defined()) x = cat({prepend, x}, axis);
    if (append.defined()) x = cat({x, append}, axis);
    for (n = std::min(n, x.shape()[axis]); n > 0; --n) {
      const std::int64_t left = x.shape()[axis] - 1;
      const Tensor before = x.narrow(axis, 0, left), behind = x.narrow(axis, 1, left);
      x = is_bool(x.dtype()) ? ne(behind, before) : behind - before;
    }
    return x;
  });
}

}  // namespace limpid
