"""save and load, safetensors, files of torch.save, and files that mean harm."""

import collections
import io
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest

import limpid
import limpid.safetensors

torch = pytest.importorskip("torch")

DTYPES = ["float16", "bfloat16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]


def equal(a, b):
    """A tensor of limpid and one of PyTorch, bit for bit."""
    assert str(a.dtype).split(".")[1] == str(b.dtype).split(".")[1]
    assert tuple(a.shape) == tuple(b.shape)
    assert a.double().tolist() == b.double().tolist()


# -- limpid's own files


def sample():
    return {
        "weights": collections.OrderedDict([("layer.weight", limpid.randn(3, 2)), ("layer.bias", limpid.zeros(3))]),
        "state": {0: {"step": limpid.tensor(3.0), "exp_avg": limpid.randn(3, 2)}, 1: {}},
        "param_groups": [{"lr": 1e-3, "betas": (0.9, 0.999), "params": [0, 1], "maximize": False, "foreach": None}],
        "epoch": 12, "name": "größe\n", "big": 2**100, "odd": [float("inf"), float("-inf"), 1e-300, -0.0],
        "size": limpid.Size([2, 3]), "dtype": limpid.bfloat16, "device": limpid.device("cpu"), "empty": ((), [], {}),
        "set": {1, 2}, "bytes": b"\x00\xff", (None if False else 1.5): True,
    }


def assert_same(a, b):
    assert type(a) is type(b)
    if isinstance(a, limpid.Tensor):
        assert a.dtype is b.dtype and a.shape == b.shape and a.requires_grad == b.requires_grad
        assert a.tolist() == b.tolist()
    elif isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            assert_same(a[key], b[key])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for x, y in zip(a, b):
            assert_same(x, y)
    else:
        assert a == b


@pytest.mark.parametrize("to_file", [False, True])
def test_round_trip(tmp_path, to_file):
    data = sample()
    if to_file:
        limpid.save(data, tmp_path / "model.pt")
        assert_same(limpid.load(tmp_path / "model.pt", map_location="cpu", weights_only=True), data)
        assert_same(limpid.load(str(tmp_path / "model.pt")), data)
        return
    file = io.BytesIO()
    limpid.save(data, file)
    file.seek(0)
    assert_same(limpid.load(file), data)


@pytest.mark.parametrize("value", [limpid.ones(2), 3, "text", None, [], (1, (2,)), {"a.b": limpid.ones(1), "a": {"b": limpid.zeros(1)}}])
def test_any_plain_object(tmp_path, value):
    limpid.save(value, tmp_path / "x")
    assert_same(limpid.load(tmp_path / "x"), value)


def test_numbers_beyond_64_bits_are_texts_for_other_readers(tmp_path):
    limpid.save([2**63 - 1, 2**63, float("nan")], tmp_path / "x")
    tree = limpid.safetensors.read_metadata(tmp_path / "x")["limpid.tree"]
    assert tree == '[9223372036854775807, {"int": "9223372036854775808"}, {"float": "nan"}]'


def test_nan_parameters_and_shared_tensors(tmp_path):
    p = limpid.Parameter(limpid.ones(2))
    frozen = limpid.Parameter(limpid.ones(2), requires_grad=False)
    limpid.save([p, p, frozen, p * 2, float("nan")], tmp_path / "x")
    a, b, c, d, nan = limpid.load(tmp_path / "x")
    assert a is b and isinstance(a, limpid.Parameter) and a.requires_grad and a.is_leaf
    assert isinstance(c, limpid.Parameter) and not c.requires_grad
    assert d.requires_grad and d.is_leaf and d.tolist() == [2, 2]
    assert nan != nan


def test_state_dicts_are_readable_by_others(tmp_path):
    safetensors = pytest.importorskip("safetensors.torch")
    state = {"a.weight": limpid.randn(2, 3), "b": limpid.arange(4)}
    limpid.save(state, tmp_path / "x.safetensors")
    theirs = safetensors.load_file(tmp_path / "x.safetensors")
    for name in state:
        equal(state[name], theirs[name])
    safetensors.save_file({"w": torch.randn(3, 2)}, tmp_path / "y.safetensors")
    assert list(limpid.load(tmp_path / "y.safetensors")) == ["w"]


@pytest.mark.parametrize("value, error, where", [
    ({"a": [1, object()]}, TypeError, r"\['a'\]\[1\] is of object"),
    ({"a": {(1, 2): 3}}, TypeError, "key of tuple"),
    (torch.nn.Linear(1, 1), TypeError, r"state_dict\(\)"),
    (lambda: 0, TypeError, "function"),
])
def test_what_cannot_be_saved_is_named(tmp_path, value, error, where):
    with pytest.raises(error, match=where):
        limpid.save(value, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_an_object_that_contains_itself(tmp_path):
    loop = []
    loop.append(loop)
    with pytest.raises(ValueError, match="contains itself"):
        limpid.save(loop, tmp_path / "x")
    limpid.save([a := [1], a], tmp_path / "x")
    assert limpid.load(tmp_path / "x") == [[1], [1]]


def test_numpy_scalars_are_saved_as_numbers(tmp_path):
    limpid.save([np.float64(1.5), np.float32(0.5), np.int64(3), np.bool_(True)], tmp_path / "x")
    assert limpid.load(tmp_path / "x") == [1.5, 0.5, 3, True]


@pytest.mark.parametrize("tree", [
    '{"wrong": "x"}', '{"key": "a"}', '{"made": []}', '{"tensor": "absent"}', '{"call": ["os.system", "true"]}', '{"dict": [[1]]}', '{"dict": [[{"dict": []}, 1]]}',
    '{"int": "x"}', '{"int": ' + '"' + "9" * 10000 + '"}', '{"dtype": "object"}', '{"_tensor": ["w"]}', '{"tuple": "ab", "x": 1}',
    '{"tensor": ["w"]}', '{"tensor": "i", "requires_grad": true}', "[" * 100_000, "{", '{"size": ["a"]}', '{"bytes": "xyz"}', '{"value": []}',
])
def test_hostile_trees(tmp_path, tree):
    tensors = {"w": limpid.ones(1), "i": limpid.tensor([1])}
    limpid.safetensors.save_file(tensors, tmp_path / "x", {"limpid.tree": tree})
    with pytest.raises(limpid.FileError, match="tree"):
        limpid.load(tmp_path / "x")


def test_every_truncation_is_an_error(tmp_path):
    limpid.save({"a": limpid.randn(3), "b": [1, 2]}, tmp_path / "x")
    data = (tmp_path / "x").read_bytes()
    for n in range(len(data)):
        with pytest.raises(limpid.FileError):
            limpid.load(io.BytesIO(data[:n]))
    with pytest.raises(limpid.FileError):
        limpid.load(io.BytesIO(data + b"x"))


def test_missing_files(tmp_path):
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(OSError):
            limpid.load(path)
        with pytest.raises(limpid.FileError):
            limpid.load(str(path))
    with pytest.raises(limpid.FileError, match="absent"):
        limpid.safetensors.load_file(tmp_path / "absent")
    with pytest.raises(limpid.DeviceError):
        limpid.load(tmp_path / "absent", map_location="cuda")


@pytest.mark.parametrize("dtype", DTYPES)
def test_safetensors_of_every_dtype(tmp_path, dtype):
    kind = getattr(limpid, dtype)
    tensors = {"a": limpid.tensor([[0, 1], [2, 3]]).to(kind).t(), "b": limpid.zeros(0, 3).to(kind),
               "c": limpid.tensor(1).to(kind)}
    limpid.safetensors.save_file(tensors, tmp_path / "x", {"note": "hello"})
    again = limpid.safetensors.load_file(tmp_path / "x")
    assert limpid.safetensors.read_metadata(tmp_path / "x") == {"note": "hello"}
    for name, tensor in limpid.safetensors.load(limpid.safetensors.save(tensors)).items():
        assert_same(tensor, again[name])
        assert_same(tensor, tensors[name])
    with pytest.raises(TypeError):
        limpid.safetensors.save({"a": 1})


# -- files of torch.save


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_of_pytorch(tmp_path, dtype):
    kind = getattr(torch, dtype)
    state = {"dense": torch.tensor([[0, 1, 2], [3, 4, 5]]).to(kind), "empty": torch.zeros(0, 2, dtype=kind),
             "scalar": torch.tensor(1).to(kind), "transposed": torch.arange(6).reshape(2, 3).to(kind).t(),
             "sliced": torch.arange(20).to(kind)[3:15:4], "expanded": torch.ones(1, dtype=kind).expand(3, 4)}
    torch.save(state, tmp_path / "x.pt")
    ours = limpid.load(tmp_path / "x.pt", map_location="cpu")
    assert list(ours) == list(state)
    for name in state:
        equal(ours[name], state[name])
        assert ours[name].stride() == state[name].stride()
        assert ours[name].storage_offset() == state[name].storage_offset()


def test_state_dicts_of_modules_and_optimizers(tmp_path):
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Linear(4, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    model[0](torch.randn(1, 1, 5, 5)).sum().backward()
    optimizer.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3,
                "extra": (1.5, None, "x", {1, 2}, b"bytes", torch.float16, torch.Size([2]), torch.device("cpu"))},
               tmp_path / "x.pt")
    ours = limpid.load(tmp_path / "x.pt")
    assert type(ours["model"]) is collections.OrderedDict
    for name, tensor in model.state_dict().items():
        equal(ours["model"][name], tensor)
    assert ours["model"]._metadata == model.state_dict()._metadata
    theirs = optimizer.state_dict()
    assert ours["optimizer"]["param_groups"] == theirs["param_groups"]
    for i, state in theirs["state"].items():
        for name, value in state.items():
            equal(ours["optimizer"]["state"][i][name], value)
    assert ours["epoch"] == 3
    assert ours["extra"] == (1.5, None, "x", {1, 2}, b"bytes", limpid.float16, limpid.Size([2]), limpid.device("cpu"))


def test_parameters_and_shared_storages(tmp_path):
    p = torch.nn.Parameter(torch.arange(6.0))
    base = torch.arange(12.0)
    leaf = torch.ones(2, requires_grad=True)
    torch.save([p, base[:6], base[6:], base.view(3, 4).t(), p, leaf], tmp_path / "x.pt")
    ours = limpid.load(tmp_path / "x.pt")
    assert isinstance(ours[0], limpid.Parameter) and ours[0].requires_grad and ours[0] is ours[4]
    assert ours[5].requires_grad and ours[5].is_leaf
    ours[1][0] = 100
    assert ours[3][0, 0].item() == 100 and ours[2].storage_offset() == 6
    p.note = "attribute"  # written another way
    torch.save(p, tmp_path / "y.pt")
    equal(limpid.load(tmp_path / "y.pt"), p)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_protocols_and_file_objects(protocol):
    theirs = {"w": torch.randn(40, 3), "long": list(range(2000)), "text": "ä" * 300,
              "n": [-1, 300, 70000, 2**40, -2**70]}
    file = io.BytesIO()
    torch.save(theirs, file, pickle_protocol=protocol)
    file.seek(0)
    ours = limpid.load(file)
    equal(ours["w"], theirs["w"])
    assert ours["long"] == theirs["long"] and ours["text"] == theirs["text"] and ours["n"] == theirs["n"]


def test_large_storages_come_in_pieces(tmp_path):
    theirs = torch.arange(700_001)
    torch.save(theirs, tmp_path / "x.pt")
    ours = limpid.load(tmp_path / "x.pt")
    assert ours.tolist() == theirs.tolist()
    data = bytearray((tmp_path / "x.pt").read_bytes())
    data[3_000_000] ^= 1
    (tmp_path / "y.pt").write_bytes(data)
    with pytest.raises(limpid.FileError, match="CRC"):
        limpid.load(tmp_path / "y.pt")


def test_what_is_not_read_is_named(tmp_path):
    torch.save(torch.nn.Linear(1, 1), tmp_path / "module.pt")
    with pytest.raises(limpid.FileError, match="torch.nn.modules.linear.Linear"):
        limpid.load(tmp_path / "module.pt", weights_only=False)
    torch.save({"a": torch.ones(2, dtype=torch.complex64)}, tmp_path / "complex.pt")
    with pytest.raises(limpid.FileError, match="ComplexFloatStorage"):
        limpid.load(tmp_path / "complex.pt")
    torch.save({"a": torch.ones(2)}, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(limpid.FileError, match="1.6"):
        limpid.load(tmp_path / "old.pt")
    (tmp_path / "plain.pkl").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(limpid.FileError):
        limpid.load(tmp_path / "plain.pkl")


# -- files that mean harm


def archive(pickled, extra=(), method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as z:
        z.writestr("archive/data.pkl", pickled)
        z.writestr("archive/byteorder", "little")
        for name, data in extra:
            z.writestr("archive/" + name, data)
    file.seek(0)
    return file


class Harm:
    def __init__(self, path, call):
        self.path, self.call = path, call

    def __reduce__(self):
        return self.call, (f"touch {self.path}",)


def shell(command):
    os.system(command)


@pytest.mark.parametrize("call", [os.system, eval, exec, shell])
@pytest.mark.parametrize("protocol", [0, 1, 2, 4])
def test_nothing_is_called(tmp_path, call, protocol):
    path = tmp_path / "harm"
    for data in (Harm(path, call), {"weight": [Harm(path, call)]}):
        with pytest.raises(limpid.FileError):
            limpid.load(archive(pickle.dumps(data, protocol=protocol)))
    torch.save({"w": Harm(path, call)}, tmp_path / "x.pt")
    with pytest.raises(limpid.FileError, match="system|eval|exec|shell"):
        limpid.load(tmp_path / "x.pt")
    assert not path.exists()


GLOBAL_SYSTEM = b"cos\nsystem\n"
REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"


@pytest.mark.parametrize("body", [
    GLOBAL_SYSTEM + b"X\x04\x00\x00\x00true\x85R.",                       # os.system("true")
    b"(X\x04\x00\x00\x00trueios\nsystem\n.",                             # INST
    b"(cos\nsystem\nX\x04\x00\x00\x00trueo.",                            # OBJ
    b"X\x02\x00\x00\x00osX\x06\x00\x00\x00system\x93X\x04\x00\x00\x00true\x85R.",  # STACK_GLOBAL
    b"\x82\x01.", b"\x83\x01\x01.", b"\x84\x01\x01\x01\x01.",            # extension codes
    b"ccollections\nOrderedDict\n)\x81.",                                # NEWOBJ
    b"ctorch._utils\n_rebuild_tensor_v2\n}X\x08\x00\x00\x00__code__K\x01sb.",  # BUILD on a function
    b"ctorch._utils.__globals__\n_rebuild_tensor_v2\n.", b"cbuiltins\n__import__\n.", b"cbuiltins\ngetattr\n.",
    b"ctorch\nload\n.", b"ctorch.storage\n_load_from_bytes\n.", b"ctorch.hub\nload\n.",
    b"ctorch\nos.systemStorage\n)R.",                                    # named like a storage, and called
    REBUILD + b"(K\x01K\x00)))R.", REBUILD + b")R.", REBUILD + b"K\x01R.", b"X\x01\x00\x00\x00a)R.",
    b"ccollections\nOrderedDict\nK\x05\x85R.", b"c__builtin__\nset\nX\x02\x00\x00\x00ab\x85R.",
    b"}](K\x01es.", b"}])s.", b"K\x01K\x02.", b"", b".", b"(", b"(K\x01.", b"h\x05.", b"0.", b"\x85.", b"K\x01a.", b"]K\x01u.",
    b"K\x01Q.", b"(X\x07\x00\x00\x00storageK\x01X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQ.",
    b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x06\x00\x00\x00../../0X\x03\x00\x00\x00cpuK\x01tQ.",
    b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7fabc.", b"X\xff\xff\xff\x7fabc.", b"\x8a\xffabc.", b"}" + b"\x94" * 3 + b"K\x01.",
    b"(" * 10000 + b".", b"]" * 100000 + b"a" * 99999, b"I" + b"9" * 100000 + b"\n.",
])
@pytest.mark.parametrize("protocol", [b"\x80\x02", b"\x80\x05"])
def test_hostile_pickles(body, protocol):
    with pytest.raises(limpid.FileError):
        limpid.load(archive(protocol + body, [("data/0", b"\0" * 16)]))


def tensor_pickle(sizes, strides, offset=0, count=4, storage=b"FloatStorage", requires_grad=b"\x89"):
    def number(n):
        raw = n.to_bytes(8, "little", signed=True) if -2**63 <= n < 2**63 else n.to_bytes(16, "little", signed=True)
        return b"\x8a" + bytes([len(raw)]) + raw

    def numbers(values):
        return b"(" + b"".join(number(n) for n in values) + b"t"

    identity = (b"(X\x07\x00\x00\x00storagectorch\n" + storage + b"\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu"
                + number(count) + b"tQ")
    return (b"\x80\x02" + REBUILD + b"(" + identity + number(offset) + numbers(sizes) + numbers(strides)
            + requires_grad + b"ccollections\nOrderedDict\n)RtR.")


def test_tensors_that_reach_beyond_their_storage():
    data = [("data/0", struct.pack("<4f", 1, 2, 3, 4))]
    assert limpid.load(archive(tensor_pickle([2, 2], [2, 1]), data)).tolist() == [[1, 2], [3, 4]]
    assert limpid.load(archive(tensor_pickle([0, 5], [5, 1]), data)).tolist() == []
    bad = [([5], [1], 0, 4), ([2, 2], [2, 2], 0, 4), ([1], [1], 4, 4), ([2], [-1], 1, 4), ([-1], [1], 0, 4), ([2], [1], -1, 4),
           ([2**62, 4], [1, 1], 0, 4), ([2], [2**62], 0, 4), ([4], [1, 1], 0, 4), ([1] * 65, [1] * 65, 0, 4), ([4], [1], 0, 5),
           ([4], [1], 0, -1), ([4], [1], 0, 2**70), ([2**40, 2**40], [0, 0], 0, 4), ([1], [1], 2**63, 4)]
    for case in bad:
        with pytest.raises(limpid.FileError):
            limpid.load(archive(tensor_pickle(*case), data))
    with pytest.raises(limpid.FileError, match="5 elements of limpid.float32 need 20"):
        limpid.load(archive(tensor_pickle([4], [1], 0, 5), data))
    with pytest.raises(limpid.FileError, match="requires grad"):
        limpid.load(archive(tensor_pickle([1], [1], 0, 1, b"IntStorage", b"\x88"), data))
    with pytest.raises(limpid.FileError, match="data/0"):
        limpid.load(archive(tensor_pickle([1], [1])))
    with pytest.raises(limpid.FileError, match="compressed"):
        limpid.load(archive(tensor_pickle([1], [1]), data, zipfile.ZIP_DEFLATED))


def test_overlapping_entries_are_refused():
    data = archive(tensor_pickle([4], [1]), [("data/0", struct.pack("<4f", 1, 2, 3, 4))]).getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        info = {i.filename: i for i in z.infolist()}
    whole = len(data)
    assert info["archive/data/0"].file_size == 16
    at = data.rindex(b"archive/data/0") - 46  # its entry in the central directory: claim as much as the file
    for size in (whole, whole // 2, 2**31):
        claimed = data[:at + 20] + struct.pack("<II", size, size) + data[at + 28:]
        with pytest.raises(limpid.FileError):
            limpid.load(io.BytesIO(claimed))


def test_truncated_and_damaged_files_of_pytorch():
    file = io.BytesIO()
    torch.save({"w": torch.randn(4), "n": 1}, file)
    data = file.getvalue()
    for n in range(0, len(data), 7):
        with pytest.raises(limpid.FileError):
            limpid.load(io.BytesIO(data[:n]))
    rng = np.random.default_rng(0)
    for _ in range(400):  # whatever it holds then: an object or a FileError
        damaged = bytearray(data)
        for place in rng.integers(0, len(data), 3):
            damaged[place] = rng.integers(0, 256)
        try:
            limpid.load(io.BytesIO(bytes(damaged)))
        except limpid.FileError:
            pass


def test_keys_that_would_take_for_ever_to_hash():
    doubled = b"".join(b"h\x00h\x00\x86q\x000" for _ in range(60))  # t = (t, t), sixty times
    with pytest.raises(limpid.FileError, match="key of tuple"):
        limpid.load(archive(b"\x80\x02K\x01q\x000" + doubled + b"}h\x00K\x01s."))
