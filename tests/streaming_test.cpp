// Results so large that they are written past the caches (backends/cpu/streaming.h).

// covers: copy, add, relu, lt, gelu, exp, silu, simd_loop, loop_rows, dense_rows, strided_loop,
// streaming, streaming_simd, simd_line
#include "limpid/backends/cpu/streaming.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "limpid/backends/cpu/threads.h"
#include "limpid/ops/ops.h"
#include "limpid/ops/pointwise/kernels.h"
#include "limpid/tensor/creation.h"

namespace limpid::streaming_test {

namespace {

constexpr std::int64_t kFloats = kStreamBytes / 4;

Tensor numbers(std::int64_t count) {  // exact in float32, and not the same anywhere near
  return bitwise_and(arange(count, {.dtype = DType::i32}), Scalar(0xfffff)).to(DType::f32);
}

bool same(const Tensor& a, const Tensor& b) { return equal(a, b); }

/// The op on all at once is the op on parts, which are below the limit.
template <class F>
void check_parts(const Tensor& x, const F& f) {
  const Tensor whole = f(x);
  CHECK(whole.numel() * static_cast<std::int64_t>(size_of(whole.dtype())) >= kStreamBytes);
  const std::int64_t n = x.size(0), piece = n / 3 + 1;
  for (std::int64_t at = 0; at < n; at += piece) {
    const std::int64_t count = std::min(piece, n - at);
    CHECK(same(whole.narrow(0, at, count), f(x.narrow(0, at, count))));
  }
}

}  // namespace

TEST_CASE("streaming: pointwise ops and copies of large tensors") {
  for (const std::int64_t count : {kFloats, kFloats + 13}) {
    const Tensor x = numbers(count);
    check_parts(x, [](const Tensor& t) { return t + 1.5; });
    check_parts(x, [](const Tensor& t) { return relu(t - 1000); });
    check_parts(x, [](const Tensor& t) { return t.clone(); });
  }
  const Tensor bytes =
      bitwise_and(arange(kStreamBytes + 5, {.dtype = DType::i32}), Scalar(255)).to(DType::u8);
  check_parts(bytes, [](const Tensor& t) { return lt(t, Scalar(100)); });
}

TEST_CASE("streaming: formulas of many operations on large tensors") {
  for (const std::int64_t count : {kFloats, kFloats + 13}) {
    const Tensor x = remainder(numbers(count), Scalar(1009)) * 0.01 - 5;
    check_parts(x, [](const Tensor& t) { return gelu(t); });
    check_parts(x, [](const Tensor& t) { return tanh(t); });
    check_parts(x, [](const Tensor& t) { return t.clone().sigmoid_(); });  // in place
    check_parts(x, [](const Tensor& t) {
      const Tensor in = t.detach().requires_grad_();
      silu(in).sum().backward();
      return in.grad();
    });
  }
}

TEST_CASE("streaming: formulas of many operations on large tensors that lie in another order") {
  const Tensor x = remainder(numbers(kFloats), Scalar(1009)) * 0.01 - 5;
  const Tensor turned = gelu(x.reshape({2, -1}).permute({1, 0}));
  CHECK(same(turned.permute({1, 0}).reshape({-1}), gelu(x)));
}

TEST_CASE("streaming: loops past the caches give what others give, and write no more") {
  constexpr std::int64_t kMost = 70, kRoom = 128;
  alignas(64) float x[kRoom], dy[kRoom], want[kRoom], found[kRoom];
  for (int i = 0; i < kRoom; ++i) x[i] = static_cast<float>(i % 37) * 0.3f - 5, dy[i] = x[i] + 1;
  for (const SimdLevel level : available_simd_levels()) {
    const Loop gelu = at_level(level, LIMPID_LEVELS(activation_loops)).gelu[DType::f32];
    const Loop silu = at_level(level, LIMPID_LEVELS(activation_gradient_loops)).silu[DType::f32];
    for (const Loop& loop : {gelu, silu}) {
      REQUIRE(static_cast<bool>(loop.past_caches));
      for (std::int64_t start = 0; start < 20; ++start)
        for (std::int64_t n = 0; n <= kMost; ++n) {
          INFO(std::string(name_of(level)) << ", " << n << " elements from " << start);
          std::fill_n(want, kRoom, -9.0f);
          std::fill_n(found, kRoom, -9.0f);
          const auto run = [&](Loop::Run* f, float* to) {
            char* const data[] = {reinterpret_cast<char*>(to + start),
                                  reinterpret_cast<char*>(x + 3), reinterpret_cast<char*>(dy + 1)};
            const std::int64_t strides[] = {4, 4, 4};
            f(data, strides, n);
          };
          run(loop.run, want);
          run(loop.past_caches, found);
          stream_loops().finish();
          CHECK(std::equal(want, want + kRoom, found));
        }
    }
  }
}

TEST_CASE("streaming: the copy of every SIMD level writes what it is asked for, and no more") {
  constexpr std::size_t kRoom = 512;
  alignas(64) char from[kRoom], to[kRoom];
  for (std::size_t i = 0; i < kRoom; ++i) from[i] = static_cast<char>(i % 113);
  for (const SimdLevel level : available_simd_levels())
    for (const std::size_t start : {64, 68})  // where a line begins, and elsewhere
      for (std::size_t bytes = 0; bytes <= 260; ++bytes) {
        INFO(std::string(name_of(level)) << ", " << bytes << " bytes from " << start);
        std::fill_n(to, kRoom, char{120});
        const StreamLoops& loops = at_level(level, LIMPID_LEVELS(stream_loops));
        loops.copy(to + start, from + 3, static_cast<std::int64_t>(bytes));
        loops.finish();
        bool right = true;
        for (std::size_t i = 0; i < kRoom; ++i)
          right &= to[i] == (i >= start && i < start + bytes ? from[i - start + 3] : char{120});
        CHECK(right);
      }
}

TEST_CASE("streaming: stream() writes what it is asked for, and no more, from any address") {
  constexpr std::size_t kRoom = 512;
  alignas(64) char from[kRoom], to[kRoom];
  for (std::size_t i = 0; i < kRoom; ++i) from[i] = static_cast<char>(i % 113);
  for (std::size_t start = 64; start <= 128; start += 4)
    for (std::size_t bytes = 0; bytes <= 260; ++bytes) {
      INFO(bytes << " bytes from " << start);
      std::fill_n(to, kRoom, char{120});
      stream(to + start, from + 3, static_cast<std::int64_t>(bytes));
      stream_loops().finish();
      bool right = true;
      for (std::size_t i = 0; i < kRoom; ++i)
        right &= to[i] == (i >= start && i < start + bytes ? from[i - start + 3] : char{120});
      CHECK(right);
    }
}

TEST_CASE("streaming: softmax and norms of large tensors, row by row") {
  struct Case {
    std::int64_t rows, length;
    DType dtype;
  };
  const Case cases[] = {
      {4096, 4096, DType::f32},  // the limit
      {4111, 4099, DType::f32},  // rows that begin between two lines and fill no vector
      {2050, 4099, DType::f64},  {32768, 512, DType::f32},  // the shortest rows that are streamed
      {1024, 16384, DType::f32},                            // the longest
      {1025, 16385, DType::f32}};                           // longer
  for (const auto& [rows, length, dtype] : cases) {
    INFO(rows << " rows of " << length);
    const Tensor x =
        (remainder(numbers(rows * length), Scalar(1009)) * 0.01).to(dtype).reshape({rows, length});
    const Tensor w = x[7] + 1, b = x[9];
    check_parts(x, [](const Tensor& t) { return softmax(t, -1); });
    check_parts(x, [](const Tensor& t) { return log_softmax(t, -1); });
    check_parts(x, [&](const Tensor& t) { return layer_norm(t, {length}, w, b); });
    check_parts(x, [&](const Tensor& t) { return rms_norm(t, {length}, w); });
  }
}

TEST_CASE("streaming: copies that several threads share, past the caches and through them") {
  const int before = get_num_threads();
  set_num_threads(3);
  for (const std::int64_t count : {kFloats + 13, kFloats / 2}) {
    const Tensor x = numbers(count);
    CHECK(same(x.clone(), x));
  }
  set_num_threads(before);
}

TEST_CASE("streaming: outputs that begin between two lines, and in place") {
  const Tensor x = numbers(kFloats + 40);
  Tensor y = zeros({kFloats + 100});
  y.narrow(0, 3, kFloats + 40).copy_(x);
  CHECK(same(y.narrow(0, 3, kFloats + 40), x));
  CHECK(y.narrow(0, 0, 3).abs().max().item() == 0);
  CHECK(y.narrow(0, kFloats + 43, 57).abs().max().item() == 0);
  Tensor z = y.narrow(0, 5, kFloats + 7);
  const Tensor before = z.clone();
  z.add_(Tensor(Scalar(2.0)));
  CHECK(same(z - 2, before));
}

TEST_CASE("streaming: outputs with gaps") {
  Tensor y = zeros({kFloats + 100});
  const Tensor pairs = y.view({-1, 2});
  pairs.select(1, 0).fill_(7);
  CHECK(pairs.select(1, 0).min().item() == 7);
  CHECK(pairs.select(1, 1).abs().max().item() == 0);
}

TEST_CASE("streaming: transposed copies") {
  for (const auto& [rows, columns] :
       {std::pair{4096, 4096}, std::pair{4100, 4112}, std::pair{4111, 4093}}) {
    const Tensor x = numbers(std::int64_t{rows} * columns).reshape({rows, columns});
    const Tensor y = x.t().contiguous();
    CHECK(y.is_contiguous());
    for (const std::int64_t i : {0, 1, 63, 64, 2000, columns - 1})
      CHECK(same(y[i], x.select(1, i).contiguous()));
    CHECK(same(y.t().contiguous(), x));
  }
}

TEST_CASE("streaming: at every level a copy is all that is written") {
  char from[400];
  for (int i = 0; i < 400; ++i) from[i] = static_cast<char>(i % 100 + 1);
  for (const SimdLevel level : available_simd_levels())
    for (const int begin : {64, 65})
      for (const int bytes : {0, 1, 63, 64, 200}) {
        alignas(64) char to[400] = {};
        const StreamLoops& loops = at_level(level, LIMPID_LEVELS(stream_loops));
        loops.copy(to + begin, from + 3, bytes);
        loops.finish();
        int wrong = 0;
        for (int i = 0; i < 400; ++i)
          wrong += to[i] != (i >= begin && i < begin + bytes ? from[3 + i - begin] : 0);
        CHECK(wrong == 0);
      }
}

}  // namespace limpid::streaming_test
