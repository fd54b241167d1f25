#pragma once
// The metrics of a run as a CSV file, a line an epoch.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

#include "limpid/train/events.h"

namespace limpid {

struct MetricsCsvOptions {
  bool append = false;  ///< go on after the lines of an earlier part of the run
};

/// Writes a heading and then each epoch as it ends, straight to the file, so that a run that is
/// stopped leaves what there is. Numbers have all their digits, whatever the locale; what was not
/// measured is empty. FileError when the file cannot be written, or when appending to a file with
/// another heading.
class MetricsCsv final : public Listener {
 public:
  static constexpr std::string_view kHeading =
      "epoch,train_loss,train_accuracy,test_loss,test_accuracy,lr,seconds,samples_per_second";

  explicit MetricsCsv(std::filesystem::path path, MetricsCsvOptions options = {});
  void on_epoch(const EpochEnd& event) override;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void write_line(std::string_view line);

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace limpid
