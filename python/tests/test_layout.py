"""Channels-last maps that nobody asked for: scripts see what they see in PyTorch, but for the strides."""

import copy
import pickle
import threading

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")


def a_map(lib=limpid, shape=(2, 3, 4, 5)):
    """0, 1, 2, ...; under limpid in the layout that a convolution gives."""
    n = int(np.prod(shape))
    rows = lib.arange(n).float().reshape(*shape)
    return rows.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) * 1 if lib is limpid else rows


def test_a_convolution_gives_channels_last():
    y = limpid.nn.Conv2d(8, 32, 3, padding=1)(limpid.randn(2, 8, 16, 16))
    assert y.stride() == (8192, 1, 512, 32)
    assert not y.is_contiguous() and y.is_contiguous(memory_format=limpid.channels_last)
    assert limpid.nn.functional.relu(y).stride() == y.stride()
    assert y.contiguous() is y and y.is_contiguous()


def run_views(lib):
    x = a_map(lib)
    flat = x.view(x.size(0), -1)
    flat[0, 1] = -1
    out = [x.tolist(), flat.tolist(), flat.data_ptr() == x.data_ptr(), x.is_contiguous()]
    x = a_map(lib)
    other, image, turned = x.detach(), x[1], x.transpose(1, 3)
    flat = other.view(2, 60)
    flat.add_(1)
    out += [t.tolist() for t in (x, other, image, turned)]
    x = a_map(lib)
    x.flatten(1)[1].zero_()
    x.reshape(-1)[3] = 9
    x.view(2, 3, 20)[0, 0, 0] = 8
    out += [x.tolist(), x[1].reshape(-1).tolist(), x.storage_offset(), x[1].storage_offset()]
    return out


def run_memory(lib):
    out = []
    x = a_map(lib)
    array = x.numpy()
    array[0, 1, 2, 3] = 7
    out += [array.strides, array.flags.c_contiguous, x.tolist()]
    x = a_map(lib)
    same = x.detach()
    array = same.numpy()
    array += 1
    out += [x.tolist(), array.ravel().tolist(), x.view(2, -1).tolist(), array.tolist()]
    x = a_map(lib)
    out += [np.from_dlpack(x).strides, np.asarray(x).tolist()]
    return out


def run_gradients(lib):
    out = []
    leaf = lib.arange(120).float().reshape(2, 3, 4, 5).requires_grad_()
    x = leaf.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) * 2 if lib is limpid else leaf * 2
    y = x * x  # keeps x
    flat = x.view(2, -1)
    (y.sum() + (flat * 3).sum()).backward()
    out.append(leaf.grad.tolist())
    leaf = lib.ones(2, 3, 4, 5, requires_grad=True)
    x = leaf.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) * 2 if lib is limpid else leaf * 2
    x.view(2, -1)[0].mul_(5)
    x.sum().backward()
    return out + [leaf.grad.tolist()]


@pytest.mark.parametrize("run", [run_views, run_memory, run_gradients])
def test_as_pytorch(run):
    assert run(limpid) == run(torch)


def run_formats(lib):
    x = lib.arange(120).float().reshape(2, 3, 4, 5)
    out = []
    for y in (x.contiguous(memory_format=lib.channels_last), x.to(memory_format=lib.channels_last),
              x.clone(memory_format=lib.channels_last)):
        again = y.contiguous(memory_format=lib.channels_last)
        out += [y.tolist(), y.stride(), y.is_contiguous(), y.is_contiguous(memory_format=lib.channels_last),
                y.contiguous().stride(), y.clone(memory_format=lib.contiguous_format).stride(),
                y.clone().stride(), (y * 2).stride(), again is y]
    return out


def test_formats_that_were_asked_for():
    assert run_formats(limpid) == run_formats(torch)
    leaf = limpid.ones(2, 3, 4, 5, requires_grad=True)
    leaf.to(memory_format=limpid.channels_last).sum().backward()
    assert leaf.grad.tolist() == limpid.ones(2, 3, 4, 5).tolist()


