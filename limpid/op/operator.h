#pragma once
// What an op card must say, checked when it is compiled. A card is a struct:
//
//   struct Softmax {
//     std::int64_t dim = -1;                              // its attributes are its fields
//     static constexpr OpDoc doc{.name = "softmax", ...}; // what people read
//     static constexpr OpTraits traits{};                 // promotion, broadcasting, ...
//     using backends = Backends<Reference, Cpu>;          // where it runs
//     static constexpr auto attributes() { return std::tuple{field("dim", &Softmax::dim)}; }
//     Spec infer(const Inputs& in) const;                 // shape and dtype rule, or throws
//     void forward(Reference, const Io& io) const;        // the meaning, in plain loops
//     void forward(Cpu, const Io& io) const;              // the fast way
//     static Saves saves(Needs needs);                    // what the gradient will read
//     Tensors gradient(const Backward& b) const;          // in public ops: differentiable again
//     static std::vector<Case> cases();                   // tests, pages, timings
//   };
//
// Several outputs: infer returns std::array<Spec, N>. Views: `Layout layout(const Inputs&) const`
// in place of infer and the Cpu kernel. No gradient: `static constexpr const char* no_gradient =
// "why";` in place of saves and gradient. A faster gradient: `Tensors backward(Cpu, const
// Backward&) const`. For timings: `double flops(const Inputs&) const`, where an op does more than a
// few a byte. Shape from data: traits.data_dependent and `Shape measure(Cpu, const Inputs&) const`;
// infer then gives -1 for the sizes it cannot know.

#include <tuple>

#include "limpid/op/op_info.h"

