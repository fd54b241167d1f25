// Modules: the tree of names, state, text, and errors that name the layer.

#include <doctest/doctest.h>

#include <sstream>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/nn/activation.h"
#include "limpid/nn/batch_norm.h"
#include "limpid/nn/conv.h"
#include "limpid/nn/dropout.h"
#include "limpid/nn/embedding.h"
#include "limpid/nn/flatten.h"
#include "limpid/nn/linear.h"
#include "limpid/nn/module_list.h"
#include "limpid/nn/padding.h"
#include "limpid/nn/pooling.h"
#include "limpid/nn/sequential.h"
#include "limpid/nn/summary.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/thrown.h"

namespace limpid::nn_test {

using testing::Call;
using testing::thrown;

namespace {

struct Block : nn::Module {
  nn::Linear& first = register_module("first", nn::Linear(4, 3));
  nn::BatchNorm1d& norm = register_module("norm", nn::BatchNorm1d(3));
  Tensor forward(const Tensor& x) override { return relu(norm(first(x))); }
};

struct Model : nn::Module {
  Tensor& scale = register_parameter("scale", ones({1}));
  Block& stem = register_module("stem", Block());
  nn::Linear& head = register_module("head", nn::Linear(3, 2, {.bias = false}));
  Tensor& steps = register_buffer("steps", zeros({}), /*persistent=*/false);
  Tensor forward(const Tensor& x) override { return head(stem(x)) * scale; }
};

template <class List>
std::string names_of(const List& list) {
  std::string out;
  for (const auto& entry : list) out += (out.empty() ? "" : " ") + entry.name;
  return out;
}

std::vector<double> all_values(const nn::Module& module) {
  std::vector<double> out;
  for (const NamedTensor& entry : module.state_dict())
    for (double v : entry.tensor.to_vector<double>()) out.push_back(v);
  return out;
}

}  // namespace

// ---- the tree

TEST_CASE("names come in a stable order, parents first") {
  Model model;
  CHECK(names_of(model.named_parameters()) ==
        "scale stem.first.weight stem.first.bias stem.norm.weight stem.norm.bias head.weight");
  CHECK(names_of(model.named_buffers()) ==
        "steps stem.norm.running_mean stem.norm.running_var stem.norm.num_batches_tracked");
  CHECK(names_of(model.named_modules()) == "stem stem.first stem.norm head");
  CHECK(names_of(model.state_dict()) ==
        "scale stem.first.weight stem.first.bias stem.norm.weight stem.norm.bias "
        "stem.norm.running_mean stem.norm.running_var stem.norm.num_batches_tracked head.weight");
  CHECK(model.parameters().size() == 6);
  for (const Tensor& p : model.parameters()) CHECK(p.requires_grad());
}

TEST_CASE("a shared module or parameter counts once, and is saved under each name") {
  auto tied = std::make_shared<nn::Linear>(3, 3);
  nn::Sequential model(tied, nn::ReLU(), tied);
  CHECK(names_of(model.named_parameters()) == "0.weight 0.bias");
  CHECK(names_of(model.named_modules()) == "0 1");
  CHECK(names_of(model.state_dict()) == "0.weight 0.bias 2.weight 2.bias");
  CHECK(model(ones({2, 3})).shape() == Shape{2, 3});

  nn::Linear a(3, 3), b(3, 3);
  b.weight = a.weight;  // ties one parameter
  nn::Sequential two(std::move(a), std::move(b));
  CHECK(names_of(two.named_parameters()) == "0.weight 0.bias 1.bias");
}

TEST_CASE("a module can be moved, and its references go along") {
  Model model;
  const Tensor x = ones({2, 4});
  model.eval();
  const std::vector<double> before = model(x).to_vector<double>();
  Model moved = std::move(model);
  CHECK(moved(x).to_vector<double>() == before);
  CHECK(moved.head.weight.is_same(moved.named_parameters().back().tensor));
}

TEST_CASE("train, eval, requires_grad_, zero_grad and apply reach the whole tree") {
  Model model;
  CHECK(model.stem.norm.is_training());
  model.eval();
  for (const nn::NamedModule& m : model.named_modules()) CHECK_FALSE(m.module->is_training());
  model.train();
  CHECK(model.stem.first.is_training());
  model(ones({2, 4}) + rand({2, 4})).sum().backward();
  CHECK(model.head.weight.grad().defined());
  model.zero_grad();
  CHECK_FALSE(model.head.weight.grad().defined());
  model.requires_grad_(false);
  for (const Tensor& p : model.parameters()) CHECK_FALSE(p.requires_grad());
  std::string order;
  model.apply([&](nn::Module& m) { order += m.type_name() + " "; });
  CHECK(order == "Linear BatchNorm1d Linear Block Model ");
}

TEST_CASE("evaluation is not no_grad: gradients are recorded all the same") {
  Model model;
  model.eval();
  CHECK(is_grad_enabled());
  const Tensor x = ones({2, 4}).requires_grad_();
  model(x).sum().backward();
  CHECK(model.head.weight.grad().defined());
  CHECK(x.grad().shape() == Shape{2, 4});
}

TEST_CASE("names of parts are checked") {
  struct Row {
    Call<void(nn::Module&)> call;
    std::string text;
  };
  const std::vector<Row> rows = {
      {[](nn::Module& m) { m.register_parameter("", ones({1})); }, "must not be empty"},
      {[](nn::Module& m) { m.register_buffer("a.b", ones({1})); },
       "'a.b' is no name for a part of a module: it must not contain a '.'"},
      {[](nn::Module& m) {
         m.register_parameter("p", ones({1})).defined(), m.register_buffer("p", ones({1}));
       },
       "the name 'p' is taken"},
      {[](nn::Module& m) { m.register_module("q", std::shared_ptr<nn::Linear>()); },
       "the module 'q' is null"},
      {[](nn::Module& m) { m.register_parameter("i", zeros({1}, {.dtype = DType::i64})); },
       "only floating tensors have gradients"},
  };
  for (const Row& row : rows) {
    nn::Sequential m;
    const std::string message = thrown<Error>([&] { row.call(m); });
    CHECK_MESSAGE(message.find(row.text) != std::string::npos, message);
  }
  auto outer = std::make_shared<nn::Sequential>(), inner = std::make_shared<nn::Sequential>();
  outer->append(inner);
  CHECK(thrown<Error>([&] { inner->append(outer); }).find("contains this one") !=
        std::string::npos);
}

TEST_CASE("buffers, counts, and modules by their path") {
  nn::Sequential model(nn::named("body", nn::Sequential(nn::Conv1d(2, 3, 3), nn::BatchNorm1d(3))),
                       nn::named("head", nn::Linear(3, 2)));
  CHECK(model.buffers().size() == 3);
  CHECK(model.parameter_count() == 2 * 3 * 3 + 3 + 6 + 8);
  CHECK(&model.get_submodule("") == &model);
  CHECK(model.get_submodule("body.1").type_name() == "BatchNorm1d");
  CHECK(nn::as_layer<nn::Conv1d>(model.get_submodule("body.0")).weight.shape() == Shape{3, 2, 3});
  model.get_submodule("body").requires_grad_(false);
  CHECK(model.parameter_count(/*only_trainable=*/true) == 8);
  CHECK_SAYS(IndexError,
             "get_submodule('boody.1'): Sequential has no module 'boody' (did you mean 'body'?)",
             model.get_submodule("boody.1"));
  CHECK_SAYS(IndexError, "BatchNorm1d has no module 'weight'",
             model.get_submodule("body.1.weight"));
  CHECK_SAYS(IndexError, "has no module ''", model.get_submodule("body."));
  model.half();
  CHECK(model.parameters()[0].dtype() == DType::f16);
  CHECK(model.buffers()[2].dtype() == DType::i64);
  model.bfloat16();
  CHECK(model.buffers()[0].dtype() == DType::bf16);
}

TEST_CASE("slots of parameters and buffers by their path") {
  nn::Sequential model(nn::Linear(2, 2, {.bias = false}), nn::BatchNorm1d(2));
  auto& linear = nn::as_layer<nn::Linear>(model[0]);
  CHECK(&model.get_parameter("0.weight") == &linear.weight);
  model.get_parameter("0.weight") = zeros({2, 2});
  CHECK(model(ones({3, 2})).to_vector<float>() == std::vector<float>(6, 0));
  model.get_parameter("0.bias") = ones({2});
  CHECK(linear(ones({1, 2})).to_vector<float>() == std::vector<float>(2, 1));
  CHECK(model.get_buffer("1.running_mean").is_same(model[1].own_buffers()[0].tensor));
  CHECK(nn::Linear(1, 1, {.bias = false}).own_parameters()[1].name == "bias");
  CHECK_FALSE(nn::Linear(1, 1, {.bias = false}).own_parameters()[1].tensor.defined());
  CHECK(model.own_parameters().empty());
  CHECK_SAYS(IndexError, "Linear has no parameter 'wieght' (did you mean 'weight'?)",
             model.get_parameter("0.wieght"));
  CHECK_SAYS(IndexError, "BatchNorm1d has no buffer 'weight'", model.get_buffer("1.weight"));
  model.set_training(false);
  CHECK_FALSE(model.is_training());
  CHECK(model[1].is_training());
}

// ---- sequential

TEST_CASE("Sequential: empty, indexed, named, appended") {
  nn::Sequential empty;
  const Tensor x = rand({2, 3});
  CHECK(empty(x).is_same(x));
  CHECK(empty.parameters().empty());
  CHECK(nn::to_string(empty) == "Sequential()");

  nn::Sequential model(nn::named("hidden", nn::Linear(3, 4)), nn::ReLU());
  model.append(nn::Linear(4, 2)).append(nn::named("last", nn::Softmax(-1)));
  CHECK(model.size() == 4);
  CHECK(names_of(model.named_parameters()) == "hidden.weight hidden.bias 2.weight 2.bias");
  CHECK(model[0].type_name() == "Linear");
  CHECK(model[-1].type_name() == "Softmax");
  CHECK(thrown<Error>([&] { model[4]; }) == "Sequential: index 4 is out of range for 4 modules");
  CHECK(thrown<Error>([&] { model[-5]; }) == "Sequential: index -5 is out of range for 4 modules");
  CHECK(model(x).shape() == Shape{2, 2});
}

// ---- errors name the layer

TEST_CASE("errors of ops and layers name the layer's path") {
  nn::Sequential net;
  net.append(nn::named("backbone", nn::Sequential(nn::named("stem", nn::Linear(4, 3)))));
  net.append(nn::named("norm", nn::BatchNorm1d(3)));
  net.append(nn::named("drop", nn::Dropout(0.5)));
  struct Row {
    Call<void()> call;
    std::string text;
  };
  const std::vector<Row> rows = {
      {[&] {
         net(ones({2, 5}));
       },
       "layer backbone.stem]"},
      {[&] {
         net(ones({1, 4}));
       },
       "layer norm]"},
      {[&] {
         net(ones({1, 4}));
       },
       "batch_norm: expected more than 1 value per channel when training"},
      {[&] {
         net[1](ones({2, 3, 4, 5}));
       },
       "BatchNorm1d: needs a tensor (N, C) or (N, C, L), got shape (2, 3, 4, 5) [layer norm]"},
      {[&] { net[2](zeros({3}, {.dtype = DType::i64})); }, "layer drop]"},
      {[&] {
         nn::BatchNorm2d(3)(ones({2, 3}));
       },
       "BatchNorm2d: needs a tensor (N, C, H, W), got shape (2, 3)"},
      {[&] { nn::Linear(-1, 2); }, "Linear: in_features must be at least 0, got -1"},
      {[&] { nn::Dropout(1.5); }, "Dropout: p is a probability and must lie in [0, 1], got 1.5"},
      {[&] { nn::Conv2d(3, 4, 3, {.groups = 2}); },
       "Conv2d: groups 2 must divide in_channels 3 and out_channels 4"},
      {[&] { nn::Conv2d(3, 4, 0); }, "Conv2d: kernel_size must be at least 1, got 0"},
      {[&] { nn::Module()(ones({1})); }, "Module: forward of 1 tensor is not defined"},
      {[&] { nn::ReLU()(ones({1}), ones({1})); }, "ReLU: forward of 2 tensors is not defined"},
  };
  for (const Row& row : rows) {
    const std::string message = thrown<Error>(row.call);
    CHECK_MESSAGE(message.find(row.text) != std::string::npos, message);
  }
  CHECK(net(ones({2, 4}) + rand({2, 4})).shape() == Shape{2, 3});  // and it goes on working
}

// ---- state

TEST_CASE("a state goes into another model and makes it the same") {
  Model a, b;
  a(rand({8, 4}));  // moves the running statistics
  CHECK(all_values(a) != all_values(b));
  b.load_state_dict(a.state_dict());
  CHECK(all_values(a) == all_values(b));
  a.eval();
  b.eval();
  const Tensor x = rand({3, 4});
  CHECK(a(x).to_vector<double>() == b(x).to_vector<double>());
  CHECK_FALSE(a.head.weight.shares_storage(b.head.weight));
  b.load_state_dict(b.state_dict());  // from itself
  CHECK(all_values(a) == all_values(b));
}

TEST_CASE("a state that does not fit is refused whole, with everything that is wrong") {
  Model model;
  const std::vector<double> before = all_values(model);
  StateDict state = Model().state_dict();
  state[1].tensor = zeros({4, 4});                  // stem.first.weight
  state[2].tensor = zeros({3}, {.device = kMeta});  // stem.first.bias
  state.back().name = "head.wieght";
  state.push_back({"scale", ones({1})});
  const std::string message = thrown<Error>([&] { model.load_state_dict(state); });
  for (const char* text : {"load_state_dict: the state does not fit Model, nothing was loaded:",
                           "\n  'scale' is named twice", "\n  missing: head.weight",
                           "\n  unexpected: 'head.wieght' (did you mean 'head.weight'?)",
                           "\n  stem.first.weight has shape (4, 4), the module needs (3, 4)",
                           "\n  stem.first.bias is on meta and has no elements"})
    CHECK_MESSAGE(message.find(text) != std::string::npos, message);
  CHECK(all_values(model) == before);
}

TEST_CASE("without strict, names may be missing or unexpected, but shapes must fit") {
  nn::Linear layer(2, 2);
  StateDict state = {{"weight", ones({2, 2})}, {"extra", ones({1})}};
  const nn::LoadResult result = layer.load_state_dict(state, /*strict=*/false);
  CHECK(result.missing == std::vector<std::string>{"bias"});
  CHECK(result.unexpected == std::vector<std::string>{"extra"});
  CHECK(layer.weight.to_vector<double>() == std::vector<double>(4, 1.0));
  state[0].tensor = ones({3, 2});
  CHECK(thrown<Error>([&] {
          layer.load_state_dict(state, false);
        }).find("weight has shape (3, 2)") != std::string::npos);
}

TEST_CASE("values are converted on load, but never from float to integer") {
  nn::BatchNorm1d layer(2);
  StateDict state = layer.state_dict();
  state[0].tensor = full({2}, 0.5, {.dtype = DType::f64});
  layer.load_state_dict(state);
  CHECK(layer.weight.dtype() == DType::f32);
  CHECK(layer.weight[0].item() == 0.5);
  state.back().tensor = full({}, 1.5);  // num_batches_tracked
  CHECK(thrown<Error>([&] {
          layer.load_state_dict(state);
        }).find("num_batches_tracked is float32, the module needs int64") != std::string::npos);
}

TEST_CASE("to() converts floats and keeps the tensors the same objects") {
  Model model;
  const Tensor weight = model.head.weight;
  model.head.weight.set_grad(ones({2, 3}));
  model.to(DType::f64);
  CHECK(model.head.weight.is_same(weight));
  CHECK(weight.dtype() == DType::f64);
  CHECK(weight.grad().dtype() == DType::f64);
  CHECK(weight.requires_grad());
  CHECK(model.stem.norm.running_mean.dtype() == DType::f64);
  CHECK(model.stem.norm.num_batches_tracked.dtype() == DType::i64);
  model(rand({4, 4}, {.dtype = DType::f64})).sum().backward();
  model.to(kMeta);
  CHECK(model(empty({4, 4}, {.dtype = DType::f64, .device = kMeta})).shape() == Shape{4, 2});
  CHECK_THROWS_AS(model.to(kCpu), DeviceError);
  CHECK_THROWS_AS(model.to(DType::i64), DTypeError);
}

// ---- text

TEST_CASE("modules print as in PyTorch") {
  nn::Sequential model(nn::Conv2d(1, 8, 3, {.padding = 1}), nn::BatchNorm2d(8), nn::ReLU(),
                       nn::Sequential(nn::named("drop", nn::Dropout(1)), nn::Flatten()),
                       nn::Linear(8, 2, {.bias = false}), nn::Identity(), nn::Softmax(1));
  CHECK(nn::to_string(model) == R"(Sequential(
  (0): Conv2d(1, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
  (1): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
  (2): ReLU()
  (3): Sequential(
    (drop): Dropout(p=1.0, inplace=False)
    (1): Flatten(start_dim=1, end_dim=-1)
  )
  (4): Linear(in_features=8, out_features=2, bias=False)
  (5): Identity()
  (6): Softmax(dim=1)
))");
  std::ostringstream out;
  out << Model();
  CHECK(out.str().starts_with("Model(\n  (stem): Block(\n    (first): Linear(in_features=4,"));
}

TEST_CASE("the summary lists layers, shapes and parameters, and changes nothing") {
  Model model;
  model.stem.norm.eval();
  const std::vector<double> before = all_values(model);
  const auto rows = nn::summary_rows(model, {5, 4});
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].path == "stem.first");
  CHECK(rows[0].parameters == 15);
  CHECK(rows[0].output_shape == Shape{5, 3});
  CHECK(rows[4].path == "");
  CHECK(rows[4].type == "Model");
  CHECK(rows[4].output_shape == Shape{5, 2});
  CHECK(rows[4].parameters == 1);
  CHECK(all_values(model) == before);
  CHECK(model.is_training());
  CHECK_FALSE(model.stem.norm.is_training());
  const std::string text = nn::summary(model, {5, 4});
  CHECK_MESSAGE(text.find("stem.first (Linear)      (5, 3)          15\n") != std::string::npos,
                text);
  CHECK_MESSAGE(text.find("28 parameters (28 trainable), 112 bytes\n") != std::string::npos, text);
  CHECK_THROWS_AS(nn::summary(model, {5, 7}), ShapeError);
  CHECK(model.is_training());  // restored after an error, and the hooks are gone
  CHECK(model(rand({5, 4})).shape() == Shape{5, 2});

  nn::Sequential meta(nn::Linear(1000, 1000, {.device = kMeta}));
  CHECK(nn::summary_rows(meta, {7, 1000})[0].output_shape == Shape{7, 1000});
}

TEST_CASE("the summary shows the new layers, and takes ids") {
  nn::Sequential text(nn::Embedding(9, 4), nn::GELU(), nn::Unflatten(-1, {2, 2}));
  const std::string table = nn::summary(text, {3, 5}, DType::i64);
  for (const char* line : {"0 (Embedding)  (3, 5, 4)             36", "1 (GELU)       (3, 5, 4)",
                           "2 (Unflatten)  (3, 5, 2, 2)"})
    CHECK_MESSAGE(table.find(line) != std::string::npos, table);
  nn::Sequential images(nn::Conv2d(3, 4, 3), nn::LeakyReLU(), nn::AdaptiveAvgPool2d(1),
                        nn::ReflectionPad2d(0));
  const auto rows = nn::summary_rows(images, {1, 3, 8, 8});
  REQUIRE(rows.size() == 5);
  CHECK(rows[1].type == "LeakyReLU");
  CHECK(rows[2].type == "AdaptiveAvgPool2d");
  CHECK(rows[2].output_shape == Shape{1, 4, 1, 1});
}

}  // namespace limpid::nn_test
