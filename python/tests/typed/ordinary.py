"""What people write, with types. mypy --strict has nothing to say about it (test_types.py)."""

from __future__ import annotations

from typing import Iterator

import limpid as torch
import limpid.nn.functional as F
from limpid import Tensor, nn, optim
from limpid.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(features, 16), nn.ReLU(), nn.Dropout(0.1))
        self.head = nn.Linear(16, classes)
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.body(x)
        y: Tensor = self.head(h)
        return y * self.scale


def batches(n: int) -> Iterator[tuple[Tensor, Tensor]]:
    for _ in range(n):
        yield torch.randn(8, 4), torch.randint(0, 3, (8,))


def train(model: nn.Module, steps: int = 3) -> list[float]:
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    schedule = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    losses: list[float] = []
    for x, target in batches(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), target)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses


@torch.no_grad()
def accuracy(model: nn.Module, x: Tensor, target: Tensor) -> float:
    scores: Tensor = model(x)
    return (scores.argmax(dim=1) == target).float().mean().item()


def shapes(x: Tensor) -> tuple[int, int]:
    rows, columns = x.shape
    assert x.size(0) == rows and x.size() == x.shape and x.dim() == x.ndim
    part = x[0, 1:].view(-1, 1).expand(3, 2).permute(1, 0).contiguous()
    return rows, part.numel() + columns


def arithmetic(a: Tensor, b: Tensor) -> Tensor:
    c = (a + b) * 2 - 1 / (1 + a.exp()) ** 2 + (-a).abs()
    c += b @ a.t() if a.shape[0] > 100 else 0.5
    values, indices = c.max(dim=-1)
    best = c.topk(2, dim=-1).values.sum(axis=-1, keepdims=True)
    mask = (c > 0) & ~(c >= 1) | c.isnan()
    return torch.where(mask, c, torch.zeros_like(c)) + best + values.unsqueeze(-1) * indices.to(torch.float32).unsqueeze(1)


def gradients() -> Tensor:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = (x ** 2).sum()
    dx, = torch.autograd.grad(y, [x], create_graph=True)
    with torch.no_grad():
        x.add_(dx, alpha=-0.1)
    if x.grad is not None:
        x.grad.zero_()
    return dx


def structure(model: Net, data: Tensor) -> int:
    loader = DataLoader(TensorDataset(data, data), batch_size=2, shuffle=True)
    total = 0
    for x, _ in loader:
        total += len(x)
    state = model.state_dict()
    model.load_state_dict(state)
    for name, parameter in model.named_parameters():
        total += parameter.numel() if name.startswith("head") else 0
    model.to(torch.float64).eval()
    parts = torch.cat([data, data], dim=0).split(2)
    a, b = torch.stack(parts[:2]).unbind(0)
    total += int(torch.allclose(a, b)) + int(a.dtype == torch.float32)
    grid = F.affine_grid(torch.eye(2, 3).unsqueeze(0), [1, 1, 4, 4], align_corners=False)
    image = F.grid_sample(F.pad(data[:4, :4].view(1, 1, 4, 4), (0, 0, 0, 0)), grid, mode="nearest")
    return total + image.long().sum().item().__trunc__()


if __name__ == "__main__":
    net = Net(4, 3)
    print(len(train(net)), accuracy(net, torch.randn(5, 4), torch.zeros(5, dtype=torch.long)) <= 1)
    print(shapes(torch.ones(3, 4)), arithmetic(torch.rand(2, 3), torch.rand(2, 3)).shape, gradients())
    print(structure(net, torch.ones(6, 4)) > 0)
