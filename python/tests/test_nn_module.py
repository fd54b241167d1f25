"""Module: registration, state dicts, modes, conversions, copies, messages."""

import copy
import gc
import pickle
import weakref
from collections import OrderedDict

import numpy as np
import pytest

import limpid
from limpid import nn
from nn_cases import arrays, close, compare, torch


def net(library):
    """A model with all kinds of parts, a shared layer among them."""
    nn = library.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(library.ones(3))
            self.register_buffer("mean", library.zeros(3))
            self.register_buffer("scratch", library.zeros(1), persistent=False)
            self.stem = nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 4, 3, padding=1), norm=nn.BatchNorm2d(4)))
            self.blocks = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
            self.heads = nn.ModuleDict({"a": nn.Linear(4, 2), "b": self.blocks[0]})
            self.extra = nn.ParameterList([library.ones(2), library.zeros(1, 2)])
            self.named = nn.ParameterDict({"x": library.ones(2)})
            self.none = None

        def forward(self, x):
            x = self.stem(x * self.scale.view(3, 1, 1)).relu().mean((2, 3))
            for block in self.blocks:
                x = block(x) + x
            return self.heads["a"](x) + self.heads["b"](x)[:, :2] * self.extra[0]

    return Net()


def printed(module):
    """repr() without what differs on purpose: the module of the names of dtypes."""
    return repr(module).replace("limpid.", "torch.")


# ---- the tree


def test_the_tree_is_pytorchs():
    ours, theirs = net(limpid), net(torch)
    for method in ("named_parameters", "named_buffers", "named_modules", "named_children"):
        wanted = [name for name, _ in getattr(theirs, method)()]
        assert [name for name, _ in getattr(ours, method)()] == wanted
    assert [n for n, _ in ours.named_parameters(remove_duplicate=False)] == \
           [n for n, _ in theirs.named_parameters(remove_duplicate=False)]
    assert [n for n, _ in ours.named_parameters("p", recurse=False)] == ["p.scale"]
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert {name: tuple(t.shape) for name, t in ours.state_dict().items()} == \
           {name: tuple(t.shape) for name, t in theirs.state_dict().items()}
    assert printed(ours) == printed(theirs)
    assert len(list(ours.parameters())) == len(list(theirs.parameters()))
    assert len(list(ours.modules())) == len(list(theirs.modules()))


def test_same_numbers_as_pytorch():
    for training in (True, False):
        ours, theirs = net(limpid), net(torch)
        compare(ours, theirs, arrays((2, 3, 5, 5)), training)


def test_lookups():
    model = net(limpid)
    assert model.get_submodule("stem.conv") is model.stem.conv
    assert model.get_submodule("") is model
    assert model.get_parameter("stem.norm.weight") is model.stem.norm.weight
    assert model.get_buffer("stem.norm.running_mean") is model.stem.norm.running_mean
    with pytest.raises(AttributeError, match="no attribute `cow`"):
        model.get_submodule("stem.cow")
    with pytest.raises(AttributeError, match="is not an nn.Parameter"):
        model.get_parameter("mean")
    assert {"scale", "stem", "mean", "forward"} <= set(dir(model)) and "0" not in dir(model.blocks)
    model.set_submodule("stem.conv", nn.Identity())
    assert isinstance(model.stem.conv, nn.Identity)


def test_attributes_are_registered_and_forgotten():
    model = nn.Module()
    model.x = nn.Parameter(limpid.ones(2))
    assert "x" in model._parameters and "x" not in model.__dict__
    with pytest.raises(TypeError, match="cannot assign 'limpid.Tensor' as parameter 'x'"):
        model.x = limpid.zeros(2)
    model.x = None
    assert model.x is None and list(model.parameters()) == []
    with pytest.raises(TypeError, match="as parameter 'x'"):
        model.x = nn.Linear(1, 1)
    del model.x
    model.x = nn.Parameter(limpid.ones(2))
    model.x = nn.Parameter(limpid.ones(3))
    assert model.x.shape == (3,)
    model.b = nn.Linear(1, 1)
    model.b = nn.Parameter(limpid.ones(1))
    assert "b" in model._parameters and "b" not in model._modules
    del model.x, model.b
    model.x = nn.Linear(1, 1)
    assert "x" in model._modules and "x" not in model._parameters
    with pytest.raises(TypeError, match="as child module 'x'"):
        model.x = 3
    del model.x
    with pytest.raises(AttributeError, match="'Module' object has no attribute 'x'"):
        model.x
    model.y = nn.Buffer(limpid.zeros(2))
    assert list(model.state_dict()) == ["y"] and isinstance(model.y, nn.Buffer)
    model.y = limpid.ones(2)
    assert model._buffers["y"].tolist() == [1, 1]
    for name, error in (("", KeyError), ("a.b", KeyError), ("forward", KeyError), (3, TypeError)):
        with pytest.raises(error):
            model.register_buffer(name, limpid.zeros(1))


