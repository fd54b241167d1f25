// Channels-last maps that the engine chose: they stay so from op to op, and nobody need know.

// covers: creation, batch_norm, max_pool2d, avg_pool2d, adaptive_pool, pooling, copy, view, cat,
// dropout, apply, op_node, tensor
#include "limpid/tensor/layout.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "limpid/autograd/engine.h"
#include "limpid/core/error.h"
#include "limpid/nn/nn.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"
#include "tests/thrown.h"

namespace limpid::layout_test {

using namespace testing;

namespace {

/// Numbers 0, 1, 2, ... in row-major order, in a map whose layout the engine chose.
Tensor chosen(const Shape& shape) {
  const Tensor rows = arange(numel(shape), {.dtype = DType::f32}).reshape(shape);
  const Tensor lying = rows.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
  return lying + 0;  // follows the strides of its input
}

bool lies_channels_last(const Tensor& t) { return is_channels_last(*t.impl()); }

std::vector<float> numbers(const Tensor& t) { return t.to_vector<float>(); }

struct Block : nn::Module {
  nn::Conv2d &conv1, &conv2;
  nn::BatchNorm2d &norm1, &norm2;
  nn::Conv2d* shortcut = nullptr;

  Block(std::int64_t in, std::int64_t out, std::int64_t stride)
      : conv1(register_module("conv1", nn::Conv2d(in, out, 3, {.stride = stride, .padding = 1}))),
        conv2(register_module("conv2", nn::Conv2d(out, out, 3, {.padding = 1}))),
        norm1(register_module("norm1", nn::BatchNorm2d(out))),
        norm2(register_module("norm2", nn::BatchNorm2d(out))) {
    if (stride != 1)
      shortcut = &register_module("shortcut", nn::Conv2d(in, out, 1, {.stride = stride}));
  }
  Tensor forward(const Tensor& x) override {
    const Tensor y = norm2(conv2(relu(norm1(conv1(x)))));
    return relu(y + (shortcut ? (*shortcut)(x) : x));
  }
};

struct Network : nn::Module {
  nn::Conv2d& stem;
  Block &first, &second;
  nn::Linear& head;

