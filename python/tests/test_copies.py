"""Pickles and copies of tensors."""

import copy
import pickle

import pytest

import limpid

torch = pytest.importorskip("torch")

DTYPES = ["float16", "bfloat16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", DTYPES)
def test_pickle(dtype, protocol):
    for x in (limpid.tensor([[0, 1, 1], [1, 0, 1]]).to(getattr(limpid, dtype)).t(), limpid.zeros(0, 2).to(getattr(limpid, dtype)),
              limpid.tensor(1).to(getattr(limpid, dtype))):
        again = pickle.loads(pickle.dumps(x, protocol=protocol))
        assert type(again) is limpid.Tensor and again.dtype is x.dtype and again.shape == x.shape
        assert again.tolist() == x.tolist() and not again.requires_grad
        again.fill_(1)  # memory of its own, and writable
        assert x.tolist() != again.tolist() or x.dim() == 0 or not x.numel()


class Named(limpid.Tensor):
    pass


def test_pickles_keep_class_attributes_and_requires_grad():
    pytest.importorskip("limpid.nn.parameter")
    p = limpid.Parameter(limpid.ones(2), requires_grad=False)
    p.note = "kept"
    x = limpid.ones(2, requires_grad=True)
    named = Named([1.0, 2.0])
    p2, x2, x3, named2 = pickle.loads(pickle.dumps([p, x, x, named]))
    assert isinstance(p2, limpid.Parameter) and p2.note == "kept" and not p2.requires_grad
    assert x2 is x3 and x2.requires_grad and x2.is_leaf
    assert type(named2) is Named and named2.tolist() == [1, 2]
    for value in (limpid.float32, limpid.Size([1, 2]), limpid.device("cpu"), limpid.channels_last):
        assert pickle.loads(pickle.dumps(value)) == value


def test_copy_shares_and_deepcopy_does_not():
    def run(lib):
        parameter = lib.nn.Parameter if lib is torch else lib.Parameter
        x = lib.tensor([1.0, 2.0], requires_grad=True)
        x.grad = lib.tensor([5.0, 6.0])
        p = parameter(lib.ones(2))
        tied = [p, p, x]
        deep = copy.deepcopy(tied)
        shallow = copy.copy(x)
        with lib.no_grad():
            shallow.add_(1)
            deep[2].add_(10)
        return [type(deep[0]).__name__, deep[0] is deep[1], deep[0] is p, deep[0].requires_grad, deep[2].grad.tolist(),
                x.tolist(), shallow.tolist(), deep[2].tolist(), shallow.requires_grad, deep[2].is_leaf]

    assert run(limpid) == run(torch)
    for lib in (limpid, torch):
        with pytest.raises(RuntimeError):
            copy.deepcopy(lib.ones(1, requires_grad=True) * 2)
    x = limpid.ones(1)
    x.note = ["a"]
    deep, shallow = copy.deepcopy(x), copy.copy(x)
    assert deep.note == ["a"] and deep.note is not x.note and shallow.note is x.note
    x.me = x
    deep = copy.deepcopy(x)
    assert deep.me is deep