@pytest.mark.parametrize("value, what", [
    (lambda: nn.Parameter(limpid.ones(1)), "parameters"), (lambda: nn.Linear(1, 1), "module")])
def test_assignment_before_init(value, what):
    class Bad(nn.Module):
        def __init__(self):
            self.x = value()

    with pytest.raises(AttributeError, match=f"cannot assign {what} before Module.__init__"):
        Bad()


# ---- state


def test_load_state_dict_lists_everything_and_changes_nothing():
    model = net(limpid)
    before = {name: value.numpy().copy() for name, value in model.state_dict().items()}
    state = {name: value + 1 for name, value in model.state_dict().items()}
    del state["stem.conv.bias"], state["scale"]
    state["cow"] = limpid.zeros(1)
    state["heads.a.weight"] = limpid.zeros(3, 4)
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(state)
    text = str(caught.value)
    assert text == (
        'Error(s) in loading state_dict for Net:\n\tMissing key(s) in state_dict: "scale", "stem.conv.bias". '
        '\n\tUnexpected key(s) in state_dict: "cow". \n\tsize mismatch for heads.a.weight: copying a param '
        'with '
        "shape limpid.Size([3, 4]) from checkpoint, the shape in current model is limpid.Size([2, 4]).")
    other = net(torch)
    theirs = {name: value + 1 for name, value in other.state_dict().items()}
    del theirs["stem.conv.bias"], theirs["scale"]
    theirs["cow"] = torch.zeros(1)
    theirs["heads.a.weight"] = torch.zeros(3, 4)
    with pytest.raises(RuntimeError) as wanted:
        other.load_state_dict(theirs)
    assert text.replace("limpid.", "torch.") == str(wanted.value)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])
    state["heads.a.weight"] = limpid.zeros(2, 4)
    result = model.load_state_dict(state, strict=False)
    assert result.missing_keys == ["scale", "stem.conv.bias"] and result.unexpected_keys == ["cow"]
    assert str(model.load_state_dict(model.state_dict())) == "<All keys matched successfully>"


def test_load_state_dict_reaches_the_layers():
    layer, other = nn.Linear(3, 2), nn.Linear(3, 2)
    other.load_state_dict(layer.state_dict())
    x = limpid.randn(4, 3)
    assert (layer(x) == other(x)).all()
    other.load_state_dict({"weight": limpid.ones(2, 3), "bias": limpid.zeros(2)}, assign=True)
    assert other(limpid.ones(1, 3)).tolist() == [[3.0, 3.0]] and isinstance(other.weight, nn.Parameter)


def test_old_batch_norm_states_load():
    norm = nn.BatchNorm1d(2)
    state = {name: value for name, value in norm.state_dict().items() if name != "num_batches_tracked"}
    norm.load_state_dict(state)
    with pytest.raises(RuntimeError, match="num_batches_tracked"):
        kept = norm.state_dict()
        del kept["num_batches_tracked"]
        norm.load_state_dict(kept)  # says that it is of the version that has it


def test_extra_state():
    class Counter(nn.Module):
        count = 0

        def get_extra_state(self):
            return self.count

        def set_extra_state(self, state):
            self.count = state

    one, other = Counter(), Counter()
    one.count = 5
    assert list(one.state_dict()) == ["_extra_state"]
    other.load_state_dict(one.state_dict())
    assert other.count == 5


def test_state_dict_hooks():
    model = nn.Linear(2, 2)
    model.register_state_dict_pre_hook(lambda module, prefix, keep_vars: setattr(module, "seen", prefix))

    def rename(module, state, prefix, metadata):
        state[prefix + "w"] = state.pop(prefix + "weight")

    def back(module, state, prefix, *others):
        state[prefix + "weight"] = state.pop(prefix + "w")

    model.register_state_dict_post_hook(rename)
    model.register_load_state_dict_pre_hook(back)
    done = []
    model.register_load_state_dict_post_hook(lambda module, keys: done.append(keys))
    outer = nn.Sequential(model)
    assert list(outer.state_dict()) == ["0.bias", "0.w"] and model.seen == "0."
    outer.load_state_dict(outer.state_dict())
    assert len(done) == 1


