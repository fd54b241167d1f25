// limpid eval RUN: tests a trained model again.

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>

#include "limpid/cli/commands.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/metrics/accuracy.h"
#include "limpid/metrics/confusion_matrix.h"
#include "limpid/metrics/precision_recall.h"
#include "limpid/tensor/creation.h"
#include "limpid/train/model_builder.h"
#include "limpid/train/run_folder.h"

namespace limpid {

namespace {

/// What `--metrics` adds: which class was taken for which, and precision, recall and F1.
void print_metrics(const Tensor& truth, const Tensor& predicted,
                   const std::vector<std::string>& classes) {
  const Tensor matrix = confusion_matrix(truth, predicted, std::ssize(classes));
  std::printf("\n%s\n%s", confusion_table(matrix, classes).c_str(),
              precision_recall_table(matrix, classes).c_str());
}

void eval(const std::string& path, bool metrics) {
  const RunFolder folder = RunFolder::open(path);
  const ModelFile file = load_model(folder.weights_path());
  const Task task = make_task(folder.read_recipe());
  std::vector<LayerSpec> layers = file.layers;
  if (!layers.empty() && layers.back().type == "Softmax")
    layers.pop_back();  // evaluate() wants scores
  nn::Sequential model = build_model(layers);
  model.load_state_dict(file.state);
  const Evaluation test = evaluate(model, *task.test);
  if (std::isnan(test.loss))  // then what is "predicted" is chance
    throw ValueError(str(quote(folder.weights_path().native(), 300),
                         ": the model gives no numbers; its weights hold NaN or infinities"));
  const Tensor &truth = task.test->targets(), predicted = tensor(test.predicted);
  std::printf("%s", accuracy_table(accuracy_per_class(truth, predicted, task.classes)).c_str());
  if (metrics) print_metrics(truth, predicted, task.classes);
  std::printf("\ntest accuracy %.4f, test loss %.4f on %lld samples\n", test.accuracy, test.loss,
              static_cast<long long>(task.test->size()));
}

}  // namespace

void add_eval_command(CLI::App& app) {
  auto run = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("eval", "Test a trained model: limpid eval RUN");
  command->add_option("run", *run, "run folder")->required();
  auto metrics = std::make_shared<bool>(false);
  command->add_flag("--metrics", *metrics,
                    "also print the confusion matrix, precision, recall and F1");
  command->callback([run, metrics] { eval(*run, *metrics); });
}

}  // namespace limpid
