#pragma once
// Times of short calls, and what this machine can do at most.

#include <functional>
#include <string>

namespace limpid {

/// Seconds a call, over repeated runs.
struct Timing {
  double median = 0;
  double fastest = 0;
  double slowest = 0;
};

/// Calls `f` often enough that clock and noise do not matter, for about `seconds` in all.
Timing time_call(const std::function<void()>& f, double seconds = 0.3);

/// The two limits of the roofline, measured once on first use: bytes a second that memory delivers
/// (read and written, of arrays beyond the caches), and float32 operations a second that the matrix
/// product reaches at best.
struct Roofline {
  double bytes_per_second = 0;
  double flops_per_second = 0;
};
const Roofline& measured_roofline();

/// "1.25 ms", "48 ns".
std::string format_seconds(double seconds);

}  // namespace limpid
