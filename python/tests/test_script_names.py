"""What scripts take from the package beside ops: constants, switches, wrappers, older names of modules."""

import importlib
import math
import pickle

import numpy as np
import pytest

import limpid
import limpid.nn.functional as F
from limpid import nn

torch = pytest.importorskip("torch")


def test_constants():
    assert limpid.inf == math.inf and limpid.pi == math.pi and limpid.e == math.e and math.isnan(limpid.nan)
    assert limpid.ones(2)[:, limpid.newaxis].shape == (2, 1)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "subtract", "multiply", "divide", "true_divide", "floor_divide",
                                  "remainder", "bitwise_and", "bitwise_or", "bitwise_xor"])
@pytest.mark.parametrize("number", [7, 2.5])
@pytest.mark.parametrize("other", [[2, 3], [2.0, -0.5], 4])
def test_a_number_first(name, number, other):
    def result(library):
        try:
            return getattr(library, name)(number, library.tensor(other))
        except RuntimeError:  # the bits of floats
            return None

    ours, theirs = result(limpid), result(torch)
    if theirs is None:
        assert ours is None
        return
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    assert str(ours.dtype)[len("limpid."):] == str(theirs.dtype)[len("torch."):] and ours.shape == tuple(theirs.shape)


def test_a_number_first_with_options():
    x = limpid.tensor([2.0, 3.0], requires_grad=True)
    limpid.sub(1, x, alpha=4).sum().backward()
    assert x.grad.tolist() == [-4, -4]
    assert limpid.div(7, limpid.tensor([2.0, -2.0]), rounding_mode="floor").tolist() == [3, -4]
    assert limpid.mul(2, limpid.ones(2), out=limpid.empty(2)).tolist() == [2, 2]
    with pytest.raises(TypeError, match="mul: input must be a Tensor or a number, not str"):
        limpid.mul("a", limpid.ones(2))


def test_tensor_of_nothing_names_the_data():
    with pytest.raises(TypeError, match="tensor: data must be a number, a list, a tensor or an array, not NoneType"):
        limpid.tensor(None)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (2, 3, 2, 2)])
def test_softmax_guesses_an_axis_and_warns(name, shape):
    values = np.random.default_rng(0).standard_normal(shape).astype("float32")
    with pytest.warns(UserWarning, match=f"{name}: dim is missing, and taken as .; name the axis"):
        ours = getattr(F, name)(limpid.tensor(values))
    with pytest.warns(UserWarning):
        theirs = getattr(torch.nn.functional, name)(torch.tensor(values))
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6, atol=1e-7)


def test_a_missing_file():
    with pytest.raises(FileNotFoundError, match="nowhere.pt: No such file") as error:
        limpid.load("nowhere.pt")
    assert isinstance(error.value, limpid.FileError) and error.value.errno == 2
    with pytest.raises(limpid.FileError, match="directory") as error:
        limpid.load(".")
    assert not isinstance(error.value, FileNotFoundError)


# -- mixed precision by its older name


def test_cuda_amp_switched_off():
    from limpid.cuda.amp import GradScaler, autocast

    w = limpid.ones(2, 2, requires_grad=True)
    with autocast(enabled=limpid.cuda.is_available()):
        loss = (w @ w).sum()
    assert loss.dtype == limpid.float32
    scaler = GradScaler(enabled=False)
    optimizer = limpid.optim.SGD([w], lr=0.1)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    assert w.tolist()[0][0] == pytest.approx(0.6)
    with pytest.raises(RuntimeError, match="'cuda'; here it must be 'cpu'"):
        autocast()


@pytest.mark.parametrize("cast", [None, "float32"])
def test_custom_forward_and_backward_in_one_mode(cast):
    def dtypes(library):
        amp, seen = library.amp, []
        cast_inputs = cast and getattr(library, cast)

        class Product(library.autograd.Function):
            @staticmethod
            @amp.custom_fwd(device_type="cpu", cast_inputs=cast_inputs)
            def forward(ctx, a, b):
                ctx.save_for_backward(a, b)
                seen.extend([a.dtype, (a @ b).dtype])
                return a @ b

            @staticmethod
            @amp.custom_bwd(device_type="cpu")
            def backward(ctx, gradient):
                a, b = ctx.saved_tensors
                seen.append((library.ones(2, 2) @ library.ones(2, 2)).dtype)
                return gradient.to(a.dtype) @ b.t().to(a.dtype), a.t() @ gradient.to(a.dtype)

        a, b = (library.ones(2, 2, requires_grad=True) for _ in range(2))
        with library.autocast("cpu", dtype=library.bfloat16):
            out = Product.apply(a, b.to(library.bfloat16) if cast else b)
        out.sum().backward()
        Product.apply(a, b).sum().backward()
        return [str(dtype).split(".")[1] for dtype in seen]

    assert dtypes(limpid) == dtypes(torch)


