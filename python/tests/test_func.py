"""limpid.func beside torch.func: derivatives of functions, vmap, modules with other parameters."""

import copy

import numpy as np
import pytest

import limpid
from limpid import func, nn

torch = pytest.importorskip("torch")


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype("float64")


def flat(tree):
    if isinstance(tree, dict):
        return [item for key in tree for item in flat(tree[key])]
    return [item for part in tree for item in flat(part)] if isinstance(tree, (tuple, list)) else [tree]


def structure(tree):
    if isinstance(tree, dict):
        return {key: structure(item) for key, item in tree.items()}
    if isinstance(tree, (tuple, list)):
        return [type(tree), *map(structure, tree)]
    return (tuple(tree.shape), tree.requires_grad)


def same(compute):
    """compute(library, its func) gives the same numbers, structure and requires_grad in both."""
    ours, theirs = compute(limpid, func), compute(torch, torch.func)
    assert structure(ours) == structure(theirs)
    for a, b in zip(flat(ours), flat(theirs)):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-10, atol=1e-12)


def f(x):
    return (x ** 3).sum() + x.prod().sin()


CASES = {
    "grad": lambda t, n, x, y: n.grad(f)(x),
    "grad of grad": lambda t, n, x, y: n.grad(lambda z: (n.grad(f)(z) * y).sum())(x),
    "third derivative": lambda t, n, x, y: n.grad(n.grad(n.grad(lambda z: z ** 4)))(x[0]),
    "argnums": lambda t, n, x, y: n.grad(lambda a, b: (a * b * b).sum(), argnums=(0, 1))(x, y),
    "argnums from behind": lambda t, n, x, y: n.grad(lambda a, b: (a * b * b).sum(), argnums=-1)(x, y),
    "a dict": lambda t, n, x, y: n.grad(lambda p: (p["a"] * p["b"][0]).sum())({"a": x, "b": [y]}),
    "keywords": lambda t, n, x, y: n.grad(lambda a, scale=1: (a * scale).sum())(x, scale=y),
    "an input that is not used": lambda t, n, x, y: n.grad(lambda a, b: a.sum(), argnums=(0, 1))(x, y),
    "a constant": lambda t, n, x, y: n.grad(lambda a: y.sum())(x),
    "value": lambda t, n, x, y: n.grad_and_value(f)(x),
    "value and aux": lambda t, n, x, y: n.grad_and_value(lambda a: (f(a), {"y": a * 2}), has_aux=True)(x),
    "aux": lambda t, n, x, y: n.grad(lambda a: (f(a), (a * 2, y)), has_aux=True)(x),
    "under no_grad": lambda t, n, x, y: t.no_grad()(n.grad(f))(x),
    "vjp": lambda t, n, x, y: n.vjp(lambda a: a.sin(), x)[1](y),
    "vjp of two": lambda t, n, x, y: n.vjp(lambda a, b: (a * b, b.exp()), x, y)[1]((y, x)),
    "vjp's output": lambda t, n, x, y: n.vjp(lambda a: (a.sin(), y), x, has_aux=True)[::2],
    "jvp": lambda t, n, x, y: n.jvp(lambda a: a.sin() * a.sum(), (x,), (y,)),
    "jvp of two": lambda t, n, x, y: n.jvp(lambda a, b: {"p": a * b, "q": b.exp()}, (x, y), (y, x)),
    "jacrev": lambda t, n, x, y: n.jacrev(lambda a: t.outer(a, a * y))(x),
    "jacrev of several": lambda t, n, x, y: n.jacrev(lambda a, b: {"p": a * b, "q": (a * a * b).sum()}, argnums=(0, 1))(x, y),
    "jacfwd": lambda t, n, x, y: n.jacfwd(lambda a: a.cumprod(0))(x),
    "hessian": lambda t, n, x, y: n.hessian(f)(x),
    "vmap": lambda t, n, x, y: n.vmap(t.dot)(t.outer(x, y), t.outer(y, x)),
    "vmap over axes": lambda t, n, x, y: n.vmap(lambda a, b: (a * b, a.sum()), in_dims=(1, None), out_dims=(1, 0))(t.outer(x, y), y),
    "vmap of a dict": lambda t, n, x, y: n.vmap(lambda p, s: p["a"] + p["b"] * s, in_dims=({"a": 0, "b": None}, 0))({"a": x, "b": y}, x),
    "nested vmap": lambda t, n, x, y: n.vmap(n.vmap(lambda a, b: a * b, in_dims=(None, 0)), in_dims=(0, None))(x, y),
    "vmap of grad": lambda t, n, x, y: n.vmap(n.grad(f), in_dims=1)(t.outer(x, y)),
    "per-sample Jacobians": lambda t, n, x, y: n.vmap(n.jacrev(lambda a: a.sin() * a.sum()))(t.outer(x, y)),
}


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("outer", [False, True], ids=["plain", "inside a record"])
def test_the_same_as_pytorch(case, outer):
    def compute(library, functions):
        x, y = (library.tensor(numbers(3, seed=s)).requires_grad_(outer) for s in (1, 2))
        return CASES[case](library, functions, x, y)

    same(compute)


