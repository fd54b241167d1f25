// The `limpid` command. Exit codes: 0 done, 1 what was asked could not be done, 2 the command line
// is wrong, 130 stopped by Ctrl-C.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>

#include "limpid/cli/commands.h"
#include "limpid/cli/standard_output.h"
#include "limpid/cli/version.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"

namespace {

/// Names that could have been meant: the flags of `app`, and its subcommands.
std::vector<std::string> known_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

/// The subcommand that was being read, or the whole.
const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

/// "limpid data prepare"
std::string whole_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent ? whole_name(*parent) + " " + command.get_name() : command.get_name();
}

int report(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {  // --help and --version
    std::ostringstream text;
    app.exit(error, text);
    std::fputs(text.str().c_str(), stdout);
    return 0;
  }
  if (error.get_name() == "RuntimeError") return error.get_exit_code();  // a command has said why
  std::string message = error.what();
  const CLI::App& where = innermost(app);
  const std::vector<std::string> extras = where.remaining(true);
  if (!extras.empty()) {
    const std::string& unknown = extras.front();
    message = limpid::str(unknown.starts_with("-") ? "unknown flag " : "unexpected argument ",
                          unknown, limpid::did_you_mean(unknown, known_names(where)));
  }
  std::fprintf(stderr, "limpid: %s\n", message.c_str());
  std::fprintf(stderr, "Try `%s --help`.\n", whole_name(where).c_str());
  return 2;
}

int run(int argc, char** argv) {
  CLI::App app{"limpid: a deep-learning framework that can be read"};
  app.name("limpid");
  app.set_version_flag("--version", limpid::version_text, "Build, processor and libraries");
  app.require_subcommand(1);
  limpid::add_train_command(app);
  limpid::add_eval_command(app);
  limpid::add_predict_command(app);
  limpid::add_ops_command(app);
  limpid::add_explain_command(app);
  limpid::add_bench_command(app);
  limpid::add_docs_command(app);
  limpid::add_data_command(app);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return report(app, error);
  } catch (const limpid::Error& error) {
    std::fprintf(stderr, "limpid: %s\n", error.what());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "limpid: %s\n", error.what());
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  limpid::hold_standard_streams();
  return limpid::after_output(run(argc, argv), "limpid");
}