# -- switches


@pytest.mark.parametrize("name", ["cudnn", "cuda", "mps", "mkldnn"])
def test_backends_are_modules(name):
    module = importlib.import_module(f"limpid.backends.{name}")
    assert module is getattr(limpid.backends, name) and isinstance(module.is_available(), bool)


def test_devices_that_are_not_there():
    assert limpid.cuda.max_memory_allocated() == 0 and not limpid.accelerator.is_available()
    assert limpid.accelerator.current_accelerator() is None
    device = limpid.accelerator.current_accelerator().type if limpid.accelerator.is_available() else "cpu"
    assert limpid.ones(1, device=device).device.type == "cpu"
    limpid.cuda.reset_peak_memory_stats()


def test_jit_gives_back_what_it_gets():
    @limpid.jit.script
    def doubled(x):
        return x * 2

    class Net(nn.Module):
        @limpid.jit.ignore(drop=True)
        def first(self, x):
            return x

        @limpid.jit.export
        def second(self, x):
            return doubled(x) if not limpid.jit.is_scripting() else x

    net = limpid.jit.script(Net())
    assert net.second(net.first(limpid.ones(2))).tolist() == [2, 2] and limpid.jit.trace(net, (limpid.ones(1),)) is net


def test_data_parallel():
    ours, theirs = nn.DataParallel(nn.Linear(2, 3)), torch.nn.DataParallel(torch.nn.Linear(2, 3))
    assert list(ours.state_dict()) == list(theirs.state_dict()) and ours.device_ids == theirs.device_ids == []
    inner = ours.module if isinstance(ours, nn.DataParallel) else ours
    x = limpid.ones(4, 2)
    assert limpid.equal(ours(x), inner(x)) and nn.parallel.DataParallel is nn.DataParallel
    assert limpid.equal(pickle.loads(pickle.dumps(ours))(x), ours(x))


# -- small things around them


def test_reversed():
    assert limpid.equal(reversed(limpid.arange(3)), limpid.tensor([2, 1, 0]))
    assert reversed(limpid.tensor([[1, 2], [3, 4]])).tolist() == [[3, 4], [1, 2]] and reversed(limpid.tensor(3)) == 3


def test_tuples_of_sizes():
    from limpid.nn.modules import utils
    from torch.nn.modules import utils as theirs

    for name in ("_single", "_pair", "_triple", "_quadruple"):
        assert getattr(utils, name)(3) == getattr(theirs, name)(3)
        assert getattr(utils, name)([1, 2]) == getattr(theirs, name)([1, 2])
    assert utils._reverse_repeat_tuple((1, 2), 2) == theirs._reverse_repeat_tuple((1, 2), 2)


def test_the_choice_of_attention_changes_nothing():
    from limpid.nn.attention import SDPBackend, sdpa_kernel

    q = limpid.tensor(np.random.default_rng(0).standard_normal((1, 2, 3, 4)))
    plain = F.scaled_dot_product_attention(q, q, q)
    with sdpa_kernel([SDPBackend.MATH, SDPBackend.FLASH_ATTENTION]):
        assert limpid.equal(F.scaled_dot_product_attention(q, q, q), plain)
    with pytest.raises(TypeError, match="backends must be SDPBackends, not int"):
        with sdpa_kernel([3]):
            pass


def test_names_for_annotations():
    from limpid.types import Device, Number

    def scaled(x: limpid.Tensor, by: Number, device: Device = None) -> limpid.Tensor:
        return x.to(device or "cpu") * by

    assert scaled(limpid.ones(1), 2).item() == 2


def test_the_same_parameter_twice():
    p = limpid.zeros(2, requires_grad=True)
    with pytest.raises(ValueError, match=r"parameter 1, of shape \(2,\), appears twice in one parameter group; list"):
        limpid.optim.SGD([p, p], lr=0.1)
    with pytest.raises(ValueError, match="more than one parameter group"):
        limpid.optim.SGD([{"params": [p]}, {"params": [p]}], lr=0.1)


def test_what_load_state_dict_prints():
    for library in (limpid, torch):
        result = library.nn.Linear(1, 1).load_state_dict({"weight": library.zeros(1, 1), "other": 3}, strict=False)
        assert repr(result) == "_IncompatibleKeys(missing_keys=['bias'], unexpected_keys=['other'])"


