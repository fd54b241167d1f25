#pragma once
// Finding the op whose gradient is no number any more. Slow: for looking for a fault.

namespace limpid {

bool is_anomaly_enabled();
/// For all threads: from now on backward throws a GraphError that names the first op which returns
/// a NaN as the gradient of an input.
void set_anomaly_enabled(bool on);

/// The same while it lives: `DetectAnomaly guard;`.
class DetectAnomaly {
 public:
  explicit DetectAnomaly(bool on = true) : before_(is_anomaly_enabled()) {
    set_anomaly_enabled(on);
  }
  ~DetectAnomaly() { set_anomaly_enabled(before_); }
  DetectAnomaly(const DetectAnomaly&) = delete;
  DetectAnomaly& operator=(const DetectAnomaly&) = delete;

 private:
  bool before_;
};

}  // namespace limpid