  Network()
      : stem(register_module("stem", nn::Conv2d(3, 32, 3, {.padding = 1}))),
        first(register_module("first", Block(32, 32, 1))),
        second(register_module("second", Block(32, 64, 2))),
        head(register_module("head", nn::Linear(64, 10))) {}
  Tensor forward(const Tensor& x) override {
    const Tensor maps = second(first(max_pool2d(relu(stem(x)), 2)));
    return head(adaptive_avg_pool2d(maps, 1).flatten(1));
  }
};

}  // namespace

TEST_CASE("layout: a convolution gives a channels-last map that tells the truth") {
  manual_seed(1);
  const Tensor y = conv2d(randn({2, 8, 16, 16}), randn({32, 8, 3, 3}), {}, {.padding = 1});
  CHECK(lies_channels_last(y));
  CHECK_FALSE(y.is_contiguous());
  CHECK(y.strides() == Strides{16 * 16 * 32, 1, 16 * 32, 32});
  CHECK(y->chosen);
}

TEST_CASE("layout: ops keep it, also beside maps in the other order and broadcast ones") {
  const Tensor x = chosen({2, 3, 4, 5}),
               rows = arange(120, {.dtype = DType::f32}).reshape(x.shape());
  for (const Tensor& y :
       {relu(x), x * 2, x + rows, rows + x, x + x, x.clone(), x.to(DType::f64), x * ones({3, 1, 1}),
        max_pool2d(x, 2), avg_pool2d(x, 2), adaptive_avg_pool2d(x, 3), dropout(x, 0.5),
        cat({x, x}, 1), pad(x, {1, 2, 0, 1}), pad(x, {1, 1}, "reflect"),
        interpolate(x, {.scale_factor = {2}}),
        interpolate(x, {.scale_factor = {1.5}, .mode = "bilinear"}), x < rows,
        batch_norm(x, {}, {}, {}, {}, true)})
    CHECK_MESSAGE(lies_channels_last(y), y.strides());
  for (const Tensor& y : {x.contiguous(), x.sum({0}, true), x.permute({0, 1, 3, 2}) + 0,
                          ones({2, 3, 4, 5}) * ones({2, 3, 4, 5})})
    CHECK_MESSAGE(!lies_channels_last(y), y.strides());
  CHECK(numbers(x + rows) == numbers(rows * 2));
  CHECK(numbers(cat({x, x}, 1)) == numbers(cat({rows, rows}, 1)));
  CHECK(numbers(x.clone()) == numbers(rows));
}

TEST_CASE("layout: view lays the tensor's own memory row-major and shares it") {
  const Tensor x = chosen({2, 3, 4, 5});
  CHECK_FALSE(x.is_contiguous());
  const Tensor flat = x.view({2, -1});
  CHECK(x.is_contiguous());
  CHECK(x.shares_storage(flat));
  CHECK(x->data == flat->data);
  CHECK(numbers(flat) == numbers(arange(120, {.dtype = DType::f32})));
  Tensor part = flat[1];
  part.fill_(-1);
  CHECK(x[1].sum().item() == -60);
  CHECK(x[0].sum().item() == 59 * 60 / 2);

  const Tensor y = chosen({2, 3, 4, 5});
  CHECK(y.view({2, 3, 20}).shares_storage(y));
  CHECK(y.flatten(1).shares_storage(y));
  CHECK(y.is_contiguous());
}

TEST_CASE("layout: the version goes along, and in-place changes are noticed as ever") {
  Tensor x = chosen({2, 3, 4, 5});
  x.add_(Tensor(Scalar(1.0)));
  const std::uint32_t version = x.version();
  const Tensor flat = x.view({-1});
  CHECK(x.version() == version);
  CHECK(flat.version() == version);
  Tensor(flat).mul_(Tensor(Scalar(2.0)));
  CHECK(x.version() == version + 1);
  CHECK(x.sum().item() == 2 * (119 * 120 / 2 + 120));
}

TEST_CASE("layout: views and detached tensors move along, whenever they were made") {
  const Tensor x = chosen({2, 3, 4, 5});
  const Tensor image = x[1], channel = x.select(1, 2), same = x.detach(),
               turned = x.permute({3, 2, 1, 0}), part = x.narrow(2, 1, 2).narrow(1, 1, 2),
               pixels = x.view({2, 3, 20}), wide = x.narrow(1, 0, 1).expand({2, 7, 4, 5}),
               second = x.narrow(0, 1, 1), number = x[1].select(1, 2).select(1, 3)[2];
  Tensor many = x;  // axes: as many as a shape holds without memory of its own
  while (many.dim() < 8) many = many.unsqueeze(0);
  std::vector<std::vector<float>> before;
  const Tensor all[] = {image, channel, same, turned, part, pixels, wide, second, number, many};
  for (const Tensor& t : all) before.push_back(numbers(t));
  const Tensor flat = same.view({2, -1});  // asked for by one of them
  for (std::size_t i = 0; i < std::size(all); ++i) {
    CHECK(numbers(all[i]) == before[i]);
    CHECK(all[i].shares_storage(x));
  }
  CHECK(x.is_contiguous());
  CHECK(turned.strides() == Strides{1, 5, 20, 60});
  Tensor(flat).fill_(7);
  for (const Tensor& t : all) CHECK(t.sum().item() == 7 * t.numel());
  CHECK(image.view({60}).shares_storage(x));
}

TEST_CASE("layout: what is gone no longer moves along") {
  const Tensor x = chosen({2, 3, 4, 5});
  for (int i = 0; i < 8; ++i) CHECK(x.detach()->chosen);
  std::vector<Tensor> others;  // some of them where those were
  for (int i = 0; i < 64; ++i) others.push_back(full({2}, i));
  CHECK(x.view({120}).shares_storage(x));
  for (int i = 0; i < 64; ++i) CHECK(numbers(others[i] * 1) == std::vector<float>(2, i));
}

TEST_CASE("layout: axes of size one lie in both orders") {
  for (const Shape& shape : {Shape{1, 3, 4, 5}, Shape{2, 3, 1, 5}, Shape{2, 3, 4, 1}})
    CHECK_MESSAGE(lies_channels_last(relu(chosen(shape))), shape);
  for (const Shape& shape : {Shape{2, 1, 4, 5}, Shape{2, 3, 1, 1}, Shape{0, 3, 4, 5}})
    CHECK_MESSAGE(!lies_channels_last(relu(chosen(shape))), shape);
}

TEST_CASE("layout: only the order of all axes makes a map channels-last") {
  CHECK_FALSE(lies_channels_last(zeros({2, 4, 3, 5}).permute({0, 2, 1, 3})));
  const Tensor upper = zeros({1, 8, 5, 3}).narrow(1, 0, 4).permute({0, 3, 1, 2});
  CHECK(lies_channels_last(upper));  // there is no second image to lie elsewhere
}

TEST_CASE("layout: where maps of both orders meet, one is laid anew, and counted") {
  const Tensor x = chosen({2, 3, 4, 5}), rows = x.clone().contiguous();
  const auto copies = [](auto compute) {
    const std::int64_t before = layout_copies();
    compute();
    return layout_copies() - before;
  };
  CHECK(copies([&] { x + rows; }) == 1);
  CHECK(copies([&] { x + x; }) == 0);
  CHECK(copies([&] { rows + rows; }) == 0);
  CHECK(copies([&] { x + ones({3, 1, 1}); }) == 0);
  CHECK(copies([&] { rows + rows.permute({0, 1, 3, 2}).contiguous().permute({0, 1, 3, 2}); }) == 0);
}

TEST_CASE("layout: a view of an image asks for all") {
  const Tensor x = chosen({2, 3, 4, 5});
  const Tensor flat = x[1].view({-1});
  CHECK(x.is_contiguous());
  CHECK(flat.shares_storage(x));
  CHECK(flat[0].item() == 60);
}

TEST_CASE("layout: what is a copy and what is shared is as of row-major memory") {
  const auto changes = [](auto&& make) {  // whether writing to what is made of a map changes it
    const Tensor x = chosen({2, 3, 4, 5});
    Tensor made = make(x);
    made.fill_(-1);
    return x.min().item() < 0;
  };
  CHECK_FALSE(changes([](const Tensor& x) { return x.permute({0, 2, 3, 1}).contiguous(); }));
  CHECK_FALSE(changes([](const Tensor& x) { return x.permute({0, 2, 3, 1}).reshape({-1, 3}); }));
  CHECK_FALSE(changes([](const Tensor& x) { return x.flatten(2).transpose(1, 2).contiguous(); }));
  CHECK(changes([](const Tensor& x) { return x.contiguous(); }));
  CHECK(changes([](const Tensor& x) { return x.detach().contiguous(); }));
  CHECK(changes([](const Tensor& x) { return x[1].contiguous(); }));
  CHECK(changes([](const Tensor& x) { return x.reshape({2, -1}); }));
  CHECK(changes([](const Tensor& x) { return x.detach().narrow(0, 1, 1).flatten(1); }));
  CHECK_THROWS_AS(chosen({2, 3, 4, 5}).permute({0, 2, 3, 1}).view({-1, 3}), ShapeError);
}

TEST_CASE("layout: a part of a map that is kept alone keeps its elements") {
  Tensor part;
  {
    const Tensor x = chosen({3, 3, 4, 5});
    part = x.detach().narrow(0, 1, 1);
  }
  CHECK(numbers(part.flatten(1))[0] == 60);
  CHECK(part.data<float>()[59] == 119);
}

TEST_CASE("layout: strides that the user made are an error, as in PyTorch") {
  const Tensor x = zeros({2, 4, 5, 3}).permute({0, 3, 1, 2});
  CHECK_THROWS_AS(x.view({2, -1}), ShapeError);
  CHECK(lies_channels_last(x));
}

TEST_CASE("layout: what the user laid out stays, and only clone() keeps it") {
  const Tensor x = arange(120).reshape({2, 4, 5, 3}).permute({0, 3, 1, 2});
  const Tensor rows = x.contiguous();
  CHECK(rows.is_contiguous());
  CHECK(lies_channels_last(x));
  CHECK_FALSE(rows.shares_storage(x));
  CHECK(equal(rows, x));
  CHECK(lies_channels_last(x.clone()));
  CHECK(rows.clone().is_contiguous());
}

TEST_CASE("layout: what is made like a map lies as its user laid it") {
  const Tensor x = zeros({2, 4, 5, 3}).permute({0, 3, 1, 2});
  for (const Tensor& y : {empty_like(x), zeros_like(x), ones_like(x), full_like(x, 2)}) {
    CHECK(y.strides() == Strides{60, 1, 15, 3});
    CHECK_THROWS_AS(y.view({2, -1}), ShapeError);  // as of x
  }
  CHECK(ones_like(x).sum().item() == 120);
  CHECK(ones_like(x.narrow(1, 0, 2)).strides() == Strides{40, 1, 10, 2});
  CHECK(ones_like(x.contiguous()).is_contiguous());
  CHECK(ones_like(chosen({2, 3, 4, 5})).is_contiguous());  // nobody asked for its order
}

TEST_CASE("layout: random numbers lie as the user laid their map") {
  manual_seed(3);
  const Tensor map = arange(120, {.dtype = DType::f32}).reshape({2, 4, 5, 3}) - 60.5F;
  const Tensor x = map.permute({0, 3, 1, 2});
  const Strides laid{60, 1, 15, 3};
  const Tensor y = rrelu(x, 0.25, 0.5, true);
  CHECK(y.shape() == x.shape());
  CHECK(y.strides() == laid);
  const std::vector<float> in = numbers(x), out = numbers(y);
  std::set<float> slopes;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (in[i] >= 0) CHECK(out[i] == in[i]);
    else slopes.insert(out[i] / in[i]);
  CHECK(slopes.size() > 50);
  CHECK((*slopes.begin() >= 0.2499F && *slopes.rbegin() <= 0.5001F));

  for (const bool uniform : {true, false}) {
    const Tensor filled = full_like(x, 99);
    if (uniform) nn::init::uniform_(filled, -2, 3);
    else nn::init::normal_(filled, 0.5, 0.5);
    CHECK(filled.shape() == x.shape());
    CHECK(filled.strides() == laid);
    const std::vector<float> drawn = numbers(filled);
    const auto [least, most] = std::minmax_element(drawn.begin(), drawn.end());
    CHECK((*least >= -2 && *least < -0.2F && *most > 1.2F && *most < 3));
    CHECK(std::set<float>(drawn.begin(), drawn.end()).size() > 115);
  }
}

TEST_CASE("layout: a map is copied into many") {
  const Tensor maps = arange(120).reshape({2, 4, 5, 3}).permute({0, 3, 1, 2});
  const Tensor y = zeros({2, 3, 4, 5}, {.dtype = maps.dtype()}).copy_(maps.narrow(0, 0, 1));
  for (int i = 0; i < 2; ++i) CHECK(equal(y[i], maps[0]));
}

TEST_CASE("layout: a transposed matrix is copied into many") {
  const Tensor all = arange(3 * 10 * 9).reshape({3, 10, 9}), one = all.narrow(0, 0, 1);
  const Tensor y = zeros({3, 9, 10}, {.dtype = all.dtype()}).copy_(one.transpose(1, 2));
  for (int i = 0; i < 3; ++i) CHECK(equal(y[i], all[0].t()));
}

TEST_CASE("layout: memory that is handed out is row-major, and stays where it is") {
  const Tensor x = chosen({2, 3, 4, 5});
  const float* first = x.data<float>();
  for (int i = 0; i < 120; ++i) CHECK(first[i] == static_cast<float>(i));
  CHECK(x.view({-1}).data<float>() == first);
}

TEST_CASE("layout: what the record saved stays as it was") {
  Tensor x = arange(120, {.dtype = DType::f32}).reshape({2, 3, 4, 5}).requires_grad_();
  const Tensor map = x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2}) * 2;
  const Tensor squared = map * map;  // saves map
  CHECK(lies_channels_last(squared));
  Tensor flat = map.view({2, -1});
  (squared.sum() + flat.sum()).backward();
  std::vector<float> expected;
  for (int i = 0; i < 120; ++i) expected.push_back(static_cast<float>(8 * i + 2));
  CHECK(numbers(x.grad()) == expected);
}

