#include "limpid/train/progress.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "limpid/core/str.h"

namespace limpid {

namespace {

// With the narrowest bar all but the test accuracy fits 80 columns.
constexpr int64_t kWidestBar = 40, kNarrowestBar = 4;

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class... T>
std::string format(const char* pattern, T... values) {
  char text[96];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

std::string percent(double share) { return format("%.1f %%", share * 100); }

// 950, 41.2k, 3.1M
std::string rate(double value) {
  const char* unit = value >= 1e6 ? "M" : value >= 1e3 ? "k" : "";
  const double scaled = value >= 1e6 ? value / 1e6 : value >= 1e3 ? value / 1e3 : value;
  return format(*unit ? "%.1f%s samples/s" : "%.0f%s samples/s", scaled, unit);
}

// 0:04, 12:30, 1:02:03
std::string duration(double seconds) {
  if (!(seconds >= 0 && seconds < 1e9)) return "?";
  const auto total = static_cast<long long>(std::ceil(seconds));
  const long long h = total / 3600, m = total / 60 % 60, s = total % 60;
  return h ? format("%lld:%02lld:%02lld", h, m, s) : format("%lld:%02lld", m, s);
}

std::string epoch_of(int64_t epoch, int64_t epochs) {
  const std::string last = str(epochs), now = str(epoch);
  return str("epoch ", std::string(last.size() - std::min(last.size(), now.size()), ' '), now, "/",
             last);
}

// A part of the line; the higher its rank, the sooner it is left out.
struct Part {
  std::string text = {};
  int rank = 0;
};

// Leaves parts out until `used` more columns and all parts fit. Returns what is still free.
int64_t fit(std::vector<Part>& parts, int64_t width, int64_t used) {
  while (true) {
    int64_t length = used;
    auto worst = parts.end();
    for (auto part = parts.begin(); part != parts.end(); ++part) {
      length += static_cast<int64_t>(part->text.size()) + 2;
      if (worst == parts.end() || part->rank > worst->rank) worst = part;
    }
    if (length <= width || parts.empty()) return width - length;
    parts.erase(worst);
  }
}

}  // namespace

ProgressOptions progress_for(int descriptor) {
  return {.terminal = terminal_of(descriptor),
          .columns = [descriptor] { return terminal_columns(descriptor); }};
}

Progress::Progress(std::ostream& out, ProgressOptions options)
    : out_(out), options_(std::move(options)) {
  if (!options_.clock) options_.clock = steady_seconds;
}

Progress::~Progress() {
  try {
    end_line();
  } catch (...) {  // a stream that throws must not end the program here
  }
}

void Progress::on_start(const RunStart& event) {
  run_ = event;
  batch_ = {.epoch = event.first_epoch, .batch = 0};
  test_accuracy_ = kNotMeasured;
  start_ = now_ = options_.clock();
  unread_ = 0;
  stride_ = 1;
  if (options_.terminal.interactive) draw(false);
}

void Progress::on_batch(const BatchEnd& event) {
  if (++unread_ < stride_) return;
  const double before = std::exchange(now_, options_.clock());
  // Aim at four readings a redraw. Batches may become faster only by and by, so grow slowly.
  const double wanted =
      options_.redraw_seconds / 4 * static_cast<double>(unread_) / std::max(now_ - before, 1e-9);
  stride_ = static_cast<int64_t>(std::clamp(wanted, 1.0, 2.0 * static_cast<double>(stride_)));
  unread_ = 0;
  batch_ = event;
  if (options_.terminal.interactive && now_ - last_draw_ >= options_.redraw_seconds) draw(false);
}

void Progress::on_epoch(const EpochEnd& event) {
  now_ = options_.clock();
  batch_ = {event.epoch, run_.batches, run_.samples, event.train_loss, event.train_accuracy};
  test_accuracy_ = event.test_accuracy;
  if (!options_.terminal.interactive) {
    print_epoch(event);
  } else if (now_ - last_draw_ >= options_.redraw_seconds) {
    draw(false);
  }
}

void Progress::on_message(std::string_view text) {
  const bool redraw = line_is_open_;
  write(str(redraw ? "\r\x1b[K" : "", text, "\n"));
  line_is_open_ = false;
  if (redraw) draw(false);
}

void Progress::on_finish(const RunEnd&) {
  now_ = options_.clock();
  if (options_.terminal.interactive) draw(true);
  end_line();
}

void Progress::print_epoch(const EpochEnd& event) {
  std::string text = epoch_of(event.epoch, run_.epochs);
  const auto add = [&](const char* pattern, double value) {
    if (std::isfinite(value)) text += "  " + format(pattern, value);
  };
  add("loss %.4f", event.train_loss);
  add("accuracy %.1f %%", event.train_accuracy * 100);
  add("test loss %.4f", event.test_loss);
  add("test accuracy %.1f %%", event.test_accuracy * 100);
  if (std::isfinite(event.samples_per_second)) text += "  " + rate(event.samples_per_second);
  const double done = share_done();
  if (done > 0) text += str("  ", duration((now_ - start_) * (1 - done) / done), " left");
  write(text + "\n");
}

double Progress::share_done() const {
  const auto epochs = static_cast<double>(run_.epochs - run_.first_epoch + 1);
  const double in_epoch =
      run_.batches > 0 ? static_cast<double>(batch_.batch) / static_cast<double>(run_.batches)
                       : 0.0;
  const double done = static_cast<double>(batch_.epoch - run_.first_epoch) + in_epoch;
  return epochs > 0 ? std::clamp(done / epochs, 0.0, 1.0) : 0.0;
}

std::string Progress::bar(int64_t cells) const {
  const auto halves = static_cast<int64_t>(share_done() * 2 * static_cast<double>(cells));
  const bool colour = options_.terminal.colour;
  std::string full, rest;
  for (int64_t i = 0; i < cells; ++i) {
    if (!options_.terminal.unicode) {
      (2 * i + 1 < halves ? full : rest) += 2 * i + 1 < halves ? "#" : ".";
    } else if (2 * i < halves) {
      full += 2 * i + 1 < halves ? "━" : "╸";
    } else {
      rest += "─";
    }
  }
  return str(colour ? "\x1b[36m" : "", full, colour ? "\x1b[0;2m" : "", rest,
             colour ? "\x1b[0m" : "");
}

std::string Progress::line(bool finished, int64_t width) const {
  const double elapsed = now_ - start_, done = share_done();
  std::vector<Part> parts;
  if (std::isfinite(batch_.loss)) parts.push_back({format("loss %.4f", batch_.loss), 2});
  if (std::isfinite(batch_.accuracy)) parts.push_back({"accuracy " + percent(batch_.accuracy), 3});
  if (std::isfinite(test_accuracy_)) parts.push_back({"test " + percent(test_accuracy_), 5});
  const double epochs_done = done * static_cast<double>(run_.epochs - run_.first_epoch + 1);
  const double samples = epochs_done * static_cast<double>(run_.samples);
  if (elapsed > 0 && samples > 0) parts.push_back({rate(samples / elapsed), 4});
  if (finished) {
    parts.push_back({duration(elapsed), 1});
  } else if (done > 0) {
    parts.push_back({duration(elapsed * (1 - done) / done) + " left", 1});
  }
  const std::string epoch = epoch_of(batch_.epoch, run_.epochs);
  const auto head = static_cast<int64_t>(epoch.size()) + 1;
  const int64_t free = fit(parts, width, head + kNarrowestBar);
  if (free < 0) return epoch.substr(0, static_cast<std::size_t>(std::max<int64_t>(width, 0)));
  std::string text = epoch + " " + bar(std::min(kNarrowestBar + free, kWidestBar));
  for (const Part& part : parts) text += "  " + part.text;
  return text;
}

void Progress::draw(bool finished) {
  int64_t width = options_.terminal.width;
  if (options_.columns) {
    if (const int64_t now = options_.columns(); now > 0) width = now;
  }
  // One column less, or the terminal would begin a new line; one write, so that nothing can come
  // between a colour and its end.
  write(str("\r", line(finished, width - 1), "\x1b[K"));
  line_is_open_ = true;
  last_draw_ = now_;
}

void Progress::end_line() {
  if (!std::exchange(line_is_open_, false)) return;
  write("\n");
}

void Progress::write(const std::string& text) { out_ << text << std::flush; }

}  // namespace limpid
