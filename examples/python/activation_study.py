"""How signals and gradients spread through a deep network (Glorot and Bengio, 2010).
The same as examples/cpp/activation_study.cpp."""
# in tests: --epochs 2
from example import accuracy, digits, flags, picture
import limpid as torch
from limpid import nn, plot
from limpid.nn import functional as F

ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "softsign": F.softsign, "relu": F.relu}
LAYERS = 5


class Deep(nn.Module):
    def __init__(self, kind, width, start):
        super().__init__()
        self.activate = ACTIVATIONS[kind]
        self.layers = nn.ModuleList(nn.Linear(width if i else 64, width) for i in range(LAYERS))
        self.head = nn.Linear(width, 10)
        for layer in self.layers:
            if start == "xavier":  # keeps signals; uniform in +-1/sqrt(n), the standard, shrinks them
                nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers:
            x = self.activate(layer(x))
        return self.head(x)


def measure(model, x, y):
    """The spread of each layer's output, by hooks on the layers, and of the gradient that reaches it."""
    outputs = []

    def keep(module, inputs, output):
        output.retain_grad()
        outputs.append(output)

    handles = [layer.register_forward_hook(keep) for layer in model.layers]
    F.cross_entropy(model(x), y).backward()
    for handle in handles:
        handle.remove()
    model.zero_grad()
    signals = [model.activate(output.detach()).std().item() for output in outputs]
    return signals, [output.grad.std().item() for output in outputs]


arguments = flags(__doc__, epochs=40, batch_size=32, width=100, lr=0.05, seed=0)
signals, gradients, learning = [], [], {"standard": [], "xavier": []}
print(f"{'':<9} {'':<9} {'signal':>8} {'':>8} {'gradient':>8}")
print(f"{'units':<9} {'start':<9} {'first':>8} {'last':>8} {'first':>8} {'last':>8} {'accuracy':>9}")
for kind in ACTIVATIONS:
    for start in learning:
        torch.manual_seed(arguments.seed)
        loader, x, y = digits(arguments.batch_size)
        model = Deep(kind, arguments.width, start)
        signal, gradient = measure(model, x, y)
        optimizer = torch.optim.SGD(model.parameters(), lr=arguments.lr, momentum=0.9)
        curve = []
        for epoch in range(arguments.epochs):
            for inputs, targets in loader:
                optimizer.zero_grad()
                F.cross_entropy(model(inputs), targets).backward()
                optimizer.step()
            curve.append(accuracy(model, x, y))
        print(f"{kind:<9} {start:<9} {signal[0]:8.4f} {signal[-1]:8.4f} {gradient[0]:8.1e} {gradient[-1]:8.1e} "
              f"{curve[-1]:9.4f}", flush=True)
        if kind in ("sigmoid", "tanh"):
            signals.append(plot.Line(f"{kind}, {start}", signal))
            gradients.append(plot.Line(f"{kind}, {start}", gradient))
        learning[start].append(plot.Line(kind, curve))
with picture(arguments, "spread.png") as path:
    plot.curves(path, [plot.Panel("spread of the signals at the start", "layer", signals, "log"),
                       plot.Panel("spread of the gradients at the start", "layer", gradients, "log")],
                title="What reaches the layers of a deep network")
with picture(arguments, "learning.png") as path:
    plot.curves(path, [plot.Panel("test accuracy, standard start", "epoch", learning["standard"], "percent"),
                       plot.Panel("test accuracy, Xavier start", "epoch", learning["xavier"], "percent")],
                title="Activations and starting values")
