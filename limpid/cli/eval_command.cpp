// limpid eval RUN: tests a trained model again.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "limpid/cli/commands.h"
#include "limpid/train/model_builder.h"
#include "limpid/train/run_folder.h"

namespace limpid {

namespace {

void eval(const std::string& path) {
  const RunFolder folder = RunFolder::open(path);
  const ModelFile file = load_model(folder.weights_path());
  const Task task = make_task(folder.read_recipe());
  std::vector<LayerSpec> layers = file.layers;
  if (!layers.empty() && layers.back().type == "Softmax")
    layers.pop_back();  // evaluate() wants scores
  nn::Sequential model = build_model(layers);
  StateDict state;
  for (const auto& [name, tensor] : file.state) state.push_back({name, tensor});
  model.load_state_dict(state);
  const Evaluation test = evaluate(model, *task.test);
  std::printf("%s",
              accuracy_table(accuracy_per_class(test, task.test->targets(), task.classes)).c_str());
  std::printf("\ntest accuracy %.4f, test loss %.4f on %lld samples\n", test.accuracy, test.loss,
              static_cast<long long>(task.test->size()));
}

}  // namespace

void add_eval_command(CLI::App& app) {
  auto run = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("eval", "Test a trained model: limpid eval RUN");
  command->add_option("run", *run, "run folder")->required();
  command->callback([run] { eval(*run); });
}

}  // namespace limpid
