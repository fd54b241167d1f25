#pragma once
// The ladder: several ways to compute one op, from the plainest to the fastest.
//
// All rungs of a ladder give the same results within rounding, and the tests hold each against the
// reference. The plain ones are there to be read and to check the others; `auto` takes the last one
// that can compute the problem and has no reason against it. A person can name one, for the
// process, for a thread or in the environment; one that cannot then is refused, never replaced
// silently.

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

/// One way to compute. `Problem` says what is asked (sizes, dtype, forward or backward), `Operands`
/// where the numbers are.
template <class Problem, class Operands>
struct Rung {
  std::string_view name, summary;
  void (*run)(const Problem& problem, const Operands& operands) = nullptr;
  /// Why it cannot compute this, or ""; null: it always can.
  std::string (*cannot)(const Problem& problem) = nullptr;
  /// Why `auto` passes it over though it could, or "".
  std::string (*rather_not)(const Problem& problem) = nullptr;
};

/// What would run, and why the rest would not.
struct AlgorithmPlan {
  struct Step {
    std::string_view name, summary;
    std::string reason;  ///< why it does not run; empty for the one that does
  };
  std::string_view chosen;  ///< empty: the algorithm that was named cannot compute it
  std::vector<Step> ladder;
};
/// As lines of text, for people.
std::string to_string(const AlgorithmPlan& plan);

/// Which rung people asked for. A choice of the thread goes before one of the process, and that
/// before the environment's (LIMPID_CONV2D=im2col for the op conv2d).
class AlgorithmChoice {
 public:
  static constexpr int kAuto = -1;

  AlgorithmChoice(std::string_view op, std::vector<std::string_view> names);
  AlgorithmChoice(const AlgorithmChoice&) = delete;
  AlgorithmChoice& operator=(const AlgorithmChoice&) = delete;

  std::string_view op() const { return op_; }
  const std::vector<std::string_view>& names() const { return names_; }
  /// Number of the rung, or kAuto for "auto". ValueError, which lists them, for another name.
  int find(std::string_view name, std::string_view where) const;
  /// The rung in force on this thread, or kAuto.
  int wanted() const;
  void set_for_process(std::string_view name) { for_process_ = find(name, "set_algorithm"); }
  /// Returns what was set before.
  int set_for_thread(int rung) const;

 private:
  std::string_view op_;
  std::vector<std::string_view> names_;
  int number_ = 0, environment_;
  std::atomic<int> for_process_;
};

template <class Problem, class Operands>
class Ladder {
 public:
  using Step = Rung<Problem, Operands>;

  Ladder(std::string_view op, std::vector<const Step*> plainest_first)
      : rungs_(std::move(plainest_first)), choice_(op, names_of(rungs_)) {}

  AlgorithmChoice& choice() { return choice_; }

  void run(const Problem& problem, const Operands& operands) {
    const int wanted = choice_.wanted(), rung = choose(problem, wanted);
    if (rung < 0)
      throw ValueError(str("algorithm '", at(wanted).name, "' was asked for but cannot run: ",
                           at(wanted).cannot(problem), "; 'auto' chooses one that can"));
    at(rung).run(problem, operands);
  }

  AlgorithmPlan plan(const Problem& problem) const {
    const int wanted = choice_.wanted(), rung = choose(problem, wanted);
    AlgorithmPlan plan;
    if (rung >= 0) plan.chosen = at(rung).name;
    for (int i = 0; i < static_cast<int>(rungs_.size()); ++i)
      plan.ladder.push_back(
          {at(i).name, at(i).summary, i == rung ? "" : why_not(problem, i, wanted, plan.chosen)});
    return plan;
  }

 private:
  const Step& at(int rung) const { return *rungs_[static_cast<std::size_t>(rung)]; }
  static std::string ask(std::string (*reason)(const Problem&), const Problem& problem) {
    return reason ? reason(problem) : std::string();
  }
  static std::vector<std::string_view> names_of(const std::vector<const Step*>& rungs) {
    std::vector<std::string_view> names;
    for (const Step* rung : rungs) names.push_back(rung->name);
    return names;
  }

  /// The rung that runs, or -1 when the one that was named cannot.
  int choose(const Problem& problem, int wanted) const {
    if (wanted != AlgorithmChoice::kAuto)
      return ask(at(wanted).cannot, problem).empty() ? wanted : -1;
    int last_that_can = 0;
    for (int i = static_cast<int>(rungs_.size()) - 1; i >= 0; --i) {
      if (!ask(at(i).cannot, problem).empty()) continue;
      last_that_can = std::max(last_that_can, i);
      if (ask(at(i).rather_not, problem).empty()) return i;
    }
    return last_that_can;
  }

  std::string why_not(const Problem& problem, int rung, int wanted, std::string_view chosen) const {
    std::string reason = ask(at(rung).cannot, problem);
    if (!reason.empty()) return reason;
    if (wanted != AlgorithmChoice::kAuto) return str("'", at(wanted).name, "' was asked for");
    reason = ask(at(rung).rather_not, problem);
    return reason.empty() ? str("'", chosen, "' applies and is faster") : reason;
  }

  std::vector<const Step*> rungs_;
  AlgorithmChoice choice_;
};

/// The reason of every first rung.
inline constexpr const char* kForReading =
    "there to be read and to check the others: one number at a time";

}  // namespace limpid