TEST_CASE("layout: in-place changes through a view reach the history of the map") {
  Tensor x = ones({2, 3, 4, 5}).requires_grad_();
  const Tensor map = x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2}) * 2;
  Tensor row = map.view({2, -1})[0];
  row.mul_(Tensor(Scalar(5.0)));
  map.sum().backward();
  CHECK(x.grad()[0].sum().item() == 600);
  CHECK(x.grad()[1].sum().item() == 120);
}

TEST_CASE("layout: views come and go in several threads") {
  const Tensor x = chosen({8, 16, 6, 6});
  const double total = x.sum().item();
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int k = 0; k < 200; ++k) {
        const Tensor view = x[(t + k) % 8], copy = view.detach();
        if (view.sum().item() != copy.sum().item()) ++wrong;
      }
    });
  for (std::thread& t : threads) t.join();
  CHECK(wrong == 0);
  CHECK(x.flatten().sum().item() == total);
  CHECK(x.is_contiguous());
}

TEST_CASE("layout: a tensor may take the memory of another") {
  const Tensor x = chosen({2, 3, 4, 5}), y = zeros({2});
  y->set_memory(*x.impl());
  CHECK(y.view({-1}).shares_storage(x));
  CHECK(x.is_contiguous());
  CHECK(numbers(y) == numbers(x));
  x->set_memory(*zeros({4}).impl());
  CHECK(y.dim() == 4);
}

