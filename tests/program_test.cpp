// Flags and recipes of programs: order, forms, help, and what is said to mistakes.

#include "limpid/train/program.h"

#include <doctest/doctest.h>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "tests/scratch_folder.h"

namespace limpid::program_test {

namespace {

struct Run {
  std::int64_t epochs = 20;
  double lr = 0.01;
  std::string model = "mlp";
  int calls = 0;

  int operator()(std::vector<std::string> arguments) {
    std::vector<char*> argv{const_cast<char*>("bin/program")};
    for (std::string& a : arguments) argv.push_back(a.data());
    const Setting settings[] = {{"epochs", &epochs, "passes over the data", 1, 1000},
                                {"lr", &lr, "learning rate", 0, 10, true},
                                {"model", &model, "kind", 0, 0, false, {"mlp", "cnn"}}};
    return run_program(static_cast<int>(argv.size()), argv.data(), "Trains.", settings, [this] {
      ++calls;
      if (epochs == 13) throw ValueError("no thirteen");
      return epochs == 7 ? 5 : 0;
    });
  }
};

}  // namespace

TEST_CASE("a program's flags: both forms, the last word, and the body's result") {
  Run run;
  CHECK(run({}) == 0);
  CHECK(run({"--epochs", "3", "--lr=0.5", "--model", "cnn", "--epochs=7"}) == 5);
  CHECK(run.epochs == 7);
  CHECK(run.lr == 0.5);
  CHECK(run.model == "cnn");
  CHECK(run.calls == 2);
}

TEST_CASE("help and --print-recipe run nothing; mistakes are 2, failures 1") {
  Run run;
  CHECK(run({"--help"}) == 0);
  CHECK(run({"--print-recipe", "--epochs", "4"}) == 0);
  CHECK(run({"--epoch", "3"}) == 2);
  CHECK(run({"--epochs"}) == 2);
  CHECK(run({"--epochs", "0"}) == 2);
  CHECK(run({"stray"}) == 2);
  CHECK(run({"--recipe", "missing.toml"}) == 2);
  CHECK(run.calls == 0);
  CHECK(run({"--epochs", "13"}) == 1);
  CHECK(run.calls == 1);
}

#if LIMPID_HAS_TOML
TEST_CASE("a recipe sets what it names, where it stands among the flags") {
  const ScratchFolder folder;
  write_text_file(folder / "r.toml", "epochs = 9\nlr = 1\n");
  Run run;
  CHECK(run({"--epochs", "2", "--recipe", (folder / "r.toml").string(), "--lr", "0.25"}) == 0);
  CHECK(run.epochs == 9);
  CHECK(run.lr == 0.25);
  write_text_file(folder / "bad.toml", "epoch = 9\n");
  CHECK(run({"--recipe", (folder / "bad.toml").string()}) == 2);
}
#endif

}  // namespace limpid::program_test
