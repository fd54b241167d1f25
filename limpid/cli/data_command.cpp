// limpid data list | prepare | generate: what data there is, and bringing more.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "limpid/cli/command_line.h"
#include "limpid/cli/commands.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/data_root.h"
#include "limpid/data/prepare.h"
#include "limpid/data/synthetic_files.h"

namespace limpid {

namespace {

struct PrepareFlags {
  std::string dataset;
  std::vector<std::string> from;
  bool no_checksum = false, force = false;
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += str(out.empty() ? "" : ", ", word);
  return out;
}

const char* state_of(const std::filesystem::path& folder) {
  if (folder.empty()) return "not there";
  return is_synthetic(folder) ? "generated" : "ready";
}

void list() {
  std::printf("%-14s %-11s %s\n", "dataset", "state", "what and where");
  for (const KnownDataset& dataset : known_datasets()) {
    const auto folder = find_dataset(dataset);
    std::printf("%-14s %-11s %s\n", dataset.name.c_str(), state_of(folder), dataset.title.c_str());
    if (!folder.empty()) {
      std::printf("%-26s %s\n", "", printable(folder.native()).c_str());
      continue;
    }
    const auto missing = missing_files(dataset, data_root() / dataset.name);
    std::printf("%-26s needs %s\n%-26s from %s\n", "", joined(missing).c_str(), "",
                dataset.source.c_str());
  }
  std::printf("\nlimpid data prepare NAME --from FILES puts files into %s\n",
              printable((data_root() / "NAME").native()).c_str());
}

void print_file(const PreparedFile& file, bool checked) {
  const char* checksum = !file.checksum_known ? "no checksum is known"
                         : checked            ? "checksum right"
                                              : "checksum not checked";
  std::printf("  %-28s %s, %s%s\n", file.to.filename().c_str(), file.holds.c_str(), checksum,
              file.was_there ? ", was there already" : "");
}

void prepare(const PrepareFlags& flags) {
  const KnownDataset& dataset =
      from_command_line([&]() -> const KnownDataset& { return known_dataset(flags.dataset); });
  std::vector<std::filesystem::path> from(flags.from.begin(), flags.from.end());
  if (from.empty() && dataset.name == "digits") from = {find_own_data_file("digits/digits.csv")};
  if (from.empty()) {
    const auto missing = missing_files(dataset, data_root() / dataset.name);
    if (!missing.empty())
      throw ValueError(str(dataset.name, " needs ", joined(missing), " (", dataset.source,
                           "); say where they are: limpid data prepare ", dataset.name,
                           " --from FILES"));
    from = {data_root() / dataset.name};  // checks what is there
  }
  const PrepareReport report =
      prepare_dataset(dataset, from, {.checksum = !flags.no_checksum, .force = flags.force});
  std::printf("%s: %s\n", dataset.name.c_str(), printable(report.folder.native()).c_str());
  for (const PreparedFile& file : report.files) print_file(file, !flags.no_checksum);
  if (report.missing.empty()) std::printf("complete\n");
  else
    throw ValueError(str(dataset.name, " still needs ", joined(report.missing), " in ",
                         printable(report.folder.native()), " (", dataset.source, ")"));
}

}  // namespace

void add_data_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "data", "Datasets: limpid data list, limpid data prepare mnist --from FILES");
  command->require_subcommand(1);
  command->add_subcommand("list", "Which datasets are there, and what the others need")
      ->callback(list);
  auto flags = std::make_shared<PrepareFlags>();
  CLI::App* one = command->add_subcommand(
      "prepare", "Check the files of a dataset and copy them to where limpid finds them");
  std::string names;
  for (const KnownDataset& dataset : known_datasets())
    names += str(names.empty() ? "" : ", ", dataset.name);
  one->add_option("dataset", flags->dataset, names)->required();
  one->add_option("--from", flags->from, "files, or folders that hold them");
  one->add_flag("--no-checksum", flags->no_checksum, "take files whose checksum is another one");
  one->add_flag("--force", flags->force, "replace files that are there and differ");
  one->callback([flags] { prepare(*flags); });
  add_data_generate_command(*command);
}

}  // namespace limpid
