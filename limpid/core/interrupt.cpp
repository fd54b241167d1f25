#include "limpid/core/interrupt.h"

#include <atomic>

namespace limpid {

namespace {
std::atomic<InterruptPoll> current{nullptr};
}

void set_interrupt_poll(InterruptPoll poll) { current = poll; }

void poll_interrupt() {
  if (const InterruptPoll poll = current.load(std::memory_order_relaxed)) poll();
}

}  // namespace limpid
