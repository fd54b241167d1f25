#include "limpid/op/composite.h"

#include "limpid/core/str.h"
#include "limpid/op/apply.h"

namespace limpid {

namespace {

thread_local const CompositeCall* running = nullptr;

OpInfo row_of(const OpDoc& doc) {
  OpInfo info;
  info.doc = doc;
  info.optional_inputs = optional_names(doc.inputs);
  return info;
}

}  // namespace

CompositeCall::CompositeCall(const OpDoc& doc, std::span<const TensorReference> inputs,
                             std::span<const Tensor> list)
    : doc_(doc), inputs_(inputs), list_(list) {
  if (!running) running = this;
}
CompositeCall::~CompositeCall() {
  if (running == this) running = nullptr;
}
const CompositeCall* CompositeCall::outermost() { return running; }

std::vector<TensorImpl*> CompositeCall::inputs() const {
  std::vector<TensorImpl*> out;
  for (const Tensor& tensor : inputs_) out.push_back(tensor.impl());
  for (const Tensor& tensor : list_) out.push_back(tensor.impl());
  return out;
}

void CompositeCall::require_defined() const {
  bool all = true;
  for (const Tensor& tensor : inputs_) all = all && tensor.defined();
  for (const Tensor& tensor : list_) all = all && tensor.defined();
  if (all) [[likely]]
    return;
  const std::vector<TensorImpl*> in = inputs();
  limpid::require_defined(row_of(doc_), Inputs(in.data(), in.size()));
}

void CompositeCall::explain(Error& error) const {
  const std::vector<TensorImpl*> in = inputs();
  add_context(error, row_of(doc_), Inputs(in.data(), in.size()));
}

std::string CompositeCall::inputs_text(bool with_dtypes) const {
  const std::vector<TensorImpl*> in = inputs();
  return limpid::inputs_text(row_of(doc_), Inputs(in.data(), in.size()), with_dtypes);
}

}  // namespace limpid
