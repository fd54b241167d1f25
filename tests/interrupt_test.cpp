#include "limpid/train/interrupt.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "limpid/core/error.h"
#include "limpid/train/events.h"

namespace limpid::interrupt_test {

namespace {

int earlier_handler_calls = 0;
extern "C" void count_call(int) { ++earlier_handler_calls; }

// Runs `action` in a process of its own; the signal that ended it, or 0.
template <class Action>
int ending_signal(Action action) {
  const pid_t child = ::fork();
  if (child == 0) {
    action();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("the first signal sets a flag, and the handler from before comes back") {
  ::signal(SIGINT, count_call);
  for (const int number : {SIGINT, SIGTERM}) {
    const InterruptGuard guard;
    CHECK(!guard.requested());
    ::raise(number);
    CHECK(guard.requested());
    CHECK(guard.signal() == number);
    CHECK_THROWS_AS(InterruptGuard(), ValueError);
  }
  CHECK(earlier_handler_calls == 0);
  ::raise(SIGINT);
  CHECK(earlier_handler_calls == 1);
  ::signal(SIGINT, SIG_DFL);
  const InterruptGuard again;  // the one refused above did no harm
  CHECK(!again.requested());
}

TEST_CASE("the second signal ends the program at once") {
  CHECK(ending_signal([] {
          const InterruptGuard guard;
          ::raise(SIGINT);
        }) == 0);
  CHECK(ending_signal([] {
          const InterruptGuard guard;
          ::raise(SIGINT);
          ::raise(SIGINT);
        }) == SIGINT);
  CHECK(ending_signal([] {
          const InterruptGuard guard;
          ::raise(SIGINT);
          ::raise(SIGTERM);
        }) == SIGTERM);
}

TEST_CASE("listeners hear every event in order") {
  struct Log : Listener {
    std::string* text;
    char name;
    Log(std::string* t, char n) : text(t), name(n) {}
    void note(char c) { (*text += name) += c; }
    void on_start(const RunStart&) override { note('s'); }
    void on_batch(const BatchEnd&) override { note('b'); }
    void on_epoch(const EpochEnd&) override { note('e'); }
    void on_message(std::string_view) override { note('m'); }
    void on_finish(const RunEnd&) override { note('f'); }
  };
  std::string text;
  Log one(&text, '1'), two(&text, '2');
  Listeners both({&one, &two});
  both.on_start({});
  both.on_batch({});
  both.on_epoch({});
  both.on_message("");
  both.on_finish({});
  CHECK(text == "1s2s1b2b1e2e1m2m1f2f");
}

}  // namespace limpid::interrupt_test
