// Pointwise loops and copies over memory of any strides, by one thread and by several: what they
// give of views is what they give of copies of them.

// covers: strided_loop, strided_copy, conversion
#include "limpid/backends/cpu/strided_loop.h"

#include <doctest/doctest.h>

#include <vector>

#include "limpid/backends/cpu/conversion.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::strided_loop_test {

namespace {

Tensor counted(const Shape& shape) {
  return arange(numel(shape), {.dtype = DType::f32}).reshape(shape);
}

/// f, with one thread and with three.
template <class F>
void with_threads(const F& f) {
  const int before = get_num_threads();
  for (const int threads : {1, 3}) {
    set_num_threads(threads);
    f();
  }
  set_num_threads(before);
}

}  // namespace

TEST_CASE("strided loops: operands of every order of axes, with gaps, and spread") {
  const Tensor all = counted({131, 142, 6}), x = all.narrow(2, 1, 3);
  const std::vector<std::vector<std::int64_t>> orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  with_threads([&] {
    for (const auto& order : orders) {
      const Tensor turned = x.permute(order), dense = turned.contiguous();
      CHECK(equal(turned + dense, dense * 2));
      CHECK(equal(dense - turned, zeros(dense.shape())));
      const Tensor row = turned.narrow(0, 1, 1), spread = row.expand(dense.shape()).contiguous();
      CHECK(equal(dense + row, dense + spread));
      CHECK(equal(dense + turned[1], dense + spread));
      Tensor target = zeros({131, 142, 6}).narrow(2, 2, 3).permute(order);
      target += dense;
      target += row;
      CHECK(equal(target, dense + spread));
    }
  });
  const Tensor four = counted({2, 4, 5, 6}), turned = four.transpose(2, 3);
  CHECK(equal(turned + turned.contiguous(), turned.contiguous() * 2));
  CHECK((ones({1, 1}) + ones({1})).to_vector<float>() == std::vector<float>{2});
  CHECK((ones({}) + ones({})).item() == 2);
}

TEST_CASE("strided loops: axes that lie alike in every operand are one run") {
  static std::vector<std::int64_t> runs;
  const Loop note = +[](char* const*, const std::int64_t*, std::int64_t n) { runs.push_back(n); };
  const auto runs_over = [&](const Tensor& out, const Tensor& in) {
    runs.clear();
    const AnyView operand = in->as_view();
    run_loop(note, out->as_view(), {&operand, 1});
    return runs;
  };
  const Tensor x = counted({2, 6, 4}), part = x.narrow(1, 0, 3);
  CHECK(runs_over(part, part) == std::vector<std::int64_t>{12, 12});
  CHECK(runs_over(part, part.select(2, 0).unsqueeze(2)) == std::vector<std::int64_t>(6, 4));
  CHECK(runs_over(part, part.narrow(1, 0, 1)) == std::vector<std::int64_t>(6, 4));
  CHECK(runs_over(part, part.transpose(0, 1).contiguous().transpose(0, 1)) ==
        std::vector<std::int64_t>(6, 4));
}

TEST_CASE("strided copies: large ones that threads share") {
  const std::int64_t rows = 700, columns = 300;
  const Tensor x = counted({rows, columns}), wide = counted({rows, 2 * columns});
  with_threads([&] {
    const Tensor turned = x.t().contiguous();
    CHECK(turned[7][650].item() == 650 * columns + 7);
    CHECK(equal(turned.t(), x));
    const Tensor both = cat({wide.narrow(1, columns, columns), turned.t()}, 1);
    CHECK(equal(both.narrow(1, 0, columns), x + arange(1, rows + 1).unsqueeze(1) * columns));
    CHECK(equal(both.narrow(1, columns, columns), x));
    const Tensor back = flip(x, {0, 1});
    CHECK(equal(back.reshape({-1}), static_cast<double>(rows * columns - 1) - x.reshape({-1})));
  });
}

TEST_CASE("conversions step through both operands as they are told") {
  std::int32_t x[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  double y[8] = {};
  char* const data[] = {reinterpret_cast<char*>(y), reinterpret_cast<char*>(x)};
  const Loop loop = conversion(DType::i32, DType::f64);
  const std::int64_t every_other[] = {8, 8, 4}, spread[] = {16, 4, 4}, dense[] = {8, 4, 8};
  loop(data, every_other, 4);
  CHECK(std::vector<double>(y, y + 5) == std::vector<double>{1, 3, 5, 7, 0});
  loop(data, spread, 4);
  CHECK(std::vector<double>(y, y + 8) == std::vector<double>{1, 3, 2, 7, 3, 0, 4, 0});
  loop(data, dense, 4);
  CHECK(std::vector<double>(y, y + 5) == std::vector<double>{1, 2, 3, 4, 3});
}

}  // namespace limpid::strided_loop_test
