// Attention on the processor, without a matrix of all scores.
//
// A block of queries meets one block of keys after the other. The scores of a block fit into the
// second-level cache; softmax goes along ("online"): it keeps the largest score so far and the sum
// of e^(score - largest), and where a later block has a larger score, what was summed before is
// multiplied by e^(old - new). Backward computes the weights of a block anew from its scores and
// log_sums. Products are those of packed_matrix.h, with keys and values packed once a head. Heads
// go to threads; forward also splits a head's queries where there are few heads.

#include <algorithm>
#include <cmath>
#include <limits>

#include "limpid/backends/cpu/packed_matrix.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/core/walk.h"
#include "limpid/ops/attention/attention.h"
#include "limpid/ops/attention/attention_loops.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kQueries = 48;  // of a block: a multiple of every tile's rows
constexpr std::int64_t kKeys = 128;    // of every panel's columns

template <class T>
const AttentionLoops<T>& loops() {
  static const AttentionTables& tables = at_level(simd_level(), LIMPID_LEVELS(attention_tables));
  if constexpr (std::is_same_v<T, float>) return tables.f32;
  else return tables.f64;
}

bool is_fast(DType dtype) { return dtype == DType::f32 || dtype == DType::f64; }

template <class F>
void visit_fast(DType dtype, F&& f) {
  if (dtype == DType::f32) f(float());
  else f(double());
}

/// A stack of matrices (..., rows, columns) of any strides.
template <class T>
struct Stack {
  T* data = nullptr;
  std::int64_t row = 0, column = 1;
  std::span<const std::int64_t> batch, strides;

  Stack() = default;
  explicit Stack(const AnyView& v)
      : data(static_cast<T*>(v.data)),
        row(v.strides[v.rank - 2]),
        column(v.strides[v.rank - 1]),
        batch(v.shape, static_cast<std::size_t>(v.rank - 2)),
        strides(v.strides, batch.size()) {}

  /// Matrix `index`, counted in row-major order of the axes in front.
  T* at(std::int64_t index) const {
    T* p = data;
    for (std::size_t axis = batch.size(); axis-- > 0;) {
      p += index % batch[axis] * strides[axis];
      index /= batch[axis];
    }
    return p;
  }
};

/// The mask of one head.
struct HeadMask {
  const void* data = nullptr;
  bool chooses = false;  // bool, where true takes part
  std::int64_t row = 0, column = 0;
};

/// The operands of a call, and what is the same for all its heads.
template <class T>
struct Call {
  std::int64_t heads = 1, queries, keys, features, outputs;
  Stack<const T> q, k, v;
  AnyView mask_view;
  T scale;
  bool causal;

  Call(const Attention& op, const AnyView& query, const AnyView& key, const AnyView& value,
       const AnyView& mask)
      : queries(query.shape[query.rank - 2]),
        keys(key.shape[key.rank - 2]),
        features(query.shape[query.rank - 1]),
        outputs(value.shape[value.rank - 1]),
        q(query),
        k(key),
        v(value),
        mask_view(mask),
        scale(static_cast<T>(op.scale)),
        causal(op.is_causal) {
    for (const std::int64_t size : q.batch) heads *= size;
  }

  HeadMask mask(std::int64_t head) const {
    if (!mask_view.defined()) return {};
    const bool chooses = mask_view.dtype == DType::boolean;
    const auto of = [&](auto stack) {
      return HeadMask{stack.at(head), chooses, stack.row, stack.column};
    };
    return chooses ? of(Stack<const bool>(mask_view)) : of(Stack<const T>(mask_view));
  }
  LeftRows<T> query_rows(std::int64_t head, std::int64_t i) const {
    return {q.at(head) + i * q.row, q.row, q.column};
  }
  /// K^T, a column a key.
  PackedMatrix<T> key_columns(std::int64_t head) const {
    return {{k.at(head), k.column, k.row}, features, keys};
  }
  PackedMatrix<T> value_rows(std::int64_t head) const {
    return {{v.at(head), v.row, v.column}, keys, outputs};
  }
  /// About so many operations, by which threads are given work.
  std::int64_t query_work() const {
    return keys * (features + outputs + 16);  // mutate: equivalent -- speed only
  }
  /// Keys that queries before `end` may look at.
  std::int64_t keys_until(std::int64_t end) const { return causal ? std::min(keys, end) : keys; }
};