TEST_CASE("layout: a step of a residual network lays no map anew but at its edges") {
  manual_seed(3);
  Network model, wide;
  wide.load_state_dict(model.state_dict());
  wide.to(DType::f64);
  const Tensor images = randn({8, 3, 32, 32}), labels = randint(0, 10, {8});
  const std::int64_t before = layout_copies();
  const Tensor loss = cross_entropy(model(images), labels);
  loss.backward();
  const std::int64_t copies = layout_copies() - before;
  CHECK(copies == 2);  // the images, for the output and for the gradient of the weight
  // float64 runs in row-major order: the same numbers come of it.
  const Tensor exact = cross_entropy(wide(images.to(DType::f64)), labels);
  exact.backward();
  CHECK(loss.item() == doctest::Approx(exact.item()).epsilon(1e-4));
  const auto expected = wide.named_parameters();
  std::size_t i = 0;
  for (const NamedTensor& entry : model.named_parameters()) {
    const Tensor exact_gradient = expected[i++].tensor.grad();
    const double largest = exact_gradient.abs().max().item();
    const double off = (entry.tensor.grad().to(DType::f64) - exact_gradient).abs().max().item();
    CHECK_MESSAGE(off <= 2e-3 * largest + 1e-6, entry.name, ": ", off, " of ", largest);
  }
}

