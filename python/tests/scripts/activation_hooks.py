"""Forward and backward hooks record the statistics of activations and gradients of every layer."""
import math
from collections import OrderedDict, defaultdict

import numpy as np
import torch
import torch.nn as nn

rng = np.random.default_rng(5)
layers = OrderedDict()
for i in range(4):
    layers[f"linear{i}"] = nn.Linear(20 if i == 0 else 30, 30)
    layers[f"tanh{i}"] = nn.Tanh()
layers["out"] = nn.Linear(30, 3)
model = nn.Sequential(layers)
for m in model.modules():
    if isinstance(m, nn.Linear):
        bound = math.sqrt(6.0 / (m.in_features + m.out_features))
        m.weight.data = torch.from_numpy(rng.uniform(-bound, bound, tuple(m.weight.shape)).astype("float32"))
        nn.init.constant_(m.bias, 0.01)

statistics = defaultdict(list)


def record(name):
    def hook(module, inputs, output):
        statistics[name].append((output.mean().item(), output.std().item()))
        if output.requires_grad:
            output.register_hook(lambda g: statistics[name + ".grad"].append((g.mean().item(), g.std().item())))
    return hook


handles = [m.register_forward_hook(record(n)) for n, m in model.named_modules() if isinstance(m, nn.Tanh)]
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.from_numpy(rng.standard_normal((40, 20)).astype("float32"))
y = torch.from_numpy(rng.integers(0, 3, 40))
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    print(f"loss {loss.item():.6f}")
for h in handles:
    h.remove()
model(x)
for name in sorted(statistics):
    for mean, std in statistics[name]:
        print(f"{name} {mean:.5f} {std:.5f}")
