#pragma once
// The progress of a run on the terminal: one line that is drawn over, or on a file or pipe one
// plain line an epoch.

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include "limpid/train/events.h"
#include "limpid/train/terminal.h"

namespace limpid {

struct ProgressOptions {
  Terminal terminal = {};
  double redraw_seconds = 0.05;           ///< at most one redraw in that time
  std::function<double()> clock = {};     ///< seconds that only grow; empty: the steady clock
  std::function<int64_t()> columns = {};  ///< the width now, 0: unknown; empty: terminal.width
};

/// Options for the terminal behind a descriptor, following changes of its width.
ProgressOptions progress_for(int descriptor);

/// Shows epoch, bar, loss, accuracy, samples a second and the time left:
///   epoch  7/50 ━━━━╸────────────  loss 0.2134  accuracy 93.1 %  41.2k samples/s  0:04 left
/// What does not fit a narrow terminal is left out. A batch costs a counter; the clock is read only
/// every so many batches. The line is ended when the run ends, however it does.
class Progress final : public Listener {
 public:
  /// `out` must outlive it.
  explicit Progress(std::ostream& out, ProgressOptions options = {});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() override;

  void on_start(const RunStart& event) override;
  void on_batch(const BatchEnd& event) override;
  void on_epoch(const EpochEnd& event) override;
  void on_message(std::string_view text) override;
  void on_finish(const RunEnd& event) override;

 private:
  void draw(bool finished);
  void print_epoch(const EpochEnd& event);
  std::string line(bool finished, int64_t width) const;
  std::string bar(int64_t cells) const;
  double share_done() const;
  void end_line();
  void write(const std::string& text);

  std::ostream& out_;
  ProgressOptions options_;
  RunStart run_ = {};
  BatchEnd batch_ = {};
  double test_accuracy_ = kNotMeasured;
  bool line_is_open_ = false;

  double start_ = 0;      // the clock at the start,
  double now_ = 0;        // when last read,
  double last_draw_ = 0;  // and when last drawn
  int64_t unread_ = 0;    // batches since the clock was read
  int64_t stride_ = 1;    // batches between two readings
};

}  // namespace limpid
