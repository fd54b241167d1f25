// Attention and transformer layers against results that PyTorch gave, and their masks.

// covers: attention

#include "limpid/nn/transformer.h"

#include <cmath>

#include "limpid/autograd/engine.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/ops/attention/attention.h"
#include "limpid/ops/attention/attention_loops.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/tensor/allocator.h"
#include "tests/golden_layers.h"
#include "tests/thrown.h"

namespace limpid::transformer_test {

using namespace testing;
using nlohmann::json;

namespace {

const json& golden() {
  static const json all = read_golden("transformer.json");
  return all;
}

/// A table of numbers as a tensor; -1e9 stands for -infinity.
Tensor table(const json& rows, DType dtype) {
  std::vector<double> values;
  for (const json& row : rows)
    for (double v : row) values.push_back(v <= -1e9 ? -INFINITY : v);
  return from_values(
      std::span<const double>(values),
      {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size())},
      {.dtype = dtype});
}

}  // namespace

TEST_CASE("multi-head attention gives what PyTorch gives") {
  REQUIRE(golden()["attentions"].size() == 13);
  for (const json& c : golden()["attentions"]) {
    INFO(c["name"].get<std::string>());
    const std::int64_t kdim = c["kdim"], vdim = c["vdim"];
    const bool first = c["batch_first"], batched = c["batched"], cross = c["cross"];
    nn::MultiheadAttention module(4, 2,
                                  {.bias = c["bias"],
                                   .add_bias_kv = c["bias_kv"],
                                   .add_zero_attn = c["zero"],
                                   .kdim = kdim,
                                   .vdim = vdim,
                                   .batch_first = first});
    fill_parameters(module, 20);
    CHECK(parameter_names(module) == c["names"].get<std::vector<std::string>>());
    const auto shaped = [&](std::int64_t steps, std::int64_t features) {
      return !batched ? Shape{steps, features}
             : first  ? Shape{2, steps, features}
                      : Shape{steps, 2, features};
    };
    Tensor query = filled(shaped(5, 4), 5, 10);
    query.requires_grad_();
    const Tensor key = cross ? filled(shaped(3, kdim), 6, 10) : query;
    const Tensor value = cross ? filled(shaped(3, vdim), 7, 10) : query;
    nn::AttentionArguments options{.average_attn_weights = c["average"]};
    if (!c["mask"].is_null())
      options.attn_mask = table(c["mask"], c["mask_is_bool"] ? DType::boolean : DType::f32);
    if (!c["padding"].is_null()) options.key_padding_mask = table(c["padding"], DType::boolean);
    const auto [output, weights] = module(query, key, value, options);
    check_results({output, weights}, query, module, c);
    options.need_weights = false;
    check_equal(module(query, key, value, options).output, c["results"][0]);
  }
}

TEST_CASE("transformer encoders give what PyTorch gives") {
  REQUIRE(golden()["encoders"].size() == 5);
  for (const json& c : golden()["encoders"]) {
    INFO(c["name"].get<std::string>());
    const nn::TransformerEncoderLayer layer(4, 2,
                                            {.dim_feedforward = 6,
                                             .dropout = 0,
                                             .activation = c["activation"],
                                             .batch_first = c["batch_first"],
                                             .norm_first = c["norm_first"]});
    std::shared_ptr<nn::Module> norm;
    if (c["norm"]) norm = std::make_shared<nn::LayerNorm>(Shape{4});
    nn::TransformerEncoder module(layer, c["layers"], norm);
    fill_parameters(module, 20);
    CHECK(parameter_names(module) == c["names"].get<std::vector<std::string>>());
    Tensor x = filled(c["batch_first"] ? Shape{2, 5, 4} : Shape{5, 2, 4}, 5, 10);
    x.requires_grad_();
    nn::TransformerMasks masks{.is_causal = c["causal"]};
    if (!c["padding"].is_null()) masks.src_key_padding_mask = table(c["padding"], DType::boolean);
    check_results({module(x, masks)}, x, module, c);
  }
}

TEST_CASE("a position that may look at nothing gives zeros, and no NaN anywhere") {
  nn::MultiheadAttention module(4, 2, {.bias = false, .batch_first = true});
  fill_parameters(module, 20);
  Tensor x = filled({1, 3, 4}, 5, 10);
  x.requires_grad_();
  const Tensor nothing = ones({1, 3}, {.dtype = DType::boolean});
  const auto [output, weights] = module(x, x, x, {.key_padding_mask = nothing});
  for (double v : output.to_vector<double>()) CHECK(v == 0);
  for (double v : weights.to_vector<double>()) CHECK(v == 0);
  output.sum().backward();
  for (double v : x.grad().to_vector<double>()) CHECK(v == 0);
}

TEST_CASE("an encoder's layers start alike and learn apart") {
  const nn::TransformerEncoderLayer layer(4, 2, {.dim_feedforward = 6});
  const nn::TransformerEncoder encoder(layer, 2);
  const auto weight = [&](std::int64_t i) {
    return encoder.layers.get<nn::TransformerEncoderLayer>(i).linear1.weight;
  };
  CHECK(weight(0).to_vector<float>() == weight(1).to_vector<float>());
  CHECK_FALSE(weight(0).shares_storage(weight(1)));
  CHECK_FALSE(weight(0).shares_storage(layer.linear1.weight));
}

