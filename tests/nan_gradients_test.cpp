// Gradients where a formula has no slope, or meets infinities: PyTorch's numbers, NaN included (see
// docs/decisions/0012-nan-gradients.md). All from torch 2.13.0.

// covers: special, lp_pool, piecewise_activation, smooth_activation, log_softmax, logsumexp,
// vector_norm, distance, cross_entropy
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/core/str.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"

namespace limpid::nan_gradients_test {

using testing::Call;

namespace {

constexpr double kInf = INFINITY;
const double kNan = std::nan("");
using Values = std::vector<double>;
using Function = Call<Tensor(const std::vector<Tensor>&)>;

struct Row {
  std::string name;
  Function f;
  std::vector<Values> inputs, gradients;
  Shape shape = {};        ///< of every input; empty: a vector
  bool definition = true;  ///< false: for kernels alone
};

std::string text(const Values& values) {
  std::string out;
  for (double v : values) out += str(out.empty() ? "" : ", ", v);
  return "[" + out + "]";
}

bool alike(const Values& a, const Values& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (!(a[i] == b[i] || std::abs(a[i] - b[i]) <= 1e-4 * std::abs(b[i]))) return false;
  }
  return a.size() == b.size();
}

/// Gradients of the sum, by kernels and by the definition (which higher derivatives use).
void check(const Row& row) {
  for (const bool create_graph : {false, true}) {
    if (create_graph && !row.definition) continue;
    std::vector<Tensor> leaves;
    for (const Values& values : row.inputs) {
      const auto n = static_cast<std::int64_t>(values.size());
      leaves.push_back(tensor(values)
                           .to(DType::f32)
                           .reshape(row.shape.empty() ? Shape{n} : row.shape)
                           .detach()
                           .clone()
                           .requires_grad_());
    }
    const Tensor total[] = {row.f(leaves).sum()};
    const std::vector<Tensor> found = grad(total, leaves, {}, {.create_graph = create_graph});
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const Values values = found[i].detach().to_vector<double>();
      CHECK_MESSAGE(alike(values, row.gradients[i]), row.name,
                    std::string(create_graph ? ", the definition" : ""), ", input ", i, ": found ",
                    text(values), ", PyTorch has ", text(row.gradients[i]));
    }
  }
}

}  // namespace

