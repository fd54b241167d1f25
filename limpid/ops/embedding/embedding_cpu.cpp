// Ladder: the reference moves an element at a time; here whole rows, on several threads. The
// gradient adds rows to zeros: each thread owns a part of the columns of all rows, so that repeated
// ids never meet and the sums are the same for any number of threads.

#include <cstring>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/embedding/embedding.h"
#include "limpid/ops/embedding/embedding_ids.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {
constexpr std::int64_t kGrain = 32768;  // elements worth a thread
}

void Embedding::forward(Cpu, const Io& io) const {
  const AnyView &weight = io.in[0], &y = io.out[0];
  const std::vector<std::int64_t> ids = checked_ids(io.in[1], weight.shape[0]);
  const std::int64_t d = weight.shape[1], row_step = weight.strides[0], step = weight.strides[1];
  if (y.numel == 0) return;
  visit_element_size(size_of(weight.dtype), [&](auto element) {
    using T = decltype(element);
    const auto count = static_cast<std::int64_t>(ids.size());
    parallel_for(0, count, kGrain / d + 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t k = first; k < last; ++k) {
        const T* from =
            static_cast<const T*>(weight.data) + ids[static_cast<std::size_t>(k)] * row_step;
        T* to = static_cast<T*>(y.data) + k * d;
        if (step == 1) std::memcpy(to, from, static_cast<std::size_t>(d) * sizeof(T));
        else
          for (std::int64_t j = 0; j < d; ++j) to[j] = from[j * step];
      }
    });
  });
}

namespace {

/// sums[ids[k]] += dy[k] for columns [first, last).
template <class T, class C>
void add_columns(const std::vector<std::int64_t>& ids, std::int64_t padding, const T* dy, C* sums,
                 std::int64_t d, std::int64_t first, std::int64_t last) {
  for (std::size_t k = 0; k < ids.size(); ++k) {
    if (ids[k] == padding) continue;
    C* to = sums + ids[k] * d;
    const T* from = dy + static_cast<std::int64_t>(k) * d;
    for (std::int64_t j = first; j < last; ++j) to[j] += static_cast<C>(from[j]);
  }
}

}  // namespace

Tensors Embedding::backward(Cpu, const Backward& b) const {
  const Spec& weight = b.input_spec();
  const Tensor dw = zeros(weight.shape, {.dtype = weight.dtype}), dy = b.dy().contiguous();
  const std::vector<std::int64_t> ids = checked_ids(b.input(1)->as_view(), weight[0]);
  const std::int64_t d = weight[1];
  if (dy.numel() == 0) return {dw, Tensor()};
  const auto count = static_cast<std::int64_t>(ids.size());
  visit_float(weight.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    const Scratch<C> wide(std::is_same_v<T, C> ? 0 : dw.numel());  // 16-bit floats add in float
    C* sums = wide.data();
    if constexpr (std::is_same_v<T, C>) sums = dw.data<T>();
    else std::fill(sums, sums + dw.numel(), C(0));
    constexpr std::int64_t kLine = 64 / sizeof(C);  // threads share no cache line of a row
    parallel_for(0, (d + kLine - 1) / kLine, kGrain / (count * kLine) + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   add_columns(ids, padding_idx, dy.data<T>(), sums, d, first * kLine,
                               std::min(last * kLine, d));
                 });
    if constexpr (!std::is_same_v<T, C>)
      for (std::int64_t i = 0; i < dw.numel(); ++i) dw.data<T>()[i] = T(sums[i]);
  });
  return {dw, Tensor()};
}

}  // namespace limpid
