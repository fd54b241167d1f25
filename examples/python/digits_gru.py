"""A bidirectional GRU reads handwritten digits row by row. The same as examples/cpp/digits_gru.cpp."""
# in tests: --epochs 6 --require 0.85
from example import Clock, accuracy, digits, finish, flags, picture
import limpid as torch
from limpid import nn, plot
from limpid.nn import functional as F


class RowReader(nn.Module):
    """Reads an image (B, 1, 8, 8) as 8 steps of 8 numbers; the last states of both directions say what it was."""

    def __init__(self, hidden):
        super().__init__()
        self.gru = nn.GRU(8, hidden, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * hidden, 10)

    def forward(self, images):
        _, states = self.gru(images.flatten(1, 2))  # (2, B, hidden)
        return self.head(torch.cat([states[0], states[1]], dim=1))


arguments = flags(__doc__, epochs=50, batch_size=32, hidden=32, lr=0.01, seed=0, require=0.0)
torch.manual_seed(arguments.seed)
loader, images, labels = digits(arguments.batch_size)
model = RowReader(arguments.hidden)
optimizer = torch.optim.Adam(model.parameters(), lr=arguments.lr)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, arguments.epochs)
losses, accuracies, seconds = [], [], 0.0
for epoch in range(1, arguments.epochs + 1):
    clock, total = Clock(), 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
    schedule.step()
    seconds += clock.seconds()
    losses.append(total / len(loader))
    accuracies.append(accuracy(model, images, labels))
    if epoch % 10 == 0 or epoch == arguments.epochs:
        print(f"epoch {epoch:3}  loss {losses[-1]:.4f}  test accuracy {accuracies[-1]:.4f}", flush=True)
print(f"test accuracy {accuracies[-1]:.4f}, {seconds:.2f} s of training")
with picture(arguments, "curves.png") as path:
    plot.curves(path, [plot.Panel("loss", "epoch", [plot.Line("loss", losses)], "log"),
                       plot.Panel("test accuracy", "epoch", [plot.Line("test accuracy", accuracies)], "percent")],
                title="A GRU reads digits row by row")
finish(arguments, accuracies[-1])
