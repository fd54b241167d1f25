// Recurrent layers on the processor. Steps from the references to here:
//   1. Sequences of a batch do not meet: each thread takes some of them through all steps, and
//      never waits for another.
//   2. A step is one product for all gates with the weight packed once (packed_matrix.h), and one
//      pass of vector instructions over the results (recurrent_simd.cpp).
//   3. Backward reads the gates that forward gave; only dh = du W must go step by step. The
//      gradients of weight and bias are one product and one sum over all steps at the end.
//   4. 16-bit floats, and inputs that are not dense, go the way of the reference (or, backward, of
//      the definition in public ops).

#include <algorithm>

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/packed_matrix.h"
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
  AnyView weight;
  const T *h0, *output;

  Sequence(bool reverse, const AnyView& y, const AnyView& first, const AnyView& w)
      : steps{y.shape[0], reverse},
        batch(y.shape[1]),
        hidden(y.shape[2]),
        rows(w.shape[0]),
        weight(w),
        h0(static_cast<const T*>(first.data)),
        output(static_cast<const T*>(y.data)) {}

  std::int64_t state() const { return batch * hidden; }
  std::int64_t gates() const { return batch * rows; }
  /// What a state-sized sequence holds before step k.
  const T* before(const T* start, const T* sequence, std::int64_t k) const {
    return k ? sequence + steps.at(k - 1) * state() : start;
  }

  /// W^T, for u = h W^T, and W, for dh = du W.
  PackedMatrix<T> packed_forward() const {
    return {{weight.data, weight.strides[1], weight.strides[0]}, hidden, rows};
  }
  PackedMatrix<T> packed_backward() const {
    return {{weight.data, weight.strides[0], weight.strides[1]}, rows, hidden};
  }

  /// dW = sum over t of du_t^T h_(t-1). The steps behind the first lie side by side, and so does h
  /// before them.
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
    add(du + (steps.reverse ? 0 : gates()), output + (steps.reverse ? state() : 0),
        (steps.count - 1) * batch, 1);
    return dw;
  }

  /// f(first sequence, number of them), from several threads when there is much to do: at least
  /// half a tile of rows each, and some ten microseconds.
  template <class F>
  void split_batch(const F& f) const {
    constexpr std::int64_t kFewest = 4, kWork = 1 << 18;
    const std::int64_t work = steps.count * rows * (hidden + 16);
    parallel_for(0, batch, std::max(kFewest, kWork / (work + 1)),
                 [&](std::int64_t first, std::int64_t last) { f(first, last - first); });
  }
};

template <class T>
T* data(const Tensor& t) {
  return static_cast<T*>(t->data);
}

/// The bias, which is dense; zeros where there is none.
template <class T>
struct DenseBias {
  Scratch<T> values;
  DenseBias(const AnyView& bias, std::int64_t n) : values(n) {
    for (std::int64_t i = 0; i < n; ++i)
      values.data()[i] = bias.defined() ? static_cast<const T*>(bias.data)[i] : T(0);
  }
};

/// A gradient that arrived for a sequence, (T, B, H) with its units side by side.
class Arrived {
 public:
  explicit Arrived(const Tensor& dy)
      : dy_(!dy.defined() || dy.stride(2) == 1 || dy.size(2) == 1 ? dy : dy.contiguous()) {}
  template <class T>
  ArrivedRows<T> rows(std::int64_t t, std::int64_t first) const {
    if (!dy_.defined()) return {};
    return {data<T>(dy_) + t * dy_.stride(0) + first * dy_.stride(1), dy_.stride(1)};
  }

 private:
  Tensor dy_;
};

/// The bias' gradient: that of W h + b, summed over steps and sequences.
Tensor bias_gradient(const Backward& b, int input, const Tensor& du) {
  return b.needs(input) ? du.sum({0, 1}) : Tensor();
}

}  // namespace

// ---- plain

