// The twin of limpid/explain/dispatch_bench.cpp in libtorch: prints "name<TAB>nanoseconds".
// tools/build_peer.sh builds it where a torch wheel is installed; `limpid bench dispatch` runs it.

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

template <class F>
static double median_ns(int rounds, int calls, F&& f) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> samples;
  for (int i = 0; i < calls / 10 + 1; ++i) f();
  for (int r = 0; r < rounds; ++r) {
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) f();
    samples.push_back(std::chrono::duration<double, std::nano>(Clock::now() - start).count() / calls);
  }
  std::sort(samples.begin(), samples.end());
  return samples[samples.size() / 2];
}

int main() {
  torch::set_num_threads(1);
  const auto a = torch::ones({4, 4}), b = torch::ones({4, 4}), row = torch::ones({4});
  auto x = torch::ones({4, 4}, torch::requires_grad());
  torch::Tensor result;
  const auto show = [](const char* name, double ns) { std::printf("%s\t%.2f\n", name, ns); };
  const int rounds = 15;
  show("add 4x4", median_ns(rounds, 4000, [&] { result = a + b; }));
  show("add 4x4 with grad", median_ns(rounds, 4000, [&] { result = x + b; }));
  show("add 4x4 under no_grad", median_ns(rounds, 4000, [&] {
         torch::NoGradGuard guard;
         result = x + b;
       }));
  show("add 4x4 and a row of 4", median_ns(rounds, 4000, [&] { result = a + row; }));
  show("mul 4x4 with grad (saves 2)", median_ns(rounds, 4000, [&] { result = x * x; }));
  show("sum 4x4", median_ns(rounds, 4000, [&] { result = a.sum(); }));
  show("matmul 4x4", median_ns(rounds, 4000, [&] { result = a.matmul(b); }));
  show("100 adds forward + backward, an op", median_ns(rounds, 50, [&] {
         x.mutable_grad() = torch::Tensor();
         torch::Tensor t = x;
         for (int i = 0; i < 100; ++i) t = t + b;
         t.backward(a);
       }) / 100);
}
