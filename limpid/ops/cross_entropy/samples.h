#pragma once
// The samples of scores (N, C, d1, ...): every index of the axes other than C.

#include "limpid/core/rows.h"

namespace limpid {

struct Samples {
  const Io& io;
  std::int64_t classes, class_step;

  explicit Samples(const Io& call)
      : io(call), classes(call.in[0].shape[1]), class_step(call.in[0].strides[1]) {}

  /// Calls f(offset of the sample's scores, its target), in row-major order of the targets.
  template <class F>
  void each(F&& f) const {
    const AnyView &x = io.in[0], &t = io.in[1];
    Shape starts(shape_of(x));
    starts[1] = 1;
    Strides to_target(x.rank);
    for (int i = 0, k = 0; i < x.rank; ++i) to_target[i] = i == 1 ? 0 : t.strides[k++];
    if (classes == 0 && numel(starts) > 0) return;
    walk<2>(starts, {x.strides, to_target.data()}, [&](const auto& at) {
      f(at[0], static_cast<const std::int64_t*>(t.data)[at[1]]);
    });
  }
};

/// IndexError that names the class and where it stands.
[[noreturn]] void throw_bad_class(std::int64_t target, std::int64_t position, std::int64_t classes);

}  // namespace limpid
