#pragma once
// Where the time goes: what ran, how often, how long, on how many bytes, and how far that is from
// what this machine allows.
//
//   Profiler profiler;
//   train_one_epoch();
//   profiler.stop();
//   std::cout << profile_table(profiler.rows());
//   profiler.write_trace("trace.json");  // opens in ui.perfetto.dev and chrome://tracing

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/op/observe.h"

namespace limpid {

struct ProfilerOptions {
  bool shapes = false;                ///< note the shapes of the inputs, too
  std::int64_t max_events = 300'000;  ///< of the trace; what comes later counts in the rows only
};

/// What ran under one name.
struct ProfileRow {
  std::string name;    ///< "conv2d", "batch_norm backward", or a ProfileRange's
  std::string layer;   ///< "layer1.conv"; empty when rows are not told apart by layer
  std::string shapes;  ///< of the inputs, likewise
  std::int64_t calls = 0;
  double seconds = 0;        ///< without what ran inside under another name
  double total_seconds = 0;  ///< with it
  double bytes = 0;          ///< of inputs and outputs
  double flops = 0;          ///< 0: a few a byte
};

/// What rows are told apart by, besides their name.
struct ProfileGroups {
  bool layer = false;
  bool shapes = false;
};

/// Watches every op, gradient and optimiser step of all threads from its making until stop(). One
/// at a time: ValueError for a second. An op costs some 200 ns more meanwhile.
class Profiler {
 public:
  explicit Profiler(ProfilerOptions options = {});
  ~Profiler();
  Profiler(const Profiler&) = delete;
  Profiler& operator=(const Profiler&) = delete;

  void stop();
  /// Since the start, up to stop().
  double seconds() const;
  /// Sorted by seconds, the longest first.
  std::vector<ProfileRow> rows(ProfileGroups groups = {}) const;
  /// Events that max_events left out of the trace.
  std::int64_t left_out() const;
  /// The events as JSON in Chrome's trace format, one line a thread. FileError when the file cannot
  /// be written.
  void write_trace(const std::filesystem::path& path) const;

 private:
  struct Record;
  class Recorder;
  static Recorder& recorder();
  std::shared_ptr<Record> record_;  // shared with the recorder while it watches
};

/// A name of the user's own around a piece of work, seen while a profiler watches.
using ProfileRange = WorkScope;

/// Rows as a table for people, at most `limit` of them and a line for the rest. The last column is
/// the least time that memory and arithmetic of this machine allow (measured on first use, half a
/// second) over the time taken. `seconds`: of all that was watched; 0: the sum of the rows.
std::string profile_table(const std::vector<ProfileRow>& rows, double seconds = 0,
                          std::size_t limit = 25);

}  // namespace limpid
