// limpid data generate: made data in the format of a public dataset.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "limpid/cli/command_line.h"
#include "limpid/cli/commands.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/synthetic_files.h"

namespace limpid {

void add_data_generate_command(CLI::App& data) {
  struct Flags {
    std::string dataset;
    SyntheticFilesOptions options;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = data.add_subcommand(
      "generate", "Make files in the format of a dataset, to try networks without the real ones");
  std::string names;
  for (const std::string& name : synthetic_datasets())
    names += str(names.empty() ? "" : ", ", name);
  command->add_option("dataset", flags->dataset, names)->required();
  // 0 stands for "not given" in the options, and nobody means it.
  const auto not_zero = [](const std::string& text) {
    return std::string(text == "0" ? "0 samples; there must be at least 10" : "");
  };
  command->add_option("--train", flags->options.train, "samples to train on [10000]")
      ->check(not_zero);
  command->add_option("--test", flags->options.test, "samples to test on [2000]")->check(not_zero);
  command->add_option("--seed", flags->options.seed, "another seed, other data [0]");
  command->callback([flags] {
    const auto folder =
        from_command_line([&] { return write_synthetic(flags->dataset, flags->options); });
    std::printf("%s\ngenerated data in the format of %s: it is not the real dataset\n",
                printable(folder.native()).c_str(), flags->dataset.c_str());
  });
}

}  // namespace limpid
