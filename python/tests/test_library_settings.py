"""How tensors are printed, and what scripts ask about the library: limits of types, random state, memory formats, the runtime."""

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")


# -- text


def test_format():
    def run(lib):
        x = lib.tensor(3.14159)
        return [f"{x:.2f}", f"{lib.tensor(5):03d}", f"{x}"[:4], "{:>8.1f}".format(x), f"{lib.tensor(True)}"]

    assert run(limpid) == run(torch)
    for lib in (limpid, torch):
        assert f"{lib.ones(2)}" == "tensor([1., 1.])"
        with pytest.raises(TypeError):
            f"{lib.ones(2):.2f}"


def test_printoptions():
    x = [[1.23456789, 2e-5], [3.0, 1000.0]]
    try:
        for options in ({"precision": 2}, {"precision": 8}, {"sci_mode": True}, {"sci_mode": False}, {"threshold": 3, "edgeitems": 1},
                        {"linewidth": 20}, {"profile": "short"}, {"profile": "full"}, {"profile": "default"},
                        {"threshold": float("inf")}):
            for lib in (limpid, torch):
                lib.set_printoptions(profile="default")
                lib.set_printoptions(**options)
            for values in (x, list(range(30)), [0.5] * 1200):
                assert repr(limpid.tensor(values)) == repr(torch.tensor(values)), options
    finally:
        limpid.set_printoptions(profile="default")
        torch.set_printoptions(profile="default")
    with pytest.raises(ValueError):
        limpid.set_printoptions(precision=-1)
    with pytest.raises(ValueError):
        limpid.set_printoptions(profile="long")


# -- what scripts ask about the library


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "float64"])
def test_finfo(name):
    ours, theirs = limpid.finfo(getattr(limpid, name)), torch.finfo(getattr(torch, name))
    for field in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution", "dtype"):
        assert getattr(ours, field) == getattr(theirs, field), field
    assert limpid.finfo().dtype == "float32"
    with pytest.raises(TypeError):
        limpid.iinfo(getattr(limpid, name))


@pytest.mark.parametrize("name", ["uint8", "int8", "int16", "int32", "int64"])
def test_iinfo(name):
    ours, theirs = limpid.iinfo(getattr(limpid, name)), torch.iinfo(getattr(torch, name))
    for field in ("bits", "max", "min", "dtype"):
        assert getattr(ours, field) == getattr(theirs, field), field
    assert repr(ours) == repr(theirs)
    with pytest.raises(TypeError):
        limpid.finfo(getattr(limpid, name))


def test_limits_of_types_of_python():
    for lib in (limpid, torch):
        assert lib.finfo(float).dtype == "float64" and lib.iinfo(int).dtype == "int64"
        for wrong in (lambda: lib.iinfo(bool), lambda: lib.iinfo(float), lambda: lib.finfo(int), lambda: lib.finfo(str)):
            with pytest.raises(TypeError):
                wrong()


def test_random_state():
    def draws():
        return limpid.rand(3).tolist(), limpid.randn(2).tolist(), limpid.randperm(5).tolist(), limpid.randint(9, (3,)).tolist()

    generator = limpid.manual_seed(3)
    assert generator is limpid.default_generator and limpid.initial_seed() == 3 == generator.initial_seed()
    state = limpid.get_rng_state()
    first = draws()
    assert draws() != first
    limpid.set_rng_state(state)
    assert draws() == first
    limpid.manual_seed(3)
    assert draws() == first
    own = limpid.Generator().manual_seed(5)
    saved = own.get_state()
    a = limpid.rand(4, generator=own), limpid.randn(2, generator=own), limpid.empty(2).normal_(generator=own)
    own.set_state(saved)
    b = limpid.rand(4, generator=own), limpid.randn(2, generator=own), limpid.empty(2).normal_(generator=own)
    assert [x.tolist() for x in a] == [x.tolist() for x in b]
    assert isinstance(own.seed(), int) and own.device == limpid.device("cpu")
    assert limpid.get_rng_state().dtype is limpid.uint8
    with pytest.raises(ValueError):
        own.set_state(limpid.zeros(3))


