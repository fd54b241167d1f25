#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/adaptive_pool/adaptive_pool.h"

namespace limpid {

namespace {

template <class Card>
Case adaptive_pool_case(std::string name, CaseInput input, IntPair size) {
  const bool max = std::is_same_v<Card, AdaptiveMaxPool2d>;
  const bool smooth = size_of(input.dtype) > 2 && input.values.empty() && input.low != input.high;
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(Card{size}),
          .torch = str("F.adaptive_", max ? "max" : "avg", "_pool2d(a, ", to_string(size),
                       max ? ", return_indices=True)" : ")"),
          .smooth = smooth};
}
template <class Card>
Case refused_adaptive_pool(std::string name, CaseInput input, IntPair size, std::string error) {
  Case c = adaptive_pool_case<Card>(std::move(name), std::move(input), size);
  c.torch = "", c.error = std::move(error);
  return c;
}

/// Cases of both cards.
template <class Card>
std::vector<Case> common() {
  const std::string name(Card::doc.name);
  std::vector<Case> all = {
      adaptive_pool_case<Card>("windows of equal size", {{2, 3, 6, 8}}, {3, 2}),
      adaptive_pool_case<Card>("windows that overlap", {{2, 3, 7, 23}}, {3, 7}),
      adaptive_pool_case<Card>("one window", {{2, 3, 5, 7}}, 1),
      adaptive_pool_case<Card>("as large as the input", {{1, 2, 4, 5}}, {4, 5}),
      adaptive_pool_case<Card>("larger than the input", {{1, 2, 3, 2}}, {7, 5}),
      adaptive_pool_case<Card>("wide rows", {{1, 2, 4, 66}}, {2, 33}),
      adaptive_pool_case<Card>("one image", {{3, 6, 6}}, 2),
      adaptive_pool_case<Card>("no images", {{0, 2, 4, 4}}, 2),
      adaptive_pool_case<Card>(
          "transposed", {.shape = {2, 3, 5, 6}, .arrangement = Arrangement::transposed}, {2, 4}),
      adaptive_pool_case<Card>("negative strides",
                               {.shape = {2, 3, 5, 6}, .arrangement = Arrangement::negative}, 3),
      adaptive_pool_case<Card>("NaN and infinities",
                               {.shape = {1, 1, 4, 4},
                                .values = {1, 1, kNan, 2, 1, 1, kNan, kNan, -kInf, -kInf, kInf, 3,
                                           -kInf, -kInf, 3, kInf}},
                               2),
      adaptive_pool_case<Card>("f64", {.shape = {1, 2, 5, 6}, .dtype = DType::f64}, 3),
      adaptive_pool_case<Card>("f16", {.shape = {1, 2, 5, 6}, .dtype = DType::f16}, 3),
      adaptive_pool_case<Card>("bf16", {.shape = {1, 2, 5, 6}, .dtype = DType::bf16}, 3),
      refused_adaptive_pool<Card>("negative size", {{1, 2, 4, 4}}, {2, -1},
                                  name + ": output_size must be at least 0, got (2, -1)"),
      refused_adaptive_pool<Card>("huge size", {{1, 2, 4, 4}}, {1, std::int64_t{1} << 62},
                                  "at most 2^30"),
      refused_adaptive_pool<Card>("empty image", {{1, 2, 4, 0}}, 2,
                                  "dimension 3 of the input is empty"),
      refused_adaptive_pool<Card>("a vector", {{4}}, 2,
                                  "input must be (N, C, H, W) or (C, H, W), got shape (4,)"),
  };
  for (const IntPair none : {IntPair(0, 2), IntPair(2, 0)}) {
    all.push_back(
        adaptive_pool_case<Card>("no windows of " + to_string(none), {{1, 2, 4, 4}}, none));
    all.back().torch = "";  // refused there by some versions
  }
  Case one = adaptive_pool_case<Card>("one window of one plane", {{1, 1, 5, 7}}, 1);
  one.torch = "";  // would be the example of the page
  Case large = adaptive_pool_case<Card>("256 channels to 7x7", {{16, 256, 28, 28}}, 7);
  large.speed = true;
  all.push_back(std::move(one));
  all.push_back(std::move(large));
  return all;
}

/// Cases of the two that work on sequences; f(input, size).
template <class F>
std::vector<Case> of_sequences(const char* name, const char* tail, F f) {
  const auto of = [&](std::string title, CaseInput input, std::int64_t size) -> Case {
    return {.name = std::move(title),
            .inputs = {std::move(input)},
            .call = [=](std::span<const Tensor> in) { return f(in[0], size); },
            .torch = str("F.", name, "(a, ", size, tail, ")")};
  };
  const auto refused = [&](std::string title, CaseInput input, std::int64_t size,
                           const std::string& error) {
    Case c = of(std::move(title), std::move(input), size);
    c.torch = "", c.error = str(name, ": ", error);
    return c;
  };
  return {
      of("overlapping", {{2, 3, 7}}, 3),
      of("equal", {{2, 3, 8}}, 4),
      of("one", {{2, 3, 8}}, 1),
      of("one sequence", {{3, 6}}, 4),
      refused("negative size", {{2, 3, 8}}, -1, "output_size must be at least 0, got -1"),
      refused("an image", {{2, 3, 8, 8}}, 2, "input must be (N, C, L) or (C, L)"),
  };
}

/// Cases of the two that work on volumes; f(input, size), sizes[i] < 0 keeps the input's.
template <class F>
std::vector<Case> of_volumes(const char* name, const char* tail, F f) {
  const auto of = [&](std::string title, CaseInput input, IntTriple size,
                      const std::string& torch) -> Case {
    const bool smooth = input.values.empty() && is_floating(input.dtype) && input.low != input.high;
    return {.name = std::move(title),
            .inputs = {std::move(input)},
            .call = [=](std::span<const Tensor> in) { return f(in[0], AdaptiveSize3d(size)); },
            .torch = torch.empty() ? "" : str("F.", name, "(a, ", torch, tail, ")"),
            .smooth = smooth};
  };
  const auto refused = [&](std::string title, CaseInput input, IntTriple size,
                           const std::string& error) {
    Case c = of(std::move(title), std::move(input), size, "");
    c.error = str(name, ": ", error);
    return c;
  };
  return {
      of("overlapping", {{2, 2, 5, 3, 4}}, {2, 2, 3}, "(2, 2, 3)"),
      of("one size for all", {{1, 3, 4, 4, 2}}, 2, "2"),
      of("one window", {{2, 2, 3, 2, 3}}, 1, "1"),
      of("one volume, more windows than elements", {{2, 2, 3, 2}}, {3, 3, 4}, "(3, 3, 4)"),
      of("no volumes", {{0, 2, 3, 4, 2}}, 2, ""),
      of("no windows", {{1, 2, 3, 4, 2}}, {2, 0, 2}, ""),
      of("ties", {.shape = {1, 1, 4, 2, 2}, .low = 1, .high = 1}, {2, 1, 1}, "(2, 1, 1)"),
      of("NaN", {.shape = {1, 1, 2, 2, 2}, .values = {1, NAN, 2, 3, NAN, 4, 5, 6}}, {1, 1, 2},
         "(1, 1, 2)"),
      refused("negative size", {{1, 2, 3, 3, 3}}, {2, -1, 2},
              "output_size must be at least 0, got (2, -1, 2)"),
      refused("an image", {{2, 3, 3}}, 2, "input must be (N, C, D, H, W) or (C, D, H, W)"),
  };
}

}  // namespace

