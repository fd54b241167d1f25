// What the profiler tells of ops, and of scopes around them.

// covers: observe, op_node, apply, inplace, optimizer_step
#include "limpid/explain/profiler.h"

#include <doctest/doctest.h>

#include <thread>

#include "limpid/autograd/grad_mode.h"
#include "limpid/limpid.h"
#include "scratch_folder.h"
#include "tests/json_file.h"
#include "thrown.h"

namespace limpid::profiler_test {

using testing::thrown;

namespace {

const ProfileRow* find(const std::vector<ProfileRow>& rows, std::string_view name) {
  for (const ProfileRow& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

const ProfileRow& row_of(const std::vector<ProfileRow>& rows, std::string_view name) {
  const ProfileRow* row = find(rows, name);
  REQUIRE_MESSAGE(row, "no row ", name);
  return *row;
}

}  // namespace

TEST_CASE("a profiler counts calls, bytes and operations") {
  const Tensor a = ones({8, 16}), b = ones({16, 4}), c = ones({1, 4}).expand({8, 4});
  Profiler profiler;
  const Tensor y = a.matmul(b);
  y + c;
  y + c;
  profiler.stop();
  y + c;  // seen no more
  const auto rows = profiler.rows();
  const ProfileRow& product = row_of(rows, "matmul");
  CHECK(product.calls == 1);
  CHECK(product.bytes == 4 * (8 * 16 + 16 * 4 + 8 * 4));
  CHECK(product.flops == 2 * 8 * 16 * 4);
  const ProfileRow& sum = row_of(rows, "add");
  CHECK(sum.calls == 2);
  CHECK(sum.bytes == 2 * 4 * (8 * 4 + 4 + 8 * 4));  // an expanded axis is read once
  CHECK(sum.flops == 0);
  CHECK(sum.seconds > 0);
  CHECK(sum.seconds == sum.total_seconds);
  CHECK(profiler.seconds() >= product.seconds + sum.seconds);
  for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i - 1].seconds >= rows[i].seconds);
}

TEST_CASE("gradients, changes in place and steps of optimisers have rows of their own") {
  Tensor w = ones({64}).requires_grad_();
  optim::SGD sgd({w}, {.lr = 0.1});
  Profiler profiler;
  softmax(w, 0).sum().backward();
  sgd.step();
  Tensor x = ones({3});
  x.add_(1);
  profiler.stop();
  const auto rows = profiler.rows();
  CHECK(row_of(rows, "softmax").calls == 1);
  const ProfileRow& gradient = row_of(rows, "softmax backward");
  CHECK(gradient.calls == 1);
  CHECK(gradient.bytes == 3 * 64 * 4);  // y and dy are read, dx is written
  CHECK(row_of(rows, "optimizer step").bytes == 3 * 64 * 4);
  optim::SGD with_momentum({w}, {.lr = 0.1, .momentum = 0.9});
  Profiler another;
  with_momentum.step();
  another.stop();
  CHECK(row_of(another.rows(), "optimizer step").bytes == 5 * 64 * 4);  // and its state
  CHECK(row_of(rows, "add").calls == 1);
}

TEST_CASE("inputs that are empty, or left out, have no bytes") {
  const Tensor x = ones({2, 3}), w = ones({4, 3}), nothing = ones({0, 3});
  Profiler profiler;
  linear(x, w);
  exp(nothing);
  neg(ones({1, 3}).expand({0, 3}));
  profiler.stop();
  CHECK(row_of(profiler.rows(), "linear").bytes == (6 + 12 + 8) * 4);
  CHECK(row_of(profiler.rows(), "exp").bytes == 0);
  CHECK(row_of(profiler.rows(), "neg").bytes == 0);
}

TEST_CASE("what runs inside a range is not counted in its own time") {
  Profiler profiler;
  {
    ProfileRange range("everything");
    const Tensor a = ones({300, 300});
    a.matmul(a);
  }
  profiler.stop();
  const auto rows = profiler.rows();
  const ProfileRow& outer = row_of(rows, "everything");
  double inner = 0;
  for (const ProfileRow& row : rows)
    if (row.name != "everything") inner += row.seconds;
  CHECK(inner > 0);
  CHECK(outer.total_seconds == doctest::Approx(outer.seconds + inner));
}

TEST_CASE("rows can be told apart by layer and by shapes") {
  nn::Sequential model(nn::Linear(4, 3), nn::ReLU(), nn::Linear(3, 2));
  Profiler profiler({.shapes = true});
  model(ones({5, 4}));
  model(ones({6, 4}));
  profiler.stop();
  CHECK(row_of(profiler.rows(), "linear").calls == 4);
  std::vector<std::string> layers, shapes;
  for (const ProfileRow& row : profiler.rows({.layer = true}))
    if (row.name == "linear") layers.push_back(row.layer);
  std::sort(layers.begin(), layers.end());
  CHECK(layers == std::vector<std::string>{"0", "2"});
  for (const ProfileRow& row : profiler.rows({.shapes = true}))
    if (row.name == "linear") shapes.push_back(row.shapes);
  CHECK(shapes.size() == 4);
  CHECK(std::find(shapes.begin(), shapes.end(), "(5, 4), (3, 4), (3,)") != shapes.end());
}

TEST_CASE("an op that throws ends its row, and what follows is right") {
  Profiler profiler;
  CHECK_THROWS_AS(ones({2, 3}).matmul(ones({2, 3})), ShapeError);
  ones({2}) + ones({2});
  profiler.stop();
  CHECK(row_of(profiler.rows(), "add").seconds == row_of(profiler.rows(), "add").total_seconds);
}

TEST_CASE("one profiler watches at a time, and the next may follow") {
  {
    Profiler first;
    CHECK(thrown<ValueError>([] { Profiler second; }).find("stop it first") != std::string::npos);
    ones({2}) + ones({2});
    CHECK(find(first.rows(), "add"));  // and it goes on
  }
  CHECK(thrown<ValueError>([] { Profiler bad({.max_events = -1}); }).find("max_events") !=
        std::string::npos);
  Profiler again;
  CHECK(again.rows().empty());
}

TEST_CASE("the trace is JSON with an event a call, each thread's on its line") {
  const ScratchFolder folder;
  Profiler profiler({.shapes = true, .max_events = 3});
  const Tensor a = ones({2, 2});
  a + a;
  std::thread([&] { ProfileRange range("a \"name\"\n"); }).join();
  a* a;
  a - a;
  profiler.stop();
  CHECK(profiler.left_out() == 1);
  CHECK(row_of(profiler.rows(), "sub").calls == 1);  // in the rows all the same
  profiler.write_trace(folder / "trace.json");
  const auto json = testing::read_json(folder / "trace.json");
  std::vector<nlohmann::json> events;
  for (const auto& event : json["traceEvents"])
    if (event["ph"] == "X") events.push_back(event);
  REQUIRE(events.size() == 3);
  CHECK(events[0]["name"] == "add");
  CHECK(events[0]["args"]["bytes"] == 3 * 4 * 4);
  CHECK(events[0]["args"]["shapes"] == "(2, 2), (2, 2)");
  CHECK(events[1]["tid"] != events[0]["tid"]);
  CHECK(events[1]["name"].get<std::string>().starts_with("a \"name\""));
  CHECK(events[2]["name"] == "mul");
  CHECK(events[2]["tid"] == events[0]["tid"]);
  CHECK(events[2]["ts"].get<double>() >= events[0]["ts"].get<double>());
  CHECK(json["otherData"]["left_out"] == 1);
  CHECK_THROWS_AS(profiler.write_trace(folder / "absent/trace.json"), FileError);
}

TEST_CASE("threads that end scopes late, after the profiler has gone, do no harm") {
  auto profiler = std::make_unique<Profiler>();
  auto range = std::make_unique<ProfileRange>("late");
  auto later = std::make_unique<ProfileRange>("later");
  profiler.reset();
  later.reset();
  Profiler next;
  range.reset();
  CHECK(next.rows().empty());  // nor count under one that came after they began
}

TEST_CASE("the table has a line a row and one for the rest") {
  const auto row = [](const char* name, std::int64_t calls, double seconds, double bytes,
                      double flops) {
    return ProfileRow{name, "", "", calls, seconds, seconds, bytes, flops};
  };
  const std::vector<ProfileRow> rows = {row("conv2d", 2, 0.75, 2e9, 3e12),
                                        row("relu", 4, 0.2, 1e9, 0), row("add", 1, 0.05, 1e6, 0)};
  const std::string table = profile_table(rows, 2, 2);
  CHECK(table.find("conv2d") != std::string::npos);
  CHECK(table.find("37.5 %") != std::string::npos);
  CHECK(table.find("4.0 TFLOP/s") != std::string::npos);
  CHECK(table.find("2.7 GB/s") != std::string::npos);
  CHECK(table.find("others") != std::string::npos);
  CHECK(table.find("in ops 1.00 s of 2.00 s") != std::string::npos);
  CHECK(table.find("layer") == std::string::npos);  // no column without a word in it
  CHECK(profile_table({}).find("calls") != std::string::npos);
}

}  // namespace limpid::profiler_test
