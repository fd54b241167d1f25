// Tensors without ops: creation, layout, elements, devices, memory. Numbers and strides that say
// "torch" were printed by PyTorch 2.13.

// covers: copy, view, slice
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "limpid/tensor/allocator.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/tensors.h"
#include "tests/thrown.h"

using namespace limpid;

namespace {

using Doubles = std::vector<double>;
Doubles elements(const Tensor& t) { return t.to_vector<double>(); }

constexpr DType kNumbers[] = {DType::f16, DType::bf16, DType::f32, DType::f64, DType::u8,
                              DType::i8,  DType::i16,  DType::i32, DType::i64};

}  // namespace

// ---- creation

TEST_CASE("size and stride: a 0-d tensor has no axes to ask for") {
  const Tensor number(Scalar(1.5));
  CHECK_THROWS_WITH_AS(number.size(0), doctest::Contains("axis 0 of a 0-d tensor"), IndexError);
  CHECK_THROWS_WITH_AS(number.stride(-1), doctest::Contains("axis -1 of a 0-d tensor"), IndexError);
}

TEST_CASE("creation: zeros, ones, full, eye, arange in every dtype") {
  for (DType dtype : kAllDTypes) {
    INFO(name_of(dtype));
    CHECK(elements(zeros({2, 2}, {.dtype = dtype})) == Doubles{0, 0, 0, 0});
    CHECK(elements(ones({3}, {.dtype = dtype})) == Doubles{1, 1, 1});
    CHECK(elements(eye(2, 3, {.dtype = dtype})) == Doubles{1, 0, 0, 0, 1, 0});
    CHECK(elements(full({2}, true, {.dtype = dtype})) == Doubles{1, 1});
    const Tensor e = empty({2, 3}, {.dtype = dtype});
    CHECK(e.dtype() == dtype);
    CHECK(e.shape() == Shape{2, 3});
    CHECK(reinterpret_cast<std::uintptr_t>(e->data) % 64 == 0);
    CHECK(zeros_like(e).dtype() == dtype);
    CHECK(elements(zeros_like(e)) == Doubles(6, 0));
    CHECK(elements(full_like(e, 1)) == Doubles(6, 1));
    CHECK(elements(ones_like(e)) == Doubles(6, 1));
    CHECK(empty_like(e).shape() == e.shape());
  }
  for (DType dtype : kNumbers) {
    INFO(name_of(dtype));
    CHECK(elements(arange(1, 10, 3, {.dtype = dtype})) == Doubles{1, 4, 7});
    CHECK(elements(arange(4, {.dtype = dtype})) == Doubles{0, 1, 2, 3});
    if (dtype != DType::u8)
      CHECK(elements(arange(5, -5, -3, {.dtype = dtype})) == Doubles{5, 2, -1, -4});
    if (is_floating(dtype)) {
      CHECK(elements(arange(0.5, 3, 0.5, {.dtype = dtype})) == Doubles{0.5, 1, 1.5, 2, 2.5});
    } else {
      CHECK(elements(linspace(0, 10, 7, {.dtype = dtype})) ==
            Doubles{0, 1, 3, 5, 6, 8, 10});  // torch
      CHECK(elements(full({1}, 2.7, {.dtype = dtype})) == Doubles{2});
    }
    if (dtype != DType::u8 && !is_floating(dtype))
      CHECK(elements(linspace(-3.7, 3.7, 4, {.dtype = dtype})) == Doubles{-3, -1, 1, 3});  // torch
  }
  CHECK(elements(full({1}, 2.7, {.dtype = DType::f16})) == Doubles{2.69921875});  // torch
  CHECK(elements(full({1}, 2.7, {.dtype = DType::bf16})) == Doubles{2.703125});   // torch
}