def test_copies_and_files(tmp_path):
    x = a_map()
    expected = x.tolist()
    for y in (copy.deepcopy(x), pickle.loads(pickle.dumps(x)), copy.copy(x)):
        assert y.tolist() == expected and y.view(2, -1)[1, 0] == 60
    x = a_map()
    limpid.save({"x": x}, tmp_path / "file")
    assert limpid.load(tmp_path / "file")["x"].tolist() == expected
    np.testing.assert_array_equal(np.array(x), np.arange(120, dtype=np.float32).reshape(2, 3, 4, 5))


def test_data_and_parameters():
    p = limpid.nn.Parameter(limpid.zeros(1))
    p.data = a_map()
    assert p.view(2, -1).tolist() == a_map(torch).view(2, -1).tolist()
    x = a_map()
    x.data = limpid.ones(3)
    assert x.tolist() == [1, 1, 1]


COPIES = [
    lambda x, lib: x.permute(0, 2, 3, 1).contiguous(),
    lambda x, lib: x.permute(0, 2, 3, 1).reshape(-1, 3),
    lambda x, lib: x.flatten(2).transpose(1, 2).contiguous(),
    lambda x, lib: x.contiguous(memory_format=lib.channels_last),
    lambda x, lib: x.contiguous(),
    lambda x, lib: x[1].contiguous(),
    lambda x, lib: x.detach().contiguous(),
    lambda x, lib: x.reshape(2, -1),
    lambda x, lib: x.clone(),
]


@pytest.mark.parametrize("number", range(len(COPIES)))
def test_what_is_a_copy_is_one_in_pytorch(number):
    def after_a_change(lib):
        x = a_map(lib)
        COPIES[number](x, lib).zero_()
        return x.tolist()

    assert after_a_change(limpid) == after_a_change(torch)


def test_views_that_pytorch_refuses():
    for lib in (limpid, torch):
        with pytest.raises(RuntimeError):
            a_map(lib).permute(0, 2, 3, 1).view(-1, 3)
        with pytest.raises(RuntimeError):  # strides of the user's own
            lib.zeros(2, 4, 5, 3).permute(0, 3, 1, 2).view(2, -1)


def test_threads():
    x = a_map(shape=(8, 16, 30, 30))
    total, sums = float(x.sum()), [[] for _ in range(4)]

    def read(mine):
        for i in range(100):
            mine.append(float(x[i % 8].detach().sum()))

    threads = [threading.Thread(target=read, args=(s,)) for s in sums]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(s == sums[0] for s in sums) and sum(sums[0][:8]) == pytest.approx(total)
    assert float(x.view(8, -1).sum()) == total


def network(lib):
    nn = lib.nn
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(inplace=True),
        nn.Conv2d(32, 32, 1), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(32 * 16, 10))


def test_a_training_step_is_pytorchs():
    limpid.manual_seed(0)
    ours, theirs = network(limpid), network(torch)
    theirs.load_state_dict({k: torch.from_numpy(v.numpy().copy()) for k, v in ours.state_dict().items()})
    images = np.random.default_rng(0).standard_normal((8, 3, 16, 16), dtype=np.float32)
    before = limpid.layout_copies()
    loss = limpid.nn.functional.cross_entropy(ours(limpid.from_numpy(images)), limpid.arange(8))
    loss.backward()
    assert limpid.layout_copies() - before <= 6  # the images, and where the map becomes rows
    expected = torch.nn.functional.cross_entropy(theirs(torch.from_numpy(images)), torch.arange(8))
    expected.backward()
    assert float(loss) == pytest.approx(float(expected), rel=1e-4)
    for (name, p), (_, q) in zip(ours.named_parameters(), theirs.named_parameters()):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=2e-3,
                                   atol=2e-4 * float(q.grad.abs().max()) + 1e-6, err_msg=name)
