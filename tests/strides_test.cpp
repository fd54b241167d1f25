// Shapes and strides of views. Numbers that say "torch" were printed by PyTorch 2.13.

// covers: view, slice
#include <doctest/doctest.h>

#include <vector>

#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/elements.h"
#include "tests/thrown.h"

namespace limpid::strides_test {

using namespace testing;

// ---- layout

namespace {

struct LayoutRow {
  const char* name;
  Call<Tensor(const Tensor&)> apply;
  Shape shape;
  Strides strides;
  bool shares = true;
};

void check_layouts(const Tensor& base, const std::vector<LayoutRow>& rows) {
  for (const LayoutRow& row : rows) {
    INFO(row.name);
    const Tensor y = row.apply(base);
    CHECK(to_string(y.shape()) == to_string(row.shape));
    CHECK(to_string(y.strides()) == to_string(row.strides));
    CHECK(y.shares_storage(base) == row.shares);
    CHECK(y.is_contiguous() == is_contiguous(row.shape, row.strides));
    CHECK(y.storage_offset() == 0);
    CHECK(y.numel() == numel(row.shape));
  }
}

}  // namespace

TEST_CASE("layout: shapes and strides of views are torch's") {
  const Tensor x = arange(24.0).view({2, 3, 4});
  check_layouts(
      x,
      {
          {"view(6,4)",
           [](auto& t) {
             return t.view({6, 4});
           },
           {6, 4},
           {4, 1}},
          {"view(-1)", [](auto& t) { return t.view({-1}); }, {24}, {1}},
          {"view(2,3,2,2)",
           [](auto& t) {
             return t.view({2, 3, 2, 2});
           },
           {2, 3, 2, 2},
           {12, 4, 2, 1}},
          {"view(1,24,1)",
           [](auto& t) {
             return t.view({1, 24, 1});
           },
           {1, 24, 1},
           {24, 1, 1}},
          {"reshape(4,-1)",
           [](auto& t) {
             return t.reshape({4, -1});
           },
           {4, 6},
           {6, 1}},
          {"permute(2,0,1)",
           [](auto& t) {
             return t.permute({2, 0, 1});
           },
           {4, 2, 3},
           {1, 12, 4}},
          {"permute(-1,-2,-3)",
           [](auto& t) {
             return t.permute({-1, -2, -3});
           },
           {4, 3, 2},
           {1, 4, 12}},
          {"expand(5,2,3,4)",
           [](auto& t) {
             return t.expand({5, 2, 3, 4});
           },
           {5, 2, 3, 4},
           {0, 12, 4, 1}},
          {"expand(2,-1,4)",
           [](auto& t) {
             return t.expand({2, -1, 4});
           },
           {2, 3, 4},
           {12, 4, 1}},
          {"unsqueeze(0)", [](auto& t) { return t.unsqueeze(0); }, {1, 2, 3, 4}, {24, 12, 4, 1}},
          {"unsqueeze(-1)", [](auto& t) { return t.unsqueeze(-1); }, {2, 3, 4, 1}, {12, 4, 1, 1}},
          {"unsqueeze(3)", [](auto& t) { return t.unsqueeze(3); }, {2, 3, 4, 1}, {12, 4, 1, 1}},
          {"squeeze()", [](auto& t) { return t.squeeze(); }, {2, 3, 4}, {12, 4, 1}},
          {"squeeze(0)", [](auto& t) { return t.squeeze(0); }, {2, 3, 4}, {12, 4, 1}},
          {"flatten()", [](auto& t) { return t.flatten(); }, {24}, {1}},
          {"flatten(1)", [](auto& t) { return t.flatten(1); }, {2, 12}, {12, 1}},
          {"flatten(0,1)", [](auto& t) { return t.flatten(0, 1); }, {6, 4}, {4, 1}},
          {"flatten(-2,-1)", [](auto& t) { return t.flatten(-2, -1); }, {2, 12}, {12, 1}},
          {"transpose(0,2)", [](auto& t) { return t.transpose(0, 2); }, {4, 3, 2}, {1, 4, 12}},
          {"transpose(-1,-2)", [](auto& t) { return t.transpose(-1, -2); }, {2, 4, 3}, {12, 1, 4}},
          {"transpose(1,1)", [](auto& t) { return t.transpose(1, 1); }, {2, 3, 4}, {12, 4, 1}},
          {"transposed reshape",
           [](auto& t) {
             return t.transpose(0, 1).reshape({6, 4});
           },
           {6, 4},
           {4, 1},
           false},
          {"transposed flatten",
           [](auto& t) { return t.transpose(1, 2).flatten(1); },
           {2, 12},
           {12, 1},
           false},
          {"merge what lies together",
           [](auto& t) {
             return t.permute({2, 0, 1}).view({4, 6});
           },
           {4, 6},
           {1, 4}},
          {"same shape",
           [](auto& t) {
             return t.permute({2, 0, 1}).view({4, 2, 3});
           },
           {4, 2, 3},
           {1, 12, 4}},
          {"split an axis",
           [](auto& t) {
             return t.transpose(0, 1).view({3, 2, 2, 2});
           },
           {3, 2, 2, 2},
           {4, 12, 2, 1}},
          {"expanded",
           [](auto& t) {
             return t.unsqueeze(1).expand({2, 7, 3, 4});
           },
           {2, 7, 3, 4},
           {12, 0, 4, 1}},
          {"expanded, merged",
           [](auto& t) {
             return t.unsqueeze(1).expand({2, 7, 3, 4}).view({2, 7, 12});
           },
           {2, 7, 12},
           {12, 0, 1}},
          {"squeeze all",
           [](auto& t) {
             return t.view({2, 1, 3, 1, 4, 1}).squeeze();
           },
           {2, 3, 4},
           {12, 4, 1}},
          {"squeeze(-2)",
           [](auto& t) {
             return t.view({2, 1, 12}).squeeze(-2);
           },
           {2, 12},
           {12, 1}},
          {"t of a row",
           [](auto& t) {
             return t.view({1, 24}).t();
           },
           {24, 1},
           {1, 24}},
          {"t",
           [](auto& t) {
             return t.view({6, 4}).t();
           },
           {4, 6},
           {1, 4}},
          {"t of one axis", [](auto& t) { return t.view({24}).t(); }, {24}, {1}},
          {"contiguous", [](auto& t) { return t.contiguous(); }, {2, 3, 4}, {12, 4, 1}},
          {"transposed contiguous",
           [](auto& t) { return t.transpose(0, 1).contiguous(); },
           {3, 2, 4},
           {8, 4, 1},
           false},
          {"clone", [](auto& t) { return t.clone(); }, {2, 3, 4}, {12, 4, 1}, false},
      });
  check_layouts(Tensor(Scalar(5.0)),
                {
                    {"view(1,1)",
                     [](auto& t) {
                       return t.view({1, 1});
                     },
                     {1, 1},
                     {1, 1}},
                    {"unsqueeze(0)", [](auto& t) { return t.unsqueeze(0); }, {1}, {1}},
                    {"squeeze()", [](auto& t) { return t.squeeze(); }, {}, {}},
                    {"squeeze(0)", [](auto& t) { return t.squeeze(0); }, {}, {}},
                    {"flatten()", [](auto& t) { return t.flatten(); }, {1}, {1}},
                    {"expand(2,3)",
                     [](auto& t) {
                       return t.expand({2, 3});
                     },
                     {2, 3},
                     {0, 0}},
                    {"permute()", [](auto& t) { return t.permute({}); }, {}, {}},
                    {"transpose(0,0)", [](auto& t) { return t.transpose(0, 0); }, {}, {}},
                    {"t()", [](auto& t) { return t.t(); }, {}, {}},
                    {"reshape(-1)", [](auto& t) { return t.reshape({-1}); }, {1}, {1}},
                });
  check_layouts(zeros({0, 3}),
                {
                    {"view(3,0)",
                     [](auto& t) {
                       return t.view({3, 0});
                     },
                     {3, 0},
                     {1, 1}},
                    {"view(3,0,2)",
                     [](auto& t) {
                       return t.view({3, 0, 2});
                     },
                     {3, 0, 2},
                     {2, 2, 1}},
                    {"reshape(0)", [](auto& t) { return t.reshape({0}); }, {0}, {1}},
                    {"expand(2,0,3)",
                     [](auto& t) {
                       return t.expand({2, 0, 3});
                     },
                     {2, 0, 3},
                     {0, 3, 1}},
                    {"unsqueeze(1)", [](auto& t) { return t.unsqueeze(1); }, {0, 1, 3}, {3, 3, 1}},
                    {"flatten()", [](auto& t) { return t.flatten(); }, {0}, {1}},
                    {"t()", [](auto& t) { return t.t(); }, {3, 0}, {1, 3}},
                });
}

TEST_CASE("layout: a view knows where in the memory it begins") {
  CHECK(arange(6.0).narrow(0, 2, 3).storage_offset() == 2);
  CHECK(zeros({2}, {.device = "meta"}).storage_offset() == 0);
}

TEST_CASE("layout: a row has one axis to transpose") {
  CHECK(arange(3.0).transpose(0, -1).shape() == Shape{3});
}

TEST_CASE("layout: what a view shows is what its base holds") {
  const Tensor x = arange(24).view({2, 3, 4});
  CHECK(elements(x.permute({2, 0, 1}).view({4, 6}))[7] == 5);  // row 1, column 1: 1 + 4
  CHECK(elements(x.transpose(0, 1).reshape({6, 4})) == Doubles{0, 1, 2,  3,  12, 13, 14, 15,
                                                               4, 5, 6,  7,  16, 17, 18, 19,
                                                               8, 9, 10, 11, 20, 21, 22, 23});
  CHECK(elements(arange(8).view({4, 2}).narrow(1, 0, 1).view({4})) == Doubles{0, 2, 4, 6});
  x.view({24}).copy_(zeros({24}, {.dtype = DType::i64}));
  CHECK(elements(x) == Doubles(24, 0));
  CHECK(x.version() == 1);
}

TEST_CASE("squeeze: one axis at a time leaves a batch of one alone") {
  const Tensor batch_of_one = ones({1, 4, 1, 3});
  CHECK(batch_of_one.squeeze(2).shape() == Shape{1, 4, 3});
  CHECK(batch_of_one.squeeze(1).shape() == Shape{1, 4, 1, 3});  // an axis of size 4 stays
  CHECK(batch_of_one.squeeze().shape() == Shape{4, 3});
  CHECK(ones({}).squeeze(0).shape() == Shape{});
}

TEST_CASE("layout: refusals") {
  const Tensor x = zeros({2, 3, 4});
  const std::int64_t huge = std::int64_t{1} << 40;
  CHECK_SAYS(ShapeError, "do not fit (5, 5)", x.view({5, 5}));
  CHECK_SAYS(ShapeError, "do not fit (5, -1)", x.view({5, -1}));
  CHECK_SAYS(ShapeError, "do not fit (48, -1)", x.view({48, -1}));
  CHECK_SAYS(ShapeError, "size -2 at dimension 0 is negative", x.view({-2, -12}));
  CHECK_SAYS(ShapeError, "only one size may be -1", x.reshape({-1, -1}));
  CHECK_SAYS(ShapeError, "use reshape()", x.transpose(0, 1).view({6, 4}));
  CHECK_SAYS(ShapeError, "use reshape()", x.transpose(1, 2).flatten(1).t().view({24}));
  CHECK_SAYS(ShapeError, "stands for no certain size", zeros({0, 3}).view({0, -1}));
  CHECK_SAYS(ShapeError, "more elements than can be addressed", zeros({0}).view({huge, huge}));
  CHECK_SAYS(ShapeError, "more elements than can be addressed", zeros({0}).view({huge, huge, 0}));
  CHECK_SAYS(ShapeError, "more elements than", zeros({0}).view({huge, huge, -1}));
  CHECK_SAYS(ShapeError, "more elements than can be addressed", zeros({1}).expand({huge, huge}));
  CHECK_SAYS(ShapeError, "cannot be expanded to 5", x.expand({5, 3, 4}));
  CHECK_SAYS(ShapeError, "cannot be expanded to -1", x.expand({-1, 2, 3, 4}));
  CHECK_SAYS(ShapeError, "cannot be expanded to -2", zeros({1}).expand({-2}));
  CHECK_SAYS(IndexError, "axis 4 is out of range", x.unsqueeze(4));
  CHECK_SAYS(IndexError, "axis 3 is out of range", x.squeeze(3));
  CHECK_SAYS(IndexError, "axis -4 is out of range", x.transpose(0, -4));
  CHECK_SAYS(ShapeError, "flatten: start_dim 2 lies behind end_dim 1", x.flatten(2, 1));
  CHECK_SAYS(ShapeError, "t: needs at most 2 dimensions, got shape (2, 3, 4)", x.t());
  CHECK_SAYS(IndexError, "axis 3 is out of range", x.size(3));
  CHECK_SAYS(IndexError, "axis -4 is out of range", x.stride(-4));
  CHECK(x.size(-1) == 4);
  CHECK(x.stride(0) == 12);
  Shape ones(64);
  for (std::int64_t& size : ones) size = 1;
  CHECK(zeros(ones).dim() == 64);
  CHECK_SAYS(ShapeError, "at most 64 dimensions", zeros(ones).unsqueeze(0));
  CHECK(zeros({1}).expand(ones).dim() == 64);
}

}  // namespace limpid::strides_test
