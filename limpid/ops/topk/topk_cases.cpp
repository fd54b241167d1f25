#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/topk/topk.h"

namespace limpid {

std::vector<Case> TopK::cases() {
  const auto op = [](std::int64_t k, std::int64_t dim = -1, bool largest = true) {
    return any(TopK{k, dim, largest});
  };
  const CaseInput hard{.shape = {2, 6},
                       .values = {NAN, 1, INFINITY, 2, -INFINITY, 3, 5, NAN, 4, -INFINITY, 7, 6}};
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .op = op(2), .torch = "a.topk(2)"},
      {.name = "columns, smallest",
       .inputs = {{{7, 3}}},
       .op = op(3, 0, false),
       .torch = "a.topk(3, 0, largest=False)"},
      {.name = "middle", .inputs = {{{2, 5, 3}}}, .op = op(2, -2), .torch = "a.topk(2, -2)"},
      {.name = "all of them", .inputs = {{{3, 5}}}, .op = op(5), .torch = "a.topk(5)"},
      {.name = "one", .inputs = {{{3, 5}}}, .op = op(1), .torch = "a.topk(1)"},
      {.name = "few of many", .inputs = {{{2, 900}}}, .op = op(5), .torch = "a.topk(5)"},
      {.name = "half of many", .inputs = {{{2, 900}}}, .op = op(450), .torch = "a.topk(450)"},
      {.name = "half of many, smallest",
       .inputs = {{.shape = {2, 900}, .dtype = DType::f64}},
       .op = op(450, 1, false),
       .torch = "a.topk(450, 1, largest=False)",
       .smooth = false},
      {.name = "ties: the first come first",
       .inputs = {{.shape = {8}, .values = {1, 3, 2, 3, 3, 1, 2, 3}}},
       .op = op(6),
       .smooth = false},
      {.name = "NaN is the largest",
       .inputs = {hard},
       .op = op(3),
       .torch = "a.topk(3)",
       .smooth = false},
      {.name = "NaN is not the smallest",
       .inputs = {hard},
       .op = op(3, 1, false),
       .torch = "a.topk(3, 1, largest=False)",
       .smooth = false},
      {.name = "int64",
       .inputs = {{.shape = {300}, .dtype = DType::i64, .low = -4e15, .high = 4e15}},
       .op = op(7, 0),
       .torch = "a.topk(7, 0)"},
      {.name = "uint8",
       .inputs = {{.shape = {5}, .dtype = DType::u8, .values = {3, 200, 100, 0, 255}}},
       .op = op(4, 0, false),
       .torch = "a.topk(4, 0, largest=False)"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = op(1), .torch = "a.topk(1)"},
      {.name = "none", .inputs = {{{3, 5}}}, .op = op(0), .torch = "a.topk(0)"},
      {.name = "no rows", .inputs = {{{0, 3}}}, .op = op(2), .torch = "a.topk(2)"},
      {.name = "k too large",
       .inputs = {{{3, 5}}},
       .op = op(6),
       .error = "topk: k = 6 is out of range: dimension 1 has 5 elements [input (3, 5)]"},
      {.name = "k negative",
       .inputs = {{{3, 5}}},
       .op = op(-1, 0),
       .error = "topk: k = -1 is out of range: dimension 0 has 3 elements"},
      {.name = "two of a 0-d tensor",
       .inputs = {{Shape{}}},
       .op = op(2),
       .error = "topk: k = 2 is out of range: dimension 0 has 1 element [input ()]"},
      {.name = "scores",
       .inputs = {{{512, 1000}}},
       .op = op(5),
       .torch = "a.topk(5)",
       .speed = true},
      {.name = "candidates",
       .inputs = {{{1000000}}},
       .op = op(1000),
       .torch = "a.topk(1000)",
       .speed = true},
  };
}

namespace {

Tensors both(const TopKResult& result) { return {result.values, result.indices}; }

}  // namespace

std::vector<Case> Kthvalue::cases() {
  return {
      {.name = "rows",
       .inputs = {{{3, 5}}},
       .call = [](auto in) { return both(kthvalue(in[0], 2)); },
       .torch = "a.kthvalue(2)"},
      {.name = "columns, keepdim",
       .inputs = {{{6, 3}}},
       .call = [](auto in) { return both(kthvalue(in[0], 6, 0, true)); },
       .torch = "a.kthvalue(6, 0, keepdim=True)"},
      {.name = "0-d",
       .inputs = {{Shape{}}},
       .call = [](auto in) { return both(kthvalue(in[0], 1)); },
       .torch = "a.kthvalue(1)"},
      {.name = "0-d has one element",
       .inputs = {{Shape{}}},
       .call = [](auto in) { return both(kthvalue(in[0], 2)); },
       .error = "kthvalue: k = 2 is out of range 1 ... 1 of dimension 0 [input ()]"},
      {.name = "k counts from 1",
       .inputs = {{{3, 5}}},
       .call = [](auto in) { return both(kthvalue(in[0], 0)); },
       .error = "kthvalue: k = 0 is out of range 1 ... 5 of dimension 1 [input (3, 5)]"},
  };
}

