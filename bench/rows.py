"""The rows of bench/vs_pytorch.py: each a function of a framework `t` that returns what is timed, the same text
under both imports."""

from __future__ import annotations

ROWS = {}  # name -> (function of the framework, ratio to reach)


class Plain:
    """What a side does to the tensors and models of a row: nothing, or (vs_pytorch.py) another layout, compiling."""

    @staticmethod
    def place(x, kernel=None):
        """A map that a row of one op is given, in the layout that the side prefers; `kernel`: of a convolution."""
        return x

    @staticmethod
    def weight(w):
        return w

    @staticmethod
    def images(x):
        """What a model is given: contiguous, unless the user says otherwise."""
        return x

    @staticmethod
    def model(model, x):
        return model


side = Plain  # set by the process that runs the rows


def row(name: str, target: float | None = None):
    """Registers a row."""

    def register(make):
        ROWS[name] = (make, target)
        return make

    return register


# -- what an interpreter pays for each call


@row("add 4x4", 3)
def tiny_add(t):
    a, b = t.ones(4, 4), t.ones(4, 4)
    return lambda: a + b


@row("add 4x4 with grad", 3)
def tiny_add_grad(t):
    a, b = t.ones(4, 4, requires_grad=True), t.ones(4, 4)
    return lambda: a + b


@row("100 adds forward + backward", 5)
def chain(t):
    a, b = t.ones(4, 4, requires_grad=True), t.ones(4, 4)

    def step():
        x = a
        for _ in range(100):
            x = x + b
        x.sum().backward()

    return step


@row("nn.Linear(4, 4) call", 3)
def linear_call(t):
    layer, x = t.nn.Linear(4, 4), t.ones(4, 4)
    return lambda: layer(x)


# -- single ops


def op(name, target, make):
    row(name, target)(make)


for n in (256, 512, 1024):
    op(f"matmul {n}", 1.15, lambda t, n=n: (lambda a, b: lambda: a @ b)(t.randn(n, n), t.randn(n, n)))
op("matmul 2048", 1.1, lambda t: (lambda a, b: lambda: a @ b)(t.randn(2048, 2048), t.randn(2048, 2048)))
op("matmul 512, b transposed", 1.15, lambda t: (lambda a, b: lambda: a @ b.t())(t.randn(512, 512), t.randn(512, 512)))
op("bmm 64 x 64x64x64", 1.15, lambda t: (lambda a, b: lambda: t.bmm(a, b))(t.randn(64, 64, 64), t.randn(64, 64, 64)))
op("linear 64x784 -> 256", 1.15,
   lambda t: (lambda x, w, b: lambda: t.nn.functional.linear(x, w, b))(t.randn(64, 784), t.randn(256, 784), t.randn(256)))


def conv(name, target, shape, weight, backward=False, **options):
    def make(t):
        x, w = side.place(t.randn(*shape), weight[2:]), side.weight(t.randn(*weight))
        f = t.nn.functional.conv1d if len(shape) == 3 else t.nn.functional.conv2d
        if not backward:
            return lambda: f(x, w, **options)
        x.requires_grad_()
        w.requires_grad_()
        g = side.place(t.ones_like(f(x, w, **options)), weight[2:])

        def step():
            x.grad = w.grad = None
            f(x, w, **options).backward(g)

        return step

    row(name, target)(make)


conv("conv 3x3, 64 ch 56x56, b8", 2.5, (8, 64, 56, 56), (64, 64, 3, 3), padding=1)
conv("conv 3x3, 64 ch 56x56, b8, forward+backward", 2.3, (8, 64, 56, 56), (64, 64, 3, 3), True, padding=1)
conv("conv 3x3, 256 ch 14x14, b8", 2.5, (8, 256, 14, 14), (256, 256, 3, 3), padding=1)
conv("conv 3x3, 256 ch 14x14, b8, forward+backward", 2.3, (8, 256, 14, 14), (256, 256, 3, 3), True, padding=1)
conv("conv 1x1, 256 ch 28x28, b8", 1.3, (8, 256, 28, 28), (256, 256, 1, 1))
conv("conv 3x3 stride 2, 64 ch 56x56, b8", 1.3, (8, 64, 56, 56), (128, 64, 3, 3), padding=1, stride=2)
conv("conv 5x5, 64 ch 28x28, b8", 1.3, (8, 64, 28, 28), (64, 64, 5, 5), padding=2)
conv("conv 3x3 in 8 groups, 128 ch 28x28, b8", 1.3, (8, 128, 28, 28), (128, 16, 3, 3), padding=1, groups=8)
conv("conv 7x7 stride 2, 3 ch 224x224, b4", 1.2, (4, 3, 224, 224), (64, 3, 7, 7), padding=3, stride=2)
conv("conv1d 5, 64 ch x 1024, b16", 1.3, (16, 64, 1024), (64, 64, 5), padding=2)
conv("conv depthwise 3x3, 128 ch 56x56, b8", 2, (8, 128, 56, 56), (128, 1, 3, 3), padding=1, groups=128)

