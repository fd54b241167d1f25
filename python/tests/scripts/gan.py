"""A generative adversarial network that learns a ring; two optimisers, detach, leaky ReLU."""
import numpy as np
import torch
import torch.nn as nn

rng = np.random.default_rng(4)


def start(module):
    for p in module.parameters():
        p.data = torch.from_numpy(rng.normal(0, 0.3, tuple(p.shape)).astype("float32"))
    return module


generator = start(nn.Sequential(nn.Linear(3, 24), nn.LeakyReLU(0.2), nn.Linear(24, 2)))
critic = start(nn.Sequential(nn.Linear(2, 24), nn.LeakyReLU(0.2, inplace=True), nn.Linear(24, 1), nn.Sigmoid()))
bce = nn.BCELoss()
steps_g = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999))
steps_d = torch.optim.Adam(critic.parameters(), lr=2e-3, betas=(0.5, 0.999))

for step in range(30):
    angle = rng.uniform(0, 2 * np.pi, 32)
    real = torch.tensor(np.stack([np.cos(angle), np.sin(angle)], 1), dtype=torch.float32)
    noise = torch.tensor(rng.standard_normal((32, 3)), dtype=torch.float32)

    steps_d.zero_grad()
    fake = generator(noise)
    d_loss = bce(critic(real), torch.ones(32, 1)) + bce(critic(fake.detach()), torch.zeros(32, 1))
    d_loss.backward()
    steps_d.step()

    steps_g.zero_grad()
    g_loss = bce(critic(fake), torch.ones(32, 1))
    g_loss.backward()
    steps_g.step()
    print(f"loss {d_loss.item():.6f} {g_loss.item():.6f}")
