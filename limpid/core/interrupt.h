#pragma once
// How the program around limpid gets a word in during long work: Python looks for Ctrl-C here.

#include <cstdint>

namespace limpid {

/// Called now and then on the thread that does long work; it ends the work by throwing.
using InterruptPoll = void (*)();
/// Replaces the poll of this process; null: none.
void set_interrupt_poll(InterruptPoll poll);
void poll_interrupt();

/// Counts work and polls after about every 2^22 elements or 4096 steps: some milliseconds.
class InterruptMeter {
 public:
  void step(std::int64_t elements) {
    done_ += elements + 1024;
    if (done_ < std::int64_t{1} << 22) return;
    done_ = 0;
    poll_interrupt();
  }

 private:
  std::int64_t done_ = 0;
};

}  // namespace limpid