std::vector<Case> AdaptiveAvgPool2d::cases() {
  auto all = common<AdaptiveAvgPool2d>();
  all.push_back(refused_adaptive_pool<AdaptiveAvgPool2d>(
      "int64", {.shape = {1, 2, 4, 4}, .dtype = DType::i64}, 2, "averages need floats, got int64"));
  return all;
}

std::vector<Case> AdaptiveMaxPool2d::cases() {
  auto all = common<AdaptiveMaxPool2d>();
  all.push_back(adaptive_pool_case<AdaptiveMaxPool2d>(
      "the first of equals wins", {.shape = {1, 1, 4, 4}, .low = 1, .high = 1}, {2, 3}));
  Case integers = adaptive_pool_case<AdaptiveMaxPool2d>(
      "int32", {.shape = {1, 2, 5, 6}, .dtype = DType::i32, .low = -100, .high = 100}, 2);
  integers.torch = "";  // no integers there
  all.push_back(std::move(integers));
  all.push_back(refused_adaptive_pool<AdaptiveMaxPool2d>(
      "bool", {.shape = {1, 2, 4, 4}, .dtype = DType::boolean}, 2, "input is bool"));
  return all;
}

std::vector<Case> AdaptiveAvgPool1d::cases() {
  return of_sequences("adaptive_avg_pool1d", "", [](const Tensor& x, std::int64_t size) {
    return Tensors(adaptive_avg_pool1d(x, size));
  });
}

std::vector<Case> AdaptiveMaxPool1d::cases() {
  return of_sequences("adaptive_max_pool1d", ", return_indices=True",
                      [](const Tensor& x, std::int64_t size) {
                        auto [values, indices] = adaptive_max_pool1d_with_indices(x, size);
                        return Tensors{values, indices};
                      });
}

std::vector<Case> AdaptiveAvgPool3d::cases() {
  return of_volumes("adaptive_avg_pool3d", "", [](const Tensor& x, AdaptiveSize3d size) {
    return Tensors(adaptive_avg_pool3d(x, size));
  });
}

std::vector<Case> AdaptiveMaxPool3d::cases() {
  return of_volumes("adaptive_max_pool3d", ", return_indices=True",
                    [](const Tensor& x, AdaptiveSize3d size) {
                      auto [values, indices] = adaptive_max_pool3d_with_indices(x, size);
                      return Tensors{values, indices};
                    });
}

}  // namespace limpid
