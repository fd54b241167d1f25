// The pointwise losses in one pass over both tensors, and their gradients in another.
//   1. A block of 1024 elements is summed in its own type, blocks in double; so the sum is as exact
//      as the reference's, and the same for any number of threads.
//   2. 16-bit floats are widened a block at a time.

#include <algorithm>

#include "limpid/backends/cpu/dense_copy.h"
#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/ops/pointwise_loss/loss_loops.h"
#include "limpid/ops/pointwise_loss/pointwise_loss.h"
#include "limpid/ops/pointwise_loss/probabilities.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kBlock = 1024, kPiece = 16 * kBlock;  // a piece is worth a thread

const AllLossLoops& loss_loops() {
  static const AllLossLoops& chosen = at_level(simd_level(), LIMPID_LEVELS(loss_loops));
  return chosen;
}

/// A block of dense memory as elements to compute with: itself, or a widened copy.
template <class T>
const RowType<T>* block_of(const T* x, RowType<T>* buffer, std::int64_t n) {
  if constexpr (std::is_same_v<T, RowType<T>>) return x;
  else {
    for (std::int64_t i = 0; i < n; ++i) buffer[i] = static_cast<float>(x[i]);
    return buffer;
  }
}
template <class T>
RowType<T>* block_to(T* y, RowType<T>* buffer) {
  if constexpr (std::is_same_v<T, RowType<T>>) return y;
  else return buffer;
}
template <class T>
void finish_block(const RowType<T>* buffer, T* y, std::int64_t n) {
  if constexpr (!std::is_same_v<T, RowType<T>>)
    for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<T>(buffer[i]);
}

/// Calls f(first element, count) for the blocks of piece number `piece` of n elements.
template <class F>
void for_blocks(std::int64_t piece, std::int64_t n, const F& f) {
  const std::int64_t end = std::min((piece + 1) * kPiece, n);
  for (std::int64_t i = piece * kPiece; i < end; i += kBlock) f(i, std::min(kBlock, end - i));
}

template <class F>
void for_pieces(std::int64_t n, const F& f) {
  parallel_for(0, (n + kPiece - 1) / kPiece, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) f(piece);
  });
}

template <class T>
double sum_losses(const LossLoops<RowType<T>>& loops, RowType<T> parameter, const T* x, const T* t,
                  std::int64_t n) {
  using C = RowType<T>;
  const std::int64_t pieces = (n + kPiece - 1) / kPiece;
  const Scratch<double> sums(pieces);
  for_pieces(n, [&](std::int64_t piece) {
    C wide_x[kBlock], wide_t[kBlock];
    double& sum = sums.data()[piece];
    sum = 0;
    for_blocks(piece, n, [&](std::int64_t i, std::int64_t count) {
      sum += static_cast<double>(loops.total(block_of(x + i, wide_x, count),
                                             block_of(t + i, wide_t, count), parameter, count));
    });
  });
  double total = 0;
  for (std::int64_t piece = 0; piece < pieces; ++piece) total += sums.data()[piece];
  return total;
}

template <class T>
void write_losses(const LossLoops<RowType<T>>& loops, RowType<T> parameter, const T* x, const T* t,
                  T* y, std::int64_t n) {
  using C = RowType<T>;
  for_pieces(n, [&](std::int64_t piece) {
    C wide_x[kBlock], wide_t[kBlock], buffer[kBlock];
    for_blocks(piece, n, [&](std::int64_t i, std::int64_t count) {
      C* to = block_to(y + i, buffer);
      loops.each(block_of(x + i, wide_x, count), block_of(t + i, wide_t, count), parameter, to,
                 count);
      finish_block(to, y + i, count);
    });
  });
}

/// dx = dy dl/dx; dy is one number for all, or n of them.
template <class T>
void write_slopes(const LossLoops<RowType<T>>& loops, RowType<T> parameter, const T* x, const T* t,
                  const T* dy, bool one_dy, double share, T* dx, std::int64_t n) {
  using C = RowType<T>;
  for_pieces(n, [&](std::int64_t piece) {
    C wide_x[kBlock], wide_t[kBlock], wide_dy[kBlock], buffer[kBlock];
    if (one_dy)
      std::fill(wide_dy, wide_dy + kBlock, static_cast<C>(static_cast<double>(*dy) * share));
    for_blocks(piece, n, [&](std::int64_t i, std::int64_t count) {
      C* to = block_to(dx + i, buffer);
      loops.slope(block_of(x + i, wide_x, count), block_of(t + i, wide_t, count),
                  one_dy ? wide_dy : block_of(dy + i, wide_dy, count), parameter, to, count);
      finish_block(to, dx + i, count);
    });
  });
}

