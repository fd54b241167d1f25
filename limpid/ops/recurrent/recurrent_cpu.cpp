// Recurrent layers on the processor. Steps from the references to here:
//   1. A step is one product for all sequences and gates, and one pass of vector instructions over
//      the results (recurrent_simd.cpp).
//   2. Backward, only dh = du W must go step by step. What the gates were is computed anew in one
//      product for all steps, which costs less than to have kept them; the gradients of weight and
//      bias are one product and one sum over all steps at the end.
//   3. 16-bit floats, and inputs that are not dense, go the way of the reference (or, backward, of
//      the definition in public ops).

#include <algorithm>

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/ops/recurrent/recurrent.h"
#include "limpid/ops/recurrent/recurrent_loops.h"
#include "limpid/ops/recurrent/steps.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

template <class T>
const RecurrentLoops<T>& loops() {
  static const RecurrentTables& tables = at_level(simd_level(), LIMPID_LEVELS(recurrent_tables));
  if constexpr (std::is_same_v<T, float>) return tables.f32;
  else return tables.f64;
}

bool is_fast(DType dtype) { return dtype == DType::f32 || dtype == DType::f64; }

/// True when the loops apply: everything dense but the weight, which may lie in any way.
bool is_fast(const Io& io, std::size_t weight) {
  for (std::size_t i = 0; i < io.in.size(); ++i)
    if (i != weight && io.in[i].defined() && !io.in[i].contiguous) return false;
  return is_fast(io.out[0].dtype);
}

template <class F>
void visit_fast(DType dtype, F&& f) {
  if (dtype == DType::f32) f(float());
  else f(double());
}

/// A layer's sequence in memory: h before each step, and the products that a step needs.
template <class T>
struct Sequence {
  Steps steps;
  std::int64_t batch, hidden, rows;  // rows of the weight: gates times hidden
  AnyView weight, bias;
  const T *h0, *output;

  Sequence(bool reverse, const AnyView& y, const AnyView& first, const AnyView& w, const AnyView& b)
      : steps{y.shape[0], reverse},
        batch(y.shape[1]),
        hidden(y.shape[2]),
        rows(w.shape[0]),
        weight(w),
        bias(b),
        h0(static_cast<const T*>(first.data)),
        output(static_cast<const T*>(y.data)) {}

  std::int64_t state() const { return batch * hidden; }
  std::int64_t gates() const { return batch * rows; }
  /// What a state-sized sequence holds before step k.
  const T* before(const T* start, const T* sequence, std::int64_t k) const {
    return k ? sequence + steps.at(k - 1) * state() : start;
  }

  /// u = h W^T + b + beta u for n rows of h.
  void product(const T* h, std::int64_t n, T* u, double beta) const {
    gemm({.dtype = dtype_of<T>(),
          .m = n,
          .n = rows,
          .k = hidden,
          .a = {h, hidden, 1},
          .b = {weight.data, weight.strides[1], weight.strides[0]},
          .c = u,
          .c_row_stride = rows,
          .beta = beta,
          .bias = bias.data,
          .bias_stride = bias.defined() ? bias.strides[0] : 0});
  }
  /// dh = du W for one step.
  void product_back(const T* du, T* dh) const {
    gemm({.dtype = dtype_of<T>(),
          .m = batch,
          .n = hidden,
          .k = rows,
          .a = {du, rows, 1},
          .b = {weight.data, weight.strides[0], weight.strides[1]},
          .c = dh,
          .c_row_stride = hidden});
  }

  /// The steps behind the first lie side by side: their positions, and those of h before them.
  std::int64_t rest() const { return steps.reverse ? 0 : 1; }
  std::int64_t before_rest() const { return steps.reverse ? 1 : 0; }

  /// u = h W^T + b + beta u for all steps at once.
  void all_products(T* u, double beta) const {
    product(h0, batch, u + steps.at(0) * gates(), beta);
    if (steps.count > 1)
      product(output + before_rest() * state(), (steps.count - 1) * batch, u + rest() * gates(),
              beta);
  }
  /// dW = sum over t of du_t^T h_(t-1)
  Tensor weight_gradient(const T* du) const {
    const Tensor dw = empty({rows, hidden}, {.dtype = dtype_of<T>()});
    const auto add = [&](const T* u, const T* h, std::int64_t n, double beta) {
      gemm({.dtype = dtype_of<T>(),
            .m = rows,
            .n = hidden,
            .k = n,
            .a = MatrixRef{u, rows, 1}.transposed(),
            .b = {h, hidden, 1},
            .c = dw->data,
            .c_row_stride = hidden,
            .beta = beta});
    };
    add(du + steps.at(0) * gates(), h0, batch, 0);
    if (steps.count > 1)
      add(du + rest() * gates(), output + before_rest() * state(), (steps.count - 1) * batch, 1);
    return dw;
  }

