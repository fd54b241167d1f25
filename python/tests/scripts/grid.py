"""A small grid of hyper-parameters; state dicts are copied, saved in memory and loaded again."""
import copy
import itertools

import numpy as np
import torch
import torch.nn as nn

rng = np.random.default_rng(6)
x = torch.from_numpy(rng.standard_normal((60, 5)).astype("float32"))
y = (x[:, :1] * x[:, 1:2] + torch.sin(x[:, 2:3])).detach()

base = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
for p in base.parameters():
    p.data = torch.from_numpy(rng.normal(0, 0.4, tuple(p.shape)).astype("float32"))
start = copy.deepcopy(base.state_dict())

makers = {
    "sgd": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.8),
    "adagrad": lambda p, lr: torch.optim.Adagrad(p, lr=lr),
    "adamax": lambda p, lr: torch.optim.Adamax(p, lr=lr),
    "nadam": lambda p, lr: torch.optim.NAdam(p, lr=lr),
}
best = (float("inf"), None)
for (name, make), lr, delta in itertools.product(makers.items(), (0.01, 0.05), (0.5, 1.0)):
    model = copy.deepcopy(base)
    model.load_state_dict(start)
    optimizer = make(model.parameters(), lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.5)
    for step in range(10):
        loss = nn.functional.huber_loss(model(x), y, delta=delta)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
    print(f"loss {name} {lr} {delta} {loss.item():.6f} lr {optimizer.param_groups[0]['lr']:.6f}")
    best = min(best, (round(loss.item(), 5), name))
print("best", best)
