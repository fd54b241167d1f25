#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/scatter_reduce/scatter_reduce.h"

namespace limpid {

std::vector<Case> ScatterReduce::cases() {
  const auto index = [](Shape shape, std::vector<double> values) {
    return CaseInput{.shape = std::move(shape), .dtype = DType::i64, .values = std::move(values)};
  };
  const std::vector<double> places = {1, 1, 0, 1, 2, 2, 2, 0};
  std::vector<Case> all;
  for (const char* reduce : {"sum", "prod", "mean", "amax", "amin"})
    for (const bool self : {true, false}) {
      const std::string name = std::string(reduce) + (self ? "" : " without self");
      const std::string torch = std::string("torch.scatter_reduce(a, DIM, b, c, '") + reduce +
                                "', include_self=" + (self ? "True)" : "False)");
      const auto along = [&](const char* dim) {
        std::string text = torch;
        return text.replace(text.find("DIM"), 3, dim);
      };
      all.push_back({.name = name,
                     .inputs = {{{2, 4}}, index({2, 4}, places), {{2, 4}}},
                     .op = any(ScatterReduce{1, reduce, self}),
                     .torch = along("1")});
      all.push_back({.name = name + ", first axis, smaller index",
                     .inputs = {{{3, 3}}, index({4, 2}, places), {{4, 2}}},
                     .op = any(ScatterReduce{0, reduce, self}),
                     .torch = along("0")});
      all.push_back({.name = name + ", int32",
                     .inputs = {{.shape = {4}, .dtype = DType::i32, .low = -9, .high = 9},
                                index({8}, places),
                                {.shape = {8}, .dtype = DType::i32, .low = -9, .high = 9}},
                     .op = any(ScatterReduce{0, reduce, self}),
                     .torch = along("0")});
      all.push_back(
          {.name = name + ", ties and zeros",
           .inputs = {{.shape = {4}, .values = {0, 2, 3, 1}},
                      index({8}, places),
                      {.shape = {8}, .values = {2, 2, 0, 1, 3, 0, 3, 5}}},
           .op = any(ScatterReduce{0, reduce, self}),
           // PyTorch gives a part of the gradient to input's element that ties but takes no part.
           .torch = !self && reduce[0] == 'a' ? "" : along("0"),
           .smooth = false});
      all.push_back({.name = name + ", NaN",
                     .inputs =
                         {
                             {.shape = {4}, .values = {NAN, 2, INFINITY, 1}},
                             index({8}, places),
                             {.shape = {8}, .values = {2, NAN, 0, 1, -INFINITY, 0, 3, 5}},
                         },
                     .op = any(ScatterReduce{0, reduce, self}),
                     .smooth = false,
                     .well_conditioned = false});
    }
  const std::vector<Case> others = {
      {.name = "prod, a zero that meets none",
       .inputs = {{.shape = {4}, .values = {2, 0, 3, 1}},
                  index({8}, places),
                  {.shape = {8}, .values = {2, 2, 5, 1, 3, 4, 3, 5}}},
       .op = any(ScatterReduce{0, "prod"}),
       .torch = "torch.scatter_reduce(a, 0, b, c, 'prod')",
       .smooth = false},
      {.name = "0-d",
       .inputs = {{Shape{}}, index({}, {0}), {Shape{}}},
       .op = any(ScatterReduce{0, "amax"}),
       .torch = "torch.scatter_reduce(a, 0, b, c, 'amax')"},
      {.name = "no indices",
       .inputs = {{{3}}, {.shape = {0}, .dtype = DType::i64}, {{0}}},
       .op = any(ScatterReduce{0, "mean", false}),
       .torch = "torch.scatter_reduce(a, 0, b, c, 'mean', include_self=False)"},
      {.name = "no such reduction",
       .inputs = {{{3}}, index({1}, {0}), {{1}}},
       .op = any(ScatterReduce{0, "max"}),
       .error = "scatter_reduce: there is no reduce \"max\"; use \"sum\""},
      {.name = "bool",
       .inputs = {{.shape = {3}, .dtype = DType::boolean},
                  index({1}, {0}),
                  {.shape = {1}, .dtype = DType::boolean}},
       .op = any(ScatterReduce{0, "amax"}),
       .error = "scatter_reduce: bool is not supported"},
      {.name = "index too large",
       .inputs = {{{3}}, index({2}, {0, 3}), {{2}}},
       .op = any(ScatterReduce{0, "sum"}),
       .error =
           "scatter_reduce: index 3 at position (1,) is out of range for dimension 0 of size 3"},
      {.name = "large",
       .inputs = {{{512, 1024}},
                  {.shape = {512, 1024}, .dtype = DType::i64, .low = 0, .high = 1024},
                  {{512, 1024}}},
       .op = any(ScatterReduce{1, "amax"}),
       .torch = "torch.scatter_reduce(a, 1, b, c, 'amax')",
       .speed = true},
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

}  // namespace limpid
