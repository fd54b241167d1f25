#include "limpid/explain/timing.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "limpid/autograd/grad_mode.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {
double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
}  // namespace

Timing time_call(const std::function<void()>& f, double seconds) {
  f();  // warms caches and the allocator
  double start = now();
  f();
  const double once = std::max(now() - start, 1e-9);
  const auto calls = static_cast<int>(std::clamp(1e-3 / once, 1.0, 1e5));  // a sample: about 1 ms
  std::vector<double> samples;
  const double end = now() + seconds;
  while (samples.size() < 5 || (now() < end && samples.size() < 1000)) {
    start = now();
    for (int i = 0; i < calls; ++i) f();
    samples.push_back((now() - start) / calls);
  }
  std::sort(samples.begin(), samples.end());
  return {samples[samples.size() / 2], samples.front(), samples.back()};
}

const Roofline& measured_roofline() {
  static const Roofline limits = [] {
    NoGrad guard;
    Roofline out;
    const Tensor a = ones({std::int64_t{1} << 24}), b = ones(a.shape());
    Tensor c = empty(a.shape());
    const double bytes = 2 * 4 * static_cast<double>(a.numel());
    out.bytes_per_second = bytes / time_call([&] { c.copy_(a); }, 0.3).fastest;
    const Tensor m = ones({768, 768}), n = ones({768, 768});
    const double flops = 2.0 * 768 * 768 * 768;
    out.flops_per_second = flops / time_call([&] { m.matmul(n); }, 0.3).fastest;
    return out;
  }();
  return limits;
}

std::string format_seconds(double seconds) {
  const char* units[] = {"s", "ms", "us", "ns"};
  int unit = 0;
  while (unit < 3 && seconds < 1) {
    seconds *= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text,
                seconds < 10    ? "%.2f %s"
                : seconds < 100 ? "%.1f %s"
                                : "%.0f %s",
                seconds, units[unit]);
  return text;
}

}  // namespace limpid