def test_gradients_go_on_through_the_results():
    def compute(library, functions):
        x, w = (library.tensor(numbers(3, seed=s)).requires_grad_() for s in (1, 2))
        found = functions.grad(lambda a: (a ** 3 * w).sum())(x.detach())
        found.pow(2).sum().backward()
        return w.grad

    same(compute)


@pytest.mark.parametrize("call, error, text", [
    (lambda x: func.grad(lambda a: a * 2)(x), RuntimeError, r"must return a scalar tensor, got a tensor of shape \(3,\); call .sum"),
    (lambda x: func.grad(lambda a: 3)(x), RuntimeError, "got int"),
    (lambda x: func.grad(f, argnums=1)(x), RuntimeError, "argnums 1 is out of range for 1 argument"),
    (lambda x: func.grad(f)(3.0), TypeError, "must be tensors of floats, not float"),
    (lambda x: func.grad(f)(x.long()), TypeError, "must be tensors of floats, not limpid.int64"),
    (lambda x: func.grad(f, has_aux=True)(x), RuntimeError, r"must return a tuple \(output, aux\)"),
    (lambda x: func.vjp(lambda a: (a, a), x)[1](x), RuntimeError, "the output has 2 tensors, but 1 cotangents"),
    (lambda x: func.jvp(f, (x,), x), RuntimeError, "must be tuples of one structure"),
    (lambda x: func.vmap(f)(3), ValueError, "in_dims is 0 for an argument of type int"),
    (lambda x: func.vmap(f, in_dims=2)(x), ValueError, "in_dims is 2 for a tensor of 1 dimensions"),
    (lambda x: func.vmap(f, in_dims=None)(x), ValueError, "in_dims is None for all"),
    (lambda x: func.vmap(f, in_dims=(0, 0))(x), ValueError, "does not have the structure"),
    (lambda x: func.vmap(limpid.add)(x, x[:2]), ValueError, r"different numbers of samples: \[3, 2\]"),
    (lambda x: func.vmap(lambda a: 3)(x), ValueError, "must return tensors, got int"),
    (lambda x: func.vmap(f, randomness="none")(x), RuntimeError, "'error', 'different' or 'same', not 'none'"),
    (lambda x: func.vmap(f)(x[:0]), ValueError, "there are no samples"),
])
def test_what_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call(limpid.ones(3))


def test_vmap_draws_the_same_or_other_numbers():
    x = limpid.zeros(4)
    one, other = (func.vmap(lambda a: a + limpid.rand(()), randomness=how)(x).unique().numel() for how in ("same", "different"))
    assert (one, other) == (1, 4) and limpid.vmap is func.vmap


# -- modules


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.norm, self.last = nn.Linear(3, 3), nn.BatchNorm1d(3), nn.Linear(3, 3)
        self.last.weight = self.first.weight
        self.scale = nn.Parameter(limpid.ones(1))

    def forward(self, x, shift=0):
        return self.last(self.norm(self.first(x))) * self.scale + shift


def test_functional_call():
    net, x = Tied(), limpid.tensor(numbers(4, 3)).float()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    weight = limpid.tensor(numbers(3, 3, seed=3)).float().requires_grad_()
    statistics = limpid.zeros(3)
    new = {"first.weight": weight, "scale": limpid.full((1,), 2.0), "norm.running_mean": statistics}
    out = func.functional_call(net, new, (x,), {"shift": 1.0})
    twin = copy.deepcopy(net)
    with limpid.no_grad():
        twin.first.weight.copy_(weight)
        twin.scale.fill_(2)
    assert limpid.allclose(out, twin(x, 1.0)) and statistics.abs().sum() > 0
    out.sum().backward()
    assert weight.grad is not None and net.first.weight.grad is None and net.last.weight is net.first.weight
    assert all(limpid.equal(net.state_dict()[name], tensor) for name, tensor in before.items()
               if name not in ("norm.running_var", "norm.num_batches_tracked"))
    assert isinstance(net.first.weight, nn.Parameter) and limpid.equal(net(x), net(x))


