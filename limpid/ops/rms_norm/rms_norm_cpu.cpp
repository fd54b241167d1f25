// The fast way shares its loops with layer normalisation (backends/cpu/row_norm.h).

#include "limpid/backends/cpu/row_norm.h"
#include "limpid/ops/rms_norm/rms_norm.h"
#include "limpid/tensor/creation.h"

namespace limpid {

void RmsNorm::forward(Cpu, const Io& io) const {
  row_norm({numel(normalized_shape), eps, /*centred=*/false}, io.in[0], io.in[1], AnyView{},
           io.out[0]);
}

Tensors RmsNorm::backward(Cpu, const Backward& b) const {
  const Tensor x = b.input(0).contiguous(), dy = b.dy().contiguous();
  const Tensor weight = b.needs(0) ? b.input(1) : Tensor();
  Tensors out(2);
  for (int i = 0; i < 2; ++i)
    if (b.needs(i))
      out[static_cast<std::size_t>(i)] =
          empty(b.input_shape(i), {.dtype = b.input_spec(i).dtype, .device = x.device()});
  const auto view = [](const Tensor& t) { return t.defined() ? t->as_view() : AnyView{}; };
  row_norm_backward({numel(normalized_shape), eps, /*centred=*/false}, view(dy), view(x),
                    view(weight), view(out[0]), view(out[1]), AnyView{});
  return out;
}

}  // namespace limpid