def test_random_numbers_have_the_right_distribution():
    limpid.manual_seed(0)
    n = 20_000
    weights = limpid.tensor([1.0, 0.0, 3.0])
    for drawn in (limpid.multinomial(weights, n, replacement=True),
                  limpid.tensor([limpid.multinomial(weights, 1).item() for _ in range(2000)])):
        counts = np.bincount(drawn.numpy(), minlength=3) / len(drawn)
        np.testing.assert_allclose(counts, [0.25, 0, 0.75], atol=0.04)
    assert sorted(limpid.multinomial(limpid.ones(6), 6).tolist()) == list(range(6))
    assert limpid.multinomial(limpid.ones(2, 4), 3).shape == (2, 3)
    assert abs(limpid.bernoulli(limpid.full((n,), 0.3)).mean().item() - 0.3) < 0.02
    assert abs(limpid.empty(n).bernoulli_(0.7).mean().item() - 0.7) < 0.02
    assert abs(limpid.empty(n).exponential_(2.0).mean().item() - 0.5) < 0.02
    x = limpid.normal(5.0, 2.0, (n,))
    assert abs(x.mean().item() - 5) < 0.06 and abs(x.std().item() - 2) < 0.05
    assert limpid.normal(limpid.zeros(3, 1), limpid.ones(2)).shape == (3, 2)
    u = limpid.empty(n).uniform_(-1, 3)
    assert u.min().item() >= -1 and u.max().item() < 3 and abs(u.mean().item() - 1) < 0.04
    r = limpid.empty(n, dtype=limpid.int64).random_(2, 5)
    assert set(r.tolist()) == {2, 3, 4} and set(limpid.randint_like(r, 3).tolist()) == {0, 1, 2}
    for bad in (lambda lib: lib.multinomial(lib.tensor([-1.0, 2.0]), 1), lambda lib: lib.multinomial(lib.ones(2), 3),
                lambda lib: lib.bernoulli(lib.tensor([1.5])), lambda lib: lib.empty(2).exponential_(-1.0),
                lambda lib: lib.multinomial(lib.zeros(2), 1)):
        for lib in (limpid, torch):
            with pytest.raises(RuntimeError):
                bad(lib)
    with pytest.raises(RuntimeError):
        limpid.ones(2, requires_grad=True).uniform_()


def test_forms_of_randint_and_sizes():
    for lib in (limpid, torch):
        for x in (lib.randint(5, (3,)), lib.randint(5, size=(3,)), lib.randint(0, 5, (3,)), lib.randint(0, 5, size=(3,)),
                  lib.randint(low=0, high=5, size=(3,)), lib.randint(high=5, size=(3,))):
            assert x.shape == (3,) and x.dtype == lib.int64 and 0 <= x.min().item() <= x.max().item() < 5
        assert lib.randint(-3, 0, (50,)).max().item() < 0
        assert lib.randint(2, (2,), dtype=lib.float32).dtype == lib.float32
        for bad in (lambda: lib.randint(5), lambda: lib.randint(0, 5), lambda: lib.randint("a", (2,))):
            with pytest.raises(TypeError):
                bad()
        with pytest.raises(RuntimeError):
            lib.randint(5, 5, (2,))
        assert lib.rand(()).shape == () and lib.randn(2, 3).shape == lib.rand((2, 3)).shape == lib.rand(size=(2, 3)).shape


def test_memory_formats():
    def run(lib):
        x = lib.ones(2, 3, 4, 5)
        y = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
        return [x.is_contiguous(), y.is_contiguous()] + [
            t.is_contiguous(memory_format=f) for t in (x, y) for f in (lib.contiguous_format, lib.channels_last)]

    assert run(limpid) == run(torch)


def test_runtime():
    assert isinstance(limpid.__version__, str) and limpid.__version__[0].isdigit()
    before = limpid.get_num_threads()
    limpid.set_num_threads(1)
    assert limpid.get_num_threads() == 1
    limpid.set_num_threads(before)
    with pytest.raises(RuntimeError):
        limpid.set_num_threads(0)
    stats = limpid.memory_stats()
    kept = limpid.ones(1 << 20)
    assert limpid.memory_stats()["in_use"] >= stats["in_use"] + 4 * kept.numel()
    assert "in use" in limpid.memory_summary().lower()
    assert not limpid.cuda.is_available() and limpid.cuda.device_count() == 0 and not limpid.backends.mps.is_available()
    limpid.backends.cudnn.benchmark = True
    limpid.cuda.manual_seed_all(3)
    with pytest.raises(RuntimeError):
        limpid.cuda.synchronize()
    assert limpid.get_default_dtype() is limpid.float32
    limpid.set_default_dtype(limpid.float32)
    with pytest.raises(TypeError):
        limpid.set_default_dtype(limpid.float64)
    x = limpid.ones(1, 2, 3, 3)
    assert x.to(memory_format=limpid.channels_last).tolist() == x.tolist()
    assert x.contiguous(memory_format=limpid.contiguous_format) is not None
    limpid.use_deterministic_algorithms(True)
    limpid.set_float32_matmul_precision("high")
    assert limpid.get_float32_matmul_precision() == "high"
