#include "limpid/explain/profiler.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <tuple>
#include <unordered_map>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/explain/timing.h"
#include "limpid/io/json.h"

namespace limpid {

namespace {

using Clock = std::chrono::steady_clock;
using Id = std::uint32_t;

/// Texts by number: an event holds numbers only.
class Texts {
 public:
  Id id_of(const std::string& text) {
    const auto [at, fresh] = ids_.try_emplace(text, static_cast<Id>(texts_.size()));
    if (fresh) texts_.push_back(text);
    return at->second;
  }
  const std::string& operator[](Id id) const { return texts_[id]; }

 private:
  std::unordered_map<std::string, Id> ids_;
  std::vector<std::string> texts_;
};

struct Event {
  Id name, layer, shapes, thread;
  double begin, seconds;  // since the start
  double bytes, flops;
};

struct Sum {
  std::int64_t calls = 0;
  double seconds = 0, total_seconds = 0, bytes = 0, flops = 0;
};

/// A scope of this thread that has not ended.
struct Open {
  std::string name, layer;
  Clock::time_point begin;
  double inside = 0;  // seconds of the scopes within
};

double seconds_between(Clock::time_point a, Clock::time_point b) {
  return std::chrono::duration<double>(b - a).count();
}

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

/// "3.2 GB", "512 B".
std::string amount(double value, const char* unit) {
  constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T", "P"};
  std::size_t prefix = 0;
  while (value >= 1000 && prefix + 1 < std::size(kPrefixes)) value /= 1000, ++prefix;
  char text[32];
  std::snprintf(text, sizeof text, value < 10 && prefix ? "%.1f %s%s" : "%.0f %s%s", value,
                kPrefixes[prefix], unit);
  return text;
}

}  // namespace

/// All that one profiler has seen.
struct Profiler::Record {
  ProfilerOptions options;
  Clock::time_point start = Clock::now(), end = {};
  mutable std::mutex mutex;  // of what follows
  bool running = true;
  Texts texts;
  std::vector<Event> events;
  std::int64_t left_out = 0;
  std::map<std::tuple<Id, Id, Id>, Sum> sums;  // by name, layer, shapes

  void add(const Open& open, Clock::time_point now, const Work& work, Id thread) {
    const std::lock_guard lock(mutex);
    if (!running || open.begin < start) return;  // it began under an earlier profiler
    const Id name = texts.id_of(open.name), layer = texts.id_of(open.layer),
             shapes = texts.id_of(work.shapes);
    const double seconds = seconds_between(open.begin, now);
    Sum& sum = sums[{name, layer, shapes}];
    ++sum.calls;
    sum.seconds += seconds - open.inside;
    sum.total_seconds += seconds;
    sum.bytes += work.bytes;
    sum.flops += work.flops;
    if (static_cast<std::int64_t>(events.size()) < options.max_events)
      events.push_back({name, layer, shapes, thread, seconds_between(start, open.begin), seconds,
                        work.bytes, work.flops});
    else ++left_out;
  }
};

/// The observer. It never dies, because threads may still report to it after the profiler has gone.
class Profiler::Recorder final : public WorkObserver {
 public:
  void begin(std::string_view name, std::string_view part) override {
    std::string full(name);
    if (!part.empty()) full.append(" ").append(part);
    open_.push_back({std::move(full), current_layer_path(), Clock::now()});
  }
  void end(const Work& work) override {
    const Clock::time_point now = Clock::now();
    if (open_.empty()) return;  // it began on another thread
    const Open done = std::move(open_.back());
    open_.pop_back();
    if (!open_.empty()) open_.back().inside += seconds_between(done.begin, now);
    if (const auto record = watched()) record->add(done, now, work, thread_number());
  }
  bool wants_shapes() const override {
    const auto record = watched();
    return record && record->options.shapes;
  }

  void watch(std::shared_ptr<Record> record) {
    const std::lock_guard lock(mutex_);
    if (record_)
      throw ValueError(
          "profiler: another profiler is running; stop it first, one watches at a time");
    record_ = std::move(record);
    work_observer.store(this, std::memory_order_release);
  }
  void stop(const std::shared_ptr<Record>& record) {
    const std::lock_guard lock(mutex_);
    if (record_ != record) return;
    work_observer.store(nullptr, std::memory_order_release);
    record_ = nullptr;
  }

