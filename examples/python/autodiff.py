"""Gradient descent on functions that one can see: log((x - 7)^2 + 10), and a bowl in two dimensions.
The same as examples/cpp/autodiff.cpp."""
# in tests: --require 0.1
import math

from example import finish, flags, picture
import limpid as torch
from limpid import plot

A = torch.tensor([[3.0, 1.0], [1.0, 2.0]], dtype=torch.float64)
b = torch.tensor([-1.0, 1.0], dtype=torch.float64)
least = torch.tensor([0.6, -0.8], dtype=torch.float64)  # where A x = -b


def f(x):
    return torch.log((x - 7) ** 2 + 10)


def g(x):
    return x @ A @ x / 2 + b @ x


def descend(f, start, lr, steps):
    """Steps against the gradient of f; all points on the way."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    path = [x.detach().clone()]
    for _ in range(steps):
        x.grad = None
        f(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
        path.append(x.detach().clone())
    return torch.stack(path)


def contour(height):
    """The line on which the bowl is `height` above its least point."""
    angle = torch.linspace(0, 2 * math.pi, 91, dtype=torch.float64)
    circle = torch.stack([angle.cos(), angle.sin()])  # (2, 91)
    x, y = least[:, None] + circle * torch.sqrt(2 * height / (circle * (A @ circle)).sum(dim=0))
    return plot.Line(f"{height} above", y, x, dashed=True)


arguments = flags(__doc__, lr=2.0, steps=20, lr2=0.2, steps2=10, require=1e9)
walk = descend(f, 1.0, arguments.lr, arguments.steps)
for i, x in enumerate(walk):
    if i % 5 == 0:
        print(f"step {i:2}  x = {x.item():.6f}  y = {f(x).item():.6f}")
print(f"the minimum: x = 7, y = ln 10 = {math.log(10):.6f}\n")

way = descend(g, [-1.0, 0.5], arguments.lr2, arguments.steps2)
for x in way:
    print(f"x = ({x[0].item():.4f}, {x[1].item():.4f})  y = {g(x).item():.6f}")

ground = torch.linspace(0, 12, 121)
lines = [plot.Line("y", f(ground), ground), plot.Line("descent", f(walk), walk)]
bowl = [plot.Line("descent", way[:, 1], way[:, 0]), *map(contour, (0.1, 0.5, 1.5, 3))]
with picture(arguments, "descent.png") as path:
    plot.curves(path, [plot.Panel("log((x - 7)^2 + 10)", "x", lines),
                       plot.Panel("a bowl: lines of equal height", "x1", bowl)], title="Gradient descent")
finish(arguments, abs(walk[-1].item() - 7), lower_is_better=True)