TEST_CASE("creation: dtypes that follow from the numbers") {
  CHECK(zeros({1}).dtype() == DType::f32);
  CHECK(ones({1}).dtype() == DType::f32);
  CHECK(full({1}, 2).dtype() == DType::i64);
  CHECK(full({1}, 2.0).dtype() == DType::f32);
  CHECK(full({1}, true).dtype() == DType::boolean);
  CHECK(arange(3).dtype() == DType::i64);
  CHECK(arange(3.0).dtype() == DType::f32);
  CHECK(arange(0, 3, 0.5).dtype() == DType::f32);
  CHECK(eye(2).dtype() == DType::f32);
  CHECK(tensor({1, 2}).dtype() == DType::i64);
  CHECK(tensor({1, 2.5}).dtype() == DType::f32);
  CHECK(tensor({true, false}).dtype() == DType::boolean);
  CHECK(tensor({true, 2}).dtype() == DType::i64);
  CHECK(tensor(std::vector<double>{1, 2}).dtype() == DType::f32);
  CHECK(tensor(std::vector<float>{1, 2}).dtype() == DType::f32);
  CHECK(tensor(std::vector<int>{1, 2}).dtype() == DType::i32);
  CHECK(tensor(std::vector<std::uint8_t>{1, 2}).dtype() == DType::u8);
  CHECK(Tensor(Scalar(3)).dtype() == DType::i64);
  CHECK(Tensor(Scalar(3)).dim() == 0);
  CHECK(scalar_beside(2.5, arange(3)).dtype() == DType::f32);
  CHECK(scalar_beside(2, zeros({1}, {.dtype = DType::f16})).dtype() == DType::f16);
}

TEST_CASE("creation: arange and linspace at their edges") {
  const std::int64_t big = std::int64_t{1} << 62;
  CHECK(arange(big, big + 3).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{big, big + 1, big + 2});  // torch
  CHECK(arange(INT64_MIN, INT64_MAX, INT64_MAX).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{INT64_MIN, -1, INT64_MAX - 1});
  CHECK(arange(3, 3).shape() == Shape{0});
  CHECK(arange(3, 3, -1).shape() == Shape{0});
  CHECK(arange(0, 7, 7).numel() == 1);
  CHECK(arange(0, 8, 7).numel() == 2);
  CHECK(arange(0, -7, -7).numel() == 1);
  CHECK(arange(0, -8, -7).numel() == 2);
  const std::vector<float> tenths = arange(0.0, 1.0, 0.1).to_vector<float>();
  CHECK(tenths == std::vector<float>{0.0f, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f});
  CHECK_SAYS(ValueError, "arange: step 0 does not lead from 0 to 3", arange(0, 3, 0));
  CHECK_SAYS(ValueError, "from 0 to 3 the step -1 has the wrong sign", arange(0, 3, -1));
  CHECK_SAYS(ValueError, "from 1 to 0 the step 3 has the wrong sign", arange(1, 0, 3));
  CHECK_SAYS(ValueError, "wrong sign", arange(0.0, -1.0, 0.5));
  CHECK_SAYS(ValueError, "does not lead", arange(0.0, INFINITY, 1.0));
  CHECK_SAYS(ValueError, "does not lead", arange(0.0, double(NAN), 1.0));
  CHECK_SAYS(ShapeError, "too many", arange(0.0, 1.0, 1e-18));
  CHECK_SAYS(ShapeError, "too many", arange(0, big));

  CHECK(linspace(0, 10, 7, {.dtype = DType::f64}).to_vector<double>() ==  // torch
        Doubles{0.0, 1.6666666666666667, 3.3333333333333335, 5.0, 6.666666666666666,
                8.333333333333334, 10.0});
  CHECK(linspace(0, 10, 7).to_vector<float>() ==  // torch, but for one place in the 5th
        std::vector<float>{0.0f, 1.6666666269302368f, 3.3333332538604736f, 5.0f, 20 / 3.0f,
                           8.333333015441895f, 10.0f});
  CHECK(linspace(0.1, 7, 3, {.dtype = DType::f64}).to_vector<double>()[1] == 3.55);  // torch
  CHECK(elements(linspace(3, 10, 1)) == Doubles{3});                                 // torch
  CHECK(elements(linspace(3, 10, 2)) == Doubles{3, 10});
  CHECK(linspace(3, 10, 0).shape() == Shape{0});
  CHECK_SAYS(ShapeError, "linspace: -1 steps; it needs 0 or more", linspace(0, 1, -1));
  CHECK(eye(3).shape() == Shape{3, 3});
  CHECK(eye(0, 3).shape() == Shape{0, 3});
  CHECK(eye(3, 0).shape() == Shape{3, 0});
}

