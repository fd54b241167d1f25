"""Memory shared with NumPy and with PyTorch."""

import gc
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