TEST_CASE("gradients at hard places are PyTorch's") {
  const auto of = [](Tensor (*f)(const Tensor&)) -> Function {
    return [f](const std::vector<Tensor>& in) { return f(in[0]); };
  };
  const auto lp = [](double p) -> Function {
    return [p](const std::vector<Tensor>& in) { return lp_pool1d(in[0], p, 2); };
  };
  const Values pairs = {0, 0, 0, 1, -1, -2};
  const std::vector<Row> rows = {
      {"hypot",
       [](auto& in) { return hypot(in[0], in[1]); },
       {{0, 0, kInf, 1, kInf}, {0, 1, 1, kInf, kInf}},
       {{kNan, 0, kNan, 0, kNan}, {kNan, 1, 0, kNan, kNan}}},
      {"xlogy",
       [](auto& in) { return xlogy(in[0], in[1]); },
       {{0, 0, 0, 1, 0, kNan, 2}, {0, kNan, kInf, 0, -1, 2, -1}},
       {{0, kNan, kInf, -kInf, 0, 0.693147, kNan}, {kNan, kNan, 0, kInf, 0, kNan, -2}}},
      {"prelu",
       [](auto& in) { return prelu(in[0], in[1]); },
       {{kInf, -1, 0, 2}, {0.25}},
       {{1, 0.25, 0.25, 1}, {-1}}},
      {"prelu of -infinity",
       [](auto& in) { return prelu(in[0], in[1]); },
       {{-kInf, 1}, {0.25}},
       {{0.25, 1}, {-kInf}}},
      {"lp_pool 1", lp(1), {pairs}, {{0, 0, 1, 1, 1, 1}}, {1, 1, 6}},
      {"lp_pool 2", lp(2), {pairs}, {{0, 0, 0, 1, -0.447214, -0.894427}}, {1, 1, 6}},
      {"lp_pool 3", lp(3), {pairs}, {{0, 0, 0, 1, kNan, kNan}}, {1, 1, 6}, false},
      {"lp_pool 0.5", lp(0.5), {pairs}, {{kNan, kNan, kInf, 1, kNan, kNan}}, {1, 1, 6}, false},
      {"log_softmax",
       [](auto& in) { return log_softmax(in[0], -1); },
       {{-kInf, -kInf, kInf, 0, -kInf, 1}},
       {{kNan, kNan, kNan, kNan, 1, -1}},
       {3, 2}},
      {"softmax",
       [](auto& in) { return softmax(in[0], -1); },
       {{-kInf, -kInf, kInf, 0, -kInf, 1}},
       {{kNan, kNan, kNan, kNan, 0, 0}},
       {3, 2}},
      {"logsumexp",
       [](auto& in) { return logsumexp(in[0], {1}); },
       {{-kInf, -kInf, kInf, 0, -kInf, 1}},
       {{kNan, kNan, kNan, 0, 0, 1}},
       {3, 2}},
      {"logaddexp",
       [](auto& in) { return logaddexp(in[0], in[1]); },
       {{-kInf, kInf, 0}, {-kInf, kInf, kInf}},
       {{kNan, kNan, 0}, {kNan, kNan, 1}}},
      {"sqrt", of(&limpid::sqrt), {{0}}, {{kInf}}},
      {"pow",
       [](auto& in) { return pow(in[0], in[1]); },
       {{0, 0, 0}, {0, 1, 2}},
       {{0, 1, 0}, {0, 0, 0}}},
      {"atan2", [](auto& in) { return atan2(in[0], in[1]); }, {{0, 0}, {0, -1}}, {{0, -1}, {0, 0}}},
      {"the 2-norm of 0", [](auto& in) { return vector_norm(in[0]); }, {{0, 0}}, {{0, 0}}},
      {"the 3-norm of 0", [](auto& in) { return vector_norm(in[0], 3); }, {{0, 0}}, {{0, 0}}},
      {"std of equal numbers", [](auto& in) { return limpid::std(in[0]); }, {{1, 1}}, {{0, 0}}},
      {"normalize", [](auto& in) { return normalize(in[0], 2, 0); }, {{0, 0}}, {{1e12, 1e12}}},
      {"pairwise_distance",
       [](auto& in) { return pairwise_distance(in[0], in[1], {.eps = 0}); },
       {{0, 0}, {0, 0}},
       {{0, 0}, {0, 0}}},
      {"silu", of(&silu), {{kInf, -kInf}}, {{kNan, kNan}}},
      {"mish", of(&mish), {{kInf, -kInf}}, {{kNan, kNan}}},
      {"softsign", of(&softsign), {{kInf, -kInf}}, {{kNan, kNan}}},
      {"logsigmoid", of(&logsigmoid), {{kInf, -kInf}}, {{0, 1}}},
      {"selu", of(&selu), {{kInf, -kInf}}, {{1.050701, 0}}},
      {"relu6", of(&relu6), {{kInf, -kInf}}, {{0, 0}}},
      {"hardsigmoid", of(&hardsigmoid), {{kInf, kNan, -kInf}}, {{0, 0, 0}}},
      {"hardswish", of(&hardswish), {{kInf, -kInf, kNan}}, {{1, 0, 1}}},
  };
  for (const Row& row : rows) check(row);
}

// PyTorch gives NaN to an ignored row that holds an infinity or NaN (0 times the softmax of the
// row); a position that takes no part has no gradient here.
TEST_CASE("an ignored row of scores has no gradient, whatever it holds") {
  const Values scores = {kInf, 0, 1, 1, 2, 3, -kInf, -kInf, -kInf, kNan, 1, 1, -kInf, 0, 1};
  const Tensor target = tensor({-100, 1, -100, -100, -100}, {.dtype = DType::i64});
  for (const double smooth : {0.0, 0.1}) {
    const double a = smooth == 0 ? 0.090031 : 0.056697, b = smooth == 0 ? -0.755272 : -0.688605,
                 c = smooth == 0 ? 0.665241 : 0.631908;
    check({str("cross_entropy, label_smoothing ", smooth),
           [&](auto& in) { return cross_entropy(in[0], target, {.label_smoothing = smooth}); },
           {scores},
           {{0, 0, 0, a, b, c, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
           {5, 3}});
  }
}

}  // namespace limpid::nan_gradients_test
