"""Messages of the C++ library give advice in Python's words, and wrong arguments are refused with what was wrong."""

import re
from pathlib import Path

import pytest

import limpid
import limpid.nn.functional as F

MESSAGES = [
    (lambda: F.batch_norm(limpid.ones(2, 3), None, None, training=False),
     "evaluation (training=False) needs running_mean and running_var"),
    (lambda: limpid.ones(2, 3).masked_fill(limpid.ones(2, 3).long(), 0), "convert it with .to(limpid.bool), or compare"),
    (lambda: F.one_hot(limpid.ones(2)), "convert them with .to(limpid.int64)"),
    (lambda: F.mse_loss(limpid.ones(2).long(), limpid.ones(2).long()), "convert it with .to(limpid.float32)"),
    (lambda: limpid.ones(2).requires_grad_().exp().requires_grad_(False), "requires_grad_(False)"),
    (lambda: F.instance_norm(limpid.ones(2, 3, 4), use_input_stats=False),
     "use_input_stats=False needs running_mean and running_var"),
    (lambda: limpid.ones(3).long().requires_grad_(), "convert it with .to(limpid.float32) first"),
    (lambda: limpid.ones(2).long().mean(), "convert it with .to(limpid.float32)"),
    (lambda: limpid.where(limpid.ones(2), 1, 2), "must be bool; compare it, as in c != 0"),
    (lambda: limpid.autograd.grad(limpid.ones(2, requires_grad=True).sum(), limpid.ones(2, requires_grad=True)),
     "pass allow_unused=True to get None for it"),
    (lambda: bool(limpid.ones(2)), "Boolean value of Tensor with more than one value is ambiguous"),
    (lambda: bool(limpid.ones(0)), "Boolean value of Tensor with no values is ambiguous"),
    (lambda: limpid.nn.LSTM(2, 3)(limpid.ones(4, 1, 2).double()),
     "LSTM: input is float64 but its weights are float32; convert the input with .to(limpid.float32)"),
    (lambda: limpid.ones(2).char().clamp(max=300), "300"),
    (lambda: limpid.ones(3)[limpid.ones(2)], "must be integer or bool, not float32; convert it with .to(limpid.int64)"),
]


@pytest.mark.parametrize("call, text", MESSAGES, ids=[text for _, text in MESSAGES])
def test_advice_is_python(call, text):
    with pytest.raises((RuntimeError, ValueError, TypeError)) as caught:
        call()
    message = str(caught.value)
    assert text in message
    assert not re.search(r"DType::|= (true|false)\b|\((true|false)\)|\{\.|std::|nullopt", message)


CPP = r"DType::|= (true|false)\b|\((true|false)\)|\{\.|std::|nullopt|undefined|\.to\((float|int|uint|bool|bfloat)|" \
      r"\b(eq|ne|lt|le|gt|ge)\("


def texts_of_the_library():
    """Every text in the sources that may become part of a message."""
    root = Path(__file__).resolve().parents[2] / "limpid"
    for room in ("core", "tensor", "autograd", "op", "ops", "nn", "optim", "io", "data"):
        for path in sorted((root / room).rglob("*.cpp")):
            if path.name.endswith("_cases.cpp"):
                continue
            code = re.sub(r"//[^\n]*|#include[^\n]*|'\"'", "", path.read_text())
            for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"', re.sub(r'"\s*\n\s*"', "", code)):
                yield path, text.replace('\\"', '"')


def test_all_texts_of_the_library_become_python():
    left = [f"{path.name}: {text}" for path, text in texts_of_the_library()
            if re.search(CPP, limpid._C._in_python(text))]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("cpp, python", [
    ("as in ne(c, 0)", "as in c != 0"),
    ("ge(arange(L).unsqueeze(1), arange(S))", "arange(L).unsqueeze(1) >= arange(S)"),
    ("no change(x, 1) here", "no change(x, 1) here"),
    ("call f({.dim = 1, .keepdim = true})", "call f(dim=1, keepdim=True)"),
    (".to(DType::bf16) or .to(int64)", ".to(limpid.bfloat16) or .to(limpid.int64)"),
])
def test_advice_in_words_of_python(cpp, python):
    assert limpid._C._in_python(cpp) == python


