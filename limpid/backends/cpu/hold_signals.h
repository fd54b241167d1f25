#pragma once
// Signals wait while code runs that a handler would break.

#if __has_include(<signal.h>) && __has_include(<unistd.h>)
#define LIMPID_HAS_SIGNAL_MASKS 1
#include <signal.h>
#endif

namespace limpid {

/// From here on signals from outside (Ctrl-C, timers) go past this thread, a worker of OpenMP's.
/// What a thread does to itself (SIGSEGV) still arrives. Costs a load, but for the first time.
void hold_signals_in_worker();

/// While it lives, signals from outside wait, on this thread and on the `threads` - 1 workers that
/// OpenMP has for it: those are left so, since no program handles signals there.
///
/// oneDNN before 3.12 points the stack register at its work memory in some products, and the frame
/// of a handler would then overwrite what lies below (oneDNN issue 4845). Half a microsecond.
class HoldSignals {
 public:
  explicit HoldSignals(int threads);
  ~HoldSignals();
  HoldSignals(const HoldSignals&) = delete;
  HoldSignals& operator=(const HoldSignals&) = delete;

 private:
#ifdef LIMPID_HAS_SIGNAL_MASKS
  sigset_t before_;
#endif
};

}  // namespace limpid
