// Every kernel of every op against its reference: over the cases, in every dtype, over arrangements
// in memory, with hard values; and shapes on the meta device against real ones.

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "limpid/ops/bincount/bincount.h"
#include "limpid/ops/masked_select/masked_select.h"
#include "limpid/ops/nonzero/nonzero.h"
#include "tests/op_harness.h"

namespace limpid::ops_kernels_test {

using namespace testing;

namespace {

std::vector<Variation> variations(const Case& c) {
  std::vector<Variation> out{{}};
  for (Arrangement a : {Arrangement::transposed, Arrangement::strided, Arrangement::negative})
    out.push_back({.arrangement = a, .name = str("arrangement ", static_cast<int>(a))});
  bool has_f32 = false, has_map = false;
  for (const CaseInput& input : c.inputs) {
    has_f32 |= input.dtype == DType::f32 && input.defined;
    has_map |= input.shape.rank() == 4 && input.defined;
  }
  if (has_map)
    for (Maps maps : {Maps::channels_last, Maps::mixed})
      out.push_back({.maps = maps, .name = str("maps ", static_cast<int>(maps))});
  if (!has_f32) return out;
  for (DType d : kAllDTypes)
    if (d != DType::f32) out.push_back({.dtype = d, .name = to_string(d)});
  if (has_map)
    for (DType d : {DType::f64, DType::bf16, DType::i32})
      out.push_back({.dtype = d,
                     .maps = Maps::channels_last,
                     .hard_values = true,
                     .name = str("channels-last in ", d)});
  out.push_back({.hard_values = true, .name = "hard values"});
  out.push_back({.dtype = DType::f64, .hard_values = true, .name = "hard values in float64"});
  return out;
}

/// Views may refuse an arrangement, and ops a dtype; everything else must work.
bool may_refuse(const Variation& v, const Error& error, const OpEntry& entry) {
  if (v.dtype && dynamic_cast<const DTypeError*>(&error)) return true;
  return v.arrangement && entry.info && entry.info->layout &&
         dynamic_cast<const ShapeError*>(&error);
}

void check_against_reference(const OpEntry& entry, const Case& c, const Variation& v) {
  const std::vector<Tensor> inputs = make_inputs(entry, c, v);
  NoGrad guard;
  Tensors found;
  try {
    found = run(c, inputs);
  } catch (const ValueError&) {  // hard values may lie outside the domain, as the reference says
    CHECK(v.hard_values);
    if (entry.info) CHECK_THROWS_AS(run_reference(*c.op, inputs), ValueError);
    return;
  } catch (const Error& error) {
    CHECK_MESSAGE(may_refuse(v, error, entry), error.what());
    return;
  }
  if (!entry.info) return;  // a composite: its parts are checked, and itself against PyTorch
  const Tensors expected = run_reference(*c.op, inputs);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Tensor scale = term_sums(*entry.info, *c.op, inputs, expected[i], i);
    CHECK_MESSAGE(difference(found[i], expected[i], scale) == "",
                  difference(found[i], expected[i], scale));
  }
}

}  // namespace

TEST_CASE("every kernel computes what its reference says") {
  std::set<std::string> names;
  for (const OpEntry& entry : entries_under_test()) {
    CHECK_MESSAGE(names.insert(std::string(entry.doc.name)).second, "two ops named ",
                  entry.doc.name);
    const std::vector<Case> cases = entry.cases();
    std::set<std::string> case_names;
    for (const Case& c : cases) {
      CHECK_MESSAGE(case_names.insert(c.name).second, label(entry, c), ": the name is taken");
      if (!is_test(c)) continue;
      for (const Variation& v : variations(c)) {
        INFO(label(entry, c, v));
        CHECK_NOTHROW(check_against_reference(entry, c, v));
      }
    }
  }
}

TEST_CASE("pointwise ops take 0-d, empty and broadcast inputs") {
  const std::vector<Shape> shapes = {{}, {0}, {2, 0, 3}, {1}, {67}, {3, 1, 5}};
  for (const OpEntry& entry : entries_under_test()) {
    if (!entry.info || !entry.info->traits.pointwise) continue;
    for (Case c : entry.cases()) {
      if (!is_test(c)) continue;
      for (const Shape& shape : shapes) {
        for (CaseInput& input : c.inputs) {
          input.shape = shape;
          input.values.clear();
        }
        if (entry.info->traits.broadcasts && c.inputs.size() > 1) c.inputs[1].shape = {1};
        INFO(label(entry, c), " with shape ", to_string(shape));
        CHECK_NOTHROW(check_against_reference(entry, c, {}));
      }
      break;  // the shapes matter here, not the case
    }
  }
}

/// What the shape rule of an op with one output says of a case.
static Shape shape_rule(const OpEntry& entry, const Case& c) {
  std::vector<TensorImpl*> impls;
  const std::vector<Tensor> inputs = make_inputs(entry, c);
  for (const Tensor& t : inputs) impls.push_back(t.impl());
  return entry.info->infer(c.op->get(), Inputs(impls.data(), impls.size())).shape;
}

