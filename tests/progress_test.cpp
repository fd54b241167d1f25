#include "limpid/train/progress.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <string>

namespace limpid::progress_test {

namespace {

// A progress display whose time is set by hand.
struct Fake {
  explicit Fake(Terminal terminal) {
    options = {.terminal = terminal, .clock = [this] {
                 ++clock_reads;
                 return now;
               }};
  }
  // What is on the screen's last line: after the last carriage return, without escapes.
  std::string shown() const {
    std::string text = out.str();
    text = text.substr(text.rfind('\r') + 1);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\x1b') {
        plain += text[i];
        continue;
      }
      while (i < text.size() && !std::isalpha(static_cast<unsigned char>(text[i]))) ++i;
    }
    return plain;
  }
  int64_t redraws() const {
    const std::string text = out.str();
    return std::count(text.begin(), text.end(), '\r');
  }

  double now = 100;
  int64_t clock_reads = 0;
  std::ostringstream out = {};
  ProgressOptions options = {};
};

// Columns of a UTF-8 text without wide characters.
int64_t columns(const std::string& text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

constexpr RunStart kRun{.epochs = 50, .batches = 45, .samples = 1440};

}  // namespace

TEST_CASE("the line shows epoch, bar, loss, accuracy, samples a second and time left") {
  Fake fake({.interactive = true, .width = 120});
  Progress progress(fake.out, fake.options);
  progress.on_start(kRun);
  CHECK(fake.shown() == "epoch  1/50 ........................................");
  fake.now += 5;  // half of epoch 26: 25.5 of 50 epochs
  progress.on_batch({26, 23, 736, 0.21344, 0.9312});
  CHECK(fake.shown() ==
        "epoch 26/50 ####################....................  loss 0.2134  accuracy 93.1 %  "
        "7.3k samples/s  0:05 left");
  progress.on_epoch({.epoch = 50, .train_loss = 0.01, .train_accuracy = 1, .test_accuracy = 0.978});
  fake.now += 5;
  progress.on_finish({});
  CHECK(fake.shown() ==
        "epoch 50/50 ########################################  loss 0.0100  accuracy 100.0 %  "
        "test 97.8 %  7.2k samples/s  0:10\n");
}

TEST_CASE("terminals with UTF-8 and colour get both, and every colour is ended") {
  Fake fake({.interactive = true, .colour = true, .unicode = true, .width = 60});
  Progress progress(fake.out, fake.options);
  progress.on_start({.epochs = 1, .batches = 4, .samples = 4});
  fake.now += 1;
  progress.on_batch({1, 1, 1, 0.5, 0.5});
  CHECK(fake.shown().find("epoch 1/1 ━━") == 0);
  CHECK(fake.shown().find("─") != std::string::npos);
  CHECK(columns(fake.shown()) <= 59);
  const std::string text = fake.out.str();
  CHECK(text.rfind("\x1b[36m") < text.rfind("\x1b[0m"));
  Fake plain({.interactive = true, .unicode = true, .width = 60});
  Progress other(plain.out, plain.options);
  other.on_start(kRun);
  CHECK(plain.out.str().find("\x1b[36m") == std::string::npos);
}

TEST_CASE("narrow terminals get less, and never a line too long") {
  for (int64_t width = 1; width < 140; ++width) {
    Fake fake({.interactive = true, .colour = true, .unicode = true, .width = width});
    Progress progress(fake.out, fake.options);
    progress.on_start(kRun);
    fake.now += 5000;
    progress.on_epoch({.epoch = 3, .train_loss = 1.5, .train_accuracy = 0.5, .test_accuracy = 0.4});
    CAPTURE(width);
    CAPTURE(fake.shown());
    CHECK(columns(fake.shown()) <= width - 1);
    if (width > 40) CHECK(fake.shown().find(" left") != std::string::npos);
    if (width > 110) CHECK(fake.shown().find("test ") != std::string::npos);
  }
}

TEST_CASE("80 columns hold loss, accuracy, samples a second and time left, also of long runs") {
  Fake fake({.interactive = true, .width = 80});
  Progress progress(fake.out, fake.options);
  progress.on_start({.epochs = 500, .batches = 45, .samples = 144000});
  fake.now += 600;
  progress.on_epoch({.epoch = 100, .train_loss = 0.01, .train_accuracy = 1, .test_accuracy = 1});
  CHECK(fake.shown() ==
        "epoch 100/500 #....  loss 0.0100  accuracy 100.0 %  24.0k samples/s  40:00 left");
}

TEST_CASE("the width is asked for at each redraw") {
  Fake fake({.interactive = true, .width = 120});
  int64_t width = 100;
  fake.options.columns = [&] { return width; };
  Progress progress(fake.out, fake.options);
  progress.on_start(kRun);
  width = 16;
  fake.now += 1;
  progress.on_batch({1, 1, 32, 1, 1});
  CHECK(columns(fake.shown()) <= 15);
}

