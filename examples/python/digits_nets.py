"""Five networks for the handwritten digits, side by side. The same as examples/cpp/digits_nets.cpp."""
# in tests: --epochs 8 --require 0.9
from example import Clock, accuracy, digits, finish, flags, saved
import limpid as torch
from limpid import nn, plot
from limpid.nn import functional as F

NETS = {
    "mlp": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)),
    "dropout": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.05), nn.Linear(64, 10)),
    "batch_norm": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10)),
    # an image as 8 channels (its rows) of 8 numbers
    "conv1d": lambda: nn.Sequential(
        nn.Flatten(1, 2), nn.Conv1d(8, 32, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(),
        nn.Linear(32 * 4, 10)),
    "cnn": lambda: nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(16), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.BatchNorm2d(32), nn.Flatten(), nn.Linear(32 * 16, 128), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(128, 10)),
}

arguments = flags(__doc__, epochs=20, batch_size=32, lr=0.01)
lines = []
print(f"{'network':<12} {'parameters':>10} {'accuracy':>10} {'seconds':>10}")
for name, make in NETS.items():
    torch.manual_seed(arguments.seed)
    loader, images, labels = digits(arguments.batch_size)
    model = make()
    optimizer = torch.optim.Adam(model.parameters(), lr=arguments.lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, arguments.epochs)
    curve, clock = [], Clock()
    for epoch in range(arguments.epochs):
        for inputs, targets in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(inputs), targets).backward()
            optimizer.step()
        schedule.step()
        curve.append(accuracy(model, images, labels))
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{name:<12} {parameters:>10} {curve[-1]:>10.4f} {clock.seconds():>10.2f}", flush=True)
    lines.append(plot.Line(name, curve))
plot.curves(saved(arguments, "accuracy.png"), [plot.Panel("test accuracy", "epoch", lines, "percent")],
            title="Handwritten digits")
finish(arguments, min(line.y[-1] for line in lines))