/// A block of scores: queries from i on, keys from j on.
struct Block {
  std::int64_t i, rows, j, columns;
};

/// Calls f(Block) for blocks of keys.
template <class T, class F>
void for_key_blocks(const Call<T>& call, std::int64_t i, std::int64_t rows, const F& f) {
  const std::int64_t end = call.keys_until(i + rows);
  for (std::int64_t j = 0; j < end; j += kKeys) f(Block{i, rows, j, std::min(kKeys, end - j)});
}

/// score = scale score + mask, -infinity where a key may not be looked at.
template <class T>
void apply_mask(const HeadMask& mask, T scale, bool causal, const Block& b, T* scores) {
  constexpr T kNever = -std::numeric_limits<T>::infinity();
  for (std::int64_t r = 0; r < b.rows; ++r, scores += kKeys) {
    const std::int64_t at = (b.i + r) * mask.row + b.j * mask.column;
    if (!mask.data) {
      for (std::int64_t s = 0; s < b.columns; ++s) scores[s] *= scale;
    } else if (mask.chooses) {
      const bool* from = static_cast<const bool*>(mask.data) + at;
      for (std::int64_t s = 0; s < b.columns; ++s)
        scores[s] = from[s * mask.column] ? scores[s] * scale : kNever;
    } else {
      const T* from = static_cast<const T*>(mask.data) + at;
      for (std::int64_t s = 0; s < b.columns; ++s)
        scores[s] = scores[s] * scale + from[s * mask.column];
    }
    if (causal)
      for (std::int64_t s = std::max<std::int64_t>(b.i + r + 1 - b.j, 0); s < b.columns; ++s)
        scores[s] = kNever;
  }
}

/// The scores of a block; gives what they are still to be multiplied by.
template <class T>
T score(const Call<T>& call, std::int64_t head, const PackedMatrix<T>& keys, const HeadMask& mask,
        const Block& b, T* scores) {
  keys.multiply(b.rows, call.query_rows(head, b.i),
                {.depth = call.features, .column = b.j, .columns = b.columns}, scores, kKeys,
                false);
  const bool partly = call.causal && b.j + b.columns > b.i + 1;
  if (!mask.data && !partly) return call.scale;
  apply_mask(mask, call.scale, partly, b, scores);
  return 1;
}

// ---- forward

/// Memory of one thread for a block of queries.
template <class T>
struct Forward {
  const Call<T>& call;
  Scratch<T> scores{kQueries * kKeys};
  T best[kQueries], sum[kQueries], shrink[kQueries];

  explicit Forward(const Call<T>& c) : call(c) {}

  /// Queries [i, i + rows) of a head, from packed keys and values.
  void run(std::int64_t head, const PackedMatrix<T>& keys, const PackedMatrix<T>& values,
           std::int64_t i, std::int64_t rows, T* y, T* log_sums) {
    std::fill_n(best, rows, -std::numeric_limits<T>::infinity());
    std::fill_n(sum, rows, T(0));
    std::fill_n(y, rows * call.outputs, T(0));
    const HeadMask mask = call.mask(head);
    for_key_blocks(call, i, rows, [&](const Block& b) {
      const T scale = score(call, head, keys, mask, b, scores.data());
      loops<T>().weigh({rows, b.columns, kKeys, scores.data(), scale, best, sum, shrink});
      if (b.j > 0) loops<T>().scale_rows({rows, call.outputs, call.outputs, y}, shrink);
      values.multiply(rows, {scores.data(), kKeys},
                      {.first = b.j, .depth = b.columns, .columns = call.outputs}, y, call.outputs,
                      b.j > 0);
    });
    for (std::int64_t r = 0; r < rows; ++r) {
      const T from = best[r] == -std::numeric_limits<T>::infinity() ? T(0) : best[r];
      log_sums[r] = from + std::log(sum[r]);
      sum[r] = sum[r] == 0 ? T(0) : 1 / sum[r];  // a query that may look at nothing gets 0
    }
    loops<T>().scale_rows({rows, call.outputs, call.outputs, y}, sum);
  }
};

