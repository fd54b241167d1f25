#pragma once
// The subcommands of `limpid`, one file each. Each function adds its subcommand, with its flags and
// what runs when it is chosen.

#include <functional>
#include <memory>

namespace CLI {
class App;
}

namespace limpid {

void add_train_command(CLI::App& app);
void add_eval_command(CLI::App& app);
void add_predict_command(CLI::App& app);
void add_ops_command(CLI::App& app);
void add_explain_command(CLI::App& app);
void add_bench_command(CLI::App& app);
/// Below `bench`.
void add_bench_layers_command(CLI::App& bench);
void add_docs_command(CLI::App& app);
void add_data_command(CLI::App& app);
/// Below `data`.
void add_data_generate_command(CLI::App& data);

}  // namespace limpid
