"""A classifier of handwritten digits in 30 lines. The same as examples/cpp/train_digits.cpp."""
# in tests:
import limpid as torch
from limpid import datasets, nn
from limpid.nn import functional as F
from limpid.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
train, (test_images, test_labels) = datasets.digits()  # images (N, 1, 8, 8), labels (N,)
loader = DataLoader(TensorDataset(*train), batch_size=32, shuffle=True)

model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(20):
    for images, labels in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    accuracy = (model(test_images).argmax(dim=1) == test_labels).float().mean().item()
print(f"test accuracy {accuracy:.3f}")
assert accuracy > 0.95
