// Numbers at the ends of int64, where a program negates or adds: refused with a reason, or right.
// The sanitizers' build sees whether anything overflows on the way.

// covers: pad, slice, round, unfold, bincount
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "limpid/limpid.h"
#include "tests/call.h"
#include "tests/thrown.h"

namespace limpid::extreme_numbers_test {

using testing::Call;
using testing::thrown;

namespace {

constexpr std::int64_t kLeast = INT64_MIN, kMost = INT64_MAX;

struct Refused {
  std::string says;
  Call<void()> call;
};

}  // namespace

TEST_CASE("numbers that cannot be are refused, not wrapped around") {
  const Tensor x = ones({2, 3}), image = ones({1, 1, 4, 4});
  Tensor p = zeros({1}, {.requires_grad = true});
  optim::SGD sgd({p});
  sgd.set_initial_lr(0.1);
  const std::vector<Refused> all = {
      {"pad: pad -9223372036854775808 of dimension 1 must lie in [-2^62, 2^62]",
       [&] {
         pad(x, {kLeast, kMost});
       }},
      {"pad: pad 9223372036854775807 of dimension 1 must lie in [-2^62, 2^62]",
       [&] {
         pad(x, {kMost, kLeast});
       }},
      {"pad: pad -9223372036854775808 of dimension 0",
       [&] {
         pad(x, {0, 0, 0, kLeast}, "reflect");
       }},
      {"pad -4611686018427387904 and 0 of dimension 1 of size 3 take away more than there is",
       [&] {
         pad(x, {-(std::int64_t{1} << 62), 0});
       }},
      {"has more elements than can be addressed",
       [&] { unfold(image, std::int64_t{1} << 30, {.padding = std::int64_t{1} << 29}); }},
      {"roll", [&] { roll(x, kLeast, kLeast); }},
      {"StepLR: last_epoch must be at most 2^53", [&] { optim::StepLR(sgd, 1, 0.5, kMost); }},
      {"LSTM: hidden_size must be at most 2^48", [] { nn::LSTM(3, kMost / 3); }},
      {"GRUCell: hidden_size must be at most 2^48", [] { nn::GRUCell(3, kMost / 2); }},
      {"MultiheadAttention: embed_dim must be at most 2^48",
       [] { nn::MultiheadAttention(kMost, 1); }},
      {"has more elements than can be addressed", [] { nn::Linear(kMost, 3); }},
      {"narrow: length -9223372036854775808", [&] { x.narrow(0, 0, kLeast); }},
      {"narrow: start -9223372036854775808", [&] { x.narrow(0, kLeast, 1); }},
      {"select: index -9223372036854775808", [&] { x.select(0, kLeast); }},
      {"out of range", [&] { x.sum({kLeast}); }},
      {"topk", [&] { topk(x, kLeast); }},
      {"repeat",
       [&] {
         x.repeat({kMost, kMost});
       }},
      {"repeat_interleave", [&] { repeat_interleave(x, kMost, 0); }},
      {"bincount", [] { bincount(tensor({kMost})); }},
      {"max_pool2d: stride must be at least 1, got (-9223372036854775808",
       [&] { max_pool2d(image, 2, {.stride = kLeast}); }},
      {"avg_pool2d: padding must be at most 2^30",
       [&] { avg_pool2d(image, 2, {.padding = kMost}); }},
      {"conv2d: padding (9223372036854775807, 9223372036854775807) is impossibly large",
       [&] {
         conv2d(image, ones({1, 1, 2, 2}), {}, {.padding = kMost});
       }},
      {"diag_embed", [&] { diag_embed(x, kMost); }},
  };
  for (const Refused& r : all) {
    const std::string message = thrown<Error>(r.call);
    CHECK_MESSAGE(message.find(r.says) != std::string::npos, "expected '", r.says,
                  "', got: ", message);
  }
}

TEST_CASE("numbers that are odd and have a meaning keep it") {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  const auto same = [](const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && a.to_vector<double>() == b.to_vector<double>();
  };
  // A step that is never taken.
  CHECK(same(x.index({Slice(0, 1, kMost)}), x.narrow(0, 0, 1)));
  CHECK(same(x.index({Slice(1, std::nullopt, kLeast)}), x.narrow(0, 1, 1)));
  CHECK(same(x.index({Slice(kLeast, kMost, 1)}), x));
  CHECK(same(roll(x, kLeast, 1), roll(x, kLeast % 3, 1)));
  CHECK(same(rot90(x, kLeast, {0, 1}), x));
  CHECK(same(tril(x, kMost), x));
  CHECK(same(triu(x, kLeast), x));
  CHECK(same(tril(x, kLeast), zeros({2, 3})));
  CHECK(x.diagonal(kLeast).numel() == 0);
  // The first and the last, counted from either end.
  CHECK(same(x.select(0, -2), x[0]));
  CHECK(same(x.narrow(1, -3, 3), x));
  CHECK(x.narrow(1, 3, 0).numel() == 0);
  CHECK(x.narrow(1, -3, 0).numel() == 0);
  // Empty views say where they begin, as PyTorch's do.
  CHECK(x.narrow(0, 2, 0).storage_offset() == 6);
  CHECK(x.index({Slice(0, 0), Slice(1)}).storage_offset() == 1);
  CHECK(zeros({3}, {.device = kMeta})[1]->data == nullptr);
  // As in PyTorch: 10^400 is infinity.
  for (const std::int64_t decimals : {std::int64_t{400}, std::int64_t{-400}, kLeast, kMost})
    CHECK(std::isnan(round(tensor({1.5}), decimals).item()));
  CHECK(tensor_split(x, Shape{kLeast, kMost}, 1)[1].numel() == 6);
}

}  // namespace limpid::extreme_numbers_test