/// f(head, first query, end): heads, or parts of them where there are fewer heads than threads.
template <class T, class F>
void split_queries(const Call<T>& call, const F& f) {
  const std::int64_t blocks = (call.queries + kQueries - 1) / kQueries;
  const std::int64_t parts = std::min(blocks, (get_num_threads() + call.heads - 1) / call.heads);
  const std::int64_t part = (blocks + parts - 1) / parts * kQueries;
  const std::int64_t grain = (1 << 18) / (part * call.query_work() + 1) + 1;
  parallel_for(0, call.heads * parts, grain, [&](std::int64_t first, std::int64_t last) {
    Forward<T> forward(call);
    for (std::int64_t n = first; n < last; ++n) {
      const std::int64_t begin = n % parts * part;
      f(forward, n / parts, begin, std::min(call.queries, begin + part));
    }
  });
}

// ---- backward

/// Where rows of a gradient go, `stride` apart; null: not wanted.
template <class T>
struct Target {
  T* data = nullptr;
  std::int64_t stride = 0;
  T* row(std::int64_t i) const { return data + i * stride; }
};

/// What the gradients of a head are made from, and where they go.
template <class T>
struct HeadGradients {
  const T *y, *log_sums;
  LeftRows<T> dy;
  Target<T> dq, dk, dv, dmask;
};

/// Zeros in the order in which `like` lies in memory, so that what made `like` need not copy its
/// gradient; in row-major order where the last axis is not the innermost.
Tensor zeros_laid_out_as(const Tensor& like) {
  std::vector<std::int64_t> order, place(static_cast<std::size_t>(like.dim()));
  for (int axis = 0; axis < like.dim(); ++axis) order.push_back(axis);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t a, std::int64_t b) { return like.stride(a) > like.stride(b); });
  if (order.back() != like.dim() - 1) return zeros(like.shape(), {.dtype = like.dtype()});
  Shape shape;
  for (std::size_t i = 0; i < order.size(); ++i) {
    shape.push_back(like.size(order[i]));
    place[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  }
  return zeros(shape, {.dtype = like.dtype()}).permute(place);
}

template <class T>
Target<T> target(const Tensor& t, std::int64_t head) {
  if (!t.defined()) return {};
  const Stack<T> stack(t->as_view());
  return {stack.at(head), stack.row};
}

template <class T>
struct BackwardBlocks {
  const Call<T>& call;
  Scratch<T> scores{kQueries * kKeys}, dweights{kQueries * kKeys};
  T log_sums[kQueries], means[kQueries];

  explicit BackwardBlocks(const Call<T>& c) : call(c) {}

  void run(std::int64_t head, const HeadGradients<T>& g) {
    const PackedMatrix<T> keys = call.key_columns(head);
    const PackedMatrix<T> values{
        {call.v.at(head), call.v.column, call.v.row}, call.outputs, call.keys};
    const PackedMatrix<T> key_rows{
        {call.k.at(head), call.k.row, call.k.column}, call.keys, call.features};
    const PackedMatrix<T> query_rows{
        {call.q.at(head), call.q.row, call.q.column}, call.queries, call.features};
    const PackedMatrix<T> dy{
        {g.dy.data, g.dy.row_stride, g.dy.column_stride}, call.queries, call.outputs};
    const HeadMask mask = call.mask(head);
    for (std::int64_t i = 0; i < call.queries; i += kQueries) {
      const std::int64_t rows = std::min(kQueries, call.queries - i);
      start_rows(g, i, rows);
      const LeftRows<T> dy_rows{g.dy.data + i * g.dy.row_stride, g.dy.row_stride,
                                g.dy.column_stride};
      for_key_blocks(call, i, rows, [&](const Block& b) {
        const T scale = score(call, head, keys, mask, b, scores.data());
        values.multiply(rows, dy_rows, {.depth = call.outputs, .column = b.j, .columns = b.columns},
                        dweights.data(), kKeys, false);
        loops<T>().weigh_backward(
            {rows, b.columns, kKeys, scores.data(), scale, log_sums, means, dweights.data()});
        add_block(g, b, key_rows, query_rows, dy);
      });
      scale(g.dq, i, rows);
    }
    scale(g.dk, 0, call.keys);
  }

 private:
  void scale(const Target<T>& to, std::int64_t first, std::int64_t rows) const {
    for (std::int64_t r = 0; to.data && r < rows; ++r)
      loops<T>().scale(call.features, call.scale, to.row(first + r));
  }

