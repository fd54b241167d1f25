#include "limpid/optim/lambda_lr.h"

#include "limpid/core/str.h"

namespace limpid::optim {

FunctionLR::FunctionLR(const char* name, Optimizer& optimizer, std::vector<LRFunction> functions,
                       std::int64_t last_epoch)
    : LRScheduler(name, optimizer, last_epoch), functions_(std::move(functions)) {
  const std::size_t groups = optimizer.group_count();
  if (functions_.size() != groups)
    fail(str("expected ", groups, " functions, one a group, got ", functions_.size()));
  for (std::size_t g = 0; g < groups; ++g)
    if (!functions_[g]) fail(str("function ", g, " is empty"));
}

double FunctionLR::factor(std::size_t group, std::int64_t epoch) const {
  if (group >= functions_.size())
    fail(str("there are ", functions_.size(), " functions, but group ", group, " was added since"));
  return functions_[group](epoch);
}

LambdaLR::LambdaLR(Optimizer& optimizer, LRFunction f, std::int64_t last_epoch)
    : LambdaLR(optimizer, std::vector<LRFunction>(optimizer.group_count(), std::move(f)),
               last_epoch) {}
LambdaLR::LambdaLR(Optimizer& optimizer, std::vector<LRFunction> functions, std::int64_t last_epoch)
    : FunctionLR("LambdaLR", optimizer, std::move(functions), last_epoch) {
  start();
}
double LambdaLR::next_lr(double, std::size_t group, std::int64_t epoch) const {
  return base(group) * factor(group, epoch);
}

MultiplicativeLR::MultiplicativeLR(Optimizer& optimizer, LRFunction f, std::int64_t last_epoch)
    : MultiplicativeLR(optimizer, std::vector<LRFunction>(optimizer.group_count(), std::move(f)),
                       last_epoch) {}
// Sets no rate: it knows only how one follows from the last.
MultiplicativeLR::MultiplicativeLR(Optimizer& optimizer, std::vector<LRFunction> functions,
                                   std::int64_t last_epoch)
    : FunctionLR("MultiplicativeLR", optimizer, std::move(functions), last_epoch) {}
double MultiplicativeLR::next_lr(double rate, std::size_t group, std::int64_t epoch) const {
  return epoch == 0 ? rate : rate * factor(group, epoch);
}
void MultiplicativeLR::restart() {
  const std::vector<double> rates = get_last_lr();
  for (std::size_t g = 0; g < rates.size(); ++g) optimizer().set_lr(rates[g] * factor(g, 0), g);
  begin();
}

}  // namespace limpid::optim
