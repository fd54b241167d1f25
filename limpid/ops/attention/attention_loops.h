#pragma once
// The table of loops behind attention on the processor, one a SIMD level: what happens to a block
// of scores between two products.

#include <cstdint>

namespace limpid {

/// A block of scores, rows `stride` apart, and what is known of each row so far.
template <class T>
struct ScoreBlock {
  std::int64_t rows, columns, stride;
  T* scores;
  T scale;    ///< still to be multiplied by
  T* best;    ///< the largest score
  T* sum;     ///< of e^(score - best)
  T* shrink;  ///< out: what earlier terms are to be multiplied by, since `best` has grown
};

/// The same, backward. `scores` become the weights, `dweights` the gradient of the scores.
template <class T>
struct ScoreGradientBlock {
  std::int64_t rows, columns, stride;
  T* scores;
  T scale;
  const T* log_sums;  ///< of e^score over a row; infinity where there is none
  const T* means;     ///< sum over a row of weight times its gradient
  T* dweights;
};

/// Rows of an output.
template <class T>
struct OutputRows {
  std::int64_t rows, columns, stride;
  T* values;
};

template <class T>
struct AttentionLoops {
  /// Scores become e^(score - best), with `best` and `sum` brought up to date.
  void (*weigh)(const ScoreBlock<T>&);
  void (*weigh_backward)(const ScoreGradientBlock<T>&);
  /// Row i times factor[i].
  void (*scale_rows)(const OutputRows<T>&, const T* factor);
  /// x times factor
  void (*scale)(std::int64_t n, T factor, T* x);
  /// sum of x y
  T (*dot)(std::int64_t n, const T* x, const T* y);
};

struct AttentionTables {
  AttentionLoops<float> f32;
  AttentionLoops<double> f64;
};

namespace baseline {
extern const AttentionTables attention_tables;
}
namespace avx2 {
extern const AttentionTables attention_tables;
}
namespace avx512 {
extern const AttentionTables attention_tables;
}

}  // namespace limpid
