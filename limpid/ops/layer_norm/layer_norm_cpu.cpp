// The fast layer normalisation: each row is measured and written while it is in the cache
// (backends/cpu/row_norm.h).

#include "limpid/backends/cpu/row_norm.h"
#include "limpid/ops/layer_norm/layer_norm.h"
#include "limpid/tensor/creation.h"

namespace limpid {

void LayerNorm::forward(Cpu, const Io& io) const {
  row_norm({numel(normalized_shape), eps, /*centred=*/true}, io.in[0], io.in[1], io.in[2],
           io.out[0]);
}

Tensors LayerNorm::backward(Cpu, const Backward& b) const {
  if (!b.needs(0) && !b.needs(1)) return gradient(b);  // mutate: equivalent -- only faster
  const Tensor x = b.input(0).contiguous(), dy = b.dy().contiguous();
  const Tensor weight = b.needs(0) ? b.input(1) : Tensor();
  const auto wanted = [&](int i) {
    return b.needs(i) ? empty(b.input_shape(i), {.dtype = b.input_spec(i).dtype}) : Tensor();
  };
  const Tensors out{wanted(0), wanted(1), wanted(2)};
  const auto view = [](const Tensor& t) { return t.defined() ? t->as_view() : AnyView{}; };
  row_norm_backward({numel(normalized_shape), eps, /*centred=*/true}, view(dy), view(x),
                    view(weight), view(out[0]), view(out[1]), view(out[2]));
  return out;
}

}  // namespace limpid