TEST_CASE("at most 20 redraws a second, and the clock is read far less often than batches end") {
  Fake fake({.interactive = true});
  Progress progress(fake.out, fake.options);
  progress.on_start({.epochs = 1, .batches = 100000, .samples = 100000});
  for (int64_t i = 1; i <= 100000; ++i) {  // ten seconds of batches of 0.1 ms
    fake.now += 1e-4;
    progress.on_batch({1, i, i, 1, 0});
  }
  CHECK(fake.redraws() <= 201);
  CHECK(fake.redraws() >= 120);
  CHECK(fake.clock_reads < 2000);
}

TEST_CASE("slow batches are all shown") {
  Fake fake({.interactive = true});
  Progress progress(fake.out, fake.options);
  progress.on_start({.epochs = 1, .batches = 50, .samples = 50});
  for (int64_t i = 1; i <= 50; ++i) {
    fake.now += 0.2;
    progress.on_batch({1, i, i, 1, 0});
  }
  CHECK(fake.redraws() == 51);
}

TEST_CASE("without a terminal there is one plain line an epoch") {
  Fake fake({});
  {
    Progress progress(fake.out, fake.options);
    progress.on_start({.epochs = 12, .batches = 2, .samples = 100});
    fake.now += 60;
    progress.on_batch({1, 1, 50, 2, 0.1});
    progress.on_batch({1, 2, 100, 2, 0.1});
    progress.on_epoch({1, 2.0, 0.25, 1.5, 0.5, 0.01, 1.0, 1234.5});
    fake.now += 60;
    progress.on_message("a word");
    progress.on_epoch({.epoch = 2, .train_loss = 1.0});
    progress.on_finish({});
  }
  CHECK(fake.out.str() ==
        "epoch  1/12  loss 2.0000  accuracy 25.0 %  test loss 1.5000  test accuracy 50.0 %  "
        "1.2k samples/s  11:00 left\n"
        "a word\n"
        "epoch  2/12  loss 1.0000  10:00 left\n");
}

TEST_CASE("messages come on lines of their own, and the line is ended however a run ends") {
  Fake fake({.interactive = true});
  {
    Progress progress(fake.out, fake.options);
    progress.on_start(kRun);
    progress.on_message("stopping after this batch");
    CHECK(fake.out.str().find("\r\x1b[Kstopping after this batch\n\repoch") != std::string::npos);
  }  // an exception would end it so
  CHECK(fake.out.str().ends_with("\n"));
  CHECK(!fake.out.str().ends_with("\n\n"));
}

TEST_CASE("a run that goes on counts from where it was") {
  Fake fake({.interactive = true, .width = 120});
  Progress progress(fake.out, fake.options);
  progress.on_start({.epochs = 20, .first_epoch = 11, .batches = 1, .samples = 100});
  fake.now += 10;
  progress.on_epoch({.epoch = 15});
  CHECK(fake.shown() ==
        "epoch 15/20 ####################....................  50 samples/s  "
        "0:10 left");
}

TEST_CASE("odd runs do not break the line") {
  for (const RunStart& run : {RunStart{}, RunStart{.epochs = 0, .first_epoch = 5},
                              RunStart{.epochs = 3, .batches = 0, .samples = 0}}) {
    Fake fake({.interactive = true});
    Progress progress(fake.out, fake.options);
    progress.on_start(run);
    progress.on_batch({7, 9, 3, kNotMeasured, -1e300});
    progress.on_epoch({});
    progress.on_finish({.interrupted = true});
    CHECK(columns(fake.shown()) <= 80);
  }
}

TEST_CASE("what a terminal can do follows from the system and the environment") {
  const auto with = [](std::map<std::string, const char*> values, bool tty = true,
                       int64_t columns = 0) {
    return terminal_from(tty, columns, [&](const char* name) {
      const auto found = values.find(name);
      return found == values.end() ? nullptr : found->second;
    });
  };
  CHECK(with({{"TERM", "xterm"}}).interactive);
  CHECK(with({{"TERM", "xterm"}}).colour);
  CHECK(!with({{"TERM", "xterm"}, {"NO_COLOR", "1"}}).colour);
  CHECK(with({{"TERM", "xterm"}, {"NO_COLOR", ""}}).colour);
  CHECK(!with({{"TERM", "dumb"}}).interactive);
  CHECK(!with({}).interactive);
  CHECK(!with({{"TERM", "xterm"}}, false).interactive);
  CHECK(with({{"LANG", "de_DE.UTF-8"}}).unicode);
  CHECK(with({{"LC_ALL", "C.utf8"}}).unicode);
  CHECK(!with({{"LC_ALL", "C"}, {"LANG", "de_DE.UTF-8"}}).unicode);
  CHECK(!with({}).unicode);
  CHECK(with({}).width == 80);
  CHECK(with({{"COLUMNS", "132"}}).width == 132);
  CHECK(with({{"COLUMNS", "132"}}, true, 90).width == 90);
  CHECK(with({{"COLUMNS", "-5"}}).width == 80);
  CHECK(with({{"COLUMNS", "99999999999999999999"}}).width == 80);
}

}  // namespace limpid::progress_test
