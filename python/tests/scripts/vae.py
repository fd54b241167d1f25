"""A variational autoencoder on blobs; the noise of its latent code comes from NumPy."""
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

rng = np.random.default_rng(3)


class VAE(nn.Module):
    def __init__(self, pixels=64, hidden=32, latent=4):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(pixels, hidden), nn.GELU())
        self.mean = nn.Linear(hidden, latent)
        self.log_var = nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, hidden), nn.SiLU(), nn.Linear(hidden, pixels))

    def forward(self, x, noise):
        h = self.encoder(x)
        mean, log_var = self.mean(h), self.log_var(h)
        z = mean + torch.exp(0.5 * log_var) * noise
        return self.decoder(z), mean, log_var


grid = np.stack(np.meshgrid(np.arange(8), np.arange(8), indexing="ij"), -1)
centers = rng.uniform(1, 6, (64, 1, 1, 2))
blobs = np.exp(-((grid - centers) ** 2).sum(-1) / 3).reshape(64, 64)
x = torch.tensor(blobs, dtype=torch.float32)

model = VAE()
model.apply(lambda m: isinstance(m, nn.Linear) and nn.init.zeros_(m.bias))
for p in model.parameters():
    if p.ndim == 2:
        p.data.copy_(torch.from_numpy(rng.normal(0, 0.2, tuple(p.shape))))
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
for step in range(25):
    noise = torch.from_numpy(rng.standard_normal((64, 4)).astype("float32"))
    logits, mean, log_var = model(x, noise)
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
    divergence = -0.5 * torch.sum(1 + log_var - mean.pow(2) - log_var.exp(), dim=1).mean()
    loss = reconstruction + divergence
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"loss {loss.item():.5f} {divergence.item():.5f}")