  /// f(first sequence, number of them), from several threads when there is much to do.
  template <class F>
  void split_batch(const F& f) const {
    constexpr std::int64_t kGrain = 4096;  // units worth a thread
    parallel_for(0, batch, kGrain / (hidden + 1) + 1,
                 [&](std::int64_t first, std::int64_t last) { f(first, last - first); });
  }
};

template <class T>
T* data(const Tensor& t) {
  return static_cast<T*>(t->data);
}
AnyView view_of(const Tensor& t) { return t.defined() ? t->as_view() : AnyView{}; }

template <class T>
void add_to(T* to, const T* from, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) to[i] += from[i];
}

/// The bias' gradient: that of W h + b, summed over steps and sequences.
Tensor bias_gradient(const Backward& b, int input, const Tensor& du) {
  return b.needs(input) ? du.sum({0, 1}) : Tensor();
}

}  // namespace

// ---- plain

void RnnLayer::forward(Cpu, const Io& io) const {
  if (!is_fast(io, 2)) return forward(Reference{}, io);
  visit_fast(io.out[0].dtype, [&]<class T>(T) {
    const Sequence<T> s(reverse, io.out[0], io.in[1], io.in[2], io.in[3]);
    T* y = static_cast<T*>(io.out[0].data);
    std::copy_n(static_cast<const T*>(io.in[0].data), s.steps.count * s.state(), y);
    for (std::int64_t k = 0; k < s.steps.count; ++k) {
      T* h = y + s.steps.at(k) * s.state();
      s.product(s.before(s.h0, y, k), s.batch, h, 1);
      if (nonlinearity == "tanh") loops<T>().tanh(s.state(), h);
      else
        for (std::int64_t i = 0; i < s.state(); ++i) h[i] = h[i] <= 0 ? T(0) : h[i];
    }
  });
}

Tensors RnnLayer::backward(Cpu, const Backward& b) const {
  const Tensor y = b.output();
  if (!is_fast(y.dtype()) || y.numel() == 0) return gradient(b);
  const Tensor dy = b.dy().contiguous(), w = b.input(2), h0 = b.input(1).contiguous();
  const Tensor du = empty_like(y), dh0 = empty_like(h0);
  Tensor dw;
  visit_fast(y.dtype(), [&]<class T>(T) {
    const Sequence<T> s(reverse, y->as_view(), h0->as_view(), w->as_view(), AnyView{});
    T* dh = data<T>(dh0);
    std::fill_n(dh, s.state(), T(0));
    for (std::int64_t k = s.steps.count - 1; k >= 0; --k) {
      const std::int64_t at = s.steps.at(k) * s.state();
      T* to = data<T>(du) + at;
      const T* h = s.output + at;
      add_to(dh, data<T>(dy) + at, s.state());
      if (nonlinearity == "tanh") loops<T>().tanh_backward(s.state(), dh, h, to);
      else
        for (std::int64_t i = 0; i < s.state(); ++i) to[i] = h[i] > 0 ? dh[i] : T(0);
      s.product_back(to, dh);
    }
    if (b.needs(2)) dw = s.weight_gradient(data<T>(du));
  });
  return {du, dh0, dw, bias_gradient(b, 3, du)};
}

// ---- LSTM

void LstmLayer::forward(Cpu, const Io& io) const {
  if (!is_fast(io, 3)) return forward(Reference{}, io);
  visit_fast(io.out[0].dtype, [&]<class T>(T) {
    const Sequence<T> s(reverse, io.out[0], io.in[1], io.in[3], io.in[4]);
    const T* a = static_cast<const T*>(io.in[0].data);
    const T* c0 = static_cast<const T*>(io.in[2].data);
    T *y = static_cast<T*>(io.out[0].data), *cells = static_cast<T*>(io.out[1].data);
    const Scratch<T> gates(s.gates());
    for (std::int64_t k = 0; k < s.steps.count; ++k) {
      const std::int64_t t = s.steps.at(k), at = t * s.state();
      std::copy_n(a + t * s.gates(), s.gates(), gates.data());
      s.product(s.before(s.h0, y, k), s.batch, gates.data(), 1);
      const T* before = s.before(c0, cells, k);
      s.split_batch([&](std::int64_t row, std::int64_t rows) {
        const std::int64_t i = row * s.hidden;
        loops<T>().lstm(rows, s.hidden, gates.data() + row * s.rows, before + i, cells + at + i,
                        y + at + i);
      });
    }
  });
}

