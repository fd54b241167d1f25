#pragma once
// Ctrl-C (SIGINT) and SIGTERM during a run: the first asks to stop after this batch and save, the
// second ends the program at once.

#include <signal.h>

namespace limpid {

/// While it lives, signals set a flag instead of ending the program; afterwards the handlers from
/// before are back. One at a time (a second one throws ValueError); make it on the main thread.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

  /// Whether a signal has come since the guard was made. From any thread; costs one load.
  bool requested() const noexcept { return signal() != 0; }
  /// Which one (SIGINT, SIGTERM), or 0.
  int signal() const noexcept;

 private:
  struct sigaction old_int_ = {};
  struct sigaction old_term_ = {};
};

}  // namespace limpid
