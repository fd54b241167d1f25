// Linked with a program that holds mutants (choice.py). LIMPID_MUTANTS=3,5 runs the program for no mutant,
// then for number 3 and number 5, each in a process of its own that begins here, before anything is
// initialised: starting the program anew would take longer than most tests. Of each a line tells
// `number 1 seconds` when it ended well, `number 0 seconds` when not. A mutant may ask for endless time, and
// gets a multiple of what the program took without one, or of LIMPID_MUTANT_SECONDS, where that is said.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

extern "C" int limpid_mutant;
int limpid_mutant = 0;

namespace {

/// Signals that end a process: after so many seconds of the processor, and of the clock.
void limit(double seconds) {
  const double most = 1 + 6 * seconds;
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(most);
  timer.it_value.tv_usec = static_cast<suseconds_t>((most - static_cast<double>(timer.it_value.tv_sec)) * 1e6);
  setitimer(ITIMER_PROF, &timer, nullptr);
  alarm(static_cast<unsigned>(120 + 60 * seconds));
}

void silence() {
  const int nothing = open("/dev/null", O_WRONLY);
  dup2(nothing, STDOUT_FILENO);
  dup2(nothing, STDERR_FILENO);
  close(nothing);
}

/// Returns in the child; in the parent, `seconds` of the child and whether it ended well.
bool child(int number, double allowed, double& seconds, bool& passed) {
  const pid_t pid = fork();
  if (pid == 0) {
    limpid_mutant = number;
    limit(allowed);
    silence();
    return true;
  }
  int status = 1;
  rusage used{};
  passed = wait4(pid, &status, 0, &used) == pid && status == 0;
  const auto sum = [](timeval a, timeval b) {
    return static_cast<double>(a.tv_sec + b.tv_sec) + 1e-6 * static_cast<double>(a.tv_usec + b.tv_usec);
  };
  seconds = sum(used.ru_utime, used.ru_stime);
  dprintf(STDOUT_FILENO, "%d %d %.3f\n", number, passed, seconds);
  return false;
}

__attribute__((constructor(101))) void choose() {
  const char* numbers = std::getenv("LIMPID_MUTANTS");
  if (!numbers) return;
  bool passed = true;
  double allowed = 0, seconds = 0;
  if (const char* given = std::getenv("LIMPID_MUTANT_SECONDS")) allowed = std::atof(given);
  else if (child(0, 300, allowed, passed)) return;
  char* rest = nullptr;
  for (long number; passed && (number = std::strtol(numbers, &rest, 10), rest != numbers);
       numbers = *rest == ',' ? rest + 1 : rest) {
    bool ignored = false;
    if (child(static_cast<int>(number), allowed, seconds, ignored)) return;
  }
  _exit(0);
}

}  // namespace