void RnnLayer::forward(Cpu, const Io& io) const {
  if (!is_fast(io, 2)) return forward(Reference{}, io);
  const auto visit = [&]<class T>(T) {
    const Sequence<T> s(reverse, io.out[0], io.in[1], io.in[2]);
    const PackedMatrix<T> weight = s.packed_forward();
    const DenseBias<T> bias(io.in[3], s.rows);
    const auto step = nonlinearity == "tanh" ? loops<T>().tanh : loops<T>().relu;
    const T* a = static_cast<const T*>(io.in[0].data);
    T* y = static_cast<T*>(io.out[0].data);
    s.split_batch([&](std::int64_t first, std::int64_t rows) {
      for (std::int64_t k = 0; k < s.steps.count; ++k) {
        const std::int64_t at = s.steps.at(k) * s.state() + first * s.hidden;
        weight.multiply(rows, {s.before(s.h0, y, k) + first * s.hidden, s.hidden}, y + at,
                        s.hidden);
        step({rows, s.hidden, a + at, bias.values.data(), y + at});
      }
    });
  };
  visit_fast(io.out[0].dtype, visit);
}

Tensors RnnLayer::backward(Cpu, const Backward& b) const {
  const Tensor y = b.output();
  if (!is_fast(y.dtype()) || y.numel() == 0) return gradient(b);
  const Tensor w = b.input(2), h0 = b.input(1).contiguous();
  const Arrived dy(b.dy());
  const Tensor du = empty_like(y), dh0 = zeros_like(h0);
  Tensor dw;
  visit_fast(y.dtype(), [&]<class T>(T) {
    const Sequence<T> s(reverse, y->as_view(), h0->as_view(), w->as_view());
    const PackedMatrix<T> weight = s.packed_backward();
    const auto step = nonlinearity == "tanh" ? loops<T>().tanh_backward : loops<T>().relu_backward;
    s.split_batch([&](std::int64_t first, std::int64_t rows) {
      T* dh = data<T>(dh0) + first * s.hidden;
      for (std::int64_t k = s.steps.count - 1; k >= 0; --k) {
        const std::int64_t t = s.steps.at(k), at = t * s.state() + first * s.hidden;
        T* to = data<T>(du) + at;
        step({rows, s.hidden, s.output + at, dy.rows<T>(t, first), dh, to});
        weight.multiply(rows, {to, s.rows}, dh, s.hidden);
      }
    });
    if (b.needs(2)) dw = s.weight_gradient(data<T>(du));
  });
  return {du, dh0, dw, bias_gradient(b, 3, du)};
}

// ---- LSTM

void LstmLayer::forward(Cpu, const Io& io) const {
  if (!is_fast(io, 3)) return forward(Reference{}, io);
  const auto visit = [&]<class T>(T) {
    const Sequence<T> s(reverse, io.out[0], io.in[1], io.in[3]);
    const PackedMatrix<T> weight = s.packed_forward();
    const DenseBias<T> bias(io.in[4], s.rows);
    const T* a = static_cast<const T*>(io.in[0].data);
    const T* c0 = static_cast<const T*>(io.in[2].data);
    T *y = static_cast<T*>(io.out[0].data), *cells = static_cast<T*>(io.out[1].data),
      *gates = static_cast<T*>(io.out[2].data);
    s.split_batch([&](std::int64_t first, std::int64_t rows) {
      const std::int64_t skip = first * s.hidden;
      for (std::int64_t k = 0; k < s.steps.count; ++k) {
        const std::int64_t t = s.steps.at(k), at = t * s.state() + skip;
        const std::int64_t gate = t * s.gates() + first * s.rows;
        weight.multiply(rows, {s.before(s.h0, y, k) + skip, s.hidden}, gates + gate, s.rows);
        loops<T>().lstm({rows, s.hidden, a + gate, bias.values.data(),
                         s.before(c0, cells, k) + skip, gates + gate, cells + at, y + at});
      }
    });
  };
  visit_fast(io.out[0].dtype, visit);
}

