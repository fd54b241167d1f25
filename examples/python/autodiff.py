"""Gradient descent on functions that one can see. The same as examples/cpp/autodiff.cpp."""
# in tests: --require 0.1
import math

from example import finish, flags, picture
import limpid as torch
from limpid import plot


def descend(f, x, lr, steps):
    """Steps against the gradient of f from x; all points on the way."""
    path = [x.clone()]
    x.requires_grad_()
    for _ in range(steps):
        x.grad = None
        f(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
        path.append(x.detach().clone())
    return path


arguments = flags(__doc__, lr=2.0, steps=20, lr2=0.2, steps2=10)


def f(x):
    return torch.log((x - 7) ** 2 + 10)


walk = descend(f, torch.tensor([1.0], dtype=torch.float64), arguments.lr, arguments.steps)
for i in range(0, len(walk), 5):
    print(f"step {i:2}  x = {walk[i].item():.6f}  y = {f(walk[i]).item():.6f}")
print(f"the minimum: x = 7, y = ln 10 = {math.log(10):.6f}\n")

# g(x) = x A x / 2 + b x, least where A x = -b: at (0.6, -0.8).
A = torch.tensor([[3.0, 1.0], [1.0, 2.0]], dtype=torch.float64)
b = torch.tensor([-1.0, 1.0], dtype=torch.float64)


def g(x):
    return x @ A @ x / 2 + b @ x


way = descend(g, torch.tensor([-1.0, 0.5], dtype=torch.float64), arguments.lr2, arguments.steps2)
for x in way:
    print(f"x = ({x[0].item():.4f}, {x[1].item():.4f})  y = {g(x).item():.6f}")


def contour(height):
    """The line on which the bowl is `height` above its least point."""
    xs, ys = [], []
    for i in range(91):
        angle = i * 2 * math.pi / 90
        d = torch.tensor([math.cos(angle), math.sin(angle)], dtype=torch.float64)
        r = math.sqrt(2 * height / (d @ A @ d).item())
        xs.append(0.6 + r * d[0].item())
        ys.append(-0.8 + r * d[1].item())
    return plot.Line(f"{height} above", ys, xs, True)


ground = [i / 10 for i in range(121)]
hill = [plot.Line("y", f(torch.tensor(ground)).tolist(), ground),
        plot.Line("descent", [f(x).item() for x in walk], [x.item() for x in walk])]
bowl = [plot.Line("descent", [x[1].item() for x in way], [x[0].item() for x in way]),
        *map(contour, (0.1, 0.5, 1.5, 3))]
with picture(arguments, "descent.png") as path:
    plot.curves(path, [plot.Panel("log((x - 7)^2 + 10)", "x", hill),
                       plot.Panel("a bowl: lines of equal height", "x1", bowl)], title="Gradient descent")
finish(arguments, abs(walk[-1].item() - 7), lower_is_better=True)
