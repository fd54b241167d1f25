#pragma once
// What happens in a training run, for whoever wants to know: the progress bar, the CSV file, a live
// page. The trainer calls; it knows no listener by name.

#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace limpid {

inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

struct RunStart {
  int64_t epochs = 0;       ///< the number of the last epoch
  int64_t first_epoch = 1;  ///< later when a run goes on
  int64_t batches = 0;      ///< of one epoch
  int64_t samples = 0;      ///< of one epoch
};

struct BatchEnd {
  int64_t epoch = 1;               ///< from 1
  int64_t batch = 1;               ///< from 1 in each epoch
  int64_t samples = 0;             ///< seen in this epoch so far
  double loss = kNotMeasured;      ///< mean over this epoch so far
  double accuracy = kNotMeasured;  ///< 0 to 1, likewise
};

struct EpochEnd {
  int64_t epoch = 1;
  double train_loss = kNotMeasured;
  double train_accuracy = kNotMeasured;
  double test_loss = kNotMeasured;
  double test_accuracy = kNotMeasured;
  double lr = kNotMeasured;
  double seconds = kNotMeasured;             ///< of training, without testing
  double samples_per_second = kNotMeasured;  ///< likewise
};

struct RunEnd {
  double seconds = kNotMeasured;
  bool interrupted = false;
};

/// Override what matters. Called by the training thread, in order, never at once; text is UTF-8.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_start(const RunStart&) {}
  virtual void on_batch(const BatchEnd&) {}
  virtual void on_epoch(const EpochEnd&) {}
  /// Something to tell the user in the middle of a run: one line without its end.
  virtual void on_message(std::string_view) {}
  virtual void on_finish(const RunEnd&) {}
};

/// Passes every event to several listeners, in order. They must outlive it.
class Listeners final : public Listener {
 public:
  explicit Listeners(std::vector<Listener*> listeners) : listeners_(std::move(listeners)) {}
  void on_start(const RunStart& event) override {
    for (Listener* listener : listeners_) listener->on_start(event);
  }
  void on_batch(const BatchEnd& event) override {
    for (Listener* listener : listeners_) listener->on_batch(event);
  }
  void on_epoch(const EpochEnd& event) override {
    for (Listener* listener : listeners_) listener->on_epoch(event);
  }
  void on_message(std::string_view text) override {
    for (Listener* listener : listeners_) listener->on_message(text);
  }
  void on_finish(const RunEnd& event) override {
    for (Listener* listener : listeners_) listener->on_finish(event);
  }

 private:
  std::vector<Listener*> listeners_;
};

}  // namespace limpid
