#include "limpid/explain/dispatch_bench.h"

#include <algorithm>
#include <chrono>

#include "limpid/autograd/grad_mode.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Median nanoseconds of one call, over rounds of `calls` calls.
template <class F>
double median_ns(int rounds, int calls, F&& f) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> samples;
  for (int i = 0; i < calls / 10 + 1; ++i) f();
  for (int r = 0; r < rounds; ++r) {
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) f();
    samples.push_back(std::chrono::duration<double, std::nano>(Clock::now() - start).count() /
                      calls);
  }
  std::sort(samples.begin(), samples.end());
  return samples[samples.size() / 2];
}

}  // namespace

std::vector<DispatchFigure> measure_dispatch(int rounds) {
  const Tensor a = ones({4, 4}), b = ones({4, 4}), row = ones({4});
  Tensor x = ones({4, 4}, {.requires_grad = true});
  Tensor result;
  const auto chain = [&] {
    x.zero_grad();
    Tensor t = x;
    for (int i = 0; i < 100; ++i) t = t + b;
    t.backward(a);
  };
  std::vector<DispatchFigure> out;
  out.push_back({"add 4x4", median_ns(rounds, 20000, [&] { result = a + b; }), 100});
  out.push_back({"add 4x4 with grad", median_ns(rounds, 20000, [&] { result = x + b; }), 170});
  out.push_back({"add 4x4 under no_grad", median_ns(rounds, 20000, [&] {
                   NoGrad guard;
                   result = x + b;
                 })});
  out.push_back({"add 4x4 and a row of 4", median_ns(rounds, 20000, [&] { result = a + row; })});
  out.push_back({"mul 4x4 with grad (saves 2)", median_ns(rounds, 20000, [&] { result = x * x; })});
  out.push_back({"sum 4x4", median_ns(rounds, 20000, [&] { result = a.sum(); })});
  out.push_back({"matmul 4x4", median_ns(rounds, 20000, [&] { result = a.matmul(b); })});
  out.push_back({"100 adds forward + backward, an op", median_ns(rounds, 200, chain) / 100, 310});
  return out;
}

}  // namespace limpid