TEST_CASE("shapes and dtypes on meta are those of real tensors") {
  for (const OpEntry& entry : entries_under_test()) {
    for (const Case& c : entry.cases()) {
      if (!is_test(c)) continue;
      INFO(label(entry, c));
      NoGrad guard;
      if (entry.info && entry.info->traits.data_dependent) {
        CHECK_THROWS_AS(run(c, make_inputs(entry, c, {.device = kMeta})), DeviceError);
        CHECK(shape_rule(entry, c)[0] == -1);  // all it can know
        continue;
      }
      if (!entry.info) continue;
      const Tensors real = run(c, make_inputs(entry, c));
      Tensors meta;
      REQUIRE_NOTHROW(meta = run(c, make_inputs(entry, c, {.device = kMeta})));
      REQUIRE(real.size() == meta.size());
      for (std::size_t i = 0; i < real.size(); ++i) {
        CHECK(meta[i].device() == kMeta);
        CHECK(to_string(real[i].shape()) == to_string(meta[i].shape()));
        CHECK(name_of(real[i].dtype()) == name_of(meta[i].dtype()));
      }
    }
  }
}

namespace {

/// The shape that depends on elements, found by the plain count and by the kernel's.
template <class O>
void check_measure(const OpEntry& entry) {
  if (entry.doc.name != O::doc.name) return;
  for (const Case& c : entry.cases()) {
    if (!is_test(c)) continue;
    INFO(label(entry, c));
    const std::vector<Tensor> inputs = make_inputs(entry, c);
    std::vector<TensorImpl*> impls;
    for (const Tensor& t : inputs) impls.push_back(t.impl());
    const Shape shape = static_cast<const O*>(c.op->get())
                            ->measure(Reference{}, Inputs(impls.data(), impls.size()));
    NoGrad guard;
    CHECK(to_string(shape) == to_string(run(c, inputs)[0].shape()));
  }
}

}  // namespace

TEST_CASE("the plain count of elements finds the shape that the kernel's finds") {
  for (const OpEntry& entry : entries_under_test()) {
    check_measure<MaskedSelect>(entry);
    check_measure<Nonzero>(entry);
    check_measure<Bincount>(entry);
  }
}

TEST_CASE("an op that updates its first input may write where that lies, whatever the strides") {
  for (const OpEntry& entry : entries_under_test()) {
    if (!entry.info || !entry.info->traits.updates) continue;
    for (const Case& c : entry.cases()) {
      if (!is_test(c)) continue;
      for (const Variation& v : variations(c)) {
        INFO(label(entry, c, v));
        NoGrad guard;
        const std::vector<Tensor> inputs = make_inputs(entry, c, v);
        Tensor expected;
        try {
          expected = run_reference(*c.op, inputs)[0];
        } catch (const Error&) {
          continue;
        }
        const Tensor scale = term_sums(*entry.info, *c.op, inputs, expected, 0);
        std::vector<AnyView> views;
        for (const Tensor& t : inputs) views.push_back(t->as_view());
        entry.info->kernels[static_cast<std::size_t>(DeviceType::cpu)](
            c.op->get(), Io{views, std::span(views).first(1)});
        CHECK(difference(inputs[0], expected, scale) == "");
      }
    }
  }
}

TEST_CASE("a card says all that people need") {
  for (const OpEntry& entry : entries_under_test()) {
    INFO(entry.doc.name);
    const std::vector<Case> cases = entry.cases();
    std::size_t tests = 0, bad = 0, frozen = 0;
    for (const Case& c : cases) {
      tests += is_test(c);
      bad += !c.error.empty();
      frozen += !c.torch.empty();
      if (entry.info) CHECK_MESSAGE(c.op.has_value(), c.name, " names no op");
      else CHECK_MESSAGE(static_cast<bool>(c.call), c.name, " calls nothing");
    }
    CHECK(tests >= 2);
    CHECK_MESSAGE(frozen >= 1, "no case is compared with PyTorch");
    const bool can_fail = entry.info && !entry.info->layout && entry.info->input_count != 1;
    CHECK_MESSAGE((bad >= 1 || !can_fail || entry.info->traits.pointwise), "no case of bad input");
    CHECK(entry.doc.summary.ends_with('.'));
  }
}

TEST_CASE("bad input is refused with a message that helps, and the op goes on working") {
  for (const OpEntry& entry : entries_under_test()) {
    const std::vector<Case> cases = entry.cases();
    for (const Case& c : cases) {
      if (c.error.empty()) continue;
      INFO(label(entry, c));
      std::string message = "nothing was thrown";
      try {
        run(c, make_inputs(entry, c));
      } catch (const Error& error) {
        message = error.what();
      }
      CHECK_MESSAGE(message.find(c.error) != std::string::npos, "message: ", message);
      if (!entry.info) continue;
      CHECK_MESSAGE(message.find(entry.doc.name) != std::string::npos, message);
      CHECK_THROWS_AS(run_reference(*c.op, make_inputs(entry, c)), Error);
    }
    for (const Case& c : cases) {
      if (!is_test(c)) continue;
      INFO(label(entry, c));
      CHECK_NOTHROW(run(c, make_inputs(entry, c)));
      break;
    }
  }
}

}  // namespace limpid::ops_kernels_test