namespace limpid {

struct Case;  // op/case.h

template <class O, class M>
struct Field {
  std::string_view name;
  M O::*member;
};
template <class O, class M>
constexpr Field<O, M> field(std::string_view name, M O::*member) {
  return {name, member};
}

// -- what a card can have

template <class O>
concept IsView = requires(const O& o, const Inputs& in) {
  { o.layout(in) } -> std::same_as<Layout>;
};
template <class O>
concept HasShapeRule = IsView<O> || requires(const O& o, const Inputs& in) {
  o.infer(in);
};
template <class O>
concept SaysWhyNoGradient = requires {
  { O::no_gradient } -> std::convertible_to<const char*>;
};
template <class O>
concept Differentiable = requires(const O& o, const Backward& b, Needs needs) {
  { o.gradient(b) } -> std::same_as<Tensors>;
  { O::saves(needs) } -> std::same_as<Saves>;
};
/// Exact: a kernel that takes its Io by value, or forgets `const`, is an error and not "no kernel".
template <class O, class B>
concept HasKernel = requires {
  static_cast<void (O::*)(B, const Io&) const>(&O::forward);
};
template <class O, class B>
concept HasFusedBackward = requires(const O& o, const Backward& b) {
  { o.backward(B{}, b) } -> std::same_as<Tensors>;
};
template <class O>
concept HasFlops = requires(const O& o, const Inputs& in) {
  { o.flops(in) } -> std::same_as<double>;
};
template <class O>
concept ChoosesLayout = requires(const O& o, const Inputs& in) {
  { o.channels_last(in) } -> std::same_as<bool>;
};
template <class O, class B>
concept HasMeasure = requires(const O& o, const Inputs& in) {
  { o.measure(B{}, in) } -> std::same_as<Shape>;
};

template <class List, class B>
inline constexpr bool kLists = false;
template <class... All, class B>
inline constexpr bool kLists<Backends<All...>, B> = (std::same_as<All, B> || ...);

template <class O, class List>
inline constexpr bool kHasAllKernels = false;
template <class O, class... B>
inline constexpr bool kHasAllKernels<O, Backends<B...>> = (HasKernel<O, B> && ...);

/// A card without a part does not compile.
template <class O>
concept Operator = requires(Needs needs) {
  { O::doc } -> std::convertible_to<OpDoc>;
  { O::traits } -> std::convertible_to<OpTraits>;
  typename O::backends;
  O::attributes();
  { O::cases() } -> std::same_as<std::vector<Case>>;
}
&&HasShapeRule<O>&& kLists<typename O::backends, Reference>&&
        kHasAllKernels<O, typename O::backends> &&
    (Differentiable<O> != SaysWhyNoGradient<O>)&&!O::doc.name.empty() && !O::doc.title.empty() &&
    !O::doc.summary.empty() && !O::doc.formula.empty();

// -- from the card to its row

template <class O>
const O& as(const void* op) {
  return *static_cast<const O*>(op);
}

template <class O>
std::vector<Attribute> list_attributes(const void* op) {
  return std::apply(
      [&](const auto&... f) {
        return std::vector<Attribute>{Attribute{f.name, as<O>(op).*f.member}...};
      },
      O::attributes());
}

template <class O>
Spec infer_one(const void* op, const Inputs& in) {
  if constexpr (IsView<O>) return Spec(as<O>(op).layout(in).shape, in[0].dtype, in[0].device);
  else return as<O>(op).infer(in);
}

template <class O>
void infer_array(const void* op, const Inputs& in, Spec* out) {
  auto specs = as<O>(op).infer(in);
  std::move(specs.begin(), specs.end(), out);
}

template <class O, class B>
constexpr Kernel kernel_of() {
  if constexpr (kBuilt<B> && kLists<typename O::backends, B>)
    return [](const void* op, const Io& io) { as<O>(op).forward(B{}, io); };
  else return nullptr;
}

template <class O, class B>
constexpr void add_backend(OpInfo& info, DeviceType device) {
  const auto d = static_cast<std::size_t>(device);
  info.kernels[d] = kernel_of<O, B>();
  if constexpr (kBuilt<B> && HasMeasure<O, B>)
    info.measure[d] = [](const void* op, const Inputs& in) { return as<O>(op).measure(B{}, in); };
  if constexpr (kBuilt<B> && kHasAutograd && HasFusedBackward<O, B>)
    info.fused[d] = [](const void* op, const Backward& b) { return as<O>(op).backward(B{}, b); };
}

template <class O>
constexpr OpInfo make_info() {
  OpInfo info{.doc = O::doc, .traits = O::traits};
  info.input_count = count_names(O::doc.inputs);
  info.optional_inputs = optional_names(O::doc.inputs);
  info.output_count = count_names(O::doc.outputs);
  info.size = sizeof(O);
  info.copy = [](void* to, const void* from) { new (to) O(as<O>(from)); };
  info.destroy = [](void* op) { static_cast<O*>(op)->~O(); };
  info.attributes = &list_attributes<O>;
  if constexpr (count_names(O::doc.outputs) == 1) info.infer = &infer_one<O>;
  else info.infer_all = &infer_array<O>;
  if constexpr (IsView<O>)
    info.layout = [](const void* op, const Inputs& in) { return as<O>(op).layout(in); };
  if constexpr (HasFlops<O>)
    info.flops = [](const void* op, const Inputs& in) { return as<O>(op).flops(in); };
  if constexpr (ChoosesLayout<O>)
    info.channels_last = [](const void* op, const Inputs& in) {
      return as<O>(op).channels_last(in);
    };
  info.has_layout_rule = O::traits.pointwise || O::traits.keeps_layout || ChoosesLayout<O>;
  if constexpr (SaysWhyNoGradient<O>) info.no_gradient = O::no_gradient;
  if constexpr (Differentiable<O> && kHasAutograd) {
    info.saves = &O::saves;
    info.gradient = [](const void* op, const Backward& b) { return as<O>(op).gradient(b); };
  }
  info.reference = kernel_of<O, Reference>();
  if constexpr (kBuilt<Cpu>) add_backend<O, Cpu>(info, DeviceType::cpu);
  else add_backend<O, Reference>(info, DeviceType::cpu);  // a build of references only
  return info;
}

/// The row of a card, made at compile time.
template <Operator O>
inline constexpr OpInfo describe = make_info<O>();

}  // namespace limpid
