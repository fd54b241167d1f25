#include "limpid/op/make_case.h"
#include "limpid/ops/embedding_bag/embedding_bag.h"

namespace limpid {

namespace {

using O = EmbeddingBagOptions;

/// The third input, where there is one, is offsets; the fourth the weights of the samples.
std::function<Tensors(std::span<const Tensor>)> embedding_bag_call(O options = {}) {
  return [options](std::span<const Tensor> in) {
    O o = options;
    if (in.size() > 3) o.per_sample_weights = in[3];
    return Tensors(embedding_bag(in[0], in[1], in.size() > 2 ? in[2] : Tensor(), o));
  };
}
}  // namespace

std::vector<Case> EmbeddingBag::cases() {
  const CaseInput table{{5, 3}}, ids = integers({6}, {1, 4, 4, 0, 3, 1}),
                                 offsets = integers({4}, {0, 2, 2, 5}),
                                 square = integers({2, 3}, {1, 4, 4, 0, 3, 1});
  const CaseInput each{.shape = {2, 3}, .values = {1, 2, -1, 0.5, 0, 3}},
      none{.shape = {}, .defined = false};
  const std::string torch = "F.embedding_bag(a, b";
  return {
      {.name = "mean of rows",
       .inputs = {square, table},
       .call = embedding_bag_call(),
       .torch = torch + ")"},
      {.name = "sum, with an empty bag",
       .inputs = {ids, table, offsets},
       .call = embedding_bag_call({.mode = "sum"}),
       .torch = torch + ", c, mode='sum')"},
      {.name = "mean, with an empty bag",
       .inputs = {ids, table, offsets},
       .call = embedding_bag_call(),
       .torch = torch + ", c)"},
      {.name = "max, with an empty bag",
       .inputs = {ids, table, offsets},
       .call = embedding_bag_call({.mode = "max"}),
       .torch = torch + ", c, mode='max')"},
      {.name = "weighted sum",
       .inputs = {square, table, none, each},
       .call = embedding_bag_call({.mode = "sum"}),
       .torch = torch + ", mode='sum', per_sample_weights=d)"},
      {.name = "the end given, int32",
       .inputs = {integers({6}, {1, 4, 4, 0, 3, 1}, DType::i32), table,
                  integers({3}, {0, 2, 6}, DType::i32)},
       .call = embedding_bag_call({.mode = "sum", .include_last_offset = true}),
       .torch = torch + ", c, mode='sum', include_last_offset=True)"},
      {.name = "padding, mean",
       .inputs = {ids, table, offsets},
       .call = embedding_bag_call({.padding_idx = 4}),
       .torch = torch + ", c, padding_idx=4)"},
      {.name = "padding from the end, max",
       .inputs = {ids, table, offsets},
       .call = embedding_bag_call({.mode = "max", .padding_idx = -1}),
       .torch = torch + ", c, mode='max', padding_idx=4)"},
      {.name = "padding, sum",
       .inputs = {square, table},
       .call = embedding_bag_call({.mode = "sum", .padding_idx = 1}),
       .torch = torch + ", mode='sum', padding_idx=1)"},
      {.name = "padding by row 0",
       .inputs = {ids, table, offsets},
       .call = embedding_bag_call({.mode = "sum", .padding_idx = 0}),
       .torch = torch + ", c, mode='sum', padding_idx=0)"},
      {.name = "no bags",
       .inputs = {integers({0, 3}, {}), table},
       .call = embedding_bag_call(),
       .torch = torch + ")"},
      {.name = "an id that is no row",
       .inputs = {integers({1, 2}, {0, 5}), table},
       .call = embedding_bag_call(),
       .error = "embedding_bag: id 5 at position (1,) is out of range for a table of 5 rows"},
      {.name = "no offsets",
       .inputs = {ids, table},
       .call = embedding_bag_call(),
       .error = "embedding_bag: ids in one row need offsets"},
      {.name = "offsets beside rows",
       .inputs = {square, table, offsets},
       .call = embedding_bag_call(),
       .error = "embedding_bag: ids have a row for each bag"},
      {.name = "offsets that descend",
       .inputs = {ids, table, integers({3}, {0, 4, 2})},
       .call = embedding_bag_call(),
       .error = "embedding_bag: offset 2 at position 2; offsets begin with 0 and ascend"},
      {.name = "offsets that do not begin with 0",
       .inputs = {ids, table, integers({1}, {1})},
       .call = embedding_bag_call(),
       .error = "embedding_bag: offset 1 at position 0; offsets begin with 0"},
      {.name = "offsets in rows",
       .inputs = {ids, table, integers({2, 1}, {0, 2})},
       .call = embedding_bag_call(),
       .error = "embedding_bag: offsets must be a vector of integers"},
      {.name = "offsets of floats",
       .inputs = {ids, table, {.shape = {2}, .values = {0, 2}}},
       .call = embedding_bag_call(),
       .error = "embedding_bag: offsets must be a vector of integers"},
      {.name = "unknown mode",
       .inputs = {square, table},
       .call = embedding_bag_call({.mode = "min"}),
       .error = "embedding_bag: mode is 'min'; it must be 'sum', 'mean' or 'max'"},
      {.name = "weights of another mode",
       .inputs = {square, table, none, each},
       .call = embedding_bag_call(),
       .error = "embedding_bag: per_sample_weights are for mode 'sum' alone"},
      {.name = "weights of another shape",
       .inputs = {square, table, none, {{3, 2}}},
       .call = embedding_bag_call({.mode = "sum"}),
       .error = "embedding_bag: per_sample_weights has shape (3, 2)"},
      {.name = "padding that is no row",
       .inputs = {square, table},
       .call = embedding_bag_call({.padding_idx = 5}),
       .error = "embedding_bag: padding_idx 5 is no row of a table of 5 rows"},
  };
}

}  // namespace limpid