Tensors LstmLayer::backward(Cpu, const Backward& b) const {
  const Tensor y = b.output(0);
  if (!is_fast(y.dtype()) || y.numel() == 0 || b.dy(2).defined()) return gradient(b);
  const Tensor cells = b.output(1), gates = b.output(2), w = b.input(3),
               h0 = b.input(1).contiguous(), c0 = b.input(2).contiguous();
  const Arrived dy(b.dy(0)), dcells(b.dy(1));
  const Tensor du = empty_like(gates), dh0 = zeros_like(h0), dc0 = zeros_like(c0);
  Tensor dw;
  visit_fast(y.dtype(), [&]<class T>(T) {
    const Sequence<T> s(reverse, y->as_view(), h0->as_view(), w->as_view());
    const PackedMatrix<T> weight = s.packed_backward();
    s.split_batch([&](std::int64_t first, std::int64_t rows) {
      const std::int64_t skip = first * s.hidden;
      T *dh = data<T>(dh0) + skip, *dc = data<T>(dc0) + skip;
      for (std::int64_t k = s.steps.count - 1; k >= 0; --k) {
        const std::int64_t t = s.steps.at(k), gate = t * s.gates() + first * s.rows;
        loops<T>().lstm_backward({rows, s.hidden, data<T>(gates) + gate,
                                  s.before(data<T>(c0), data<T>(cells), k) + skip,
                                  data<T>(cells) + t * s.state() + skip, dy.rows<T>(t, first),
                                  dcells.rows<T>(t, first), dh, dc, data<T>(du) + gate});
        weight.multiply(rows, {data<T>(du) + gate, s.rows}, dh, s.hidden);
      }
    });
    if (b.needs(3)) dw = s.weight_gradient(data<T>(du));
  });
  return Tensors(std::vector<Tensor>{du, dh0, dc0, dw, bias_gradient(b, 4, du)});
}

// ---- GRU

void GruLayer::forward(Cpu, const Io& io) const {
  if (!is_fast(io, 2)) return forward(Reference{}, io);
  const auto visit = [&]<class T>(T) {
    const Sequence<T> s(reverse, io.out[0], io.in[1], io.in[2]);
    const PackedMatrix<T> weight = s.packed_forward();
    const DenseBias<T> bias(io.in[3], s.rows);
    const T* a = static_cast<const T*>(io.in[0].data);
    T *y = static_cast<T*>(io.out[0].data), *gates = static_cast<T*>(io.out[1].data);
    const std::int64_t kept = 4 * s.hidden;
    s.split_batch([&](std::int64_t first, std::int64_t rows) {
      const std::int64_t skip = first * s.hidden;
      const Scratch<T> u(rows * s.rows);
      for (std::int64_t k = 0; k < s.steps.count; ++k) {
        const std::int64_t t = s.steps.at(k);
        const T* before = s.before(s.h0, y, k) + skip;
        weight.multiply(rows, {before, s.hidden}, u.data(), s.rows);
        loops<T>().gru({rows, s.hidden, a + t * s.gates() + first * s.rows, u.data(),
                        bias.values.data(), before, gates + (t * s.batch + first) * kept,
                        y + t * s.state() + skip});
      }
    });
  };
  visit_fast(io.out[0].dtype, visit);
}

Tensors GruLayer::backward(Cpu, const Backward& b) const {
  const Tensor y = b.output(0);
  if (!is_fast(y.dtype()) || y.numel() == 0 || b.dy(1).defined()) return gradient(b);
  const Tensor gates = b.output(1), h0 = b.input(1).contiguous(), w = b.input(2);
  const Arrived dy(b.dy(0));
  const Tensor da = empty({y.size(0), y.size(1), w.size(0)}, {.dtype = y.dtype()});
  const Tensor du = empty_like(da), dh0 = zeros_like(h0);
  Tensor dw;
  visit_fast(y.dtype(), [&]<class T>(T) {
    const Sequence<T> s(reverse, y->as_view(), h0->as_view(), w->as_view());
    const PackedMatrix<T> weight = s.packed_backward();
    s.split_batch([&](std::int64_t first, std::int64_t rows) {
      const std::int64_t skip = first * s.hidden, n = rows * s.hidden;
      T* dh = data<T>(dh0) + skip;
      const Scratch<T> through(n);  // what comes through the product
      std::fill_n(through.data(), n, T(0));
      for (std::int64_t k = s.steps.count - 1; k >= 0; --k) {
        const std::int64_t t = s.steps.at(k), gate = t * s.gates() + first * s.rows;
        loops<T>().gru_backward({rows, s.hidden,
                                 data<T>(gates) + (t * s.batch + first) * 4 * s.hidden,
                                 s.before(s.h0, s.output, k) + skip, dy.rows<T>(t, first),
                                 through.data(), dh, data<T>(da) + gate, data<T>(du) + gate});
        weight.multiply(rows, {data<T>(du) + gate, s.rows}, through.data(), s.hidden);
      }
      for (std::int64_t i = 0; i < n; ++i) dh[i] += through.data()[i];
    });
    if (b.needs(2)) dw = s.weight_gradient(data<T>(du));
  });
  return {da, dh0, dw, bias_gradient(b, 3, du)};
}

}  // namespace limpid