TEST_CASE("layout: batch_norm of channels-last maps is right where the first rows mislead") {
  // Far from 0, and the rows that are looked at first lie elsewhere than the others.
  for (double offset : {0.0, 1e3, -3e5}) {
    Tensor x = randn({4, 5, 40, 40}) + offset;
    x.narrow(2, 0, 1).fill_(-1e4);
    x.select(1, 3).fill_(0.1);  // a constant channel
    const Tensor lying = x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
    const AnyOp op = any(BatchNorm{.training = true});
    const Tensor none, inputs[] = {lying, none, none, none, none};
    const Tensors found = apply(op, inputs), expected = run_reference(op, inputs);
    CHECK(lies_channels_last(found[0]));
    for (std::size_t i = 0; i < 3; ++i) {
      const Tensor scale = term_sums(op.info(), op, inputs, expected[i], i);
      CHECK_MESSAGE(difference(found[i], expected[i], scale) == "",
                    difference(found[i], expected[i], scale));
    }
  }
}

TEST_CASE("layout: poolings of channels-last maps give what they give of row-major ones") {
  for (std::int64_t channels : {2, 5, 16, 37, 64}) {
    const Tensor rows = randn({2, channels, 13, 11});
    const Tensor lying = rows.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
    const auto both = [&](auto&& f) {
      Tensor a = rows.clone().requires_grad_(), b = lying.clone().requires_grad_();
      const Tensor y = f(a), z = f(b);
      CHECK((z.shape()[2] * z.shape()[3] == 1 || lies_channels_last(z)));
      (y * y).sum().backward();
      (z * z).sum().backward();
      CHECK(difference(z, y, ones_like(y) * 3) == "");
      CHECK(difference(b.grad(), a.grad(), ones_like(a) * 30) == "");
      CHECK(lies_channels_last(b.grad()));
    };
    both([](const Tensor& x) { return max_pool2d(x, 3, {.stride = 2, .padding = 1}); });
    both([](const Tensor& x) { return max_pool2d(x, {2, 3}, {.dilation = 2}); });
    both([](const Tensor& x) { return avg_pool2d(x, 3, {.stride = 2, .padding = 1}); });
    both([](const Tensor& x) { return avg_pool2d(x, 2, {.ceil_mode = true}); });
    both([](const Tensor& x) { return adaptive_avg_pool2d(x, 1); });
    both([](const Tensor& x) { return adaptive_avg_pool2d(x, {4, 7}); });
  }
  const auto [values, places] = max_pool2d_with_indices(chosen({1, 2, 4, 4}), 2);
  CHECK(lies_channels_last(places));
  CHECK(places.to_vector<std::int64_t>() == std::vector<std::int64_t>{5, 7, 13, 15, 5, 7, 13, 15});
}

