"""A small task that test_optim.py and test_lr_scheduler.py train under both imports."""

import random

import numpy as np

import limpid
from nn_cases import arrays, torch

STEPS = 30


class Task:
    """Least squares through a tanh, for one of the libraries; the same values for both."""

    def __init__(self, library, dtype="float32"):
        w, b, x, y = arrays((4, 3), (4,), (8, 3), (8, 4), seed=5, dtype=dtype)
        self.library = library
        self.w, self.b = (library.nn.Parameter(library.tensor(value)) for value in (w, b))
        self.x, self.y = library.tensor(x), library.tensor(y)

    @property
    def params(self):
        return [self.w, self.b]

    def loss(self):
        hidden = (self.x @ self.w.t() + self.b).tanh()
        return ((hidden - self.y) ** 2).mean()

    def step(self, optimizer):
        optimizer.zero_grad()
        self.loss().backward()
        return optimizer.step()

    def values(self):
        return np.concatenate([p.detach().numpy().ravel() for p in self.params])


def tasks(dtype="float32"):
    return Task(limpid, dtype), Task(torch, dtype)


def make(task, name, options):
    return getattr(task.library.optim, name)(task.params, **options)


def same(ours, theirs, tolerance=1e-6):
    np.testing.assert_allclose(ours.values(), theirs.values(), rtol=tolerance, atol=tolerance)


def plain(value):
    """Numbers and lists out of tensors, for comparisons."""
    if isinstance(value, (limpid.Tensor, torch.Tensor)):
        return value.tolist()
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value