# ---- modes and conversions


def test_train_and_eval_reach_the_layers():
    model = nn.Sequential(nn.Dropout(0.99), nn.Sequential(nn.Dropout(0.99)))
    x = limpid.ones(1000)
    assert (model.eval()(x) == x).all() and not model[1][0].training
    assert (model.train()(x) == 0).sum() > 900
    model[1][0].training = model[0].training = False
    assert (model(x) == x).all()
    with pytest.raises(ValueError):
        model.train("yes")


def test_conversions_keep_the_objects():
    model = net(limpid)
    parameters = list(model.parameters())
    weight = model.stem.conv.weight
    model(limpid.ones(2, 3, 4, 4)).sum().backward()
    assert model.double() is model
    assert all(a is b for a, b in zip(parameters, model.parameters()))
    assert weight.dtype == weight.grad.dtype == model.stem.norm.running_mean.dtype == limpid.float64
    assert model.stem.norm.num_batches_tracked.dtype == limpid.int64
    assert model(limpid.ones(2, 3, 4, 4).double()).dtype == limpid.float64
    for call, dtype in ((model.half, limpid.float16), (model.bfloat16, limpid.bfloat16),
                        (model.float, limpid.float32), (lambda: model.to(limpid.float64), limpid.float64),
                        (lambda: model.to("cpu", limpid.float32), limpid.float32),
                        (lambda: model.to(limpid.zeros(1).double()), limpid.float64),
                        (lambda: model.type(limpid.float32), limpid.float32)):
        call()
        assert weight.dtype == dtype
    with pytest.raises(TypeError, match="only accepts floating point dtypes"):
        model.to(limpid.int64)
    assert str(net(limpid).to("meta").stem.conv.weight.device) == "meta"


def test_gradients_of_a_tree():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    model[0].requires_grad_(False)
    model(limpid.ones(1, 2)).sum().backward()
    assert model[0].weight.grad is None and model[1].weight.grad is not None
    model.zero_grad(set_to_none=False)
    assert model[1].weight.grad.tolist() == [[0.0, 0.0]]
    model.zero_grad()
    assert model[1].weight.grad is None


def test_apply_goes_children_first():
    seen = []
    model = nn.Sequential(nn.Linear(1, 1), nn.ReLU())
    assert model.apply(lambda m: seen.append(type(m).__name__)) is model
    assert seen == ["Linear", "ReLU", "Sequential"]


# ---- messages


def test_errors_name_the_layer():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Conv2d(4, 1, 1)])

        def forward(self, x):
            return self.layers[1](x)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Sequential(nn.Identity(), Block())

        def forward(self, x):
            return self.backbone(x)

    with pytest.raises(limpid.ShapeError, match=r", layer backbone\.1\.layers\.1\]$") as caught:
        Net()(limpid.ones(8, 3, 32, 32))
    assert "input (8, 3, 32, 32)" in str(caught.value)
    with pytest.raises(limpid.ShapeError) as caught:
        nn.Linear(2, 3)(limpid.ones(4, 5))
    assert "layer" not in str(caught.value)
    with pytest.raises(limpid.ShapeError, match=r"BatchNorm2d: needs .* \[layer 1\]$"):
        nn.Sequential(nn.Identity(), nn.BatchNorm2d(3))(limpid.ones(2, 3))


def test_a_layer_inside_a_cpp_layer_is_named():
    model = nn.Sequential(nn.TransformerEncoderLayer(4, 2, 8))
    model[0].self_attn.out_proj.weight = nn.Parameter(limpid.ones(3, 3))
    with pytest.raises(limpid.Error, match=r"layer 0\.self_attn\.out_proj\]$"):
        model(limpid.ones(2, 1, 4))


def test_forward_is_missing():
    with pytest.raises(NotImplementedError, match='missing the required "forward"'):
        nn.Module()(1)


# ---- copies and memory


def test_pickle_and_deepcopy():
    model = net(limpid).eval()
    x = limpid.randn(2, 3, 4, 4)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model.stem))):
        assert not other.training
    other = copy.deepcopy(model)
    assert (other(x) == model(x)).all()
    assert other.heads["b"] is other.blocks[0] and other.blocks[0] is not model.blocks[0]
    with limpid.no_grad():
        other.blocks[0].weight.fill_(0)
    assert not (other(x) == model(x)).all()


