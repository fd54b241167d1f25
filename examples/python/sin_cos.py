"""A recurrent network sees sin z and must say cos 2z. The same as examples/cpp/sin_cos.cpp."""
# in tests: --require 0.0018
import math

from example import Clock, finish, flags, picture
import limpid as torch
from limpid import nn, plot
from limpid.nn import functional as F

arguments = flags(__doc__, rounds=150, steps=41, hidden=64, lr=0.005, seed=0, require=1e9)
torch.manual_seed(arguments.seed)
rnn, head = nn.RNN(1, arguments.hidden), nn.Linear(arguments.hidden, 1)
optimizer = torch.optim.Adam([*rnn.parameters(), *head.parameters()], lr=arguments.lr)
z = torch.linspace(0, math.pi, arguments.steps).reshape(-1, 1, 1)
x, y = torch.sin(z), torch.cos(2 * z)
errors, clock = [], Clock()
for round in range(1, arguments.rounds + 1):
    prediction = head(rnn(x)[0])
    loss = F.mse_loss(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    errors.append(loss.item())
    if round % 30 == 0:
        print(f"round {round:3}  error {errors[-1]:.5f}", flush=True)
mean = sum(errors[-10:]) / len(errors[-10:])
print(f"mean squared error of the last 10 rounds {mean:.5f}, {clock.seconds():.2f} s")
waves = [plot.Line("sin z", x.flatten(), z.flatten(), dashed=True),
         plot.Line("cos 2z", y.flatten(), z.flatten(), dashed=True),
         plot.Line("network", prediction.flatten(), z.flatten())]
with picture(arguments, "waves.png") as path:
    plot.curves(path, [plot.Panel("mean squared error", "round", [plot.Line("error", errors)], "log"),
                       plot.Panel("in the last round", "z", waves)], title="From sin z to cos 2z")
finish(arguments, mean, lower_is_better=True)
