"""Three networks that tell 40 people apart, from seven pictures of each: one that sees pixels in no order, one that
sees them as a row, and one that sees a picture. The same as examples/cpp/faces.cpp."""
# in tests: --model conv2d --epochs 12 --lr 0.005 --require 0.7
from classify import count_parameters, draw_curves, draw_guesses, fit, folder_of, loaders
from example import finish, flags
import limpid as torch
from limpid import datasets, nn

PEOPLE = 40


def head(inputs):
    """The last two layers, with nothing, dropout or batch normalisation between them."""
    layers = [nn.Linear(inputs, 128), nn.Sigmoid(), nn.Linear(128, PEOPLE)]
    if arguments.variant == "batch_norm":
        layers.insert(1, nn.BatchNorm1d(128))
    if arguments.variant == "dropout":
        layers.insert(2, nn.Dropout(arguments.dropout))
    return nn.Sequential(*layers)


NETS = {
    "mlp": lambda: nn.Sequential(nn.Flatten(), nn.Linear(4096, 512), nn.Sigmoid(), head(512)),
    # one filter along all pixels in a row, then the largest of every twelve:
    # (B, 1, 64, 64) -> (B, 1, 4096) -> (B, 1, 4094) -> (B, 1, 341)
    "conv1d": lambda: nn.Sequential(nn.Flatten(2), nn.Conv1d(1, 1, 3), nn.MaxPool1d(12), nn.Flatten(), head(341)),
    # one filter over the picture, then the largest of every four by four
    "conv2d": lambda: nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.MaxPool2d(4), nn.Flatten(), head(256)),
}

arguments = flags(__doc__, model=("all", *NETS), variant=("plain", "dropout", "batch_norm"), dropout=0.05, epochs=60,
                  batch_size=40, lr=0.002, seed=0, require=0.0)
with folder_of("olivetti", arguments.seed) as folder:
    images, labels = datasets.olivetti(folder)
# Seven pictures of each person to train on, three to test on; pixels with mean 0 and deviation 1.
rest, held = datasets.stratified_split(labels, 0.3, arguments.seed)
mean, deviation = images[rest].mean(), images[rest].std()
train = ((images[rest] - mean) / deviation, labels[rest])
test = ((images[held] - mean) / deviation, labels[held])
histories = {}
print(f"{'network':<8} {'parameters':>10} {'accuracy':>10} {'seconds':>10}")
for name in NETS if arguments.model == "all" else [arguments.model]:
    torch.manual_seed(arguments.seed)
    model = NETS[name]()
    history = histories[name] = fit(model, *loaders(train, test, arguments.batch_size), arguments, quiet=True)
    print(f"{name:<8} {count_parameters(model):>10} {history.accuracy:>10.4f} {history.seconds:>10.2f}", flush=True)
    draw_guesses(arguments, "Test faces: who is it?", model, test, [str(i) for i in range(PEOPLE)], seen=images[held])
draw_curves(arguments, "Faces of 40 people", histories)
finish(arguments, min(history.accuracy for history in histories.values()))