TEST_CASE("attention says what does not fit") {
  CHECK_SAYS(ValueError, "embed_dim 6 must be a multiple of num_heads 4",
             nn::MultiheadAttention(6, 4));
  CHECK_SAYS(ValueError, "num_heads must be at least 1, got 0", nn::MultiheadAttention(6, 0));
  CHECK_SAYS(ValueError, "dropout must lie in [0, 1]",
             nn::MultiheadAttention(4, 2, {.dropout = -1}));
  CHECK_SAYS(ValueError, "activation must be 'relu' or 'gelu', got 'tanh'",
             nn::TransformerEncoderLayer(4, 2, {.activation = "tanh"}));
  nn::MultiheadAttention module(4, 2);
  const Tensor x = zeros({5, 2, 4});
  CHECK_SAYS(ShapeError, "query has 3 features but the layer expects 4",
             module(zeros({5, 2, 3}), x, x));
  CHECK_SAYS(ShapeError, "key and value differ in their length", module(x, zeros({3, 2, 4}), x));
  CHECK_SAYS(ShapeError, "differ in their batch", module(x, zeros({5, 1, 4}), zeros({5, 1, 4})));
  CHECK_SAYS(ShapeError, "must all have 3 axes", module(zeros({4}), x, x));
  CHECK_SAYS(ShapeError, "attn_mask must be (5, 5), got (5, 4)",
             module(x, x, x, {.attn_mask = zeros({5, 4})}));
  CHECK_SAYS(ShapeError, "key_padding_mask must be (2, 5), got (5, 2)",
             module(x, x, x, {.key_padding_mask = zeros({5, 2}, {.dtype = DType::boolean})}));
  CHECK_SAYS(DTypeError, "attn_mask must be bool or float, got int64",
             module(x, x, x, {.attn_mask = zeros({5, 5}, {.dtype = DType::i64})}));
  CHECK(module(x, x, x).output.shape() == Shape{5, 2, 4});
}

TEST_CASE("attention holds no matrix of all scores, forward and backward") {
  constexpr std::int64_t kLength = 1500;  // whose scores would take 9 MB
  Tensor x = filled({1, kLength, 8}, 5, 20);
  x.requires_grad_();
  reset_peak_memory();
  const std::size_t before = memory_stats().in_use;
  scaled_dot_product_attention(x, x, x, {.is_causal = true}).sum().backward();
  CHECK(memory_stats().peak_in_use - before < std::size_t{2} << 20);
}

TEST_CASE("the number of threads changes no bit of attention") {
  const int threads = get_num_threads();
  const auto run = [](int count) {
    set_num_threads(count);
    Tensor q = filled({1, 200, 8}, 5, 20), k = filled({1, 300, 8}, 6, 20);
    q.requires_grad_();
    const Tensor y = scaled_dot_product_attention(q, k, k);
    y.sum().backward();
    std::vector<float> all = y.detach().to_vector<float>();
    for (float v : q.grad().to_vector<float>()) all.push_back(v);
    return all;
  };
  CHECK(run(1) == run(3));
  set_num_threads(threads);
}

TEST_CASE("the gradients of attention's parts of one tensor") {
  // As a layer cuts them from one projection: the gradients come in the order of memory.
  Tensor x = filled({2, 6, 12}, 5, 20);
  x.requires_grad_();
  const auto heads = [&](std::int64_t first) {
    return x.narrow(2, first, 4).reshape({2, 6, 2, 2}).permute({0, 2, 1, 3});
  };
  const auto loss = [](const Tensor& y) { return (y * y).sum(); };
  loss(scaled_dot_product_attention(heads(0), heads(4), heads(8))).backward();
  const Tensor found = x.grad();
  x.zero_grad();
  const Tensor q = heads(0).contiguous(), k = heads(4).contiguous(), v = heads(8).contiguous();
  loss(softmax(q.matmul(k.transpose(-2, -1)) / std::sqrt(2.0), -1).matmul(v)).backward();
  CHECK(allclose(found, x.grad(), 1e-4, 1e-5));
}

TEST_CASE("the gradients of attention lie in memory as its inputs do") {
  const auto loss = [](const Tensor& q, const Tensor& k, const Tensor& v) {
    const Tensor y = scaled_dot_product_attention(q, k, v);
    return (y * y).sum();
  };
  const auto gradients = [&](const std::vector<Tensor>& in) {
    const Tensor out[] = {loss(in[0], in[1], in[2])};
    return grad(out, in);
  };
  const Tensor x = filled({2, 5, 3, 4}, 5, 20).requires_grad_();
  const Tensor columns = filled({2, 3, 4, 5}, 6, 20).requires_grad_();
  const Tensor heads = x.transpose(1, 2), across = columns.transpose(-2, -1);
  const std::vector<Tensor> found = gradients({heads, across, x.transpose(1, 2)});
  const std::vector<Tensor> expected =
      gradients({heads.contiguous(), across.contiguous(), heads.contiguous()});
  CHECK(found[0].stride(1) == 4);
  CHECK(found[0].stride(2) == 12);
  CHECK(found[1].is_contiguous());  // a row of it would not be dense
  for (std::size_t i = 0; i < 2; ++i) CHECK(allclose(found[i], expected[i], 1e-5, 1e-6));
}