Tensors LstmLayer::backward(Cpu, const Backward& b) const {
  const Tensor y = b.output(0);
  if (!is_fast(y.dtype()) || y.numel() == 0) return gradient(b);
  const Tensor cells = b.output(1), w = b.input(3), bias = b.input(4), dy = b.dy(0).contiguous(),
               h0 = b.input(1).contiguous(), c0 = b.input(2).contiguous(),
               dcells = b.dy(1).defined() ? b.dy(1).contiguous() : Tensor();
  const Tensor du = b.input(0).contiguous().clone();  // becomes the gates, then their gradients
  const Tensor dh0 = zeros_like(h0), dc0 = zeros_like(c0);
  Tensor dw;
  visit_fast(y.dtype(), [&]<class T>(T) {
    const Sequence<T> s(reverse, y->as_view(), h0->as_view(), w->as_view(), view_of(bias));
    T *gates = data<T>(du), *dh = data<T>(dh0), *dc = data<T>(dc0);
    s.all_products(gates, 1);
    for (std::int64_t k = s.steps.count - 1; k >= 0; --k) {
      const std::int64_t t = s.steps.at(k), at = t * s.state();
      add_to(dh, data<T>(dy) + at, s.state());
      if (dcells.defined()) add_to(dc, data<T>(dcells) + at, s.state());
      const T* before = s.before(data<T>(c0), data<T>(cells), k);
      s.split_batch([&](std::int64_t row, std::int64_t rows) {
        const std::int64_t i = row * s.hidden;
        loops<T>().lstm_backward(rows, s.hidden, gates + t * s.gates() + row * s.rows, before + i,
                                 data<T>(cells) + at + i, dh + i, dc + i);
      });
      s.product_back(gates + t * s.gates(), dh);
    }
    if (b.needs(3)) dw = s.weight_gradient(gates);
  });
  return Tensors(std::vector<Tensor>{du, dh0, dc0, dw, bias_gradient(b, 4, du)});
}

// ---- GRU

void GruLayer::forward(Cpu, const Io& io) const {
  if (!is_fast(io, 2)) return forward(Reference{}, io);
  visit_fast(io.out[0].dtype, [&]<class T>(T) {
    const Sequence<T> s(reverse, io.out[0], io.in[1], io.in[2], io.in[3]);
    const T* a = static_cast<const T*>(io.in[0].data);
    T* y = static_cast<T*>(io.out[0].data);
    const Scratch<T> u(s.gates());
    for (std::int64_t k = 0; k < s.steps.count; ++k) {
      const std::int64_t t = s.steps.at(k);
      const T* before = s.before(s.h0, y, k);
      s.product(before, s.batch, u.data(), 0);
      s.split_batch([&](std::int64_t row, std::int64_t rows) {
        const std::int64_t i = row * s.hidden, gate = row * s.rows;
        loops<T>().gru(rows, s.hidden, a + t * s.gates() + gate, u.data() + gate, before + i,
                       y + t * s.state() + i);
      });
    }
  });
}

Tensors GruLayer::backward(Cpu, const Backward& b) const {
  const Tensor y = b.output();
  if (!is_fast(y.dtype()) || y.numel() == 0) return gradient(b);
  const Tensor a = b.input(0).contiguous(), h0 = b.input(1).contiguous(), w = b.input(2),
               bias = b.input(3), dy = b.dy().contiguous();
  const Tensor da = empty_like(a), du = empty_like(a), dh0 = zeros_like(h0);
  Tensor dw;
  visit_fast(y.dtype(), [&]<class T>(T) {
    const Sequence<T> s(reverse, y->as_view(), h0->as_view(), w->as_view(), view_of(bias));
    T *u = data<T>(du), *dh = data<T>(dh0);
    const Scratch<T> through(s.state());  // what comes through the product
    s.all_products(u, 0);
    for (std::int64_t k = s.steps.count - 1; k >= 0; --k) {
      const std::int64_t t = s.steps.at(k), gates = t * s.gates();
      add_to(dh, data<T>(dy) + t * s.state(), s.state());
      const T* before = s.before(s.h0, s.output, k);
      s.split_batch([&](std::int64_t row, std::int64_t rows) {
        const std::int64_t i = row * s.hidden, at = gates + row * s.rows;
        loops<T>().gru_backward(rows, s.hidden, data<T>(a) + at, u + at, before + i, dh + i,
                                data<T>(da) + at);
      });
      s.product_back(u + gates, through.data());
      add_to(dh, through.data(), s.state());
    }
    if (b.needs(2)) dw = s.weight_gradient(u);
  });
  return {da, dh0, dw, bias_gradient(b, 3, du)};
}

}  // namespace limpid
