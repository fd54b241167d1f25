#include "limpid/train/trainer.h"

#include <chrono>
#include <cmath>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/observe.h"
#include "limpid/ops/argmax/argmax.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/optim/reduce_lr_on_plateau.h"
#include "limpid/train/recipe_optim.h"

namespace limpid {

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::int64_t count_equal(const Tensor& scores, const Tensor& targets) {
  const Tensor guess = argmax(scores.detach(), 1);
  const std::int64_t *g = guess.data<std::int64_t>(), *t = targets.data<std::int64_t>();
  std::int64_t equal = 0;
  for (std::int64_t i = 0; i < guess.numel(); ++i) equal += g[i] == t[i];
  return equal;
}

/// Back to training mode, also when something throws.
class EvaluationMode {
 public:
  explicit EvaluationMode(nn::Module& model) : model_(model), training_(model.is_training()) {
    model_.eval();
  }
  ~EvaluationMode() { model_.train(training_); }
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  nn::Module& model_;
  bool training_;
};

void append(StateDict& out, const std::string& prefix, const StateDict& part) {
  for (const NamedTensor& entry : part) out.push_back({prefix + entry.name, entry.tensor});
}
StateDict part_of(const StateDict& state, std::string_view prefix) {
  StateDict out;
  for (const NamedTensor& entry : state)
    if (entry.name.starts_with(prefix))
      out.push_back({entry.name.substr(prefix.size()), entry.tensor});
  return out;
}

}  // namespace

Evaluation evaluate(nn::Module& model, const TensorDataset& data) {
  NoGrad guard;
  EvaluationMode mode(model);
  Evaluation out;
  constexpr std::int64_t kRows = 256;
  double loss = 0;
  std::int64_t correct = 0;
  for (std::int64_t at = 0; at < data.size(); at += kRows) {
    const std::int64_t rows = std::min(kRows, data.size() - at);
    const Tensor targets = data.targets().narrow(0, at, rows);
    const Tensor scores = model(data.inputs().narrow(0, at, rows));
    loss += cross_entropy(scores, targets).item() * static_cast<double>(rows);
    const Tensor probabilities = softmax(scores, 1);
    const std::vector<std::int64_t> guess = argmax(scores, 1).to_vector<std::int64_t>();
    for (std::int64_t i = 0; i < rows; ++i) {
      const std::int64_t c = guess[static_cast<std::size_t>(i)];
      out.predicted.push_back(c);
      out.confidence.push_back(probabilities[i][c].item());
      correct += c == targets[i].item<std::int64_t>();
    }
  }
  const auto n = static_cast<double>(data.size());
  out.loss = loss / n;
  out.accuracy = static_cast<double>(correct) / n;
  return out;
}

Trainer::Trainer(nn::Module& model, const Task& task, const Recipe& recipe, Listener& listener)
    : model_(model),
      task_(task),
      recipe_(recipe),
      listener_(listener),
      optimizer_(make_optimizer(recipe, model.parameters())),
      loader_(std::make_unique<DataLoader>(
          task.train, DataLoaderOptions{.batch_size = recipe.batch_size,
                                        .shuffle = true,
                                        .workers = static_cast<int>(recipe.workers),
                                        .seed = static_cast<std::uint64_t>(recipe.seed)})),
      generator_(static_cast<std::uint64_t>(recipe.seed) + 1) {
  schedule_ = make_schedule(recipe, *optimizer_, loader_->size());
}

bool Trainer::run(const std::function<bool()>& stop) {
  UseGenerator use(generator_);
  listener_.on_start({.epochs = recipe_.epochs,
                      .first_epoch = epoch_,
                      .batches = loader_->size(),
                      .samples = task_.train->size()});
  bool finished = true;
  while (finished && epoch_ <= recipe_.epochs) {
    if (!run_epoch(stop)) finished = false;
    else if (++epoch_ <= recipe_.epochs && stop()) finished = false;
  }
  listener_.on_finish({.seconds = seconds_, .interrupted = !finished});
  return finished;
}

bool Trainer::run_epoch(const std::function<bool()>& stop) {
  model_.train();
  double start = now();
  for (const Batch& batch : *loader_) {
    step(batch);
    ++batch_;
    const auto n = static_cast<double>(samples_);
    listener_.on_batch({.epoch = epoch_,
                        .batch = batch_,
                        .samples = samples_,
                        .loss = loss_sum_ / n,
                        .accuracy = static_cast<double>(correct_) / n});
    if (batch_ < loader_->size() && stop()) {
      epoch_seconds_ += now() - start;
      return false;
    }
  }
  epoch_seconds_ += now() - start;
  end_epoch();
  return true;
}