namespace {

constexpr std::int64_t kRows = 2, kColumns = 37, kStride = 40;

/// A block between the columns of a wider one, and with a row behind it. Outside, all is 7.
template <class T>
std::vector<T> block(double step) {
  std::vector<T> out((kRows + 1) * kStride, T(7));
  for (std::int64_t i = 0; i < kRows; ++i)
    for (std::int64_t j = 0; j < kColumns; ++j)
      out[static_cast<std::size_t>(i * kStride + j)] =
          static_cast<T>(step * static_cast<double>((i * 11 + j * 5) % kColumns - 15));
  return out;
}

/// Whether the elements are value(row, column), and 7 outside of the block.
template <class T, class Value>
bool is_block(const std::vector<T>& found, const Value& value) {
  bool good = true;
  for (std::int64_t i = 0; i <= kRows; ++i)
    for (std::int64_t j = 0; j < kStride; ++j) {
      const double expected = i < kRows && j < kColumns ? value(i, j) : 7;
      const double v = static_cast<double>(found[static_cast<std::size_t>(i * kStride + j)]);
      good &= std::abs(v - expected) <= 1e-5 * std::max(1.0, std::abs(expected));
    }
  return good;
}

template <class T>
void check_attention_loops(const AttentionLoops<T>& loops) {
  const std::vector<T> scores = block<T>(0.25), slopes = block<T>(-0.5);
  const auto at = [](const std::vector<T>& x, std::int64_t i, std::int64_t j) {
    return static_cast<double>(x[static_cast<std::size_t>(i * kStride + j)]);
  };
  // The first row has seen scores up to 1, the second none.
  std::vector<T> x = scores, best{1, -INFINITY, 7}, sum{2, 0, 7}, shrink{7, 7, 7};
  loops.weigh({kRows, kColumns, kStride, x.data(), T(0.5), best.data(), sum.data(), shrink.data()});
  const double top = 0.125 * (kColumns - 16);
  CHECK(is_block(x, [&](auto i, auto j) { return std::exp(0.5 * at(scores, i, j) - top); }));
  double total = 0;  // of a row: each has the same scores
  for (std::int64_t j = 0; j < kColumns; ++j) total += std::exp(0.5 * at(scores, 0, j) - top);
  CHECK(static_cast<double>(best[0]) == doctest::Approx(top));
  CHECK(static_cast<double>(best[1]) == doctest::Approx(top));
  CHECK(static_cast<double>(shrink[0]) == doctest::Approx(std::exp(1 - top)));
  CHECK(shrink[1] == 0);
  CHECK(static_cast<double>(sum[0]) == doctest::Approx(2 * std::exp(1 - top) + total));
  CHECK(static_cast<double>(sum[1]) == doctest::Approx(total));
  CHECK((best[2] == 7 && sum[2] == 7 && shrink[2] == 7));

  x = scores;
  std::vector<T> dx = slopes;
  const T log_sums[] = {3, INFINITY, 0}, means[] = {0.5, 0.25, 0};  // the second row sees nothing
  loops.weigh_backward({kRows, kColumns, kStride, x.data(), T(0.5), log_sums, means, dx.data()});
  const auto weight = [&](std::int64_t i, std::int64_t j) {
    return i == 1 ? 0 : std::exp(0.5 * at(scores, i, j) - 3);
  };
  CHECK(is_block(x, weight));
  CHECK(is_block(dx, [&](auto i, auto j) { return weight(i, j) * (at(slopes, i, j) - 0.5); }));

  x = scores;
  const T factors[] = {2, -3, 5};
  loops.scale_rows({kRows, kColumns, kStride, x.data()}, factors);
  CHECK(is_block(x, [&](auto i, auto j) { return at(scores, i, j) * (i == 0 ? 2 : -3); }));
  loops.scale(kColumns, T(0.5), x.data());
  CHECK(is_block(x, [&](auto i, auto j) { return at(scores, i, j) * (i == 0 ? 1 : -3); }));
  double product = 0;
  for (std::int64_t j = 0; j < kColumns; ++j) product += at(scores, 0, j) * at(slopes, 0, j);
  CHECK(static_cast<double>(loops.dot(kColumns, scores.data(), slopes.data())) ==
        doctest::Approx(product));
}

}  // namespace

TEST_CASE("the loops of attention at every level of vector instructions") {
  for (const SimdLevel level : available_simd_levels()) {
    INFO(std::string(name_of(level)));
    const AttentionTables& tables = at_level(level, LIMPID_LEVELS(attention_tables));
    check_attention_loops(tables.f32);
    check_attention_loops(tables.f64);
  }
}

}  // namespace limpid::transformer_test
