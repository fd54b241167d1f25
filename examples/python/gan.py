"""Two networks against each other on the digits (Goodfellow et al., 2014). The same as examples/cpp/gan.cpp."""
# in tests: --epochs 3
import math

from example import digits, flags, picture
import limpid as torch
from limpid import nn, plot
from limpid.nn.functional import binary_cross_entropy_with_logits as bce

arguments = flags(__doc__, epochs=500, batch_size=64, noise=16, lr=0.0005, seed=0)
torch.manual_seed(arguments.seed)
size, noise = arguments.batch_size, arguments.noise
generator = nn.Sequential(nn.Linear(noise, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 64),
                          nn.Sigmoid())
judge = nn.Sequential(nn.Linear(64, 128), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(128, 64), nn.LeakyReLU(0.2),
                      nn.Linear(64, 1))
learn_to_draw = torch.optim.Adam(generator.parameters(), lr=arguments.lr, betas=(0.5, 0.999))
learn_to_judge = torch.optim.Adam(judge.parameters(), lr=arguments.lr, betas=(0.5, 0.999))
loader, test_images, _ = digits(size, drop_last=True)
real, drawn = torch.ones(size, 1), torch.zeros(size, 1)
judge_curve, draw_curve = [], []
for epoch in range(1, arguments.epochs + 1):
    judge_total = draw_total = 0.0
    for images, _ in loader:
        fakes = generator(torch.randn(size, noise))

        learn_to_judge.zero_grad()  # the drawings are detached: only the judge learns here
        judge_loss = bce(judge(images.flatten(1)), real) + bce(judge(fakes.detach()), drawn)
        judge_loss.backward()
        learn_to_judge.step()

        learn_to_draw.zero_grad()  # what makes the judge take drawings for real is right
        draw_loss = bce(judge(fakes), real)
        draw_loss.backward()
        learn_to_draw.step()
        judge_total += judge_loss.item()
        draw_total += draw_loss.item()
    judge_curve.append(judge_total / len(loader))
    draw_curve.append(draw_total / len(loader))
    if epoch % 100 == 0 or epoch == arguments.epochs:
        print(f"epoch {epoch:3}  judge {judge_curve[-1]:.3f}  generator {draw_curve[-1]:.3f}", flush=True)
with picture(arguments, "curves.png") as path:
    lines = [plot.Line("judge", judge_curve), plot.Line("generator", draw_curve)]
    plot.curves(path, [plot.Panel("loss", "epoch", lines)], title="Two networks against each other")
with torch.no_grad():
    images = generator(torch.randn(24, noise)).reshape(24, 1, 8, 8)
with picture(arguments, "drawn.png") as path:  # a row of real ones, and three of drawn ones
    plot.samples(path, torch.cat([test_images[:8], images]), ["real"] * 8 + ["drawn"] * 24, title="Digits from noise",
                 ink=True)
assert math.isfinite(draw_curve[-1]), "the loss is no number any more: try a smaller --lr"
