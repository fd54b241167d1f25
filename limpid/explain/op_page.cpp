#include "limpid/explain/op_page.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/explain/op_report.h"

namespace limpid {

namespace {

std::string type_name(const AttributeValue& value) {
  constexpr const char* names[] = {"bool",  "integer", "integer", "float", "number",
                                   "sizes", "dtype",   "text",    "pair"};
  return names[value.index()];
}

std::string attribute_table(const AnyOp& op) {
  const std::vector<Attribute> attributes = op.info().attributes(op.get());
  if (attributes.empty()) return "";
  std::string out = "\n## Attributes\n\n| name | type | in the example |\n| --- | --- | --- |\n";
  for (const Attribute& a : attributes)
    out += str("| `", a.name, "` | ", type_name(a.value), " | ", to_string(a.value), " |\n");
  return out;
}

/// The number of elements of all inputs; 0 where one of them is empty.
std::int64_t size_of(const Case& c) {
  std::int64_t elements = 0;
  for (const CaseInput& input : c.inputs) {
    if (input.defined && numel(input.shape) == 0) return 0;
    if (input.defined) elements += numel(input.shape);
  }
  return elements;
}

/// The first case whose inputs and result a person takes in at a glance, or the smallest.
std::optional<Case> example_case(const OpEntry& entry) {
  constexpr std::int64_t kGlance = 40;
  std::optional<Case> smallest;
  for (const Case& c : entry.cases()) {
    if (!is_test(c) || size_of(c) == 0) continue;
    if (size_of(c) <= kGlance) return c;
    if (!smallest || size_of(c) < size_of(*smallest)) smallest = c;
  }
  return smallest;
}

std::string example(const OpEntry& entry) {
  if (const auto found = example_case(entry)) {
    const Case& c = *found;
    std::string out = str("\n## Example: ", c.name, "\n\n```\n");
    char letter = 'a';
    const std::vector<Tensor> inputs = make_inputs(entry, c);
    for (const Tensor& t : inputs) {
      if (t.defined()) out += str(letter, " = ", to_string(t.detach()), "\n");
      ++letter;
    }
    if (!c.torch.empty()) out += str("PyTorch: ", c.torch, "\n");
    for (const Tensor& y : run(c, inputs)) out += to_string(y) + "\n";
    return out + "```\n" + (c.op ? attribute_table(*c.op) : "");
  }
  return "";
}

std::string gradient_text(const OpEntry& entry, const OpReport& report) {
  if (entry.info && entry.info->no_gradient) return str("None: ", entry.info->no_gradient, ".");
  if (report.gradient_order == 0) return "None.";
  return str("Defined in public ops; differentiable ",
             report.gradient_order > 1 ? "again (measured)" : "once (measured)",
             report.fused_gradient
                 ? ". A fused kernel serves where no higher derivative is recorded."
                 : ".");
}

}  // namespace

std::string op_page(const OpEntry& entry) {
  const OpReport report = report_on(entry);
  const OpDoc& doc = entry.doc;
  std::string out = str("# ", doc.name, "\n\n", doc.summary, "\n\n    ", doc.formula, "\n\n");
  out += "| | |\n| --- | --- |\n";
  const auto row = [&](std::string_view name, std::string_view text) {
    if (!text.empty()) out += str("| ", name, " | ", text, " |\n");
  };
  row("inputs", doc.inputs);
  row("outputs", doc.outputs);
  row("shapes", doc.shapes);
  row("gradient", gradient_text(entry, report));
  row("kernels", report.backends);
  row("cases", str(report.cases, ", of which ", report.frozen_cases, " against PyTorch"));
  row("source", doc.source);
  row("code", str("`", source_of(doc), "`"));
  return out + example(entry);
}

std::string op_index() {
  std::string index =
      "# Ops\n\nWritten by `make docs` from the cards in limpid/ops/.\n\n"
      "| op | what it does | gradient |\n| --- | --- | --- |\n";
  for (const OpEntry& entry : all_op_entries())
    index += str("| [", entry.doc.name, "](", entry.doc.name, ".md) | ", entry.doc.summary, " | ",
                 report_on(entry).gradient_order, " |\n");
  return index;
}

namespace {

/// Not by write_file: waiting for the disk after each of 300 pages, which can be made again any
/// time, takes minutes on a busy one.
void write_page(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file)
    throw FileError(str("cannot write ", quote(path.native(), 300), ": ", std::strerror(errno)));
}

}  // namespace

std::size_t write_op_pages(const std::filesystem::path& folder, bool check) {
  std::error_code error;
  if (!check) std::filesystem::create_directories(folder, error);
  if (error)
    throw FileError(
        str("cannot make the folder ", quote(folder.native(), 300), ": ", error.message()));
  std::size_t stale = 0;
  const auto write = [&](const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder / name;
    if (std::filesystem::exists(path) && read_text_file(path, 1 << 24) == text) return;
    ++stale;
    std::printf("%s %s\n", check ? "out of date:" : "wrote", path.string().c_str());
    if (!check) write_page(path, text);
  };
  for (const OpEntry& entry : all_op_entries()) write(str(entry.doc.name, ".md"), op_page(entry));
  write("README.md", op_index());
  return stale;
}

}  // namespace limpid