def test_packed_sequences_answer_for_their_device():
    packed = nn.utils.rnn.pack_sequence([limpid.ones(3), limpid.ones(1)])
    assert not packed.is_cuda and not packed.is_pinned() and packed.cpu() is packed and packed.pin_memory() is packed
    assert packed.double().data.dtype == limpid.float64 and packed.double().float().data.dtype == limpid.float32


def test_state_dicts_print_as_pytorchs():
    ours, theirs = nn.Linear(1, 1).state_dict(), torch.nn.Linear(1, 1).state_dict()
    assert type(ours) is type(theirs) and repr(ours).startswith("OrderedDict([('weight', tensor([[")
    assert ours._metadata[""] == {"version": 1} and pickle.loads(pickle.dumps(ours))._metadata == ours._metadata


def test_a_hook_behind_loading_may_forgive_keys():
    for library in (limpid, torch):
        net = library.nn.Sequential(library.nn.Linear(1, 1))
        state = {"0.weight": library.full((1, 1), 3.0), "other": library.ones(1)}
        handle = net.register_load_state_dict_post_hook(lambda module, keys: [names.clear() for names in keys].clear())
        assert repr(net.load_state_dict(state)) == "<All keys matched successfully>" and net[0].weight == 3
        handle.remove()
        net[0].register_load_state_dict_post_hook(lambda module, keys: keys.missing_keys.clear())
        with pytest.raises(RuntimeError, match='Unexpected key.s. in state_dict: "other"'):
            net.load_state_dict(state)
        with pytest.raises(RuntimeError, match="size mismatch for 0.weight"):
            net.load_state_dict({"0.weight": library.ones(3)})


def test_an_array_in_a_file_says_how_to_make_a_tensor_of_it(tmp_path):
    with pytest.raises(TypeError, match=r"the object\['a'\] is of ndarray; .*; limpid.from_numpy.array. makes a tensor of it"):
        limpid.save({"a": np.ones(2)}, tmp_path / "x.pt")


def test_the_profiler_by_its_older_name():
    with limpid.autograd.profiler.profile() as profile:
        with limpid.autograd.profiler.record_function("part"):
            limpid.ones(2) + 1
    assert any(row.key == "part" for row in profile.key_averages())


SIZED = ["zeros", "ones", "empty", "rand", "randn"]


@pytest.mark.parametrize("name, args", [(name, (2, 3)) for name in SIZED] + [
    (name, (limpid.ones(2),)) for name in ("zeros_like", "ones_like", "empty_like", "rand_like", "randn_like")] + [
    ("full", ((2,), 1.0)), ("full_like", (limpid.ones(2), 1.0)), ("eye", (2,)), ("arange", (3,)), ("linspace", (0, 1, 3)),
    ("randint", (5, (2,))), ("randperm", (4,))])
def test_layouts_are_taken_without_effect(name, args):
    make = getattr(limpid, name)
    plain, asked = make(*args), make(*args, layout=limpid.strided, pin_memory=False, device="cpu")
    assert asked.shape == plain.shape and asked.dtype == plain.dtype and asked.stride() == plain.stride()
    if name in ("zeros", "empty") or name.endswith("_like"):
        assert make(*args, memory_format=limpid.preserve_format).shape == plain.shape


def test_pinned_data():
    assert limpid.tensor([1.0], pin_memory=True).tolist() == [1.0]


def test_switches_without_effect():
    def modes(library):
        seen = []
        for mode in ("warn", 2, "error", 0, 1, "default"):
            library.set_deterministic_debug_mode(mode)
            seen.append((library.get_deterministic_debug_mode(), library.are_deterministic_algorithms_enabled()))
        for wrong, error in ((3, RuntimeError), ("some", RuntimeError), (1.5, TypeError)):
            with pytest.raises(error):
                library.set_deterministic_debug_mode(wrong)
        with library.autograd.set_multithreading_enabled(False):
            x = library.ones(2, requires_grad=True)
            (x * x).sum().backward()
        return seen, x.grad.tolist()

    assert modes(limpid) == modes(torch)


def test_older_names_of_losses_and_views():
    for library in (limpid, torch):
        with pytest.warns(FutureWarning):
            loss = library.nn.NLLLoss2d(reduction="sum")
        assert loss(library.zeros(1, 3, 2, 2), library.zeros(1, 2, 2).long()).item() == 0
        x = library.arange(6.0)
        assert x[1:].as_strided_((2, 2), (2, 1)).tolist() == [[1.0, 2.0], [3.0, 4.0]]
        assert library.as_strided_(x, (2, 2), (2, 1), 2) is x and x.tolist() == [[2.0, 3.0], [4.0, 5.0]]
    with pytest.raises(limpid.GraphError, match="as_strided_: the tensor requires grad"):
        limpid.ones(2, requires_grad=True).as_strided_((1,), (1,))
