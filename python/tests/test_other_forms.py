"""Windows, quantiles, distinct rows, resize_ and other forms of what is there, beside PyTorch's."""

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")


def compare(ours, theirs, **tolerance):
    if isinstance(theirs, (tuple, list)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            compare(a, b, **tolerance)
    elif isinstance(theirs, torch.Tensor):
        assert tuple(ours.shape) == tuple(theirs.shape)
        assert str(ours.dtype).split(".")[-1] == str(theirs.dtype).split(".")[-1]
        np.testing.assert_allclose(np.array(ours.tolist()), np.array(theirs.tolist()), **{"rtol": 1e-6, "atol": 1e-6, **tolerance})
    else:
        assert ours == theirs


def both(line, **tolerance):
    results = []
    for library in (limpid, torch):
        values = np.random.default_rng(0).standard_normal((3, 4))
        names = {"torch": library, "x": library.tensor(values), "f": library.tensor(values, dtype=library.float32),
                 "holes": library.tensor([[3.0, float("nan"), 1.0], [float("nan")] * 3, [2.0, 5.0, -1.0]]),
                 "rows": library.tensor([[2, 1], [0, 3], [2, 1], [0, 1], [0, 3], [0, 3]]), "inf": float("inf")}
        results.append(eval(line, names))
    compare(*results, **tolerance)


LINES = """
torch.hann_window(8); torch.hann_window(7, periodic=False); torch.hann_window(1); torch.hann_window(0); torch.hann_window(2)
torch.hamming_window(8); torch.hamming_window(9, False, 0.5, 0.4); torch.hann_window(6, dtype=torch.float64)
torch.blackman_window(8); torch.blackman_window(5, False); torch.bartlett_window(8); torch.bartlett_window(5, False)
torch.kaiser_window(8); torch.kaiser_window(9, False, 5.0); torch.kaiser_window(6, dtype=torch.float64)
torch.i0(x); torch.i0(f * 20); torch.special.i0(x * 30); torch.i0(torch.tensor([0, 3])); torch.i0(torch.tensor([800.0, -800.0]))
torch.special.ndtri(torch.tensor([0.0, 0.025, 0.5, 0.9, 1.0])); torch.mvlgamma(x.abs() + 3, 3); (f.abs() + 3).mvlgamma(2)
torch.frobenius_norm(x, [0, 1]); torch.frobenius_norm(x, 1, True); x.real; x.layout == torch.strided; x.is_xla
torch.alias_copy(x); torch.slice_copy(x, 1, 1, 4, 2); torch.unfold_copy(x, 1, 2, 2); torch.native_channel_shuffle(x.reshape(1, 4, 3, 1), 2)
torch.empty_permuted((2, 3, 4), (0, 2, 1)).stride(); x.new_empty_strided((2, 3), (1, 2)).stride(); x[:, :3].matrix_power(2)
x.histogram(3)[0]; torch.is_storage(x); torch.is_autocast_cpu_enabled(); (x * 1).map2_(x, x, lambda a, b, c: a + 2 * b - c)
torch.rrelu_(x * 1); torch.rrelu_(f * 1, 0.2, 0.4)
torch.fft.fftfreq(8); torch.fft.fftfreq(7, 0.5); torch.fft.rfftfreq(8); torch.fft.rfftfreq(7, d=2.0, dtype=torch.float64)
torch.fft.fftshift(x); torch.fft.fftshift(x, 1); torch.fft.ifftshift(x, (0,)); torch.fft.ifftshift(torch.fft.fftshift(x))
x.nanquantile(0.5); holes.nanquantile(0.3, 1); holes.nanquantile(0.3, -1, keepdim=True); torch.nanquantile(holes, 0.5)
torch.nanquantile(holes, torch.tensor([0.25, 0.75]), dim=0, keepdim=True); torch.nanquantile(holes, torch.tensor([0.5]))
torch.nanquantile(x, 0.5, keepdim=True); holes.quantile(0.5, 1)
torch.unique(rows, dim=0); torch.unique(rows, dim=1); torch.unique(rows, True, True, True, 0); rows.unique(dim=-1, return_counts=True)
torch.unique_consecutive(rows, dim=0); torch.unique_consecutive(rows, True, True, dim=0); rows.unique_consecutive(dim=1)
torch.unique(x, dim=1); torch.unique(rows.reshape(3, 2, 2), dim=0); torch.unique(rows); torch.unique(rows.bool(), dim=0)
torch.nn.NLLLoss()(x, torch.tensor([0, 1, 2])); x.resize_(2, 3); x.resize_([12]); x.resize_(5, 1); x.resize_(0); x[1:].resize_(2, 2)
x.t().resize_(4, 3); x.t().resize_(3, 4); x.resize_as_(f[:2]); x.resize_(()); x.clone().resize_(4, 4)[:3, :1]
"""
LINES = [line.strip() for line in LINES.replace("\n", ";").split(";") if line.strip()]


@pytest.mark.parametrize("line", LINES)
def test_same_numbers(line):
    both(line)


@pytest.mark.parametrize("way", ["linear", "lower", "higher", "nearest", "midpoint"])
@pytest.mark.parametrize("call", ["torch.quantile(x, 0.3, interpolation=way)", "x.quantile(0.6, 1, True, interpolation=way)",
                                  "holes.nanquantile(torch.tensor([0.1, 0.5, 1.0]), 0, interpolation=way)",
                                  "holes.quantile(0.4, dim=1, interpolation=way)"])
def test_ways_between_two_elements(call, way):
    both(call.replace("way", repr(way)))


def test_gradients():
    for call in ("torch.i0(x).sum()", "torch.nanquantile(x, 0.3, 1).sum()", "torch.quantile(x, 0.3, 0, interpolation='midpoint').sum()",
                 "torch.mvlgamma(x.abs() + 3, 2).sum()", "torch.special.ndtri(x.sigmoid()).sum()", "torch.fft.fftshift(x * x)[0].sum()"):
        grads = []
        for library in (limpid, torch):
            x = library.tensor(np.random.default_rng(0).standard_normal((3, 4)), requires_grad=True)
            eval(call, {"torch": library, "x": x}).backward()
            grads.append(x.grad)
        compare(*grads)


def test_refusals():
    x = limpid.ones(3)
    with pytest.raises(limpid.ValueError, match="quantile: interpolation must be one of linear, lower"):
        x.quantile(0.5, interpolation="cubic")
    with pytest.raises(limpid.ValueError, match="nanquantile: q must be from 0 to 1, got 2.0"):
        x.nanquantile(2.0)
    with pytest.raises(limpid.DTypeError, match="hann_window: dtype must be a float"):
        limpid.hann_window(3, dtype=limpid.int64)
    with pytest.raises(limpid.ValueError, match="fftfreq: n is 0"):
        limpid.fft.fftfreq(0)


# ---- resize_


def test_resized_tensors_share_what_they_had():
    for library in (limpid, torch):
        base = library.arange(6.0)
        x = base.view(2, 3)
        assert x.resize_(2, 2) is x and x.tolist() == [[0, 1], [2, 3]]
        x[0, 0] = 9
        assert base[0] == 9 and x.is_contiguous()
        x.resize_(3, 2)  # as much as there is
        assert x.tolist() == [[9, 1], [2, 3], [4, 5]]
        part = base[2:4]
        assert part.resize_(4).tolist() == [2, 3, 4, 5] and part.storage_offset() == 2


def test_memory_grows_where_nobody_else_has_it():
    for library in (limpid, torch):
        x = library.arange(6.0)
        assert x.resize_(100, 2).shape == (100, 2) and x.flatten()[:6].tolist() == [0, 1, 2, 3, 4, 5]
        x.fill_(1)
        assert x.sum() == 200
    shared = limpid.arange(6.0)
    view = shared[2:]
    for tensor in (shared, view):
        with pytest.raises(ValueError, match=r"resize_: shape \(9,\) needs .* bytes but the tensor has 24, which it shares"):
            tensor.resize_(9)
    assert shared.tolist() == [0, 1, 2, 3, 4, 5] and view.tolist() == [2, 3, 4, 5]
    array = np.zeros(3)
    with pytest.raises(ValueError, match="shares with what else knows their address"):
        limpid.from_numpy(array).resize_(9)


def test_what_resize_refuses():
    x = limpid.ones(4, requires_grad=True)
    for tensor in (x, x * 2):
        with pytest.raises(RuntimeError, match="requires grad"):
            tensor.resize_(2)
    assert (x * 2).detach().resize_(2).tolist() == [2, 2]
    with pytest.raises(limpid.ShapeError):
        limpid.ones(4).resize_(-1)
    with pytest.raises(limpid.ShapeError):
        limpid.ones(4).resize_(2 ** 61)
    with pytest.raises(ValueError, match="memory_format must be contiguous_format"):
        limpid.ones(1, 1, 2, 2).resize_(1, 1, 4, 1, memory_format=limpid.channels_last)


def test_what_backward_needs_stays_as_it_was():
    w = limpid.ones(4, requires_grad=True)
    x = limpid.arange(4.0)
    y = (w * x).sum()
    x.resize_(2)
    y.backward()
    assert w.grad.tolist() == [0, 1, 2, 3]


def test_resized_maps_are_row_major():
    x = limpid.nn.functional.conv2d(limpid.randn(1, 8, 6, 6), limpid.randn(8, 8, 3, 3)).detach()
    expected = x.flatten().tolist()
    assert x.resize_(2, 4, 4, 4).flatten().tolist() == expected


# ---- as_subclass


def test_as_subclass():
    for library in (limpid, torch):
        class Named(library.Tensor):
            pass

        x = library.ones(2, requires_grad=True)
        y = x.as_subclass(Named)
        assert type(y) is Named and y.requires_grad and y.data_ptr() == x.data_ptr()
        y.sum().backward()
        assert x.grad.tolist() == [1, 1]
        for wrong in (int, "text"):
            with pytest.raises(TypeError):
                x.as_subclass(wrong)
    with pytest.raises(TypeError, match="as_subclass: cls must be a class that inherits from Tensor, not int"):
        limpid.ones(2).as_subclass(int)


# ---- messages


def test_messages_speak_of_what_was_called():
    x = limpid.ones(3)
    with pytest.raises(limpid.ValueError) as caught:
        limpid.histc(x, bins=2 ** 60)
    assert "histc: needs at most 2^48 bins, not 1152921504606846976" in str(caught.value) and "bincount" not in str(caught.value)
    for call in (lambda: limpid.frexp(x.long()), lambda: limpid.poisson(x.long())):
        with pytest.raises(limpid.DTypeError, match=r"convert it with \.to\(limpid\.float32\)"):
            call()