void Trainer::step(const Batch& batch) {
  const WorkScope scope("training step");
  Tensor scores;
  double value = 0;
  optimizer_->step([&] {  // once, but by lbfgs several times: the first counts
    optimizer_->zero_grad();
    const Tensor result = model_(batch.input);
    const Tensor loss = cross_entropy(result, batch.target);
    if (!scores.defined()) {
      scores = result.detach();
      value = loss.item();
      if (!std::isfinite(value))
        throw ValueError(str("the loss is ", value, " in epoch ", epoch_, ", batch ", batch_ + 1,
                             "; a smaller --lr helps most often"));
    }
    loss.backward();
    return loss;
  });
  if (schedule_ && steps_each_batch(recipe_)) schedule_->step();
  const std::int64_t rows = batch.input.size(0);
  loss_sum_ += value * static_cast<double>(rows);
  samples_ += rows;
  correct_ += count_equal(scores, batch.target);
}

void Trainer::end_epoch() {
  seconds_ += epoch_seconds_;
  const double lr = optimizer_->lr();
  const auto n = static_cast<double>(samples_);
  const Evaluation test = evaluate(model_, *task_.test);
  if (auto* plateau = dynamic_cast<optim::ReduceLROnPlateau*>(schedule_.get()))
    plateau->step(loss_sum_ / n);  // the test data chooses nothing
  else if (schedule_ && !steps_each_batch(recipe_)) schedule_->step();
  listener_.on_epoch({.epoch = epoch_,
                      .train_loss = loss_sum_ / n,
                      .train_accuracy = static_cast<double>(correct_) / n,
                      .test_loss = test.loss,
                      .test_accuracy = test.accuracy,
                      .lr = lr,
                      .seconds = epoch_seconds_,
                      .samples_per_second = n / epoch_seconds_});
  samples_ = correct_ = batch_ = 0;
  loss_sum_ = epoch_seconds_ = 0;
}

StateDict Trainer::state_dict() const {
  StateDict out;
  append(out, "model.", model_.state_dict());
  append(out, "optimizer.", optimizer_->state_dict());
  if (schedule_) append(out, "schedule.", schedule_->state_dict());
  put_number(out, "position.epoch", epoch_);
  put_number(out, "position.batch", batch_);
  put_number(out, "position.samples", samples_);
  put_number(out, "position.correct", correct_);
  put_number(out, "position.loss_sum", loss_sum_);
  put_number(out, "position.seconds", seconds_);
  put_number(out, "position.epoch_seconds", epoch_seconds_);
  put_number(out, "random.seed", static_cast<std::int64_t>(generator_.seed()));
  put_number(out, "random.offset", static_cast<std::int64_t>(generator_.offset()));
  return out;
}

void Trainer::load_state_dict(const StateDict& state) {
  const auto number = [&](std::string_view name) { return get_number(state, name, "checkpoint"); };
  const std::int64_t epoch = number("position.epoch").as_int64();
  const std::int64_t batch = number("position.batch").as_int64();
  if (epoch < 1 || batch < 0 || batch > loader_->size())
    throw ValueError(str("checkpoint: there is no batch ", batch, " of epoch ", epoch));
  model_.load_state_dict(part_of(state, "model."));
  optimizer_->load_state_dict(part_of(state, "optimizer."));
  if (schedule_) schedule_->load_state_dict(part_of(state, "schedule."));
  loader_->set_state({.seed = static_cast<std::uint64_t>(recipe_.seed),
                      .epoch = static_cast<std::uint64_t>(epoch - 1),
                      .position = batch});
  generator_.set_state(static_cast<std::uint64_t>(number("random.seed").as_int64()),
                       static_cast<std::uint64_t>(number("random.offset").as_int64()));
  epoch_ = epoch;
  batch_ = batch;
  samples_ = number("position.samples").as_int64();
  correct_ = number("position.correct").as_int64();
  loss_sum_ = number("position.loss_sum").as_double();
  seconds_ = number("position.seconds").as_double();
  epoch_seconds_ = number("position.epoch_seconds").as_double();
}

}  // namespace limpid