def test_braces_of_users_stay():
    """Only options of C++ are changed, not texts that look like them by half."""
    with pytest.raises(limpid.ValueError, match=re.escape("'{x'")):
        limpid.div(limpid.ones(1), 2, rounding_mode="{x")


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad", "ASGD", "Adafactor"])
def test_rates_are_numbers(name):
    p = limpid.nn.Parameter(limpid.ones(2))
    with pytest.raises(TypeError, match=f"{name}: lr must be a number, not str"):
        getattr(limpid.optim, name)([p], lr="a")
    with pytest.raises(ValueError):
        getattr(limpid.optim, name)([p], lr=-1.0)


def test_counts_that_nobody_can_list():
    with pytest.raises(ValueError, match="1099511627776 parts of dimension 0 of size 3 are too many"):
        limpid.ones(3).tensor_split(2 ** 40)
    with pytest.raises(ValueError, match="all ways to choose 1099511627776 of 3 elements are too many to list"):
        limpid.combinations(limpid.ones(3), 2 ** 40, with_replacement=True)
    with pytest.raises(ValueError, match="too many to list"):
        limpid.combinations(limpid.ones(300), 100)
    assert limpid.combinations(limpid.ones(3), 2 ** 40).shape == (0, 2 ** 40)
    assert len(limpid.ones(3).tensor_split(5)) == 5


@pytest.mark.parametrize("reshape", ["x.unsqueeze_(0)", "x.t_()", "x.squeeze_(0)"])
@pytest.mark.parametrize("change", ["view.add_(1)", "x.add_(1); view.sum().backward()"])
def test_views_of_a_base_that_got_another_shape(reshape, change):
    """The record could not say any more which part of the base they are."""
    def start():
        leaf = limpid.arange(9.0).reshape(1, 9) if "x.squeeze_(0)" in reshape else limpid.arange(9.0).reshape(3, 3)
        x = leaf.requires_grad_() * 1
        return {"x": x, "view": x[:, 1:2]}

    names = start()
    exec(reshape, names)
    assert names["view"].shape == start()["view"].shape  # reading is no harm
    names["view"].sum().backward()
    names = start()
    exec(reshape, names)
    with pytest.raises(limpid.GraphError, match="was made before its base got the shape"):
        exec(change, names)
    names = start()
    with limpid.no_grad():
        exec(reshape, names)
        names["view"].add_(1)


@pytest.mark.parametrize("module, name, words", [
    (limpid.fft, "fft", "needs complex numbers, which limpid has not. numpy.fft transforms x.numpy()"),
    (limpid.fft, "irfft2", "multiply by matrices of cosines and sines"),
    (limpid, "stft", "a Fourier transform needs complex numbers"),
    (limpid, "complex64", "keep real and imaginary parts as two tensors"),
    (limpid, "det", "numpy.linalg has them for x.numpy()"),
    (limpid, "distributed", "limpid computes in one process"), (limpid, "onnx", "save(model.state_dict())"),
    (limpid.linalg, "solve_triangular", "decompositions of matrices are not there yet"),
    (limpid, "sparse_coo_tensor", "limpid's tensors are dense"),
])
def test_names_that_are_not_there_say_why(module, name, words):
    assert not hasattr(module, name)
    with pytest.raises(AttributeError) as caught:
        getattr(module, name)
    assert str(caught.value).startswith(f"module '{module.__name__}' has no attribute '{name}': ")
    assert words in str(caught.value)


def test_other_names_that_are_not_there_say_no_more():
    for module in (limpid, limpid.fft, limpid.linalg):
        with pytest.raises(AttributeError, match="has no attribute 'no_such_name'$") as caught:
            module.no_such_name
        assert caught.value.name == "no_such_name" and caught.value.obj is module
