"""Tensors made from numbers and lists have the dtype and shape that they have in PyTorch; storages."""

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")


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
