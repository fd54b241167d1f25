#include "limpid/train/recipe_optim.h"

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/optim/optim.h"

namespace limpid {

namespace {

/// An optimiser that takes a rate and a weight decay.
template <class Chosen, class Options>
std::unique_ptr<optim::Optimizer> with_decay(const Recipe& r, std::vector<Tensor> parameters) {
  Options options;
  options.lr = r.lr;
  options.weight_decay = r.weight_decay;
  return std::make_unique<Chosen>(std::move(parameters), options);
}

}  // namespace

std::unique_ptr<optim::Optimizer> make_optimizer(const Recipe& r, std::vector<Tensor> parameters) {
  using namespace optim;
  const std::string& name = r.optimizer;
  std::vector<Tensor>&& p = std::move(parameters);
  if (name == "sgd")
    return std::make_unique<SGD>(std::move(p), SGDOptions{.lr = r.lr,
                                                          .momentum = r.momentum,
                                                          .weight_decay = r.weight_decay,
                                                          .nesterov = r.nesterov});
  if (name == "rmsprop")
    return std::make_unique<RMSprop>(
        std::move(p),
        RMSpropOptions{.lr = r.lr, .weight_decay = r.weight_decay, .momentum = r.momentum});
  if (name == "adam") return with_decay<Adam, AdamOptions>(r, std::move(p));
  if (name == "adamw") return with_decay<AdamW, AdamWOptions>(r, std::move(p));
  if (name == "adagrad") return with_decay<Adagrad, AdagradOptions>(r, std::move(p));
  if (name == "adadelta") return with_decay<Adadelta, AdadeltaOptions>(r, std::move(p));
  if (name == "adamax") return with_decay<Adamax, AdamaxOptions>(r, std::move(p));
  if (name == "nadam") return with_decay<NAdam, NAdamOptions>(r, std::move(p));
  if (name == "radam") return with_decay<RAdam, RAdamOptions>(r, std::move(p));
  if (name == "rprop") return std::make_unique<Rprop>(std::move(p), RpropOptions{.lr = r.lr});
  if (name == "lbfgs")
    return std::make_unique<LBFGS>(
        std::move(p), LBFGSOptions{.lr = r.lr, .line_search_fn = LineSearch::strong_wolfe});
  throw ValueError(str("unknown optimizer ", quote(name)));
}

std::unique_ptr<optim::LRScheduler> make_schedule(const Recipe& r, optim::Optimizer& optimizer,
                                                  std::int64_t batches) {
  using namespace optim;
  const std::string& name = r.schedule;
  if (name == "none") return nullptr;
  if (name == "step") return std::make_unique<StepLR>(optimizer, r.step_size, r.gamma);
  if (name == "exponential") return std::make_unique<ExponentialLR>(optimizer, r.gamma);
  if (name == "polynomial") return std::make_unique<PolynomialLR>(optimizer, r.epochs);
  if (name == "cosine") return std::make_unique<CosineAnnealingLR>(optimizer, r.epochs);
  if (name == "restarts")
    return std::make_unique<CosineAnnealingWarmRestarts>(optimizer, r.step_size, 2);
  if (name == "onecycle")
    return std::make_unique<OneCycleLR>(
        optimizer, OneCycleLROptions{.max_lr = r.lr,
                                     .epochs = r.epochs,
                                     .steps_per_epoch = batches,
                                     .cycle_momentum = optimizer.momentum().value_or(0) != 0});
  if (name == "plateau")
    return std::make_unique<ReduceLROnPlateau>(
        optimizer, ReduceLROnPlateauOptions{.factor = r.gamma, .patience = r.step_size});
  throw ValueError(str("unknown schedule ", quote(name)));
}

bool steps_each_batch(const Recipe& recipe) { return recipe.schedule == "onecycle"; }

}  // namespace limpid