TEST_CASE("creation: from braces and vectors") {
  const Tensor rows = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK(rows.shape() == Shape{2, 3});
  CHECK(elements(rows) == Doubles{1, 2, 3, 4, 5, 6});
  CHECK_SAYS(ShapeError, "tensor: row 2 has 1 values, row 0 has 2", tensor({{1, 2}, {3, 4}, {5}}));
  CHECK(tensor({{1.5}, {2.5}}).shape() == Shape{2, 1});
  CHECK(tensor({{4}}).dtype() == DType::i64);
  CHECK(tensor({{1, 2.5}, {true, 4}}).dtype() == DType::f32);
  const std::vector<float> six{1, 2, 3, 4, 5, 6};
  const Tensor shaped = from_values(std::span<const float>(six), {3, 2}, {.dtype = DType::i16});
  CHECK(shaped.dtype() == DType::i16);
  CHECK(elements(shaped) == Doubles{1, 2, 3, 4, 5, 6});
  CHECK_SAYS(ShapeError, "6 values do not fill the shape (4, 2), which has 8 elements",
             from_values(std::span<const float>(six), {4, 2}));
  CHECK_SAYS(ShapeError, "negative", from_values(std::span<const float>(six), {-2, -3}));
  CHECK(tensor({1.5, 2.5}, {.requires_grad = true}).requires_grad());
  CHECK_SAYS(DTypeError, "only floating tensors have gradients, this one is int64",
             tensor({1, 2}, {.requires_grad = true}));
  CHECK(from_rows({}, {}).shape() == Shape{0, 0});
  CHECK_THROWS_AS(tensor({300}, {.dtype = DType::u8}), Error);
}

TEST_CASE("creation: impossible sizes are refused before anything is allocated") {
  reset_peak_memory();
  const MemoryStats before = memory_stats();
  const std::int64_t huge = std::int64_t{1} << 40;
  CHECK_SAYS(ShapeError, "zeros: dimension 1 of (2, -1) is negative", zeros({2, -1}));
  CHECK_SAYS(ShapeError, "more elements than can be addressed", zeros({huge, huge}));
  CHECK_SAYS(ShapeError, "more elements than can be addressed", zeros({huge, huge, 0}));
  CHECK_SAYS(ShapeError, "more elements than can be addressed", empty({huge, 1 << 17}));
  CHECK_SAYS(ShapeError, "rand: dimension 0 of (-1,) is negative", rand({-1}));
  CHECK_SAYS(ShapeError, "randint: dimension 0 of (-1,) is negative", randint(0, 5, {-1}));
  CHECK_SAYS(ShapeError, "negative", eye(-2));
  CHECK_SAYS(ShapeError, "randperm: n is -1", randperm(-1));
  CHECK_SAYS(ShapeError, "elements than can be addressed", zeros({huge, huge}, {.device = kMeta}));
  CHECK(memory_stats().peak_in_use <= before.peak_in_use + 4096);
  CHECK(memory_stats().in_use <= before.in_use + 4096);
}

TEST_CASE("random: normal numbers are those of the stream, scaled and moved") {
  Generator generator(5), same(5);
  Tensor drawn = empty({6}, {.dtype = DType::f64});
  fill_normal(drawn, 2, 3, generator);
  const RandomStream stream = same.reserve(6);
  for (std::uint64_t i = 0; i < 6; ++i)
    CHECK(elements(drawn)[i] == doctest::Approx(2 + 3 * stream.normal(i)));
}

