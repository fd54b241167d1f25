"""Errors begin with the name of the function that was called, whatever it is made of, and give its shapes."""

import re
import warnings

import pytest

import limpid
import limpid.autograd.functional
import limpid.linalg
import limpid.nn.functional as F
import limpid.special
from test_refusals import STATE

x = limpid.ones(2, 3)
other = limpid.ones(7)

MESSAGES = [
    (lambda: F.softmin(x, dim=7), r"softmin: axis 7 is out of range .* \[input \(2, 3\); in softmax\]"),
    (lambda: x.mode(7), r"mode: axis 7 is out of range .* \[input \(2, 3\); in sort\]"),
    (lambda: limpid.linalg.vecdot(x, other),
     r"vecdot: shapes .* \[x \(2, 3\), y \(7,\); in mul of input \(2, 3\), other \(7,\)\]"),
    (lambda: F.pdist(x.long()), r"pdist: .* \[input int64 \(2, 3\); in vector_norm of input int64 \(1, 3\)\]"),
    # made in the binding
    (lambda: limpid.addr(x, x, x), r"addr: mat1 must be a matrix.* \[input \(2, 3\), vec1 \(2, 3\), vec2 \(2, 3\); in addmm of"),
    (lambda: x.masked_fill(other.bool(), limpid.tensor(1.0)), r"masked_fill: .*; in where of condition \(7,\)"),
    (lambda: x.clamp(other), r"clamp: shapes .* \[input \(2, 3\), min \(7,\); in maximum of"),
    (lambda: limpid.tensor([x, other]), r"tensor: .* \[data 0 \(2, 3\), data 1 \(7,\); in stack of"),
    (lambda: x.size(9), r"size: axis 9 is out of range .* \[input \(2, 3\)\]"),
    # what names itself stays
    (lambda: x.mul(other), r"mul: shapes .* \[input \(2, 3\), other \(7,\)\]$"),
    (lambda: limpid.row_stack([x, other]), r"row_stack: .*; in vstack; in cat of"),
    (lambda: x.add_(other), r"add_: "),
    (lambda: limpid.nn.Linear(4, 5)(x), r"linear: "),
    # a tensor in the place of a number
    (lambda: x.renorm(2, x, 1), "renorm: dim must be an int, not Tensor"),
]


@pytest.mark.parametrize("call, text", MESSAGES, ids=[text[:30] for _, text in MESSAGES])
def test_messages(call, text):
    with pytest.raises((limpid.Error, TypeError)) as caught:
        call()
    assert re.match(text, str(caught.value)), str(caught.value)


def test_errors_of_functions_of_users_are_theirs():
    with pytest.raises(limpid.IndexError, match="^sort: "):
        limpid.autograd.functional.jacobian(lambda a: a.sort(8)[0], x)
    y = x.clone().requires_grad_()
    z = y * 2
    z.register_hook(lambda g: g.reshape(99))
    with pytest.raises(limpid.ShapeError, match="reshape: "):
        z.sum().backward()


def test_a_message_that_is_no_form_of_ours_is_kept():
    from limpid._callers import rename

    for text, expected in [("wrong", "f: wrong [a (1,)]"), ("g: it lies in [-2, 1]", "f: it lies in [-2, 1] [a (1,); in g]"),
                           ("f_: in place", "f_: in place"), ("two\nlines", "f: two\nlines [a (1,)]"),
                           ("g: no [a (1,); in h of b ()]", "f: no [a (1,); in g; in h of b ()]"), ("", "f:  [a (1,)]")]:
        error = limpid.ValueError(text)
        rename(error, "f", "a (1,)")
        assert str(error) == expected


WRONG = [(x, 9), (x, other), (other, x), (x, 0, other), (x.long(), other.long()), (limpid.ones(2, 1, 3, 1, 2, 1, 5),),
         (x, other, x), (x, x, other), ([x, other],), ([x, other], 9), (limpid.tensor(1.0), 3), (x > 0, other)]
BY_NAME = [{}, {"dim": 9}]
# What users call changes a state, a copy, or another library; what only says its type or its device.
SILENT = STATE | {"from_dlpack", "from_numpy", "as_tensor", "asarray", "is_storage"}


@pytest.mark.parametrize("place", [limpid, limpid.Tensor, F, limpid.linalg, limpid.special], ids=lambda p: p.__name__)
def test_every_function_names_itself(place):
    other_names, named = [], set()
    for name in sorted(vars(place)):
        function = getattr(place, name)
        if name.startswith("_") or name in SILENT or not callable(function) or isinstance(function, type):
            continue
        own = function.__name__.strip("_")
        for args in WRONG:
            for kwargs in BY_NAME:
                given = [a.clone() if isinstance(a, limpid.Tensor) else a for a in args]
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        function(*given, **kwargs)
                except limpid.Error as error:
                    named.add(name)
                    if not str(error).lower().startswith((f"{own}: ", f"{own}_: ")):
                        other_names.append(f"{name}: {error}")
                except Exception:  # noqa: BLE001  of types: test_refusals.py
                    pass
    assert not other_names, "\n".join(other_names[:40])
    assert len(named) > {"limpid.linalg": 5, "limpid.special": 5}.get(place.__name__, 40)
