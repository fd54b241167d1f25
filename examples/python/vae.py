"""A variational autoencoder on the digits (Kingma and Welling, ICLR 2014). The same as examples/cpp/vae.cpp."""
# in tests: --epochs 5 --require 35
from example import digits, finish, flags, picture
import limpid as torch
from limpid import nn, plot
from limpid.nn import functional as F


class Vae(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.encoder = nn.Linear(64, 128)
        self.mean, self.log_variance = nn.Linear(128, latent), nn.Linear(128, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, 128), nn.ReLU(), nn.Linear(128, 64))

    def forward(self, x):
        h = F.relu(self.encoder(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        # A point drawn around the mean, by noise that is scaled: so gradients reach both.
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        return self.decoder(z), mean, log_variance


def loss_of(model, x):
    """What is lost of the image, and KL = (mean^2 + variance - log variance - 1) / 2."""
    logits, mean, log_variance = model(x)
    image = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    kl = (mean.square() + log_variance.exp() - log_variance - 1).sum() / 2
    return (image + kl) / len(x)


arguments = flags(__doc__, epochs=60, batch_size=64, latent=8, lr=0.002, seed=0, require=1e9)
torch.manual_seed(arguments.seed)
loader, images, _ = digits(arguments.batch_size)
model = Vae(arguments.latent)
optimizer = torch.optim.Adam(model.parameters(), lr=arguments.lr)
curve = []
for epoch in range(1, arguments.epochs + 1):
    total = 0.0
    for inputs, _ in loader:
        optimizer.zero_grad()
        loss = loss_of(model, inputs.flatten(1))
        loss.backward()
        optimizer.step()
        total += loss.item()
    curve.append(total / len(loader))
    if epoch % 10 == 0 or epoch == arguments.epochs:
        print(f"epoch {epoch:3}  loss {curve[-1]:.3f}", flush=True)
with torch.no_grad():
    test = images.flatten(1)
    test_loss = loss_of(model, test).item()
    again = torch.sigmoid(model(test)[0])
    drawn = torch.sigmoid(model.decoder(torch.randn(16, arguments.latent)))
print(f"test loss {test_loss:.3f}")
with picture(arguments, "samples.png") as path:
    tiles = torch.cat([test[:8], again[:8], drawn]).reshape(32, 1, 8, 8)
    plot.samples(path, tiles, ["test image"] * 8 + ["again"] * 8 + ["new"] * 16,
                 title="Test images, what becomes of them, and new ones", ink=True)
finish(arguments, test_loss, lower_is_better=True)
