"""Memory shared with NumPy and PyTorch, copies, pickles, formats."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")

DTYPES = ["float16", "bfloat16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]
OF_NUMPY = [d for d in DTYPES if d != "bfloat16"]


def array_of(dtype):
    return np.arange(6).reshape(2, 3).astype(dtype)


# -- NumPy


@pytest.mark.parametrize("dtype", OF_NUMPY)
def test_numpy_shares_memory_both_ways(dtype):
    array = array_of(dtype)
    tensor = limpid.from_numpy(array)
    assert str(tensor.dtype) == f"limpid.{dtype}" and tensor.tolist() == array.tolist()
    array[0, 1] = 0
    tensor[1, 2] = 1
    assert tensor[0, 1].item() == 0 and array[1, 2] == 1
    back = tensor.numpy()
    assert back.dtype == array.dtype
    back[0, 0] = 1
    assert array[0, 0] == 1
    assert np.shares_memory(np.asarray(tensor), array)
    assert np.array(tensor).tolist() == array.tolist()
    assert np.asarray(tensor, dtype="float64").dtype == np.float64


def test_layouts_of_arrays():
    base = np.arange(24.0).reshape(2, 3, 4)
    for array in (base.transpose(2, 0, 1), base[:, ::2], base[::-1, :, ::-2], base[1, 1, 1:2], base[0, 0, 0:0],
                  np.broadcast_to(base[:, :1], (2, 5, 4)).copy(), np.array(3.0), base[..., None]):
        tensor = limpid.from_numpy(array)
        assert tuple(tensor.shape) == array.shape and tensor.tolist() == array.tolist()
        assert tensor.numpy().tolist() == array.tolist()
        for size, ours, theirs in zip(array.shape, tensor.stride(), array.strides):
            assert ours * 8 == theirs or size < 2
    view = limpid.arange(12).reshape(3, 4).t()[1:, ::2]
    assert view.numpy().tolist() == view.tolist() and view.numpy().base is not None


def test_both_sides_keep_the_memory_alive():
    array = np.arange(3.0)
    gone = weakref.ref(array)
    tensor = limpid.from_numpy(array)
    del array
    gc.collect()
    assert gone() is not None and tensor.tolist() == [0, 1, 2]
    del tensor
    gc.collect()
    assert gone() is None
    back = limpid.arange(5).numpy()
    gc.collect()
    assert back.tolist() == [0, 1, 2, 3, 4]


def test_what_numpy_cannot_get():
    x = limpid.ones(2, requires_grad=True)
    for lib, tensor in ((limpid, x), (torch, torch.ones(2, requires_grad=True))):
        with pytest.raises(RuntimeError, match="detach"):
            tensor.numpy()
    assert x.numpy(force=True).tolist() == [1, 1]
    with pytest.raises(TypeError, match="bfloat16"):
        limpid.ones(2, dtype=limpid.bfloat16).numpy()
    for bad in (np.zeros(2, "complex64"), np.array(["a"]), np.zeros(2, "uint16"), np.zeros(2, ">f8")):
        with pytest.raises(TypeError):
            limpid.from_numpy(bad)
    with pytest.raises(TypeError):
        limpid.from_numpy([1, 2])
    frozen = np.zeros(2)
    frozen.flags.writeable = False
    for lib in (limpid, torch):
        with pytest.warns(UserWarning):
            copied = lib.from_numpy(frozen)
        assert copied.tolist() == [0, 0]
    limpid_copy = limpid.from_numpy(np.zeros(2))
    limpid_copy += 1
    with pytest.warns(UserWarning, match="read-only"):
        limpid.from_numpy(frozen).add_(1)
    assert frozen.tolist() == [0, 0]


def test_arithmetic_between_arrays_and_tensors():
    def run(lib):
        x = lib.tensor([1.0, 2.0, 3.0])
        array = np.array([1.0, 0.5, 2.0], dtype="float32")
        return [np.sin(x), np.add(array, x), np.float32(2) * x, x * np.float32(2), np.float64(3) + x, np.maximum(x, 2),
                np.isfinite(x), x / np.int64(2)]

    for ours, theirs in zip(run(limpid), run(torch)):
        assert type(ours).__name__ == type(theirs).__name__
        assert str(ours.dtype).split(".")[-1] == str(theirs.dtype).split(".")[-1]
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=1e-6)
    assert isinstance(np.mean(limpid.tensor([1.0, 3.0]).numpy()), np.floating)


def test_array_protocol_copies_where_asked():
    for x in (limpid.arange(3), limpid.arange(4).reshape(2, 2).t()):
        assert not np.shares_memory(np.array(x), x.numpy())
        assert np.shares_memory(np.asarray(x), x.numpy())
        assert not np.shares_memory(x.__array__(copy=True), x.numpy())
        assert np.shares_memory(x.__array__("int64", copy=False), x.numpy())
        with pytest.raises(ValueError, match="copy"):
            x.__array__("float32", copy=False)
    for lib in (limpid, torch):
        with pytest.raises(RuntimeError, match="detach"):
            np.asarray(lib.ones(2, requires_grad=True))


@pytest.mark.parametrize("share", [lambda x: x.numpy(), np.from_dlpack, memoryview, torch.from_dlpack],
                         ids=["numpy", "dlpack", "memoryview", "torch"])
def test_what_was_shared_stays_when_the_tensor_gets_other_memory(share):
    x = limpid.full((1000,), 7.0)
    shared = share(x)
    x.data = limpid.zeros(2, 2)
    gc.collect()
    others = [limpid.zeros(1000) for _ in range(20)]
    assert shared.shape == (1000,) and all(v == 7 for v in shared.tolist()) and others


# -- as_tensor and friends


def test_as_tensor_copies_only_where_it_must():
    array = array_of("float32")
    x = limpid.tensor([1.0])
    assert limpid.as_tensor(x) is x and limpid.as_tensor(x, dtype=limpid.float32) is x
    assert limpid.as_tensor(x, dtype=limpid.float64).dtype is limpid.float64
    shared = limpid.as_tensor(array)
    array[0, 0] = 7
    assert shared[0, 0].item() == 7
    assert limpid.as_tensor(array, dtype=limpid.float32).data_ptr() == shared.data_ptr()
    assert limpid.as_tensor(array, dtype=limpid.int64, device="cpu").tolist() == array.astype(int).tolist()
    assert limpid.as_tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert limpid.as_tensor(3.5).item() == 3.5
    frozen = np.arange(3)
    frozen.flags.writeable = False
    assert limpid.as_tensor(frozen).tolist() == [0, 1, 2]


def test_asarray():
    array = array_of("float32")
    assert limpid.asarray(array).data_ptr() == array.ctypes.data
    assert limpid.asarray(array, copy=True).data_ptr() != array.ctypes.data
    assert limpid.asarray(array, copy=False).data_ptr() == array.ctypes.data
    for lib in (limpid, torch):
        with pytest.raises(ValueError):
            lib.asarray([1, 2], copy=False)
        with pytest.raises(ValueError):
            lib.asarray(array, dtype=lib.float64, copy=False)
        assert lib.asarray([1.0, 2.0], requires_grad=True).requires_grad
        assert lib.asarray(torch.ones(2) if lib is torch else limpid.ones(2)).tolist() == [1, 1]
    theirs = torch.ones(3)
    assert limpid.asarray(theirs).data_ptr() == theirs.data_ptr()


def test_frombuffer():
    data = bytearray(range(16))
    for name in ("uint8", "int16", "int32", "int64", "float64"):
        for kwargs in ({}, {"count": 1}, {"offset": 8}, {"count": 1, "offset": 4}):
            ours = limpid.frombuffer(data, dtype=getattr(limpid, name), **kwargs)
            assert ours.tolist() == torch.frombuffer(data, dtype=getattr(torch, name), **kwargs).tolist()
    tensor = limpid.frombuffer(data, dtype=limpid.uint8)
    data[0] = 200
    assert tensor[0].item() == 200
    for lib in (limpid, torch):
        for bad in ({"count": 5}, {"offset": 17}, {"offset": -1}, {"offset": 3}):
            with pytest.raises(ValueError):
                lib.frombuffer(data, dtype=lib.int32, **bad)


# -- DLPack


@pytest.mark.parametrize("dtype", DTYPES)
def test_dlpack_with_pytorch(dtype):
    theirs = torch.arange(6).reshape(2, 3).to(getattr(torch, dtype)).t()
    ours = limpid.from_dlpack(theirs)
    assert ours.data_ptr() == theirs.data_ptr() and ours.stride() == theirs.stride()
    assert str(ours.dtype) == f"limpid.{dtype}" and ours.tolist() == theirs.tolist()
    ours[0, 0] = 1
    assert theirs[0, 0].item() == 1
    source = limpid.tensor([[0, 1, 0], [1, 1, 0]]).to(getattr(limpid, dtype))[:, 1:]
    again = torch.from_dlpack(source)
    assert again.data_ptr() == source.data_ptr() and again.tolist() == source.tolist()
    again[0, 0] = 0
    assert source[0, 0].item() == 0
    assert torch.utils.dlpack.from_dlpack(limpid.utils.dlpack.to_dlpack(source)).tolist() == source.tolist()
    assert limpid.utils.dlpack.from_dlpack(torch.utils.dlpack.to_dlpack(theirs)).tolist() == theirs.tolist()


@pytest.mark.parametrize("dtype", OF_NUMPY)
def test_dlpack_with_numpy(dtype):
    array = array_of(dtype)
    ours = limpid.from_dlpack(array)
    ours[0, 0] = 1
    assert array[0, 0] == 1 and ours.tolist() == array.tolist()
    back = np.from_dlpack(ours)
    assert np.shares_memory(back, array) and back.flags.writeable
    read_only = np.arange(3.0)
    read_only.flags.writeable = False
    copied = limpid.from_dlpack(read_only)
    copied[0] = 5
    assert read_only[0] == 0
    assert limpid.from_dlpack(np.zeros((0, 3), dtype)).shape == (0, 3)


def test_dlpack_keeps_alive_and_is_used_once():
    theirs = torch.arange(3.0)
    gone = weakref.ref(theirs)
    ours = limpid.from_dlpack(theirs)
    capsule = limpid.utils.dlpack.to_dlpack(ours)
    again = limpid.from_dlpack(capsule)
    with pytest.raises(ValueError, match="taken already"):
        limpid.from_dlpack(capsule)
    del theirs, capsule, ours
    gc.collect()
    assert again.tolist() == [0, 1, 2]
    limpid.ones(3).__dlpack__()  # nobody takes it: freed with its capsule
    assert limpid.ones(1).__dlpack_device__() == (1, 0) and gone is not None
    view = torch.from_dlpack(limpid.arange(4)[1:])
    gc.collect()
    assert view.tolist() == [1, 2, 3]


def test_dlpack_refusals():
    for lib in (limpid, torch):
        with pytest.raises((BufferError, RuntimeError)):
            lib.ones(1, requires_grad=True).__dlpack__()
    with pytest.raises(BufferError):
        limpid.ones(1).__dlpack__(dl_device=(2, 0))
    with pytest.raises(TypeError):
        limpid.from_dlpack(np.zeros(2, "complex64"))
    with pytest.raises((TypeError, ValueError)):
        limpid.from_dlpack(3)
    x = limpid.ones(2)
    copies = limpid.from_dlpack(x, copy=True), limpid.from_dlpack(x.__dlpack__(copy=True))
    assert all(c.tolist() == [1, 1] and c.data_ptr() != x.data_ptr() for c in copies)
    assert limpid.from_dlpack(x).data_ptr() == limpid.from_dlpack(x.__dlpack__()).data_ptr() == x.data_ptr()


# -- pickles and copies


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


# -- testing


@pytest.mark.parametrize("a, b, kwargs", [
    ([1.0, 2.0], [1.0, 2.0], {}), ([1.0, 2.0], [1.0, 2.1], {}), ([1.0, 2.0], [1.0, 2.000001], {}), ([1.0], [1.0, 1.0], {}),
    ([float("nan")], [float("nan")], {}), ([float("nan")], [float("nan")], {"equal_nan": True}), ([1, 2], [1, 3], {}),
    ([1.0], [1], {}), ([1.0], [1], {"check_dtype": False}), ([1.0, 2.0], [1.05, 2.0], {"rtol": 0.1, "atol": 0.0}),
    ([True, False], [True, True], {}), ([2**60 + 1], [2**60], {}), (3.0, 4.0, {}), ([float("inf")], [float("inf")], {}),
    ([[1.0, 5.0], [2.0, 3.0]], [[1.0, 5.5], [2.0, 9.0]], {}),
])
def test_assert_close(a, b, kwargs):
    outcomes = []
    for lib in (limpid, torch):
        try:
            lib.testing.assert_close(lib.tensor(a), lib.tensor(b), **kwargs)
            outcomes.append(None)
        except AssertionError as error:
            outcomes.append(str(error).replace("torch", "limpid").splitlines()[:3])
    assert outcomes[0] == outcomes[1]


def test_assert_close_of_containers():
    for lib in (limpid, torch):
        lib.testing.assert_close([lib.ones(2), 3.0], [lib.ones(2), 3.0])
        lib.testing.assert_close({"a": (lib.ones(1),)}, {"a": (lib.ones(1),)})
        for a, b in (([lib.ones(1)], [lib.zeros(1)]), ({"a": 1}, {"b": 1}), ([1], [1, 2]), (1, 2)):
            with pytest.raises(AssertionError):
                lib.testing.assert_close(a, b)
        with pytest.raises(AssertionError, match="mine"):
            lib.testing.assert_close(1, 2, msg="mine")
        with pytest.raises(AssertionError, match="^<<"):
            lib.testing.assert_close(1, 2, msg=lambda m: "<<" + m)
        with pytest.raises(ValueError):
            lib.testing.assert_close(1, 1, rtol=0.1)
        with pytest.raises(TypeError):
            lib.testing.assert_close(object(), object())


# -- dtypes of what is made from numbers


@pytest.mark.parametrize("data", [
    [np.float64(1)], np.float32(1), np.float64(1), [np.float64(1), 2], [2, np.float64(1)], [np.int32(1)], [np.int32(1), 2],
    np.bool_(True), [np.uint8(1)], [np.uint8(1), np.int8(-1)], np.array(2, dtype="int16"), [np.float16(1), 1.0], [True, 2],
    [[1, 2.5]], [], [[]], 3, 2.5, True, [np.bool_(True)], np.int64(2**62 + 1), [2**62 + 1],
])
def test_tensor_takes_the_dtype_of_its_numbers(data):
    ours, theirs = limpid.tensor(data), torch.tensor(data)
    assert str(ours.dtype).split(".")[1] == str(theirs.dtype).split(".")[1]
    assert tuple(ours.shape) == tuple(theirs.shape) and ours.tolist() == theirs.tolist()


def test_tensor_takes_the_dtype_of_tensors_in_lists():
    for values in ((1.0, "float64"), (1, "uint8"), (True, "bool")):
        kinds = [str(lib.tensor([lib.tensor(values[0], dtype=getattr(lib, values[1])), 3]).dtype).split(".")[1]
                 for lib in (limpid, torch)]
        assert kinds[0] == kinds[1]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bfloat16", "uint8", "int8", "int16", "int32", "int64", "bool"])
@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 0), (0, 2), (2, 3, 4), (1,) * 9])
def test_nested_lists(dtype, shape):
    import torch

    values = np.arange(np.prod(shape, dtype=int)).reshape(shape) * 37 % 200 - 50
    values = values % 100 if dtype in ("uint8", "int8") else values
    ours = limpid.tensor(values).to(getattr(limpid, dtype))
    theirs = torch.tensor(values).to(getattr(torch, dtype))
    assert repr(ours.tolist()) == repr(theirs.tolist())
    if len(shape) > 1:
        assert repr(ours.transpose(0, 1).tolist()) == repr(theirs.transpose(0, 1).tolist())
        assert repr(ours[..., ::2].tolist()) == repr(theirs[..., ::2].tolist())


def test_nested_lists_of_maps_and_of_tensors_with_a_record():
    image = limpid.rand(1, 2, 3, 3)
    moved = image.to(memory_format=limpid.channels_last)
    assert moved.stride() != image.stride() and moved.tolist() == image.tolist()
    x = limpid.tensor([1.5, float("inf")], requires_grad=True)
    assert (x * 2).tolist() == [3.0, float("inf")]
    with pytest.raises(RuntimeError, match="meta"):
        limpid.empty(2, device="meta").tolist()


@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated")
def test_storages():
    for library in (torch, limpid):
        x = library.arange(6.0).reshape(2, 3)
        memory, own = x[1].untyped_storage(), x[1].storage()
        assert (memory.nbytes(), memory.size(), len(memory), memory.element_size()) == (24, 24, 24, 1)
        assert (own.nbytes(), own.size(), len(own), own.element_size()) == (24, 6, 6, 4)
        assert memory.data_ptr() == own.data_ptr() == x.data_ptr() != x[1].data_ptr()
        assert memory._cdata == x.t().untyped_storage()._cdata != x.clone().untyped_storage()._cdata
        assert own.dtype == library.float32 and own.tolist() == x.flatten().tolist() and str(memory.device) == "cpu"
        assert library.is_storage(memory) and library.is_storage(own) and not library.is_storage(x)
        assert library.empty(0).untyped_storage().nbytes() == 0
    assert memory == x.untyped_storage() and hash(memory) == hash(x.untyped_storage()) and memory != x.clone().untyped_storage()
    assert repr(own) == "[limpid.TypedStorage(device=cpu) of size 6]" and own.untyped() == own