std::vector<Case> Median::cases() {
  return {
      {.name = "all, odd",
       .inputs = {{{3, 5}}},
       .call = [](auto in) { return Tensors(median(in[0])); },
       .torch = "a.median()"},
      {.name = "rows, even",
       .inputs = {{{3, 6}}},
       .call = [](auto in) { return both(median(in[0], 1)); },
       .torch = "a.median(1)"},
      {.name = "columns, keepdim, NaN",
       .inputs = {{.shape = {3, 2}, .values = {1, 5, NAN, 4, 0, 6}}},
       .call = [](auto in) { return both(median(in[0], 0, true)); },
       .torch = "a.median(0, keepdim=True)",
       .smooth = false},
      {.name = "integers",
       .inputs = {{.shape = {7}, .dtype = DType::i64, .values = {5, 1, 9, 3, 8, 2, 7}}},
       .call = [](auto in) { return both(median(in[0], 0)); },
       .torch = "a.median(0)"},
      {.name = "equals share the gradient",
       .inputs = {{.shape = {2, 3}, .values = {2, 1, 2, 4, 2, 3}}},
       .call = [](auto in) { return Tensors(median(in[0])); },
       .torch = "a.median()",
       .smooth = false},
      {.name = "one element",
       .inputs = {{{1, 1}}},
       .call = [](auto in) { return Tensors(median(in[0])); },
       .torch = "a.median()"},
      {.name = "nothing",
       .inputs = {{.shape = {0}, .requires_grad = false}},
       .call = [](auto in) { return Tensors(median(in[0])); },
       .torch = "a.median()"},
      {.name = "empty axis",
       .inputs = {{{3, 0}}},
       .call = [](auto in) { return both(median(in[0], 1)); },
       .error = "median: dimension 1 is empty, so it has no middle [input (3, 0)]"},
  };
}

std::vector<Case> Quantile::cases() {
  const auto call = [](double q, std::optional<std::int64_t> dim = std::nullopt,
                       bool keep = false) {
    return [=](std::span<const Tensor> in) { return Tensors(quantile(in[0], q, dim, keep)); };
  };
  return {
      {.name = "all", .inputs = {{{3, 4}}}, .call = call(0.3), .torch = "a.quantile(0.3)"},
      {.name = "rows", .inputs = {{{3, 5}}}, .call = call(0.6, 1), .torch = "a.quantile(0.6, 1)"},
      {.name = "the least and the largest",
       .inputs = {{{3, 4}}},
       .call = [](auto in) { return Tensors(quantile(in[0], 0, 0), quantile(in[0], 1, 0, true)); },
       .torch = "(a.quantile(0.0, 0), a.quantile(1.0, 0, keepdim=True))"},
      {.name = "NaN",
       .inputs = {{.shape = {2, 3}, .values = {1, NAN, 2, 3, 5, 4}, .requires_grad = false}},
       .call = call(0.5, 1),
       .torch = "a.quantile(0.5, 1)"},
      {.name = "all, keepdim",
       .inputs = {{{3, 4}}},
       .call = call(0.5, std::nullopt, true),
       .torch = "a.quantile(0.5, keepdim=True)"},
      {.name = "several, of rows",
       .inputs = {{{3, 5}}},
       .call =
           [](auto in) {
             return Tensors(quantile(in[0], {0.25, 1.0, 0.6}, 1));
           },
       .torch = "a.quantile(torch.tensor([0.25, 1.0, 0.6]), 1)"},
      {.name = "several, of all, keepdim",
       .inputs = {{{3, 2}}},
       .call =
           [](auto in) {
             return Tensors(quantile(in[0], {0.1, 0.9}, std::nullopt, true));
           },
       .torch = "a.quantile(torch.tensor([0.1, 0.9]), keepdim=True)"},
      {.name = "none",
       .inputs = {{{3}}},
       .call = [](auto in) { return Tensors(quantile(in[0], std::vector<double>{})); },
       .error = "quantile: q is empty"},
      {.name = "q beyond 1",
       .inputs = {{{3}}},
       .call = call(1.5),
       .error = "quantile: q = 1.5 is not within [0, 1]"},
      {.name = "float16",
       .inputs = {{.shape = {3}, .dtype = DType::f16}},
       .call = call(0.5),
       .error = "quantile: input has dtype float16, but it must be float32 or float64"},
  };
}

}  // namespace limpid
