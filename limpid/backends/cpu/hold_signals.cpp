#include "limpid/backends/cpu/hold_signals.h"

#include "limpid/config.h"
#if LIMPID_HAS_OPENMP
#include <omp.h>
#endif

namespace limpid {

#ifdef LIMPID_HAS_SIGNAL_MASKS

namespace {

const sigset_t& from_outside() {
  static const sigset_t signals = [] {
    sigset_t set;
    sigfillset(&set);
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
      sigdelset(&set, own);
    return set;
  }();
  return signals;
}

/// In workers that others started: ours hold signals from their first task on (parallel.cpp), and
/// those to come inherit the mask of the thread that needs them.
void hold_in_workers(int threads) {
#if LIMPID_HAS_OPENMP
  thread_local int held = 1;  // threads of this thread's team so far
  if (threads <= held || omp_in_parallel()) return;
#pragma omp parallel num_threads(threads)
  if (omp_get_thread_num() != 0) hold_signals_in_worker();
  held = threads;
#else
  static_cast<void>(threads);
#endif
}

}  // namespace

void hold_signals_in_worker() {
  thread_local const bool held = pthread_sigmask(SIG_BLOCK, &from_outside(), nullptr) == 0;
  static_cast<void>(held);
}

HoldSignals::HoldSignals(int threads) {
  pthread_sigmask(SIG_BLOCK, &from_outside(), &before_);
  hold_in_workers(threads);
}
HoldSignals::~HoldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

#else

void hold_signals_in_worker() {}
HoldSignals::HoldSignals(int) {}
HoldSignals::~HoldSignals() {}

#endif

}  // namespace limpid
