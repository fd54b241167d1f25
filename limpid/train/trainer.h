#pragma once
// The training of a classifier: batches, loss, steps, a test after every epoch. It can stop after
// any batch and go on from there with the same numbers.

#include <functional>
#include <memory>
#include <vector>

#include "limpid/core/random.h"
#include "limpid/data/data_loader.h"
#include "limpid/nn/sequential.h"
#include "limpid/optim/lr_scheduler.h"
#include "limpid/optim/optimizer.h"
#include "limpid/train/events.h"
#include "limpid/train/task.h"

namespace limpid {

/// How a model does on a set of samples.
struct Evaluation {
  double loss = 0;                      ///< mean cross-entropy
  double accuracy = 0;                  ///< 0 to 1
  std::vector<std::int64_t> predicted;  ///< class of each sample
  std::vector<double> confidence;       ///< its probability
};
/// Runs a model (that gives scores) over a dataset in evaluation mode, without recording.
Evaluation evaluate(nn::Module& model, const TensorDataset& data);

class Trainer {
 public:
  /// Builds optimiser, schedule and loader from the recipe. The model and the listener must outlive
  /// it.
  Trainer(nn::Module& model, const Task& task, const Recipe& recipe, Listener& listener);

  /// Trains until the last epoch, or until `stop()` says so after a batch. True when it came to the
  /// end.
  bool run(const std::function<bool()>& stop = [] { return false; });

  const Recipe& recipe() const { return recipe_; }
  /// Seconds spent in training steps so far, without tests.
  double seconds() const { return seconds_; }
  std::int64_t epoch() const { return epoch_; }  ///< the one under way, or next, from 1
  std::int64_t batch() const { return batch_; }  ///< batches of it that are done

  /// All that it takes to go on exactly: weights, optimiser, schedule, random numbers, position.
  StateDict state_dict() const;
  /// ValueError when something is missing or does not fit.
  void load_state_dict(const StateDict& state);

 private:
  bool run_epoch(const std::function<bool()>& stop);
  void step(const Batch& batch);
  void end_epoch();

  nn::Module& model_;
  const Task& task_;
  Recipe recipe_;
  Listener& listener_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::unique_ptr<optim::LRScheduler> schedule_;  // null: constant rate
  std::unique_ptr<DataLoader> loader_;
  Generator generator_;  // of dropout
  std::int64_t epoch_ = 1, batch_ = 0;
  std::int64_t samples_ = 0, correct_ = 0;  // of this epoch so far
  double loss_sum_ = 0, epoch_seconds_ = 0, seconds_ = 0;
};

}  // namespace limpid