BIG = (4096, 4096)
op("add 4096x4096", 3, lambda t: (lambda a, b: lambda: a + b)(t.randn(*BIG), t.randn(*BIG)))
op("gelu 4096x4096", 3, lambda t: (lambda a: lambda: t.nn.functional.gelu(a))(t.randn(*BIG)))
op("softmax 4096x4096", 3, lambda t: (lambda a: lambda: t.softmax(a, 1))(t.randn(*BIG)))
op("layer norm 4096x4096", 3, lambda t: (lambda a: lambda: t.nn.functional.layer_norm(a, (4096,)))(t.randn(*BIG)))
op("transpose copy 4096x4096", 3, lambda t: (lambda a: lambda: a.t().contiguous())(t.randn(*BIG)))
op("sum 4096x4096", 1, lambda t: (lambda a: lambda: a.sum())(t.randn(*BIG)))
op("sum 4096x4096, axis 1", 1, lambda t: (lambda a: lambda: a.sum(1))(t.randn(*BIG)))
op("sum 4096x4096, axis 0", 1.3, lambda t: (lambda a: lambda: a.sum(0))(t.randn(*BIG)))
op("max pool 2x2, 64 ch 112x112, b8", 3,
   lambda t: (lambda a: lambda: t.nn.functional.max_pool2d(a, 2))(side.place(t.randn(8, 64, 112, 112))))


# -- training steps


def training(t, model, x, y, make_optimizer):
    optimizer = make_optimizer(model.parameters())
    x = side.images(x)
    model = side.model(model, x)

    def step():
        optimizer.zero_grad()
        t.nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


@row("MLP 784-256-128-10 b64, SGD step", 2)
def mlp(t):
    nn = t.nn
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    return training(t, model, t.randn(64, 784), t.randint(0, 10, (64,)),
                    lambda p: t.optim.SGD(p, lr=0.01, momentum=0.9))


def make_lenet(t):
    nn = t.nn
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))


@row("LeNet b64, Adam step", 2)
def lenet(t):
    return training(t, make_lenet(t), t.randn(64, 1, 28, 28), t.randint(0, 10, (64,)),
                    lambda p: t.optim.Adam(p, lr=1e-3))


def make_resnet18(t, classes=10):
    """ResNet-18 for 32x32 pictures: a 3x3 stem, no pooling in front."""
    nn, F = t.nn, t.nn.functional

    class Block(nn.Module):
        def __init__(self, before, channels, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(before, channels, 3, stride=stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(channels)
            self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(channels)
            self.shortcut = nn.Sequential()
            if stride != 1 or before != channels:
                self.shortcut = nn.Sequential(nn.Conv2d(before, channels, 1, stride=stride, bias=False),
                                              nn.BatchNorm2d(channels))

        def forward(self, x):
            y = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64)
            blocks, before = [], 64
            for channels, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
                blocks += [Block(before, channels, stride), Block(channels, channels, 1)]
                before = channels
            self.blocks = nn.Sequential(*blocks)
            self.linear = nn.Linear(512, classes)

        def forward(self, x):
            x = self.blocks(F.relu(self.bn1(self.conv1(x))))
            return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))

    return ResNet()


@row("ResNet-18 32x32 b64, SGD step", 2)
def resnet18(t):
    return training(t, make_resnet18(t), t.randn(64, 3, 32, 32), t.randint(0, 10, (64,)),
                    lambda p: t.optim.SGD(p, lr=0.01, momentum=0.9))


