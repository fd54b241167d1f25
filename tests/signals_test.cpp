// A handler may run at any time: numbers stay right, and memory whole.
// covers: hold_signals, gemm

#include <doctest/doctest.h>

#include "limpid/backends/cpu/hold_signals.h"

#ifdef LIMPID_HAS_SIGNAL_MASKS
#include <sys/time.h>

#include <atomic>
#include <thread>

#include "limpid/backends/cpu/threads.h"
#include "limpid/config.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::signals_test {

namespace {

std::atomic<int> arrived = 0;

/// SIGALRM every half millisecond, to a handler that counts.
class Alarms {
 public:
  Alarms() {
    struct sigaction counting = {};
    counting.sa_handler = [](int) { ++arrived; };
    counting.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &counting, &before_);
    every(500);
  }
  ~Alarms() {
    every(0);
    sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  static void every(int microseconds) {
    const itimerval timer = {{0, microseconds}, {0, microseconds}};
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  struct sigaction before_ = {};
};

}  // namespace

TEST_CASE("signals do no harm to products and convolutions") {
  const Tensor a = randn({400, 400}), b = randn({400, 400}), x = randn({2, 32, 40, 40});
  const Tensor w = randn({32, 32, 3, 3}), small = randn({20, 20});
  const auto both = [&] {  // among work for one thread, after which OpenMP may start new workers
    return matmul(a, b).tanh().sum() + matmul(small, small).sum() + matmul(a, b.t()).sum() +
           matmul(a.t(), b).sum() + conv2d(x, w, {}, {.stride = IntPair(2, 2)}).sum();
  };
  const int threads = get_num_threads();
  for (const int count : {1, 2}) {
    set_num_threads(count);
    const double right = both().item<double>();
    const Alarms alarms;
    arrived = 0;
    for (int i = 0; i < 20; ++i) CHECK(both().item<double>() == right);
    CHECK(arrived > 0);
  }
  set_num_threads(threads);
}

TEST_CASE("what waited arrives, and the mask is what it was") {
  sigset_t before, after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  struct sigaction counting = {}, old = {};
  counting.sa_handler = [](int) { ++arrived; };
  sigaction(SIGUSR1, &counting, &old);
  arrived = 0;
  {
    const HoldSignals hold(2);
    raise(SIGUSR1);
    CHECK(arrived == 0);
  }
  CHECK(arrived == 1);
  sigaction(SIGUSR1, &old, nullptr);
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int signal : {SIGINT, SIGALRM, SIGUSR1, SIGSEGV})
    CHECK(sigismember(&before, signal) == sigismember(&after, signal));
}

#if LIMPID_HAS_OPENMP && defined(__GNUC__) && !defined(__clang__)
/// What GCC makes of `#pragma omp parallel num_threads(threads)`.
extern "C" void GOMP_parallel(void (*work)(void*), void* data, unsigned threads, unsigned flags);

TEST_CASE("workers that others started hold signals as well") {
  const auto held = [](unsigned threads) {  // how many of a team hold SIGALRM
    static std::atomic<int> count;
    count = 0;
    const auto look = [](void*) {
      sigset_t mask;
      pthread_sigmask(SIG_SETMASK, nullptr, &mask);
      count += sigismember(&mask, SIGALRM);
    };
    GOMP_parallel(look, nullptr, threads, 0);
    return count.load();
  };
  std::thread([&] {  // which has no workers yet
    CHECK(held(2) == 0);
    {
      const HoldSignals hold(2);
      CHECK(held(2) == 2);
    }
    CHECK(held(2) == 1);
    CHECK(held(3) == 1);
    {
      const HoldSignals hold(3);
      CHECK(held(3) == 3);
    }
    CHECK(held(3) == 2);
  })
      .join();
}
#endif

}  // namespace limpid::signals_test

#endif
