#include "limpid/ops/pooling/window.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

/// `all` is how the values are printed.
void check_range(std::initializer_list<std::int64_t> values, const char* name, std::int64_t least,
                 const std::string& all) {
  constexpr std::int64_t kMost = std::int64_t{1} << 30;  // keeps the arithmetic from overflowing
  if (std::min(values) < least)
    throw ValueError(str(name, " must be at least ", least, ", got ", all));
  if (std::max(values) > kMost) throw ValueError(str(name, " must be at most 2^30, got ", all));
}

}  // namespace

void check_window_number(std::int64_t value, const char* name, std::int64_t least) {
  check_range({value}, name, least, std::to_string(value));
}
void check_window_pair(IntPair pair, const char* name, std::int64_t least) {
  check_range({pair.height, pair.width}, name, least, to_string(pair));
}
void check_window_triple(IntTriple triple, const char* name, std::int64_t least) {
  check_range({triple.depth, triple.height, triple.width}, name, least, to_string(triple));
}

std::int64_t check_windows(const WindowAxis& axis, const char* name, bool ceil_mode) {
  const std::int64_t reach = axis.dilation * (axis.kernel - 1) + 1;
  if (axis.padding > reach / 2)
    throw ValueError(
        str("padding ", axis.padding, " along the ", name, " is more than half of the ", reach,
            " elements that the kernel covers, so windows would lie in the padding alone; "
            "use at most ",
            reach / 2));
  const std::int64_t count = axis.windows(ceil_mode);
  if (count < 1)
    throw ShapeError(str("the kernel covers ", reach, " along the ", name, " (size ", axis.kernel,
                         ", dilation ", axis.dilation, ") but the padded input has only ",
                         axis.size + 2 * axis.padding, "; use a smaller kernel or more padding"));
  for (std::int64_t o = 0; o * axis.stride < axis.padding && o < count; ++o)
    if (axis.first(o) >= axis.last(o))
      throw ShapeError(str("window ", o, " along the ", name,
                           " has no element in the input of size ", axis.size,
                           "; use less dilation or padding"));
  return count;
}

}  // namespace limpid