def test_functions_of_the_library_can_be_attributes():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.functions = [limpid.relu, nn.functional.gelu, limpid.exp]

    model = Net()
    assert copy.deepcopy(model).functions == model.functions
    assert pickle.loads(pickle.dumps(model.functions)) == model.functions


def test_tied_weights_stay_tied_in_copies():
    model = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
    model[1].weight = model[0].weight
    other = copy.deepcopy(model)
    assert other[1].weight is other[0].weight
    with limpid.no_grad():
        other[0].weight.fill_(1)
    other[1].bias = None
    assert other[1](limpid.ones(1, 2)).tolist() == [[2.0, 2.0]]


def test_cycles_are_collected():
    model = nn.Sequential(nn.Linear(2, 2))
    model.parent = [model]
    model[0].hook = model.register_forward_hook(lambda m, args, out: model and None)
    seen = weakref.ref(model)
    weight = weakref.ref(model[0].weight)
    model(limpid.ones(1, 2))
    del model
    gc.collect()
    assert seen() is None and weight() is None


def test_deepcopy_draws_no_random_numbers():
    layer = nn.Linear(4, 4)
    limpid.manual_seed(1)
    wanted = limpid.rand(3).tolist()
    limpid.manual_seed(1)
    copy.deepcopy(layer)(limpid.ones(1, 4))
    assert limpid.rand(3).tolist() == wanted


# ---- containers


def containers(library):
    nn = library.nn
    model = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 3))
    out = [repr(model), repr(model[:2]), repr(model[-1]), len(model)]
    model.append(nn.Tanh())
    model.insert(0, nn.Identity())
    del model[2]
    model[1] = nn.Linear(1, 4)
    out += [repr(model), repr(model + nn.Sequential(nn.Sigmoid())), repr(model.pop(0)), list(model._modules)]
    layers = nn.ModuleList([nn.Linear(1, 1)])
    layers += [nn.Linear(1, 1), nn.ReLU()]
    layers.insert(1, nn.Tanh())
    out += [repr(layers), repr(layers[1:]), len(layers), [type(m).__name__ for m in layers]]
    del layers[0]
    out += [list(layers._modules)]
    table = nn.ModuleDict([["a", nn.ReLU()], ["b", nn.Tanh()]])
    table["c"] = nn.Identity()
    table.pop("a")
    out += [repr(table), list(table.keys()), "b" in table, len(table)]
    values = nn.ParameterList([nn.Parameter(library.ones(2)), library.zeros(2, 3)])
    values.append(library.ones(1))
    out += [printed(values), len(values), [n for n, _ in values.named_parameters()]]
    names = nn.ParameterDict({"x": library.ones(2)})
    names["y"] = nn.Parameter(library.zeros(1))
    out += [printed(names), list(names), [n for n, _ in names.named_parameters()]]
    return out


def test_containers_do_what_pytorchs_do():
    for ours, theirs in zip(containers(limpid), containers(torch)):
        assert ours == theirs


def test_subclasses_of_layers():
    class Scaled(nn.Linear):
        def __init__(self, size):
            super().__init__(size, size)
            self.scale = nn.Parameter(limpid.full((1,), 2.0))

        def forward(self, x):
            return super().forward(x) * self.scale

    layer = Scaled(2)
    x = limpid.ones(1, 2)
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias", "scale"]
    close(layer(x), nn.Linear.forward(layer, x) * 2)
    other = copy.deepcopy(layer)
    assert (other(x) == layer(x)).all()


def test_lines_of_parameter_lists_and_switches_without_effect():
    for library in (torch, limpid):
        nn, name = library.nn, library.__name__
        one = nn.Parameter(library.ones(2, 3))
        assert repr(nn.ParameterList([one])) == (
            f"ParameterList(  (0): Parameter containing: [{name}.float32 of size 2x3])")
        assert repr(nn.ParameterDict({"a": one})) == (
            f"ParameterDict(  (a): Parameter containing: [{name}.FloatTensor of size 2x3])")
        layer = nn.Linear(1, 1)
        assert layer.share_memory() is layer and issubclass(library.OutOfMemoryError, RuntimeError)
        assert library.cuda.OutOfMemoryError is library.OutOfMemoryError
    assert limpid.nn.Linear(1, 1).compile() is None
