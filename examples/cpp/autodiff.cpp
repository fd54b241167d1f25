// Gradient descent on functions that one can see: log((x - 7)^2 + 10), and a bowl in two
// dimensions.
//
// in tests: --require 0.1 --out .

#include "examples/cpp/example.h"
#include "limpid/core/str.h"

using namespace example;

namespace {

/// Steps against the gradient of f from x; returns all points on the way.
std::vector<Tensor> descend(const std::function<Tensor(const Tensor&)>& f, Tensor x, double lr,
                            std::int64_t steps) {
  std::vector<Tensor> path = {x.clone()};
  x.requires_grad_();
  for (std::int64_t i = 0; i < steps; ++i) {
    x.zero_grad();
    f(x).backward();
    NoGrad guard;
    x.sub_(x.grad() * lr);
    path.push_back(x.detach().clone());
  }
  return path;
}

Series curve(const std::function<Tensor(const Tensor&)>& f, const std::vector<Tensor>& path) {
  Series series{.name = "descent"};
  for (const Tensor& x : path) {
    series.x.push_back(x.item());
    series.y.push_back(f(x).item());
  }
  return series;
}

/// The line on which the quadratic form of `a` around `centre` has the value `height`.
Series contour(const Tensor& a, const Tensor& centre, double height) {
  Series line{.name = str(height, " above"), .dashed = true};
  for (int i = 0; i <= 90; ++i) {
    const double angle = i * 2 * M_PI / 90;
    const Tensor d = tensor({std::cos(angle), std::sin(angle)}, {.dtype = DType::f64});
    const double r = std::sqrt(2 * height / d.matmul(a).matmul(d).item());
    line.x.push_back((centre[0] + d[0] * r).item());
    line.y.push_back((centre[1] + d[1] * r).item());
  }
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  double lr = 2, lr2 = 0.2, require = 1e9;
  std::int64_t steps = 20, steps2 = 10;
  std::string out = "autodiff";
  const Setting settings[] = {{"lr", &lr, "step size in one dimension", 0, 100, true},
                              {"steps", &steps, "steps in one dimension", 1, 10000},
                              {"lr2", &lr2, "step size in two dimensions", 0, 100, true},
                              {"steps2", &steps2, "steps in two dimensions", 1, 10000},
                              {"require", &require, "fail farther than this from x = 7", 0, 1e9},
                              {"out", &out, "folder for the picture"}};
  return run_program(argc, argv, "Gradient descent on two convex functions.", settings, [&] {
    make_folder(out);
    const auto f = [](const Tensor& x) { return log(square(x - 7) + 10); };
    const std::vector<Tensor> walk = descend(f, tensor({1.0}, {.dtype = DType::f64}), lr, steps);
    for (std::size_t i = 0; i < walk.size(); i += 5)
      std::printf("step %2zu  x = %.6f  y = %.6f\n", i, walk[i].item(), f(walk[i]).item());
    std::printf("the minimum: x = 7, y = ln 10 = %.6f\n\n", std::log(10.0));

    // g(x) = x A x / 2 + b x, least where A x = -b: at (0.6, -0.8).
    const Tensor a = tensor({{3.0, 1.0}, {1.0, 2.0}}, {.dtype = DType::f64});
    const Tensor b = tensor({-1.0, 1.0}, {.dtype = DType::f64});
    const auto g = [&](const Tensor& x) { return x.matmul(a).matmul(x) / 2 + b.matmul(x); };
    const std::vector<Tensor> path =
        descend(g, tensor({-1.0, 0.5}, {.dtype = DType::f64}), lr2, steps2);
    for (const Tensor& x : path)
      std::printf("x = (%.4f, %.4f)  y = %.6f\n", x[0].item(), x[1].item(), g(x).item());

    save_picture(out, "descent.png", [&] {
      Series ground{.name = "y"};
      for (double x = 0; x <= 12; x += 0.1) {
        ground.x.push_back(x);
        ground.y.push_back(f(tensor({x}, {.dtype = DType::f64})).item());
      }
      Series way{.name = "descent"};
      for (const Tensor& x : path) {
        way.x.push_back(x[0].item());
        way.y.push_back(x[1].item());
      }
      const Tensor centre = tensor({0.6, -0.8}, {.dtype = DType::f64});
      const Panel panels[] = {{"log((x - 7)^2 + 10)", "x", {ground, curve(f, walk)}},
                              {"a bowl: lines of equal height",
                               "x1",
                               {way, contour(a, centre, 0.1), contour(a, centre, 0.5),
                                contour(a, centre, 1.5), contour(a, centre, 3)}}};
      return plot_curves(panels, {.title = "Gradient descent"});
    });
    return example::required(std::abs(walk.back().item() - 7) <= require);
  });
}