def test_functional_call_of_several_dicts_and_by_its_older_name():
    from limpid.nn.utils.stateless import functional_call

    layer, x = nn.Linear(2, 1), limpid.ones(3, 2)
    weight, bias = {"weight": limpid.ones(1, 2)}, {"bias": limpid.ones(1)}
    assert func.functional_call(layer, (weight, bias), x).flatten().tolist() == [3, 3, 3]
    assert functional_call(layer, {**weight, **bias}, x).flatten().tolist() == [3, 3, 3]
    meta = nn.Linear(2, 1, device="meta")
    assert func.functional_call(meta, (weight, bias), (x,)).flatten().tolist() == [3, 3, 3]


@pytest.mark.parametrize("dicts, options, error, text", [
    ({"nothing": 0}, {}, AttributeError, "Tied has no parameter or buffer nothing"),
    ({"scale": 0}, {"strict": True}, RuntimeError, r"missing \['first.weight'"),
    (3, {}, ValueError, "must be a dict or a sequence of dicts"),
    (({"scale": 0}, {"scale": 1}), {}, ValueError, "scale stands in more than one dict"),
    ({"first.weight": 0, "last.weight": 1}, {}, ValueError, "are one tensor in the module, but two are given"),
])
def test_functional_calls_that_are_refused(dicts, options, error, text):
    net = Tied()

    def filled(given):
        return {name: limpid.ones(1) for name in given} if isinstance(given, dict) else given

    given = tuple(map(filled, dicts)) if isinstance(dicts, tuple) else filled(dicts)
    with pytest.raises(error, match=text):
        func.functional_call(net, given, limpid.ones(4, 3), **options)
    assert isinstance(net.scale, nn.Parameter)


def test_the_parameters_come_back_after_an_error():
    layer = nn.Linear(2, 1)
    own = layer.weight
    with pytest.raises(RuntimeError):
        func.functional_call(layer, {"weight": limpid.ones(1, 5)}, limpid.ones(3, 2))
    assert layer.weight is own and layer(limpid.ones(3, 2)).shape == (3, 1)


def test_gradients_of_each_sample():
    def compute(library, functions):
        net = library.nn.Sequential(library.nn.Linear(3, 4), library.nn.Tanh(), library.nn.Linear(4, 2)).double()
        with library.no_grad():
            for i, p in enumerate(net.parameters()):
                p.copy_(library.tensor(numbers(*p.shape, seed=i)))
        parameters = {name: p.detach() for name, p in net.named_parameters()}

        def loss(parameters, x, y):
            out = functions.functional_call(net, parameters, (x.unsqueeze(0),))
            return library.nn.functional.cross_entropy(out, y.unsqueeze(0))

        x, y = library.tensor(numbers(5, 3)), library.tensor([0, 1, 1, 0, 1])
        return functions.vmap(functions.grad(loss), in_dims=(None, 0, 0))(parameters, x, y)

    same(compute)


def test_an_ensemble_by_vmap():
    nets = [nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.BatchNorm1d(4)).eval() for _ in range(3)]
    parameters, buffers = func.stack_module_state(nets)
    assert parameters["0.weight"].shape == (3, 4, 3) and parameters["0.weight"].requires_grad and parameters["0.weight"].is_leaf
    base, x = copy.deepcopy(nets[0]).to("meta"), limpid.tensor(numbers(5, 3)).float()
    out = func.vmap(lambda p, b: func.functional_call(base, (p, b), (x,)))(parameters, buffers)
    assert limpid.allclose(out, limpid.stack([net(x) for net in nets]))
    out.sum().backward()
    assert parameters["0.weight"].grad.shape == (3, 4, 3)
    for wrong, text in (([], "at least one"), ([nets[0], nn.Linear(1, 1).eval()], "one class"),
                        ([nets[0], copy.deepcopy(nets[1]).train()], "same training/eval mode")):
        with pytest.raises(RuntimeError, match=text):
            func.stack_module_state(wrong)
