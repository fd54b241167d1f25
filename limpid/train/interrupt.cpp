#include "limpid/train/interrupt.h"

#include <atomic>

#include "limpid/core/error.h"

namespace limpid {

namespace {

std::atomic<int> received = 0;
std::atomic<bool> guarded = false;
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

// Only what is allowed in a signal handler: lock-free atomics, ::signal and ::raise.
extern "C" void on_signal(int number) {
  int none = 0;
  if (received.compare_exchange_strong(none, number)) return;
  ::signal(number, SIG_DFL);
  ::raise(number);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  if (guarded.exchange(true)) throw ValueError("only one InterruptGuard can be active at a time");
  received = 0;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;  // reads and writes go on
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &old_int_);
  ::sigaction(SIGTERM, &action, &old_term_);
}

InterruptGuard::~InterruptGuard() {
  ::sigaction(SIGINT, &old_int_, nullptr);
  ::sigaction(SIGTERM, &old_term_, nullptr);
  guarded = false;
}

int InterruptGuard::signal() const noexcept { return received.load(std::memory_order_relaxed); }

}  // namespace limpid
