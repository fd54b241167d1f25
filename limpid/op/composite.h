#pragma once
// What composites (functions of other ops) share with cards: their errors. An error from within,
// be it of a check or of an op that the composite is made of, begins with its name and gives the
// shapes of its inputs, as the caller knows them.
//
//   Tensor outer(const Tensor& input, const Tensor& vec2) {
//     return composite<Outer>({input, vec2}, [&] { return input.unsqueeze(1) * vec2; });
//   }

#include <functional>
#include <initializer_list>
#include <span>

#include "limpid/op/op_info.h"

namespace limpid {

using TensorReference = std::reference_wrapper<const Tensor>;

/// A composite while it runs, and what it was called with.
class CompositeCall {
 public:
  CompositeCall(const OpDoc& doc, std::span<const TensorReference> inputs,
                std::span<const Tensor> list);
  CompositeCall(const CompositeCall&) = delete;
  ~CompositeCall();
  /// The one that the user called, of those running in this thread; or null.
  static const CompositeCall* outermost();

  /// ValueError for an input that is undefined and may not be.
  void require_defined() const;
  /// Adds name and shapes to an error on its way out.
  void explain(Error& error) const;
  std::string_view name() const { return doc_.name; }
  std::string inputs_text(bool with_dtypes) const;

 private:
  std::vector<TensorImpl*> inputs() const;

  const OpDoc& doc_;
  std::span<const TensorReference> inputs_;
  std::span<const Tensor> list_;
};

/// ValueError "weight is undefined", unless it may be.
void require_defined(const OpInfo& info, Inputs in);
/// "input (8, 3, 32, 32), weight (64, 4, 3, 3)".
std::string inputs_text(const OpInfo& info, Inputs in, bool with_dtypes);

template <class F>
decltype(auto) run_composite(const CompositeCall& call, const F& body) {
  try {
    call.require_defined();
    return body();
  } catch (Error& error) {
    call.explain(error);
    throw;
  }
}

/// Runs `body`, which computes the composite of these inputs.
template <class Composite, class F>
decltype(auto) composite(std::initializer_list<TensorReference> inputs, const F& body) {
  return run_composite(CompositeCall(Composite::doc, {inputs.begin(), inputs.size()}, {}), body);
}
/// The same for a composite of any number of tensors.
template <class Composite, class F>
decltype(auto) composite(std::span<const Tensor> inputs, const F& body) {
  return run_composite(CompositeCall(Composite::doc, {}, inputs), body);
}

}  // namespace limpid
