"""Tags each word of a made-up language; an LSTM over embedded words, sentences of unequal length."""
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim

rng = np.random.default_rng(2)
WORDS, TAGS, PAD = 30, 5, 0


class Tagger(nn.Module):
    def __init__(self, width=16, hidden=24):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, width, padding_idx=PAD)
        self.lstm = nn.LSTM(width, hidden, num_layers=2, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden, TAGS)

    def forward(self, words):
        states, (h, c) = self.lstm(self.embedding(words))
        return self.out(states)


def sentences(n, longest=9):
    words = np.zeros((n, longest), np.int64)
    tags = np.full((n, longest), -100, np.int64)
    for i in range(n):
        length = rng.integers(3, longest + 1)
        words[i, :length] = rng.integers(1, WORDS, length)
        tags[i, :length] = (words[i, :length] + np.roll(words[i, :length], 1)) % TAGS
    return torch.from_numpy(words), torch.from_numpy(tags)


model = Tagger()
with torch.no_grad():
    for p in model.parameters():
        p.copy_(torch.as_tensor(rng.uniform(-0.25, 0.25, tuple(p.shape)), dtype=torch.float32))
    model.embedding.weight[PAD].zero_()

criterion = nn.CrossEntropyLoss(ignore_index=-100)
optimizer = optim.RMSprop(model.parameters(), lr=3e-3)
words, tags = sentences(48)
for step in range(20):
    batch = slice(step * 16 % 48, step * 16 % 48 + 16)
    scores = model(words[batch])
    loss = criterion(scores.permute(0, 2, 1), tags[batch])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"loss {loss.item():.6f}")
print(f"padding gradient {model.embedding.weight.grad[PAD].abs().sum().item():.6f}")
