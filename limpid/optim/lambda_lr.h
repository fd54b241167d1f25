#pragma once
// Schedules by a function of the user's. Functions are not saved with the state.

#include <functional>

#include "limpid/optim/lr_scheduler.h"

namespace limpid::optim {

/// A factor for an epoch.
using LRFunction = std::function<double(std::int64_t epoch)>;

/// What both share: one function for all groups, or one for each.
class FunctionLR : public LRScheduler {
 protected:
  FunctionLR(const char* name, Optimizer& optimizer, std::vector<LRFunction> functions,
             std::int64_t last_epoch);
  double factor(std::size_t group, std::int64_t epoch) const;

 private:
  std::vector<Number> settings() override { return {}; }
  std::vector<LRFunction> functions_;
};

/// lr = base f(epoch)
class LambdaLR final : public FunctionLR {
 public:
  LambdaLR(Optimizer& optimizer, LRFunction lr_lambda, std::int64_t last_epoch = -1);
  LambdaLR(Optimizer& optimizer, std::vector<LRFunction> lr_lambda, std::int64_t last_epoch = -1);

 private:
  double next_lr(double rate, std::size_t group, std::int64_t epoch) const override;
};

/// lr = the last lr f(epoch), from epoch 1 on. Behind another schedule of a SequentialLR it goes on
/// with that one's rate, from f(0) on.
class MultiplicativeLR final : public FunctionLR {
 public:
  MultiplicativeLR(Optimizer& optimizer, LRFunction lr_lambda, std::int64_t last_epoch = -1);
  MultiplicativeLR(Optimizer& optimizer, std::vector<LRFunction> lr_lambda,
                   std::int64_t last_epoch = -1);

 private:
  double next_lr(double rate, std::size_t group, std::int64_t epoch) const override;
  void restart() override;
};

}  // namespace limpid::optim
