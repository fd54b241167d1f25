// Indexing that cannot be: the messages, and a target that stays as it was.

// covers: index, index_put, index_loop, index_arrays, index_methods
#include <doctest/doctest.h>

#include <vector>

#include "limpid/core/error.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/ops/nonzero/nonzero.h"
#include "limpid/ops/stack/stack.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/index.h"
#include "tests/call.h"
#include "tests/indices.h"
#include "tests/thrown.h"

namespace limpid::indexing_errors_test {

using testing::Call;
using testing::thrown;
using namespace testing::indices;

TEST_CASE("a failed write leaves the target as it was") {
  Tensor x = counting({4});
  const std::uint32_t version = x.version();
  CHECK_THROWS_AS(x.index_put_({L({0, 9})}, full({}, -1)), IndexError);
  CHECK(x.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(x.version() == version);
  x.index_put_({L({0})}, full({}, -1));
  CHECK(x.version() == version + 1);
}

TEST_CASE("messages") {
  const Tensor x = counting({3, 4});
  Tensor floats = zeros({3, 4});
  struct Bad {
    Call<void()> call;
    const char* text;
  };
  const std::vector<Bad> table = {
      {[&] { x[3]; },
       "select: index 3 is out of range for dimension 0 of size 3: it takes -3 to 2"},
      {[&] { x.select(1, -5); }, "index -5 is out of range for dimension 1 of size 4"},
      {[&] { x[0][0][0]; }, "a 0-d tensor has no dimension to select from; item() reads its value"},
      {[&] { x.select(2, 0); }, "axis 2 is out of range"},
      {[&] { x.narrow(1, 2, 3); },
       "narrow: 3 elements from 2 on reach beyond dimension 1 of size 4"},
      {[&] { x.narrow(0, 4, 0); }, "narrow: start 4 is out of range for dimension 0 of size 3"},
      {[&] { x.narrow(0, 0, -1); }, "narrow: length -1 is negative"},
      {[&] {
         x.index({0, 4});
       },
       "index: index 4 is out of range for dimension 1 of size 4"},
      {[&] {
         x.index({0, 0, 0});
       },
       "index: too many indices: 3 for a tensor of 2 dimensions [input (3, 4)]"},
      {[&] {
         x.index({mask(x, 2), 0});
       },
       "too many indices: 3"},
      {[&] {
         x.index({Ellipsis, Ellipsis});
       },
       "only one Ellipsis"},
      {[&] { x.index({Slice(N, N, 0)}); }, "the step of a slice cannot be 0"},
      {[&] {
         x.index({B({1, 0})});
       },
       "mask of shape (2,) does not fit dimension 0 of size 3"},
      {[&] {
         x.index({Slice(), mask(counting({2, 2}), 2)});
       },
       "too many indices: 3"},
      {[&] {
         x.index({tensor({0, 1}, {.dtype = DType::u8})});
       },
       "convert it with .to(DType::boolean) for a mask, or .to(DType::i64) for indices"},
      {[&] {
         x.index({tensor({0.0, 1.0})});
       },
       "must be integer or bool, not float32; convert it with .to(DType::i64)"},
      {[&] { x.index({Tensor()}); }, "a tensor that indexes is undefined"},
      {[&] {
         x.index({L({0, 3})});
       },
       "index: index 3 is out of range for dimension 0 of size 3"},
      {[&] {
         x.index({L({0, 1}), L({0, 1, 2})});
       },
       "array 1 of shape (3,) does not fit those before it, of shape (2,)"},
      {[&] {
         counting({0, 2}).index({L({0})});
       },
       "index 0 is out of range for dimension 0, which is empty"},
      {[&] { floats.index_put_({0}, zeros({3})); },
       "index_put_: a value of shape (3,) does not fit the target of shape (4,)"},
      {[&] {
         floats.index_put_({L({0, 1})}, zeros({3}));
       },
       "values of shape (3,) do not fit the indexed part of shape (2, 4)"},
      {[&] { counting({3}).index_put_({0}, full({}, 0.5)); },
       "a result of float32 cannot be written into a target of int64"},
      {[&] { counting({3}).index_put_({L({0})}, full({}, 0.5)); },
       "values of float32 cannot be written into a tensor of int64"},
      {[&] { zeros({1}).expand({3}).index_put_({L({0})}, full({}, 1.0)); },
       "dimension 0 of the target is expanded"},
      {[&] { floats.index_put_({0}, zeros({4}, {.device = kMeta})); },
       "the target is on cpu but the value is on meta"},
      {[&] { nonzero(zeros({2}, {.device = kMeta})); },
       "nonzero: the shape of the result depends on elements"},
      {[&] {
         cat({x, counting({3, 3})});
       },
       "cat: tensor 1 has shape (3, 3) but tensor 0 has shape (3, 4): they differ in dimension 1"},
      {[&] { cat(std::vector<Tensor>{}); }, "cat: needs at least one tensor"},
      {[&] {
         cat({x, Tensor()});
       },
       "cat: tensors 1 is undefined"},
      {[&] { stack(std::vector<Tensor>{}); }, "stack: needs at least one tensor"},
  };
  for (const Bad& bad : table) {
    const std::string text = thrown<Error>(bad.call);
    CAPTURE(text);
    CHECK_MESSAGE(text.find(bad.text) != std::string::npos, bad.text);
  }
}

}  // namespace limpid::indexing_errors_test
