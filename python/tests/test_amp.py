"""limpid.autocast and limpid.amp, beside PyTorch's."""

import pytest

import limpid
from nn_cases import torch

OPS = {
    "matmul": lambda t, x: x @ x,
    "linear": lambda t, x: t.nn.functional.linear(x, x),
    "conv2d": lambda t, x: t.nn.functional.conv2d(x.reshape(1, 1, 4, 4), x.reshape(1, 1, 4, 4)),
    "relu": lambda t, x: t.relu(x @ x),
    "add": lambda t, x: (x @ x) + (x @ x),
    "add float32": lambda t, x: (x @ x) + x,
    "mse_loss": lambda t, x: t.nn.functional.mse_loss(x @ x, x),
    "cross_entropy": lambda t, x: t.nn.functional.cross_entropy(x @ x, t.tensor([0, 1, 2, 3])),
    "float64": lambda t, x: x.double() @ x.double(),
}


@pytest.mark.parametrize("name", OPS)
def test_dtypes_are_those_of_pytorch(name):
    if torch is None:
        pytest.skip("compares with PyTorch, which is not here")

    def dtype_in(t):
        with t.autocast("cpu", dtype=t.bfloat16):
            return str(OPS[name](t, t.ones(4, 4))).split("dtype=")[-1], OPS[name](t, t.ones(4, 4)).dtype

    assert str(dtype_in(limpid)[1]).split(".")[-1] == str(dtype_in(torch)[1]).split(".")[-1]


def test_as_context_and_decorator():
    x = limpid.ones(2, 2)

    @limpid.autocast("cpu")
    def product():
        return x @ x

    assert product().dtype == limpid.bfloat16
    with limpid.amp.autocast("cpu", dtype=limpid.float16):
        assert limpid.is_autocast_enabled() and limpid.get_autocast_dtype("cpu") == limpid.float16
        assert (x @ x).dtype == limpid.float16
        with limpid.autocast("cpu", enabled=False):
            assert (x @ x).dtype == limpid.float32
    assert not limpid.is_autocast_enabled()
    with pytest.raises(KeyError):
        with limpid.autocast("cpu"):
            raise KeyError
    assert not limpid.is_autocast_enabled()


def test_what_is_refused():
    with pytest.raises(RuntimeError, match="'cuda'; here it must be 'cpu'"):
        limpid.autocast("cuda")
    with pytest.raises(RuntimeError, match="must be bfloat16 or float16"):
        limpid.autocast("cpu", dtype=limpid.float32)


def train(t, scaler, scale_by=1.0):
    w = t.tensor([1.0, -2.0], requires_grad=True)
    optimizer = t.optim.SGD([w], lr=0.1)
    for step in range(5):
        optimizer.zero_grad()
        loss = (w * w).sum() * (float("inf") if step == 2 else scale_by)
        scaler.scale(loss).backward()
        if step == 3:
            scaler.unscale_(optimizer)
            t.nn.utils.clip_grad_norm_([w], 0.5)
        scaler.step(optimizer)
        scaler.update()
    return w.tolist(), scaler.get_scale(), scaler.state_dict()


@pytest.mark.parametrize("enabled", [True, False])
def test_scaler_is_as_pytorchs(enabled):
    options = dict(init_scale=8.0, growth_interval=2, enabled=enabled)
    if not enabled:
        scaler = limpid.amp.GradScaler("cpu", **options)
        assert scaler.get_scale() == 1.0 and scaler.state_dict() == {}
        return
    if torch is None:
        pytest.skip("compares with PyTorch, which is not here")
    ours = train(limpid, limpid.amp.GradScaler("cpu", **options))
    theirs = train(torch, torch.amp.GradScaler("cpu", **options))
    assert ours[0] == pytest.approx(theirs[0])
    assert ours[1:] == theirs[1:]


def test_scaler_keeps_its_order():
    w = limpid.tensor([1.0], requires_grad=True)
    optimizer = limpid.optim.SGD([w], lr=0.1)
    scaler = limpid.amp.GradScaler("cpu")
    with pytest.raises(RuntimeError, match="No inf checks"):
        scaler.update()
    scaler.scale(w.sum()).backward()
    scaler.unscale_(optimizer)
    with pytest.raises(RuntimeError, match="already been called"):
        scaler.unscale_(optimizer)
    scaler.step(optimizer)
    with pytest.raises(RuntimeError, match="already been called"):
        scaler.step(optimizer)
    other = limpid.amp.GradScaler("cpu", init_scale=2.0)
    other.load_state_dict(scaler.state_dict())
    assert other.get_scale() == 2.0**16
    assert limpid.amp.GradScaler("cpu").scale([w, (w,)])[1][0].item() == pytest.approx(0.9 * 2**16)


def test_scaler_can_be_asked_and_set():
    scaler = limpid.GradScaler("cpu", init_scale=4.0)
    assert (scaler.get_growth_factor(), scaler.get_backoff_factor(), scaler.get_growth_interval()) == (2.0, 0.5, 2000)
    scaler.set_growth_factor(3.0), scaler.set_backoff_factor(0.25), scaler.set_growth_interval(7)
    assert {"growth_factor": 3.0, "backoff_factor": 0.25, "growth_interval": 7}.items() <= scaler.state_dict().items()


PRODUCTS = ["m.mm(m)", "m @ m", "m @ v", "lib.addmm(m, m, m)", "lib.addmm(m, m, m, beta=0.5)", "lib.bmm(b, b)",
            "lib.baddbmm(b, b, b)", "lib.addbmm(m, b, b)", "lib.einsum('ij,jk->ik', m, m)", "lib.matmul(m, m)",
            "lib.nn.functional.linear(m, m, v)", "lib.nn.functional.conv1d(b, b)"]


@pytest.mark.parametrize("line", PRODUCTS)
def test_products_compute_in_the_lower_dtype(line):
    if torch is None:
        pytest.skip("compares with PyTorch, which is not here")
    found = []
    for lib in (limpid, torch):
        names = {"lib": lib, "m": lib.ones(2, 2), "v": lib.ones(2), "b": lib.ones(2, 2, 2)}
        with lib.autocast("cpu", dtype=lib.bfloat16):
            result = eval(line, names)
        found.append((str(result.dtype).partition(".")[2], result.tolist()))
    assert found[0] == found[1]
