#include "limpid/train/metrics_csv.h"

#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

constexpr int64_t kMaxBytes = int64_t{256} << 20;

// Empty and absent files need a heading; others must have ours and end in a whole line.
bool needs_heading(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return true;
  const std::string text = read_text_file(path, kMaxBytes);
  if (text.empty()) return true;
  if (!text.starts_with(str(MetricsCsv::kHeading, "\n")) || !text.ends_with('\n')) {
    throw FileError(str("cannot append to ", quote(path.native(), 300),
                        ": it was not written by this version of limpid, or its last line is cut ",
                        "off; choose another folder"));
  }
  return false;
}

}  // namespace

MetricsCsv::MetricsCsv(std::filesystem::path path, MetricsCsvOptions options)
    : path_(std::move(path)) {
  const bool heading = !options.append || needs_heading(path_);
  file_.reset(std::fopen(path_.c_str(), heading ? "we" : "ae"));  // e: not for child processes
  if (!file_) {
    throw FileError(str("cannot write ", quote(path_.native(), 300), ": ", std::strerror(errno)));
  }
  if (heading) write_line(kHeading);
}

void MetricsCsv::on_epoch(const EpochEnd& event) {
  std::string line = str(event.epoch);
  for (const double value :
       {event.train_loss, event.train_accuracy, event.test_loss, event.test_accuracy, event.lr,
        event.seconds, event.samples_per_second}) {
    line += std::isnan(value) ? "," : str(",", value);
  }
  write_line(line);
}

void MetricsCsv::write_line(std::string_view line) {
  const std::string text = str(line, "\n");
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
      std::fflush(file_.get()) != 0) {
    throw FileError(str("cannot write ", quote(path_.native(), 300), ": ", std::strerror(errno)));
  }
}

}  // namespace limpid
