"""A convolutional network as a Module of its own, one of whose layers is used twice."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

rng = np.random.default_rng(1)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)) + x)


class Net(nn.Module):
    def __init__(self, classes=4):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, kernel_size=3, stride=2, padding=1)
        self.block = Block(8)
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(0.0)
        self.head = nn.Linear(8 * 4 * 4, classes)

    def forward(self, x):
        x = F.relu(self.stem(x))
        x = self.block(self.block(x))  # the same weights twice
        x = self.pool(x)
        return self.head(self.dropout(x.view(x.size(0), -1)))


def bars(n):
    """Pictures with one bright bar in one of four directions."""
    images = rng.normal(0, 0.3, (n, 1, 16, 16))
    labels = rng.integers(0, 4, n)
    for image, label in zip(images, labels):
        for step in range(-6, 7):
            dx, dy = [(1, 0), (0, 1), (1, 1), (1, -1)][label]
            image[0, 8 + dy * step, 8 + dx * step] += 1.5
    return torch.tensor(images, dtype=torch.float32), torch.tensor(labels)


model = Net()
for name, p in model.named_parameters():
    if p.dim() > 1:
        p.data = torch.from_numpy(rng.normal(0, 0.15, tuple(p.shape)).astype(np.float32))
    elif "norm" not in name:
        nn.init.zeros_(p)
print("parameters", sum(p.numel() for p in model.parameters()), sorted(model.state_dict().keys()))

criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
optimizer = torch.optim.Adam(
    [{"params": model.stem.parameters(), "lr": 1e-3}, {"params": [*model.block.parameters(), *model.head.parameters()]}],
    lr=4e-3)
images, labels = bars(96)
for epoch in range(3):
    model.train()
    for i in range(0, 96, 16):
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(images[i:i + 16]), labels[i:i + 16])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        print(f"loss {loss.item():.6f}")
    model.eval()
    with torch.no_grad():
        scores = model(images)
    print(f"eval {F.cross_entropy(scores, labels).item():.6f}")