def make_resnet50(t, classes=1000):
    """ResNet-50 for 224x224 pictures."""
    nn, F = t.nn, t.nn.functional

    class Bottleneck(nn.Module):
        def __init__(self, before, width, stride):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(before, width, 1, bias=False), nn.BatchNorm2d(width)
            self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(width)
            self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
            self.shortcut = nn.Sequential()
            if stride != 1 or before != 4 * width:
                self.shortcut = nn.Sequential(nn.Conv2d(before, 4 * width, 1, stride=stride, bias=False),
                                              nn.BatchNorm2d(4 * width))

        def forward(self, x):
            y = F.relu(self.bn1(self.conv1(x)))
            y = F.relu(self.bn2(self.conv2(y)))
            return F.relu(self.bn3(self.conv3(y)) + self.shortcut(x))

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64)
            blocks, before = [], 64
            for count, width, stride in ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)):
                for i in range(count):
                    blocks.append(Bottleneck(before, width, stride if i == 0 else 1))
                    before = 4 * width
            self.blocks = nn.Sequential(*blocks)
            self.linear = nn.Linear(before, classes)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, stride=2, padding=1)
            return self.linear(F.adaptive_avg_pool2d(self.blocks(x), 1).flatten(1))

    return ResNet()


@row("ResNet-50 224x224 b4, SGD step", 1.5)
def resnet50(t):
    return training(t, make_resnet50(t), t.randn(4, 3, 224, 224), t.randint(0, 1000, (4,)),
                    lambda p: t.optim.SGD(p, lr=0.01, momentum=0.9))


def in_bfloat16(t, loss_of, optimizer):
    def step():
        optimizer.zero_grad()
        with t.autocast("cpu", dtype=t.bfloat16):
            loss = loss_of()
        loss.backward()
        optimizer.step()

    return step


@row("ResNet-18 32x32 b64, bfloat16 autocast, SGD step")
def resnet18_bfloat16(t):
    x, y = side.images(t.randn(64, 3, 32, 32)), t.randint(0, 10, (64,))
    model = make_resnet18(t)
    optimizer = t.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    model = side.model(model, x)
    return in_bfloat16(t, lambda: t.nn.functional.cross_entropy(model(x), y), optimizer)


@row("transformer encoder, the same, bfloat16 autocast")
def transformer_bfloat16(t):
    x = t.randn(16, 128, 256)
    model = make_transformer(t)
    optimizer = t.optim.Adam(model.parameters(), lr=1e-4)
    model = side.model(model, x)
    return in_bfloat16(t, lambda: model(x).square().mean(), optimizer)


def recurrent(kind, target):
    @row(f"2-layer bidirectional {kind} h128 b32 t100, Adam step", target)
    def make(t):
        model = getattr(t.nn, kind)(64, 128, num_layers=2, bidirectional=True, batch_first=True)
        optimizer = t.optim.Adam(model.parameters(), lr=1e-3)
        x = t.randn(32, 100, 64)
        model = side.model(model, x)

        def step():
            optimizer.zero_grad()
            model(x)[0].square().mean().backward()
            optimizer.step()

        return step


recurrent("LSTM", 1.5)
recurrent("GRU", 1.5)


def make_transformer(t):
    layer = t.nn.TransformerEncoderLayer(256, 8, 1024, dropout=0.0, batch_first=True)
    return t.nn.TransformerEncoder(layer, 4)


@row("transformer encoder 4 layers d256 h8 t128 b16, Adam step", 1.25)
def transformer(t):
    model, x = make_transformer(t), t.randn(16, 128, 256)
    optimizer = t.optim.Adam(model.parameters(), lr=1e-4)
    model = side.model(model, x)

    def step():
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()

    return step


# -- inference


def inference(name, target, make_model, shape):
    @row(name, target)
    def make(t):
        x = side.images(t.randn(*shape))
        model = side.model(make_model(t).eval(), x)

        def step():
            with t.no_grad():
                model(x)

        return step


inference("ResNet-18 32x32 b1, inference", 1.8, make_resnet18, (1, 3, 32, 32))
inference("ResNet-18 32x32 b16, inference", 1.8, make_resnet18, (16, 3, 32, 32))
inference("ResNet-50 224x224 b1, inference", 1.4, make_resnet50, (1, 3, 224, 224))
inference("transformer t128 b1, inference", 1.3, make_transformer, (1, 128, 256))
inference("LeNet b1, inference", 2, make_lenet, (1, 1, 28, 28))
inference("MLP b1, inference", 2,
          lambda t: t.nn.Sequential(t.nn.Linear(784, 256), t.nn.ReLU(), t.nn.Linear(256, 10)), (1, 784))