  /// log_sums, and the sum over a row of P dP = P (dO V^T), which is dO O.
  void start_rows(const HeadGradients<T>& g, std::int64_t i, std::int64_t rows) {
    for (std::int64_t r = 0; r < rows; ++r) {
      const T value = g.log_sums[i + r];
      log_sums[r] = value == -std::numeric_limits<T>::infinity() ? -value : value;
      means[r] = loops<T>().dot(call.outputs, g.dy.data + (i + r) * g.dy.row_stride,
                                g.y + (i + r) * call.outputs);
    }
  }

  void add_block(const HeadGradients<T>& g, const Block& b, const PackedMatrix<T>& key_rows,
                 const PackedMatrix<T>& query_rows, const PackedMatrix<T>& dy) {
    const auto transposed = [](const T* block) { return LeftRows<T>{block, 1, kKeys}; };
    if (g.dv.data)
      dy.multiply(b.columns, transposed(scores.data()),
                  {.first = b.i, .depth = b.rows, .columns = call.outputs}, g.dv.row(b.j),
                  g.dv.stride, true);
    for (std::int64_t r = 0; g.dmask.data && r < b.rows; ++r)
      std::copy_n(dweights.data() + r * kKeys, b.columns, g.dmask.row(b.i + r) + b.j);
    if (g.dk.data)
      query_rows.multiply(b.columns, transposed(dweights.data()),
                          {.first = b.i, .depth = b.rows, .columns = call.features}, g.dk.row(b.j),
                          g.dk.stride, true);
    if (g.dq.data)
      key_rows.multiply(b.rows, {dweights.data(), kKeys},
                        {.first = b.j, .depth = b.columns, .columns = call.features}, g.dq.row(b.i),
                        g.dq.stride, true);
  }
};

}  // namespace

void Attention::forward(Cpu, const Io& io) const {
  const AnyView &y = io.out[0], &log_sums = io.out[1];
  if (!is_fast(y.dtype)) return forward(Reference{}, io);
  if (log_sums.numel == 0) return;
  visit_fast(y.dtype, [&]<class T>(T) {
    const Call<T> call(*this, io.in[0], io.in[1], io.in[2], io.in[3]);
    split_queries(
        call, [&](Forward<T>& forward, std::int64_t head, std::int64_t begin, std::int64_t end) {
          const PackedMatrix<T> keys = call.key_columns(head), values = call.value_rows(head);
          for (std::int64_t i = begin; i < end; i += kQueries) {
            const std::int64_t row = head * call.queries + i;
            forward.run(head, keys, values, i, std::min(kQueries, end - i),
                        static_cast<T*>(y.data) + row * call.outputs,
                        static_cast<T*>(log_sums.data) + row);
          }
        });
  });
}

Tensors Attention::backward(Cpu, const Backward& b) const {
  const Tensor q = b.input(0), k = b.input(1), v = b.input(2), mask = b.input(3), y = b.output(0),
               log_sums = b.output(1);
  if (!is_fast(y.dtype()) || y.numel() == 0) return gradient(b);
  const Tensor dy = b.dy().stride(-1) == 1 ? b.dy() : b.dy().contiguous();
  const auto room = [&](int input, const Tensor& like) {  // where parts are added up
    return b.needs(input) ? zeros_laid_out_as(like) : Tensor();
  };
  const Tensor dq = room(0, q), dk = room(1, k), dv = room(2, v);
  const Tensor dmask = b.needs(3) ? zeros(mask.shape(), {.dtype = y.dtype()}) : Tensor();
  visit_fast(y.dtype(), [&]<class T>(T) {
    const Call<T> call(*this, q->as_view(), k->as_view(), v->as_view(),
                       mask.defined() ? mask->as_view() : AnyView{});
    const Stack<const T> arrived(dy->as_view());
    const auto part = [](const Tensor& t, std::int64_t head, std::int64_t size) {
      return static_cast<const T*>(t->data) + head * size;
    };
    const std::int64_t grain = (1 << 18) / (3 * call.queries * call.query_work() + 1) + 1;
    parallel_for(0, call.heads, grain, [&](std::int64_t first, std::int64_t last) {
      BackwardBlocks<T> blocks(call);
      for (std::int64_t n = first; n < last; ++n)
        blocks.run(n, {part(y, n, call.queries * call.outputs),
                       part(log_sums, n, call.queries),
                       {arrived.at(n), arrived.row, arrived.column},
                       target<T>(dq, n),
                       target<T>(dk, n),
                       target<T>(dv, n),
                       target<T>(dmask, n)});
    });
  });
  return {dq, dk, dv, dmask};
}

}  // namespace limpid
