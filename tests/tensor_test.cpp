// Tensors without ops: creation, elements, devices, changes in place.

// covers: copy, view, slice
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "limpid/tensor/allocator.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/tensors.h"
#include "tests/thrown.h"

namespace limpid::tensor_test {

using namespace testing;

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

}  // namespace limpid::tensor_test
