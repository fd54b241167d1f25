"""Every layer that is a loss against PyTorch's: results, gradients, printing, and weights as buffers."""

import numpy as np
import pytest

import limpid
from nn_cases import arrays, close, torch

X = (6, 4)
LOSSES = [
    ("CrossEntropyLoss", {}, "classes"),
    ("CrossEntropyLoss", {"label_smoothing": 0.1, "ignore_index": 1, "reduction": "sum"}, "classes"),
    ("CrossEntropyLoss", {"weight": [0.5, 1, 2, 3], "reduction": "none"}, "classes"),
    ("NLLLoss", {"weight": [0.5, 1, 2, 3]}, "classes"),
    ("MultiMarginLoss", {"margin": 0.5}, "classes"),
    ("BCELoss", {}, "probabilities"),
    ("BCEWithLogitsLoss", {"pos_weight": [0.5, 1, 2, 3]}, "targets"),
    ("MSELoss", {}, "numbers"),
    ("MSELoss", {"reduction": "none"}, "numbers"),
    ("L1Loss", {"reduction": "sum"}, "numbers"),
    ("SmoothL1Loss", {"beta": 0.5}, "numbers"),
    ("HuberLoss", {"delta": 0.5}, "numbers"),
    ("KLDivLoss", {"reduction": "batchmean"}, "targets"),
    ("PoissonNLLLoss", {"full": True}, "counts"),
    ("HingeEmbeddingLoss", {}, "signs"),
    ("SoftMarginLoss", {}, "signs"),
    ("MultiLabelMarginLoss", {}, "labels"),
    ("MultiLabelSoftMarginLoss", {"reduction": "none"}, "targets"),
    ("MultiLabelSoftMarginLoss", {"weight": [0.5, 1, 2, 3]}, "targets"),
    ("TripletMarginWithDistanceLoss", {"swap": True}, "three"),
    ("GaussianNLLLoss", {"full": True}, "three"),
    ("MarginRankingLoss", {"margin": 0.1}, "ranks"),
    ("TripletMarginLoss", {"swap": True}, "three"),
    ("CosineEmbeddingLoss", {"margin": 0.1}, "pairs"),
]


def loss_inputs(kind):
    x, y, z = arrays(X, X, X, seed=4)
    signs = np.sign(y).astype("float32")
    return {
        "classes": [x, np.array([0, 3, 1, 2, 1, 0])],
        "labels": [x, np.array([[0, 3, -1, 1], [2, -1, 0, 0], [-1, 0, 0, 0]] * 2)],
        "probabilities": [1 / (1 + np.exp(-x)), (y > 0).astype("float32")],
        "targets": [x, (y > 0).astype("float32")],
        "numbers": [x, y],
        "counts": [x, np.abs(np.round(y * 3))],
        "signs": [x, signs],
        "three": [x, y, np.abs(z) + 0.1],
        "ranks": [x, y, signs],
        "pairs": [x, y, signs[:, 0]],
    }[kind]


@pytest.mark.parametrize("name, options, kind", LOSSES, ids=str)
def test_losses(name, options, kind):
    ours = {k: limpid.tensor(v) if k.endswith("weight") else v for k, v in options.items()}
    theirs = {k: torch.tensor(v, dtype=torch.float32) if k.endswith("weight") else v
              for k, v in options.items()}
    ours = {k: v.float() if k.endswith("weight") else v for k, v in ours.items()}
    a, b = getattr(limpid.nn, name)(**ours), getattr(torch.nn, name)(**theirs)
    assert repr(a) == repr(b)
    got, wanted = [], []
    for module, library, out in ((a, limpid, got), (b, torch, wanted)):
        first, *others = (library.tensor(value) for value in loss_inputs(kind))
        first.requires_grad_()
        loss = module(first, *others)
        loss.sum().backward()
        out += [loss, first.grad]
    close(got[0], wanted[0])
    close(got[1], wanted[1])


def test_ctc_loss():
    x, = arrays((6, 2, 5))
    got = []
    for library in (limpid, torch):
        scores = library.tensor(x).requires_grad_()
        targets = library.tensor([[1, 2, 4], [3, 3, 0]])
        loss = library.nn.CTCLoss()(scores.log_softmax(2), targets, (6, 5), (3, 2))
        loss.backward()
        got.append((loss, scores.grad))
    close(got[0][0], got[1][0])
    close(got[0][1], got[1][1])


def test_loss_weights_are_buffers():
    loss = limpid.nn.CrossEntropyLoss(limpid.tensor([1.0, 2.0]))
    assert list(loss.state_dict()) == ["weight"]
    x, y = limpid.tensor([[0.0, 0.0], [0.0, 3.0]]), limpid.tensor([0, 1])
    before = loss(x, y).item()
    loss.weight = limpid.tensor([5.0, 1.0])
    assert loss(x, y).item() != before
    loss.reduction = "none"
    assert loss(x, y).shape == (2,)
    assert loss.double()(x.double(), y).dtype == limpid.float64
