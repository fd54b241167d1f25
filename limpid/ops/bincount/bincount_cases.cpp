#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/bincount/bincount.h"

namespace limpid {

std::vector<Case> Bincount::cases() {
  const auto op = [](std::int64_t minlength = 0) { return any(Bincount{minlength}); };
  const CaseInput numbers{.shape = {7}, .dtype = DType::i64, .values = {3, 1, 0, 3, 3, 5, 1}};
  const CaseInput none{.shape = {0}, .defined = false};
  CaseInput weights{.shape = {7}, .requires_grad = false};
  return {
      {.name = "counts", .inputs = {numbers, none}, .op = op(), .torch = "torch.bincount(a)"},
      {.name = "the first is the largest",
       .inputs = {{.shape = {3}, .dtype = DType::i64, .values = {4, 1, 0}}, none},
       .op = op(),
       .torch = "torch.bincount(a)"},
      {.name = "longer",
       .inputs = {numbers, none},
       .op = op(9),
       .torch = "torch.bincount(a, minlength=9)"},
      {.name = "weights",
       .inputs = {numbers, weights},
       .op = op(),
       .torch = "torch.bincount(a, b)"},
      {.name = "weights with a gradient", .inputs = {numbers, {{7}}}, .op = op(8)},
      {.name = "integer weights are added as float64",
       .inputs = {numbers, {.shape = {7}, .dtype = DType::i32}},
       .op = op(),
       .torch = "torch.bincount(a, b)"},
      {.name = "uint8",
       .inputs = {{.shape = {300}, .dtype = DType::u8, .low = 0, .high = 255}, none},
       .op = op(),
       .torch = "torch.bincount(a)"},
      {.name = "nothing",
       .inputs = {{.shape = {0}, .dtype = DType::i64}, none},
       .op = op(3),
       .torch = "torch.bincount(a, minlength=3)"},
      {.name = "negative",
       .inputs = {{.shape = {3}, .dtype = DType::i64, .values = {2, -1, 0}}, none},
       .op = op(),
       .error = "bincount: element 1 is -1, but counts begin at 0"},
      {.name = "floats",
       .inputs = {{{3}}, none},
       .op = op(),
       .error = "bincount: input has dtype float32, but it must be integers"},
      {.name = "two axes",
       .inputs = {{.shape = {2, 3}, .dtype = DType::i64}, none},
       .op = op(),
       .error = "bincount: input must have one axis, not shape (2, 3)"},
      {.name = "weights of another length",
       .inputs = {numbers, {{6}}},
       .op = op(),
       .error = "bincount: weights have shape (6,) but input has (7,)"},
      {.name = "minlength below 0",
       .inputs = {numbers, none},
       .op = op(-1),
       .error = "bincount: minlength must be at least 0, not -1"},
      {.name = "large",
       .inputs = {{.shape = {1000000}, .dtype = DType::i64, .low = 0, .high = 1000}, none},
       .op = op(),
       .torch = "torch.bincount(a)",
       .speed = true},
  };
}

std::vector<Case> Histc::cases() {
  const auto call = [](HistcOptions options) {
    return [=](std::span<const Tensor> in) { return Tensors(histc(in[0], options)); };
  };
  const CaseInput numbers{.shape = {500}, .requires_grad = false};
  return {
      {.name = "given bounds",
       .inputs = {numbers},
       .call = call({.bins = 7, .min = -1.2, .max = 1.7}),
       .torch = "a.histc(7, -1.2, 1.7)"},
      {.name = "bounds of the data",
       .inputs = {{.shape = {500}, .dtype = DType::f64, .requires_grad = false}},
       .call = call({.bins = 10}),
       .torch = "a.histc(10)"},
      {.name = "the edges, and all equal",
       .inputs = {{.shape = {4}, .values = {2, 2, 2, 2}, .requires_grad = false}},
       .call = call({.bins = 4}),
       .torch = "a.histc(4)"},
      {.name = "beyond the bounds",
       .inputs = {{.shape = {6}, .values = {0, 1, 4, -0.1, 4.1, 2.5}, .requires_grad = false}},
       .call = call({.bins = 4, .min = 0, .max = 4}),
       .torch = "a.histc(4, 0, 4)"},
      {.name = "elements on the edges of bins",
       .inputs = {{.shape = {7}, .values = {22, 44, 11, 33, 0, 7, 2}, .requires_grad = false}},
       .call = call({.bins = 26, .min = 0, .max = 44}),
       .torch = "a.histc(26, 0, 44)"},
      {.name = "no numbers",
       .inputs = {{.shape = {0}, .requires_grad = false}},
       .call = call({.bins = 3}),
       .torch = "a.histc(3)"},
      {.name = "no bins",
       .inputs = {{{3}}},
       .call = call({.bins = 0}),
       .error = "histc: needs at least 1 bin, not 0"},
      {.name = "too many bins",
       .inputs = {{{3}}},
       .call = call({.bins = std::int64_t{1} << 60}),
       .error = "histc: needs at most 2^48 bins, not 1152921504606846976"},
      {.name = "infinite data",
       .inputs = {{.shape = {2}, .values = {0, INFINITY}}},
       .call = call({.bins = 3}),
       .error = "histc: no bins lie between min 0 and max inf"},
      {.name = "data that no bin of width 1 sets apart",
       .inputs = {{.shape = {2}, .dtype = DType::f64, .values = {1e17, 1e17}}},
       .call = call({.bins = 3}),
       .error = "histc: no bins lie between min 1e+17 and max 1e+17"},
      {.name = "data without a least element",
       .inputs = {{.shape = {2}, .values = {0, -INFINITY}}},
       .call = call({.bins = 3}),
       .error = "histc: no bins lie between min -inf and max 0"},
  };
}

}  // namespace limpid
