#include "limpid/backends/cpu/ladder.h"

#include <array>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace limpid {

namespace {

constexpr int kUnset = -2;
constexpr std::size_t kMostLadders = 16;

/// For each ladder, by its number: the rung that this thread asked for.
std::array<int, kMostLadders>& of_this_thread() {
  thread_local std::array<int, kMostLadders> choices = [] {
    std::array<int, kMostLadders> none;
    none.fill(kUnset);
    return none;
  }();
  return choices;
}

std::string variable_of(std::string_view op) {
  std::string name = "LIMPID_";
  for (char c : op) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

int next_number() {
  static std::atomic<int> count{0};
  return count++;
}

}  // namespace

AlgorithmChoice::AlgorithmChoice(std::string_view op, std::vector<std::string_view> names)
    : op_(op), names_(std::move(names)), environment_(kAuto), for_process_(kUnset) {
  const std::string variable = variable_of(op);
  if (const char* name = std::getenv(variable.c_str()); name && *name)
    environment_ = find(name, variable);
  number_ = next_number();  // behind what may throw: the next call makes the ladder anew
  if (static_cast<std::size_t>(number_) >= kMostLadders)
    throw ValueError("there are more ladders than kMostLadders in ladder.cpp; raise it");
}

int AlgorithmChoice::find(std::string_view name, std::string_view where) const {
  if (name == "auto") return kAuto;
  std::string known = "auto";
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return static_cast<int>(i);
    known += str(i + 1 == names_.size() ? " and " : ", ", names_[i]);
  }
  throw ValueError(str(where, ": ", op_, " has no algorithm '", name, "'; there are ", known));
}

int AlgorithmChoice::wanted() const {
  if (const int own = of_this_thread()[static_cast<std::size_t>(number_)]; own != kUnset)
    return own;
  const int chosen = for_process_.load(std::memory_order_relaxed);
  return chosen != kUnset ? chosen : environment_;
}

int AlgorithmChoice::set_for_thread(int rung) const {
  return std::exchange(of_this_thread()[static_cast<std::size_t>(number_)], rung);
}

std::string to_string(const AlgorithmPlan& plan) {
  std::string out;
  for (const AlgorithmPlan::Step& step : plan.ladder)
    out +=
        str(step.name, " (", step.summary, "): ", step.reason.empty() ? "runs" : step.reason, "\n");
  return out;
}

}  // namespace limpid
