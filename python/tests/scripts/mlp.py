"""A multi-layer perceptron on two spirals, with a DataLoader, weight decay and a cosine schedule."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

rng = np.random.default_rng(0)


def spirals(n):
    t = np.sqrt(rng.uniform(0.05, 1, n)) * 3 * np.pi
    sign = rng.integers(0, 2, n)
    angle = t + np.pi * sign
    points = np.stack([t * np.cos(angle), t * np.sin(angle)], 1) / 10 + rng.normal(0, 0.02, (n, 2))
    return torch.from_numpy(points.astype(np.float32)), torch.from_numpy(sign.astype(np.int64))


model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2))
with torch.no_grad():
    for p in model.parameters():
        p.copy_(torch.from_numpy(rng.normal(0, 0.4, tuple(p.shape)).astype(np.float32)))

x, y = spirals(256)
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=False)
optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9, weight_decay=1e-4, nesterov=True)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=8)
for epoch in range(8):
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        print(f"loss {loss.item():.6f}")
    scheduler.step()

model.eval()
with torch.no_grad():
    accuracy = (model(x).argmax(dim=1) == y).float().mean()
print(f"accuracy {accuracy.item():.6f}")