namespace {

/// f of a map and its gradient are the same numbers in either order, and lie as the map does.
template <class F>
void check_either_order(const Tensor& rows, const F& f, double terms) {
  const Tensor lying = rows.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
  Tensor a = rows.clone().requires_grad_(), b = lying.clone().requires_grad_();
  const Tensor y = f(a), z = f(b);
  if (z.size(2) * z.size(3) > 1) CHECK(lies_channels_last(z));
  const Tensor slopes = randn(y.shape()).to(y.dtype());
  (y * slopes).sum().backward();
  (z * slopes).sum().backward();
  CHECK(difference(z, y, ones_like(y) * terms) == "");
  CHECK(difference(b.grad(), a.grad(), ones_like(a) * terms) == "");
  CHECK(lies_channels_last(b.grad()));
}

}  // namespace

TEST_CASE("layout: poolings take row-major gradients of channels-last maps") {
  const Tensor rows = randn({2, 3, 4, 6});
  for (const AdaptiveSize& size : {AdaptiveSize(1, 3), AdaptiveSize(2, 2)})
    check_either_order(
        rows, [&](const Tensor& x) { return adaptive_avg_pool2d(x, size); }, 30);
}

TEST_CASE("layout: dropout drops the same elements of maps in either order") {
  for (const Shape& shape : {Shape{5, 12, 6, 7}, Shape{4, 3, 5, 5}, Shape{1, 20, 9, 9}}) {
    const Tensor rows = randn(shape);
    const Tensor lying = rows.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
    manual_seed(4);
    const Tensor a = dropout(rows, 0.4);
    manual_seed(4);
    const Tensor b = dropout(lying, 0.4);
    CHECK(lies_channels_last(b));
    CHECK(equal(a, b));
  }
  const Tensor part = randn({6, 14}).narrow(1, 3, 7);
  manual_seed(4);
  const Tensor a = dropout(part, 0.5);
  manual_seed(4);
  CHECK(equal(a, dropout(part.contiguous(), 0.5)));
}

TEST_CASE("layout: batch_norm of channels-last maps of 16-bit floats") {
  for (const DType dtype : {DType::f16, DType::bf16})
    for (const std::int64_t channels : {3, 20, 5000}) {
      INFO(channels << " channels of " << dtype);
      const Shape shape = channels > 1000 ? Shape{2, channels, 2, 3} : Shape{3, channels, 11, 9};
      const Tensor x = (randn(shape) * 2 + 1).to(dtype);
      const Tensor lying = x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
      const AnyOp op = any(BatchNorm{.training = true});
      const Tensor none, weight = randn({channels}), bias = randn({channels});
      const Tensor inputs[] = {lying, weight, bias, none, none};
      const Tensors found = apply(op, inputs), expected = run_reference(op, inputs);
      CHECK(lies_channels_last(found[0]));
      for (std::size_t i = 0; i < 3; ++i)
        CHECK(difference(found[i], expected[i], term_sums(op.info(), op, inputs, expected[i], i)) ==
              "");
      check_either_order(
          x, [&](const Tensor& t) { return batch_norm(t, {}, {}, weight, bias, true); }, 60);
    }
}

}  // namespace limpid::layout_test
