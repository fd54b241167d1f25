"""Ordinary mistakes (mistakes.txt): where PyTorch refuses, limpid refuses, with an error that a PyTorch script would
catch. What differs on purpose is listed here, and nothing else may."""

import copy
import warnings
from pathlib import Path

import numpy as np
import pytest

import limpid
import limpid.distributions
import limpid.linalg

torch = pytest.importorskip("torch")

MISTAKES = [line for line in (Path(__file__).parent / "mistakes.txt").read_text().splitlines()
            if line and not line.startswith("#")]

# limpid gives a result, or says earlier, or in another class of error, what is wrong.
ON_PURPOSE = {
    "is taken: one number where PyTorch wants a tuple": [
        "torch.full(2, 1.)", "F.layer_norm(x, 3)", "nn.Conv2d(3, 4, (3,))(m)"],
    "is taken: numbers for an index or an element": [
        "x[::-1]", "x.__setitem__(0, [1., 2., 3.])", "x.__setitem__(slice(None), np.ones((2, 3), 'float32'))"],
    "is taken: a part of nothing, a padding of any axes, memory that need not be pinned": [
        "F.pad(x, (1, 1), mode='reflect', value=1.)", "F.pad(x, (1, 1, 1, 1), mode='replicate')",
        "torch.ones(2, pin_memory=True)", "nn.LazyLinear(2).weight.shape", "torch.amp.autocast()"],
    "gives back what it was given": ["torch.jit.script(3)"],
    "is refused at once, not when it is used, or not at all": [
        "nn.Linear(3, 2, bias='a')", "nn.Conv2d(3, 4, 0)", "nn.Conv2d(3, 4, 3, stride=0)", "nn.Conv2d(3, 4, 3, padding=-1)",
        "nn.Conv2d(3, 4, 3, dilation=0)", "nn.Conv2d(3, 4, (3, 3, 3))", "nn.MaxPool2d('a')", "nn.EmbeddingBag(3, 2, mode='nope')",
        "nn.RNNCell(3, 4, nonlinearity='nope')", "nn.Flatten('a')", "optim.SGD([{'params': [w], 'lr': -1}], lr=.1)",
        "optim.Adam([w], amsgrad='a')", "sched.StepLR(optim.SGD([w], lr=.1), 'a')", "data.DataLoader(3)",
        "torch.amp.GradScaler(init_scale='a')", "torch.manual_seed(1.5)"],
    "is a mistake that PyTorch warns of": [
        "F.mse_loss(x, torch.ones(3))", "torch.exp(x, out=torch.empty(5))", "optim.SGD([w, w], lr=.1)", "x[[0.5]]"],
    "is a TypeError, since a type is wrong": [
        "torch.tensor(1, device='nowhere')", "torch.Generator('nope')", "setattr(x, 'requires_grad', 'a')",
        "torch.manual_seed('a')", "torch.set_num_threads('a')", "torch.load(3)", "nn.Parameter('a')", "nn.Parameter(3)",
        "nn.Parameter([1., 2.])",
        "nn.LSTM(3, 4, dropout='a')", "nn.LSTM(3, 4)(torch.ones(2, 2, 3), torch.ones(1, 2, 4))", "nn.GRU(3, 4, proj_size=2)",
        "F.softmax('a', 0)", "F.normalize('a')",
        "F.mse_loss(x, 1.)", "F.mse_loss(x, None)", "F.l1_loss(x, x, reduction=None)", "nn.init.normal_('a')",
        "nn.utils.clip_grad_norm_(x, 'a')", "nn.utils.clip_grad_value_(nangrad(), 'a')", "nn.utils.rnn.pad_sequence(3)", "nn.utils.rnn.pad_packed_sequence(x)",
        "optim.Adam([w]).load_state_dict(3)", "wrongback(w).sum().backward()", "nn.GRU(3, 4)(torch.ones(2, 2, 3).double())"],
    "is a ValueError and a RuntimeError": [
        "x.__setitem__(0, [1., 2.])", "x.__setitem__(slice(None), np.ones(4))", "x.index_copy(0, torch.tensor([0]), torch.ones(2))",
        "nn.GroupNorm(0, 3)", "nn.Upsample(scale_factor=2, mode='nope')(m)", "nn.Upsample(scale_factor=2, mode='linear')(m)",
        "nn.Upsample(scale_factor=2, mode='bilinear')(x)", "F.interpolate(x, 2)", "F.pad(x, 1)", "F.pad(x, (1, 1), mode='nope')",
        "F.pad(m, (9, 9), mode='circular')", "F.affine_grid(torch.ones(1, 2, 3), (1, 3))", "F.unfold(x, 2)",
        "optim.Adam([w], betas=(.9,))", "torch.movedim(x, (0, 1), 0)"],
    "is another error of Python's": ["nn.ParameterDict({'a': 3})['b']", "torch.cuda.set_device(0)"],
}
KNOWN = {line for lines in ON_PURPOSE.values() for line in lines}