TEST_CASE("random: ranges, permutations, seeds") {
  Generator generator(5);
  const UseGenerator use(generator);
  for (DType dtype : {DType::f16, DType::bf16, DType::f32, DType::f64}) {
    INFO(name_of(dtype));
    const Doubles u = elements(rand({100000}, {.dtype = dtype}));
    CHECK(*std::min_element(u.begin(), u.end()) >= 0);
    CHECK(*std::max_element(u.begin(), u.end()) < 1);
    CHECK(*std::max_element(u.begin(), u.end()) > 0.99);
    double total = 0;
    for (double v : u) total += v;
    CHECK(std::abs(total / 1e5 - 0.5) < 0.006);  // 0.002 is the half step of bfloat16
    Tensor far = empty({20000}, {.dtype = dtype});
    fill_uniform(far, 1000, 1000.5, generator);  // rounding would reach the upper end
    const Doubles f = elements(far);
    CHECK(*std::min_element(f.begin(), f.end()) >= 1000);
    CHECK(*std::max_element(f.begin(), f.end()) < 1000.5);
    const Doubles z = elements(randn({50000}, {.dtype = dtype}));
    double square = 0;
    for (double v : z) square += v * v;
    CHECK(std::abs(square / 5e4 - 1) < 0.03);
  }
  CHECK_SAYS(DTypeError, "rand: needs a floating dtype, got int64",
             rand({2}, {.dtype = DType::i64}));
  CHECK_SAYS(DTypeError, "randn: needs a floating dtype", randn({2}, {.dtype = DType::boolean}));

  const auto dice = randint(-3, 4, {5000}).to_vector<std::int64_t>();
  for (std::int64_t face = -3; face < 4; ++face) {
    const auto times = std::count(dice.begin(), dice.end(), face);
    CHECK(times > 600);
    CHECK(times < 830);
  }
  CHECK(*std::min_element(dice.begin(), dice.end()) == -3);
  CHECK(*std::max_element(dice.begin(), dice.end()) == 3);
  CHECK(randint(INT64_MIN, INT64_MAX, {100}).dtype() == DType::i64);
  CHECK_SAYS(ValueError, "randint: the range [2, 2) is empty", randint(2, 2, {1}));
  CHECK(randint(0, 256, {3}, {.dtype = DType::u8}).numel() == 3);
  CHECK_SAYS(ValueError, "holds 256, which does not fit into uint8",
             randint(0, 257, {3}, {.dtype = DType::u8}));

  for (std::int64_t n : {0, 1, 2, 1000}) {
    auto order = randperm(n).to_vector<std::int64_t>();
    const bool moved = !std::is_sorted(order.begin(), order.end());
    CHECK(moved == (n == 1000 || (n == 2 && order[0] == 1)));
    std::sort(order.begin(), order.end());
    for (std::int64_t i = 0; i < n; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  }
  int first_is_first = 0;  // each place is equally likely
  for (int i = 0; i < 4000; ++i) first_is_first += randperm(4).to_vector<int>()[0] == 0;
  CHECK(std::abs(first_is_first - 1000) < 120);

  manual_seed(11);
  const Doubles once = elements(randn({10}));
  const Doubles more = elements(randn({10}));
  CHECK(once != more);
  manual_seed(11);
  CHECK(elements(randn({10})) == once);
  CHECK(elements(randn({10})) == more);
  manual_seed(12);
  CHECK(elements(randn({10})) != once);
}

TEST_CASE("random: filling follows strides and counts as a change in place") {
  const Tensor base = zeros({4, 3});
  const Tensor column = base.view({2, 2, 3}).permute({2, 0, 1});
  Generator generator(3), again(3);
  const auto version = base.version();
  fill_uniform(column, 1, 2, generator);
  CHECK(base.version() == version + 1);
  const Doubles plain = [&] {
    const Tensor t = zeros({3, 2, 2});
    fill_uniform(t, 1, 2, again);
    return elements(t);
  }();
  CHECK(elements(column) == plain);
  fill_normal(column, 5, 0, generator);
  CHECK(elements(base) == Doubles(12, 5));
}

// ---- layout

namespace {

struct LayoutRow {
  const char* name;
  std::function<Tensor(const Tensor&)> apply;
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

// ---- elements

TEST_CASE("elements: item, data and to_vector") {
  CHECK(tensor({2.5}).item() == 2.5);
  CHECK(zeros({1, 1, 1}).item<int>() == 0);
  CHECK(Tensor(Scalar(true)).item_scalar().kind() == Scalar::Kind::boolean);
  CHECK(Tensor(Scalar(7)).item_scalar().kind() == Scalar::Kind::integer);
  CHECK(full({}, 2.7, {.dtype = DType::f16}).item() == 2.69921875);
  CHECK(Tensor(Scalar(std::int64_t{1} << 62)).item<std::int64_t>() == std::int64_t{1} << 62);
  CHECK_SAYS(ValueError, "item: a tensor of shape (2, 3) has 6 elements; item() needs exactly one",
             zeros({2, 3}).item());
  CHECK_SAYS(ValueError, "has 0 elements", zeros({0}).item());
  CHECK_SAYS(DTypeError, "elements are float32, asked for as float64; convert with .to() first",
             zeros({1}).data<double>());
  CHECK_SAYS(DTypeError, "elements are int64, asked for as bool", arange(2).data<bool>());
  const Tensor x = tensor({{1.75, -2.75}, {300, 0}});
  CHECK(x.to_vector<std::int64_t>() == std::vector<std::int64_t>{1, -2, 300, 0});
  CHECK(x.t().to_vector<float>() == std::vector<float>{1.75f, 300, -2.75f, 0});
  CHECK(x.to_vector<std::uint8_t>() == std::vector<std::uint8_t>{1, 254, 44, 0});
}

TEST_CASE("elements: an undefined tensor says so whatever is asked of it") {
  const Tensor none;
  const std::string text = "this tensor is undefined: it was never given a value";
  CHECK(!none.defined());
  CHECK_SAYS(ValueError, text, none.shape());
  CHECK_SAYS(ValueError, text, none.numel());
  CHECK_SAYS(ValueError, text, none.strides());
  CHECK_SAYS(ValueError, text, none.item());
  CHECK_SAYS(ValueError, text, none.data<float>());
  CHECK_SAYS(ValueError, text, none.to_vector<float>());
  CHECK_SAYS(ValueError, text, none.requires_grad());
  CHECK_SAYS(ValueError, text, none.is_leaf());
  CHECK_SAYS(ValueError, text, none.grad());
  CHECK_SAYS(ValueError, text, none.backward());
  CHECK_SAYS(ValueError, text, none.detach());
  CHECK_SAYS(ValueError, text, none.version());
  CHECK_SAYS(ValueError, text, none.storage_offset());
  CHECK_SAYS(ValueError, text, none.shares_storage(zeros({1})));
  CHECK_SAYS(ValueError, text, zeros({1}).shares_storage(none));
  CHECK_SAYS(ValueError, "is undefined", none + zeros({1}));
  CHECK_SAYS(ValueError, "mul: other is undefined", zeros({1}) * none);
  CHECK_SAYS(ValueError, "undefined", none.clone());
}

// ---- devices

TEST_CASE("devices: meta has shapes and dtypes but no elements") {
  const std::int64_t million = 1000000;
  const MemoryStats before = memory_stats();
  const Tensor x = zeros({million, million}, {.device = kMeta});
  const Tensor y = rand({million, 1}, {.device = kMeta});
  const Tensor z = x * y + y;
  CHECK(memory_stats().in_use < before.in_use + 65536);
  CHECK(z.shape() == Shape{million, million});
  CHECK(z.device() == kMeta);
  CHECK(z.t().view({million, 1000, 1000}).device() == kMeta);
  CHECK(z.sum().shape() == Shape{});
  CHECK(x.storage_offset() == 0);
  CHECK(arange(5, {.device = kMeta}).shape() == Shape{5});
  CHECK(tensor({1, 2}, {.device = kMeta}).dtype() == DType::i64);
  CHECK(randperm(5, {.device = kMeta}).shape() == Shape{5});
  CHECK_SAYS(DeviceError, "meta tensors have none", x.data<float>());
  CHECK_SAYS(DeviceError, "meta", zeros({1}, {.device = kMeta}).item());
  CHECK_SAYS(DeviceError, "meta", zeros({2}, {.device = kMeta}).to_vector<float>());
  CHECK_SAYS(DeviceError, "a meta tensor has no elements that could be copied",
             zeros({2}, {.device = kMeta}).to(kCpu));
  CHECK(zeros({2, 3}).to(kMeta).device() == kMeta);
  CHECK(zeros({2, 3}).to("meta").shape() == Shape{2, 3});
  const Tensor leaf = zeros({2, 3}, {.device = kMeta, .requires_grad = true});
  (leaf * leaf).sum().backward();
  CHECK(leaf.grad().shape() == Shape{2, 3});
  CHECK(leaf.grad().device() == kMeta);
}

TEST_CASE("devices: absent and mixed ones are named") {
  CHECK_SAYS(DeviceError, "device cuda:0 is not here", zeros({2}, {.device = "cuda"}));
  CHECK_SAYS(DeviceError, "device cuda:1 is not here", zeros({2}).to("cuda:1"));
  CHECK_SAYS(
      DeviceError,
      "add: input is on cpu but other is on meta; move one with .to(device) [input (2,), other "
      "(3, 1)]",
      zeros({2}) + zeros({3, 1}, {.device = kMeta}));
  Tensor x = zeros({2});
  CHECK_SAYS(DeviceError, "cpu", x.add_(zeros({2}, {.device = kMeta})));
  CHECK_SAYS(DeviceError, "the target is on cpu but the value is on meta",
             x.copy_(zeros({2}, {.device = kMeta})));
  CHECK(elements(x + ones({2})) == Doubles{1, 1});
}

// ---- in place, without gradients

TEST_CASE("in place: versions, casts and shapes") {
  Tensor x = zeros({2, 3});
  CHECK(x.version() == 0);
  x.add_(ones({3}));
  CHECK(x.version() == 1);
  x += ones({2, 1});
  CHECK(elements(x) == Doubles(6, 2));
  x.add_(full({}, 3));  // an integer into floats
  CHECK(elements(x) == Doubles(6, 5));
  CHECK(x.view({6}).version() == 3);
  x.view({6}).mul_(arange(6.0));
  CHECK(elements(x) == Doubles{0, 5, 10, 15, 20, 25});
  CHECK(x.version() == 4);
  CHECK_SAYS(ShapeError, "a value of shape (2, 2, 3) does not fit the target of shape (2, 3)",
             x.add_(zeros({2, 2, 3})));
  CHECK_SAYS(DTypeError, "a result of float32 cannot be written into a target of int64",
             arange(3).add_(zeros({3})));
  CHECK_SAYS(ShapeError, "dimension 0 of the target is expanded",
             zeros({1}).expand({3}).add_(ones({1})));
  CHECK_SAYS(ShapeError, "do not broadcast", x.add_(zeros({4})));
  CHECK(x.version() == 4);
  CHECK(elements(x) == Doubles{0, 5, 10, 15, 20, 25});
  Tensor square = arange(9.0).view({3, 3});
  square.add_(square.t());  // reads what it writes
  CHECK(elements(square) == Doubles{0, 4, 8, 4, 8, 12, 8, 12, 16});
  Tensor again = arange(9.0).view({3, 3});
  again.copy_(again.t());
  CHECK(elements(again) == Doubles{0, 3, 6, 1, 4, 7, 2, 5, 8});
  Tensor self = arange(3.0);
  self.add_(self);
  CHECK(elements(self) == Doubles{0, 2, 4});
  Tensor flags = zeros({2}, {.dtype = DType::boolean});
  CHECK_SAYS(DTypeError, "cannot be written into a target of bool", flags.copy_(arange(2)));
  Tensor half = zeros({2}, {.dtype = DType::f16});
  half.copy_(full({}, 1.0 / 3));
  CHECK(half.to_vector<float>()[0] == 0.333251953125f);
}

// ---- tensors in a list

TEST_CASE("a short list of tensors holds few inline and many on the heap") {
  const Tensor a = arange(1), b = arange(2);
  for (std::size_t n : {0u, 1u, 4u, 5u, 9u}) {
    std::vector<Tensor> many(n, a);
    if (n) many.back() = b;
    const Tensors list(many);
    Tensors copy = list;
    const Tensors moved = std::move(copy);
    CHECK(list.size() == n);
    CHECK(moved.size() == n);
    for (std::size_t i = 0; i < n; ++i) CHECK(moved[i].is_same(i + 1 == n ? b : a));
    CHECK(std::span<const Tensor>(moved).size() == n);
    CHECK(Tensors(n).size() == n);
    CHECK(static_cast<std::size_t>(moved.end() - moved.begin()) == n);
  }
  const Tensors pair{a, b};
  CHECK(pair.size() == 2);
  CHECK(pair[1].is_same(b));
}

// ---- memory

TEST_CASE("allocator: statistics of large blocks are exact, and blocks come back") {
  if (!detail::kPooling) return;  // sanitizers see every block by itself
  empty_cache();
  reset_peak_memory();
  const MemoryStats start = memory_stats();
  CHECK(start.reserved == start.in_use + start.cached);
  const std::size_t mib = std::size_t{1} << 20;
  void* block = allocate(8 * mib);
  MemoryStats now = memory_stats();
  CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
  CHECK(now.in_use == start.in_use + 8 * mib);
  CHECK(now.large_blocks == start.large_blocks + 1);
  CHECK(now.system_calls == start.system_calls + 1);
  CHECK(now.peak_in_use == start.peak_in_use + 8 * mib);
  CHECK(now.reserved == start.reserved + 8 * mib);
  std::memset(block, 1, 8 * mib);
  deallocate(block, 8 * mib);
  now = memory_stats();
  CHECK(now.in_use == start.in_use);
  CHECK(now.cached == start.cached + 8 * mib);
  CHECK(now.large_blocks == start.large_blocks);
  CHECK(now.peak_in_use == start.peak_in_use + 8 * mib);
  void* again = allocate(8 * mib - 100);  // the same rounded size
  CHECK(again == block);
  CHECK(memory_stats().system_calls == start.system_calls + 1);
  CHECK(memory_stats().cached == start.cached);
  void* other = allocate(8 * mib + 1);  // another size: a block of its own
  CHECK(other != block);
  CHECK(memory_stats().system_calls == start.system_calls + 2);
  CHECK(memory_stats().in_use - start.in_use <= (16 + 2) * mib);
  deallocate(other, 8 * mib + 1);
  deallocate(again, 8 * mib - 100);
  reset_peak_memory();
  CHECK(memory_stats().peak_in_use == start.peak_in_use);
  empty_cache();
  now = memory_stats();
  CHECK(now.reserved == start.reserved);
  CHECK(now.cached == start.cached);
  CHECK(now.in_use == start.in_use);
}

TEST_CASE("allocator: the summary has a line for each of the statistics") {
  const std::string text = memory_summary();
  for (const char* name :
       {"in use", "peak (large)", "cached", "reserved", "packed", "large blocks", "system calls"})
    CHECK(text.find(name) != std::string::npos);
}

TEST_CASE("allocator: what kernels keep with weights is counted both ways") {
  const std::size_t before = memory_stats().packed;
  count_packed(1000);
  CHECK(memory_stats().packed == before + 1000);
  count_packed(-1000);
  CHECK(memory_stats().packed == before);
}

TEST_CASE("allocator: rounding wastes at most an eighth") {
  if (!detail::kPooling) return;
  for (std::size_t bytes : {1025u, 1100u, 5000u, 123456u, 1u << 20, (1u << 20) + 1}) {
    const std::size_t before = memory_stats().in_use;
    void* block = allocate(bytes);
    const std::size_t used = memory_stats().in_use - before;
    CHECK(used >= bytes);
    CHECK(used <= bytes + bytes / 8 + 1);
    deallocate(block, bytes);
    CHECK(memory_stats().in_use == before);
  }
}

TEST_CASE("allocator: small blocks are aligned, apart and used again") {
  for (std::size_t bytes : {0u, 1u, 64u, 65u, 500u, 1023u, 1024u}) {
    std::vector<char*> blocks;
    for (int i = 0; i < 300; ++i) {
      blocks.push_back(static_cast<char*>(allocate(bytes)));
      std::memset(blocks.back(), i, bytes);
    }
    for (int i = 0; i < 300; ++i) {
      char* block = blocks[static_cast<std::size_t>(i)];
      CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
      CHECK(std::all_of(block, block + bytes, [&](char c) { return c == static_cast<char>(i); }));
    }
    const std::size_t used = memory_stats().in_use;
    for (char* block : blocks) deallocate(block, bytes);
    const std::size_t rounded = std::max<std::size_t>((bytes + 63) / 64 * 64, 64);
    if (detail::kPooling) {
      CHECK(used - memory_stats().in_use == 300 * rounded);
      void* one = allocate(bytes);
      CHECK(one == blocks.back());  // last in, first out: warm in the cache
      deallocate(one, bytes);
    }
  }
}

TEST_CASE("allocator: many small blocks neither leak nor grow without end") {
  if (!detail::kPooling) return;
  const std::size_t before = memory_stats().in_use;
  std::vector<void*> blocks;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20000; ++i) blocks.push_back(allocate(200));
    CHECK(memory_stats().in_use == before + 20000 * 256);
    for (void* block : blocks) deallocate(block, 200);
    blocks.clear();
    CHECK(memory_stats().in_use == before);
  }
  const std::size_t reserved = memory_stats().reserved;
  for (int i = 0; i < 20000; ++i) blocks.push_back(allocate(200));
  CHECK(memory_stats().reserved == reserved);  // all of them were there already
  for (void* block : blocks) deallocate(block, 200);
}

TEST_CASE(
    "allocator: blocks freed by another thread, and blocks of a thread that ended, come back") {
  if (!detail::kPooling) return;
  const std::size_t before = memory_stats().in_use;
  std::vector<void*> blocks;
  for (int i = 0; i < 10000; ++i) blocks.push_back(allocate(100));
  CHECK(memory_stats().in_use == before + 10000 * 128);
  std::thread([&] {  // this thread only frees
    for (void* block : blocks) deallocate(block, 100);
    CHECK(memory_stats().in_use == before);
  })
      .join();
  CHECK(memory_stats().in_use == before);
  blocks.clear();
  std::thread([&] {
    for (int i = 0; i < 10000; ++i) blocks.push_back(allocate(100));
  }).join();
  CHECK(memory_stats().in_use == before + 10000 * 128);
  const std::size_t reserved = memory_stats().reserved;
  for (void* block : blocks) deallocate(block, 100);
  for (int i = 0; i < 50; ++i)
    std::thread([] {
      std::vector<Tensor> tensors;
      for (int k = 0; k < 100; ++k) tensors.push_back(zeros({3}));
      deallocate(allocate(1), 1);  // the smallest blocks, too
    }).join();
  CHECK(memory_stats().in_use == before);
  CHECK(memory_stats().reserved == reserved);
}

namespace {
struct LateUser {  // its destructor runs after the thread's pool was handed back
  Tensor tensor;
  ~LateUser() { tensor = tensor + zeros({3}); }
};
}  // namespace

TEST_CASE("allocator: a thread may still allocate and free while it ends") {
  const std::size_t before = memory_stats().in_use;
  for (int i = 0; i < 20; ++i)
    std::thread([] {
      static thread_local LateUser user;
      user.tensor = zeros({3});
    }).join();
  if (detail::kPooling) CHECK(memory_stats().in_use == before);
}

TEST_CASE("allocator: out of memory is an Error that names the size, and everything goes on") {
  if (!detail::kPooling) return;
  const Tensor kept = full({1000}, 7.0);
  { const Tensor cached = zeros({1 << 20}); }
  const MemoryStats before = memory_stats();
  const std::int64_t petabyte = std::int64_t{1} << 50;
  CHECK_SAYS(Error, "out of memory: 1125899906842", empty({petabyte}, {.dtype = DType::u8}));
  CHECK_SAYS(Error, "zeros of shape (1125899906842624,): out of memory", zeros({petabyte}));
  CHECK_SAYS(Error, "out of memory", randperm(petabyte / 8));
  CHECK_SAYS(Error, "out of memory", arange(petabyte / 8));
  CHECK_SAYS(Error, "add: out of memory", ones({1}).expand({petabyte}) + ones({1}));
  CHECK(memory_stats().in_use == before.in_use);
  CHECK(memory_stats().cached < before.cached + 65536);
  CHECK(elements(kept + ones({1000})) == Doubles(1000, 8));
}