/// `which` names the loss in the tables; `parameter` is what it reads, if anything.
template <class Which>
void run_forward(const Io& io, const std::string& reduction, const Which& which,
                 double parameter = 0) {
  const DenseCopy x(io.in[0]), t(io.in[1]);
  const std::int64_t n = x.view().numel;
  visit_float(x.view().dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    const LossLoops<C>& loops = which(loss_loops().of<C>());
    const T *from = static_cast<const T*>(x.view().data),
            *to = static_cast<const T*>(t.view().data);
    T* y = static_cast<T*>(io.out[0].data);
    const C p = static_cast<C>(parameter);
    if (reduction == "none") return write_losses<T>(loops, p, from, to, y, n);
    const double total = sum_losses<T>(loops, p, from, to, n);
    *y = convert<T>(reduction == "mean" ? total / static_cast<double>(n) : total);
  });
}

template <class Which>
Tensor run_backward(const Backward& b, const std::string& reduction, const Which& which,
                    double parameter = 0) {
  const Tensor x = b.input(0).contiguous(), t = b.input(1).contiguous(), dy = b.dy().contiguous();
  const Tensor dx = empty_like(x);
  const std::int64_t n = x.numel();
  const double share = reduction == "mean" ? 1 / static_cast<double>(n) : 1;
  visit_float(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    write_slopes<T>(which(loss_loops().of<C>()), static_cast<C>(parameter), x.data<T>(),
                    t.data<T>(), dy.data<T>(), reduction != "none", share, dx.data<T>(), n);
  });
  return dx;
}

// Where the loss depends on x - t alone.
Tensors and_opposite(const Backward& b, const Tensor& dx) {
  return {b.needs(0) ? dx : Tensor(), b.needs(1) ? -dx : Tensor()};
}

/// Without a branch, so that the compiler makes vector code of it.
void check_probabilities_fast(const std::string& name, const AnyView& view) {
  const DenseCopy x(view);
  visit_float(x.view().dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    const T* p = static_cast<const T*>(x.view().data);
    bool right = true;
    for (std::int64_t i = 0; i < x.view().numel; ++i)
      right &=
          static_cast<int>(static_cast<C>(p[i]) >= 0) & static_cast<int>(static_cast<C>(p[i]) <= 1);
    if (!right) check_probabilities(name, view);  // says where
  });
}

constexpr auto kSquared = [](const auto& table) -> const auto& { return table.squared; };
constexpr auto kAbsolute = [](const auto& table) -> const auto& { return table.absolute; };
constexpr auto kSmooth = [](const auto& table) -> const auto& { return table.smooth; };
constexpr auto kHuber = [](const auto& table) -> const auto& { return table.huber; };
constexpr auto kBinary = [](const auto& table) -> const auto& { return table.binary; };
constexpr auto kLogits = [](const auto& table) -> const auto& { return table.binary_with_logits; };

}  // namespace

void MseLoss::forward(Cpu, const Io& io) const { run_forward(io, reduction, kSquared); }
Tensors MseLoss::backward(Cpu, const Backward& b) const {
  return and_opposite(b, run_backward(b, reduction, kSquared));
}

void L1Loss::forward(Cpu, const Io& io) const { run_forward(io, reduction, kAbsolute); }
Tensors L1Loss::backward(Cpu, const Backward& b) const {
  return and_opposite(b, run_backward(b, reduction, kAbsolute));
}

// A beta of 0 leaves the absolute error.
void SmoothL1Loss::forward(Cpu, const Io& io) const {
  if (beta == 0) return run_forward(io, reduction, kAbsolute);
  run_forward(io, reduction, kSmooth, beta);
}
Tensors SmoothL1Loss::backward(Cpu, const Backward& b) const {
  if (beta == 0) return and_opposite(b, run_backward(b, reduction, kAbsolute));
  return and_opposite(b, run_backward(b, reduction, kSmooth, beta));
}

void HuberLoss::forward(Cpu, const Io& io) const { run_forward(io, reduction, kHuber, delta); }
Tensors HuberLoss::backward(Cpu, const Backward& b) const {
  return and_opposite(b, run_backward(b, reduction, kHuber, delta));
}

void BinaryCrossEntropy::forward(Cpu, const Io& io) const {
  check_probabilities_fast("input", io.in[0]);
  check_probabilities_fast("target", io.in[1]);
  run_forward(io, reduction, kBinary);
}
Tensors BinaryCrossEntropy::backward(Cpu, const Backward& b) const {
  if (b.needs(1)) return gradient(b);
  return {run_backward(b, reduction, kBinary), Tensor()};
}

void BinaryCrossEntropyWithLogits::forward(Cpu, const Io& io) const {
  run_forward(io, reduction, kLogits);
}
Tensors BinaryCrossEntropyWithLogits::backward(Cpu, const Backward& b) const {
  if (b.needs(1)) return gradient(b);
  return {run_backward(b, reduction, kLogits), Tensor()};
}

}  // namespace limpid