def world(library):
    """The names that mistakes.txt uses."""
    torch, nn, data = library, library.nn, library.utils.data
    optim, sched = library.optim, library.optim.lr_scheduler
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    w = x.clone().requires_grad_()

    def twice(w):
        y = (w * w).sum()
        y.backward()
        y.backward()

    def changed(w):
        a = w * 1.0
        y = (a * a).sum()
        a.mul_(2)
        y.backward()

    def without_init(attribute):
        class M(nn.Module):
            def __init__(self):
                self.a = attribute

        return M()

    def nangrad():
        p = torch.ones(2, requires_grad=True)
        p.grad = torch.tensor([1.0, float("nan")])
        return [p]

    def past_the_end():
        schedule = sched.OneCycleLR(optim.SGD([w], lr=0.1), 0.1, total_steps=3)
        for _ in range(9):
            schedule.optimizer.step()
            schedule.step()

    class Stream(data.IterableDataset):
        def __iter__(self):
            return iter([1, 2])

    def function(backward, forward=lambda ctx, x: x * 2):
        body = {"forward": staticmethod(forward), "backward": staticmethod(backward)} if backward else {}
        return type("Made", (torch.autograd.Function,), body).apply

    return dict(
        torch=torch, nn=nn, F=nn.functional, optim=optim, sched=sched, data=data, np=np, copy=copy, x=x, w=w,
        v=torch.tensor([1.0, 2.0], requires_grad=True), i=torch.tensor([1, 2]), b=torch.tensor([True, False]),
        m=torch.ones(1, 3, 4, 4), s=torch.ones(1, 3, 8), bb=torch.ones(1, 3, 4, 4, 4), twice=twice, changed=changed, noinit=lambda: without_init(nn.Linear(2, 2)),
        noinit2=lambda: without_init(nn.Parameter(torch.ones(2))), nangrad=nangrad, past_the_end=past_the_end, stream=Stream,
        nofwd=lambda x: function(None)(x), wrongback=function(lambda ctx, g: "a"), wrongshape=function(lambda ctx, g: torch.ones(7)),
        toomany=function(lambda ctx, g: (g, g, g)),
        savedict=function(lambda ctx, g: g, lambda ctx, x: (ctx.save_for_backward({1: x}), x * 2)[1]))


def refusal(library, line):
    """The class of the error; None: there is none."""
    try:
        eval(line, world(library))
    except Exception as error:
        return type(error)
    return None


def catches(theirs, ours):
    """Whether `except theirs`, with what Python knows of it, would catch ours."""
    builtin = next(kind for kind in theirs.__mro__ if kind.__module__ == "builtins")
    return issubclass(ours, builtin)


def test_mistakes_are_refused_as_in_pytorch():
    differ = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for line in MISTAKES:
            theirs, ours = refusal(torch, line), refusal(limpid, line)
            if theirs is None and ours is None or theirs and ours and catches(theirs, ours):
                continue
            differ[line] = f"{theirs and theirs.__name__} in PyTorch, {ours and ours.__name__} here"
    assert {line: text for line, text in differ.items() if line not in KNOWN} == {}
    assert KNOWN - set(differ) == set()  # those are the same by now


def test_the_bases_of_errors():
    assert issubclass(limpid.DTypeError, NotImplementedError) and issubclass(limpid.DTypeError, TypeError)
    with pytest.raises(NotImplementedError):
        limpid.tensor([1, 2]).softmax(0)
    with pytest.raises(AssertionError, match="this build of limpid has no CUDA"):
        limpid.ones(2).cuda()
    with pytest.raises(AssertionError, match="embed_dim 5 must be a multiple of num_heads 2") as caught:
        limpid.nn.MultiheadAttention(5, 2)
    assert isinstance(caught.value, limpid.ValueError) and type(caught.value).__name__ == "ValueError"


@pytest.mark.parametrize("difference", [
    lambda x: x - True, lambda x: True - x, lambda x: x.sub(True), lambda x: x.__isub__(True), lambda x: x - (x > 0)],
    ids=["x - True", "True - x", "sub", "x -= True", "x - mask"])
def test_bools_are_not_subtracted(difference):
    for library in (torch, limpid):
        with pytest.raises(RuntimeError):
            difference(library.ones(2))