 private:
  std::shared_ptr<Record> watched() const {
    const std::lock_guard lock(mutex_);
    return record_;
  }
  static Id thread_number() {
    static std::atomic<Id> next = 0;
    thread_local const Id number = next++;
    return number;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<Record> record_;
  static thread_local std::vector<Open> open_;
};

thread_local std::vector<Open> Profiler::Recorder::open_;

Profiler::Recorder& Profiler::recorder() {
  static auto* const recorder = new Recorder;  // left to the end of the program on purpose
  return *recorder;
}

Profiler::Profiler(ProfilerOptions options) : record_(std::make_shared<Record>()) {
  if (options.max_events < 0)
    throw ValueError(
        str("profiler: max_events is ", options.max_events, "; it cannot be negative"));
  record_->options = options;
  recorder().watch(record_);
}

Profiler::~Profiler() { stop(); }

void Profiler::stop() {
  recorder().stop(record_);
  const std::lock_guard lock(record_->mutex);
  if (std::exchange(record_->running, false)) record_->end = Clock::now();
}

double Profiler::seconds() const {
  const std::lock_guard lock(record_->mutex);
  return seconds_between(record_->start, record_->running ? Clock::now() : record_->end);
}

std::int64_t Profiler::left_out() const {
  const std::lock_guard lock(record_->mutex);
  return record_->left_out;
}

std::vector<ProfileRow> Profiler::rows(ProfileGroups groups) const {
  const std::lock_guard lock(record_->mutex);
  std::map<std::tuple<Id, Id, Id>, ProfileRow> merged;
  const Texts& texts = record_->texts;
  for (const auto& [key, sum] : record_->sums) {
    const auto [name, layer, shapes] = key;
    constexpr Id kAny = ~Id{0};
    ProfileRow& row = merged[{name, groups.layer ? layer : kAny, groups.shapes ? shapes : kAny}];
    row.name = texts[name];
    if (groups.layer) row.layer = texts[layer];
    if (groups.shapes) row.shapes = texts[shapes];
    row.calls += sum.calls;
    row.seconds += sum.seconds;
    row.total_seconds += sum.total_seconds;
    row.bytes += sum.bytes;
    row.flops += sum.flops;
  }
  std::vector<ProfileRow> rows;
  for (auto& [key, row] : merged) rows.push_back(std::move(row));
  std::stable_sort(rows.begin(), rows.end(),
                   [](const ProfileRow& a, const ProfileRow& b) { return a.seconds > b.seconds; });
  return rows;
}

void Profiler::write_trace(const std::filesystem::path& path) const {
  const std::lock_guard lock(record_->mutex);
  const auto quoted = [](const std::string& text) { return to_text(Json(printable(text))); };
  std::string out = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
  out += "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"args\":{\"name\":\"limpid\"}}";
  char numbers[160];
  for (const Event& e : record_->events) {
    std::snprintf(numbers, sizeof numbers,
                  "\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"ts\":%.3f,\"dur\":%.3f,\"args\":{\"bytes\":"
                  "%.0f,\"flops\":%.0f",
                  e.thread, e.begin * 1e6, e.seconds * 1e6, e.bytes, e.flops);
    out += str(",\n{\"name\":", quoted(record_->texts[e.name]), ",", numbers);
    if (const std::string& layer = record_->texts[e.layer]; !layer.empty())
      out += str(",\"layer\":", quoted(layer));
    if (const std::string& shapes = record_->texts[e.shapes]; !shapes.empty())
      out += str(",\"shapes\":", quoted(shapes));
    out += "}}";
  }
  out += str("\n],\"otherData\":{\"left_out\":", record_->left_out, "}}\n");
  write_text_file(path, out);
}

namespace {

/// Columns of text, as wide as they need to be; the first `left` of them begin at the left.
std::string align(const std::vector<std::vector<std::string>>& lines, std::size_t left) {
  std::vector<std::size_t> widths(lines[0].size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string out;
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string space(widths[i] - line[i].size(), ' ');
      text += (i ? "  " : "") + (i < left ? line[i] + space : space + line[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  return out;
}

std::vector<std::string> cells_of(const ProfileRow& row, double all) {
  const Roofline& limit = measured_roofline();
  const double least =
      std::max(row.bytes / limit.bytes_per_second, row.flops / limit.flops_per_second);
  const double share = row.seconds > 0 ? least / row.seconds : 0;
  return {row.name,
          row.layer,
          row.shapes,
          str(row.calls),
          format_seconds(row.seconds),
          percent(all > 0 ? row.seconds / all : 0),
          format_seconds(row.seconds / static_cast<double>(std::max<std::int64_t>(row.calls, 1))),
          row.bytes > 0 ? amount(row.bytes, "B") : "",
          row.flops > 0 ? amount(row.flops, "FLOP") : "",
          row.bytes > 0 && row.seconds > 0 ? amount(row.bytes / row.seconds, "B/s") : "",
          row.flops > 0 && row.seconds > 0 ? amount(row.flops / row.seconds, "FLOP/s") : "",
          least > 0 ? percent(share) : ""};
}

}  // namespace

std::string profile_table(const std::vector<ProfileRow>& rows, double seconds, std::size_t limit) {
  double named = 0;
  for (const ProfileRow& row : rows) named += row.seconds;
  const double all = seconds > 0 ? seconds : named;
  std::vector<std::vector<std::string>> lines = {{"op", "layer", "shapes", "calls", "time", "share",
                                                  "a call", "moved", "computed", "bytes/s",
                                                  "FLOP/s", "roofline"}};
  ProfileRow rest;
  rest.name = "others";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i < limit) {
      lines.push_back(cells_of(rows[i], all));
      continue;
    }
    rest.calls += rows[i].calls, rest.seconds += rows[i].seconds;
  }
  if (rest.calls) lines.push_back(cells_of(rest, all));
  for (const std::size_t column : {2u, 1u}) {  // shapes and layers, where there are none
    bool used = false;
    for (std::size_t i = 1; i < lines.size(); ++i) used |= !lines[i][column].empty();
    if (used) continue;
    for (auto& line : lines) line.erase(line.begin() + static_cast<std::ptrdiff_t>(column));
  }
  const std::size_t left = lines[0].size() - 9;
  std::string out = align(lines, left);
  out += str("in ops ", format_seconds(named), " of ", format_seconds(all), "\n");
  return out;
}

}  // namespace limpid
