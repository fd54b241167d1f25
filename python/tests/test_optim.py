"""Optimisers and schedules against PyTorch's, step by step; groups, states, hooks."""

import copy
import pickle

import numpy as np
import pytest

import limpid
from optim_cases import STEPS, Task, make, plain, same, tasks, torch

OPTIMIZERS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.5, "dampening": 0.3, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.02, "betas": (0.8, 0.99), "weight_decay": 0.1, "amsgrad": True}),
    ("Adam", {"lr": 0.02, "decoupled_weight_decay": True, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.02}),
    ("AdamW", {"lr": 0.02, "amsgrad": True, "maximize": True}),
    ("Adamax", {"weight_decay": 0.1}),
    ("NAdam", {"lr": 0.02}),
    ("NAdam", {"lr": 0.02, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.02}),
    ("RAdam", {"lr": 0.02, "betas": (0.9, 0.9), "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.2}),
    ("Adadelta", {"rho": 0.8}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.9, "centered": True, "weight_decay": 0.1}),
    ("Rprop", {"lr": 0.02}),
    ("ASGD", {"lr": 0.05, "lambd": 0.01, "t0": 10}),
    ("ASGD", {"lr": 0.05, "alpha": 0.5, "weight_decay": 0.1, "maximize": True}),
    ("Adafactor", {"lr": 0.05}),
    ("Adafactor", {"lr": 0.1, "eps": (1e-5, 1e-2), "d": 1.5, "weight_decay": 0.1}),
]
IDS = [f"{name}{i}" for i, (name, _) in enumerate(OPTIMIZERS)]


def assert_same_state(ours, theirs):
    assert list(ours["state"]) == list(theirs["state"])
    for i in theirs["state"]:
        wanted = {k: v for k, v in theirs["state"][i].items() if v is not None}
        assert set(ours["state"][i]) == set(wanted)
        for name, value in wanted.items():
            np.testing.assert_allclose(plain(ours["state"][i][name]), plain(value), rtol=1e-5, atol=1e-6)
    assert ours["param_groups"] == theirs["param_groups"]


# ---- traces


@pytest.mark.parametrize("name, options", OPTIMIZERS, ids=IDS)
def test_traces(name, options):
    # Adafactor's factors, of 1 / root of products of means, magnify the last digit of a sum.
    ours, theirs = tasks("float64" if name == "Adafactor" else "float32")
    a, b = make(ours, name, options), make(theirs, name, options)
    for _ in range(STEPS):
        ours.step(a)
        theirs.step(b)
        same(ours, theirs)
    assert_same_state(a.state_dict(), b.state_dict())
    assert repr(a) == repr(b)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_lbfgs(search):
    ours, theirs = Task(limpid, "float64"), Task(torch, "float64")
    losses, counts = [], []
    for task in (ours, theirs):
        optimizer = task.library.optim.LBFGS(task.params, lr=0.5, max_iter=4, history_size=5,
                                             line_search_fn=search)

        def closure():
            optimizer.zero_grad()
            loss = task.loss()
            loss.backward()
            return loss

        losses.append([optimizer.step(closure).item() for _ in range(6)])
        state = optimizer.state_dict()["state"][0]
        counts.append((state["func_evals"], state["n_iter"], len(state["old_dirs"])))
    np.testing.assert_allclose(*losses, rtol=1e-6)
    same(ours, theirs)
    assert counts[0] == counts[1]


def test_lbfgs_state():
    task = Task(limpid)
    optimizer = limpid.optim.LBFGS(task.params, max_iter=3)

    def closure():
        optimizer.zero_grad()
        loss = task.loss()
        loss.backward()
        return loss

    optimizer.step(closure)
    saved, values = copy.deepcopy(optimizer.state_dict()), [p.detach().clone() for p in task.params]
    optimizer.step(closure)
    wanted = task.values()
    with limpid.no_grad():
        for p, value in zip(task.params, values):
            p.copy_(value)
    other = limpid.optim.LBFGS(task.params, max_iter=3)
    other.load_state_dict(saved)
    optimizer = other
    other.step(closure)
    np.testing.assert_array_equal(task.values(), wanted)
    with pytest.raises(TypeError, match="closure"):
        other.step()


# ---- groups


def test_groups_have_options_of_their_own():
    ours, theirs = tasks()
    optimizers = []
    for task in (ours, theirs):
        optimizer = task.library.optim.SGD([{"params": task.w, "lr": 0.3}], lr=0.01, momentum=0.5)
        optimizer.add_param_group({"params": [task.b], "momentum": 0.0})
        optimizers.append(optimizer)
    for i in range(6):
        for task, optimizer in zip((ours, theirs), optimizers):
            task.step(optimizer)
            for group in optimizer.param_groups:
                group["lr"] *= 0.9
            if i == 2:
                optimizer.param_groups[0]["weight_decay"] = 0.1
        same(ours, theirs)
    assert optimizers[0].state_dict()["param_groups"] == optimizers[1].state_dict()["param_groups"]


def test_a_group_may_have_no_parameters():
    """As that of the biases where a model has none."""
    steps = []
    for t in (torch, limpid):
        p = t.nn.Parameter(t.ones(2))
        optimizer = t.optim.Adam([{"params": [p], "weight_decay": 0.1}, {"params": [], "lr": 0.5}], lr=0.1)
        for _ in range(2):
            p.sum().backward()
            optimizer.step()
            optimizer.load_state_dict(optimizer.state_dict())
        optimizer.param_groups[1]["params"].append(q := t.nn.Parameter(t.ones(1)))
        q.sum().backward()
        optimizer.step()
        steps += [p.tolist() + q.tolist(), [len(group["params"]) for group in optimizer.param_groups]]
    assert steps[2] == pytest.approx(steps[0], abs=1e-6) and steps[3] == steps[1] == [1, 1]
    with pytest.raises(ValueError, match="SGD: the first group has no parameters; put it behind one that has"):
        limpid.optim.SGD([{"params": []}])


def test_adams_betas_can_be_changed():
    ours, theirs = tasks()
    a, b = make(ours, "Adam", {}), make(theirs, "Adam", {})
    for i in range(6):
        ours.step(a)
        theirs.step(b)
        for optimizer in (a, b):
            optimizer.param_groups[0]["betas"] = (0.5, 0.9)
    same(ours, theirs)


def test_groups_can_be_replaced():
    task = Task(limpid)
    optimizer = limpid.optim.SGD(task.params, lr=0.1, momentum=0.9)
    task.step(optimizer)
    kept = optimizer.state[task.w]["momentum_buffer"].tolist()
    optimizer.param_groups[0]["params"] = [task.w]
    before = task.b.tolist()
    assert optimizer.state[task.w]["momentum_buffer"].tolist() == kept
    task.step(optimizer)
    assert task.b.tolist() == before


def test_named_parameters():
    model = limpid.nn.Linear(2, 2)
    optimizer = limpid.optim.SGD(model.named_parameters(), lr=0.1)
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == ["weight", "bias"]


@pytest.mark.parametrize("make_params, options, error, text", [
    (lambda p: [], {}, ValueError, "empty parameter list"),
    (lambda p: p, {}, TypeError, "iterable"),
    (lambda p: [3], {}, TypeError, "only optimize Tensors"),
    (lambda p: [p * 2], {}, ValueError, "non-leaf"),
    (lambda p: [{"params": [p]}, {"params": [p]}], {}, ValueError, "more than one"),
    (lambda p: [{"params": {p}}], {}, TypeError, "ordered"),
    (lambda p: [p], {"lr": -1}, ValueError, "lr must not be negative"),
    (lambda p: [p], {"lr": 0.1, "nesterov": True}, ValueError, "esterov"),
])
def test_bad_parameters(make_params, options, error, text):
    with pytest.raises(error, match=text):
        limpid.optim.SGD(make_params(limpid.nn.Parameter(limpid.ones(2))), **{"lr": 0.1, **options})
    with pytest.raises(Exception):
        torch.optim.SGD(make_params(torch.nn.Parameter(torch.ones(2))), **{"lr": 0.1, **options})


def test_a_bad_group_changes_nothing():
    task = Task(limpid)
    optimizer = limpid.optim.Adam([task.w])
    with pytest.raises(ValueError, match="betas"):
        optimizer.add_param_group({"params": [task.b], "betas": (2, 0.9)})
    assert len(optimizer.param_groups) == 1
    optimizer.add_param_group({"params": [task.b]})
    task.step(optimizer)
    optimizer.param_groups[1]["eps"] = -1
    with pytest.raises(ValueError, match="eps"):
        optimizer.step()


# ---- state


@pytest.mark.parametrize("name, options", OPTIMIZERS, ids=IDS)
def test_states_go_on_where_they_were(name, options):
    task = Task(limpid)
    optimizer = make(task, name, options)
    for _ in range(3):
        task.step(optimizer)
    state, values = copy.deepcopy(optimizer.state_dict()), [p.detach().clone() for p in task.params]
    for _ in range(3):
        task.step(optimizer)
    wanted = task.values()
    with limpid.no_grad():
        for p, value in zip(task.params, values):
            p.copy_(value)
    other = getattr(limpid.optim, name)(task.params, lr=7.0)
    other.load_state_dict(pickle.loads(pickle.dumps(state)))
    for _ in range(3):
        task.step(other)
    np.testing.assert_array_equal(task.values(), wanted)


@pytest.mark.parametrize("name, options", OPTIMIZERS, ids=IDS)
def test_states_of_pytorch_are_taken(name, options):
    ours, theirs = tasks()
    a, b = make(ours, name, options), make(theirs, name, options)
    for _ in range(3):
        theirs.step(b)

    def converted(value):
        if isinstance(value, torch.Tensor):
            return limpid.tensor(value.numpy())
        if isinstance(value, dict):
            return {k: converted(v) for k, v in value.items()}
        return value

    a.load_state_dict(converted(b.state_dict()))
    with limpid.no_grad():
        for p, q in zip(ours.params, theirs.params):
            p.copy_(limpid.tensor(q.detach().numpy()))
    for _ in range(3):
        ours.step(a)
        theirs.step(b)
    same(ours, theirs)


def test_states_of_fewer_options_are_filled_up():
    task = Task(limpid)
    optimizer = make(task, "SGD", {"lr": 0.1, "momentum": 0.5})
    optimizer.load_state_dict({"state": {}, "param_groups": [{"lr": 0.3, "params": [0, 1]}]})
    assert optimizer.param_groups[0]["lr"] == 0.3 and optimizer.param_groups[0]["momentum"] == 0.5
    task.step(optimizer)


def test_state_is_shown_by_parameter():
    task = Task(limpid)
    optimizer = limpid.optim.Adam(task.params)
    assert len(optimizer.state) == 0
    task.step(optimizer)
    state = optimizer.state[task.w]
    assert list(state) == ["step", "exp_avg", "exp_avg_sq"] and state["step"].item() == 1
    with limpid.no_grad():
        state["exp_avg"].zero_()
    assert optimizer.state[task.w]["exp_avg"].abs().sum().item() == 0


def test_states_that_do_not_fit():
    task = Task(limpid)
    optimizer = limpid.optim.Adam(task.params)
    task.step(optimizer)
    before = plain(optimizer.state_dict())
    with pytest.raises(ValueError, match="different number of parameter groups"):
        optimizer.load_state_dict({"state": {}, "param_groups": []})
    with pytest.raises(ValueError, match="doesn't match the size"):
        optimizer.load_state_dict(limpid.optim.Adam([task.w]).state_dict())
    state = copy.deepcopy(optimizer.state_dict())
    state["state"][0]["exp_avg"] = limpid.zeros(7)
    with pytest.raises(ValueError, match="exp_avg"):
        optimizer.load_state_dict(state)
    assert plain(optimizer.state_dict()) == before


def test_optimizers_can_be_copied():
    model = limpid.nn.Linear(2, 2)
    optimizer = limpid.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(limpid.ones(1, 2)).sum().backward()
    optimizer.step()
    twin_model, twin = copy.deepcopy((model, optimizer))
    assert twin.param_groups[0]["params"][0] is twin_model.weight
    for m, o in ((model, optimizer), (twin_model, twin)):
        o.zero_grad()
        m(limpid.ones(1, 2)).sum().backward()
        o.step()
    assert model.weight.tolist() == twin_model.weight.tolist()


# ---- working


def test_step_with_a_closure():
    ours, theirs = tasks()
    losses = []
    for task in (ours, theirs):
        optimizer = make(task, "SGD", {"lr": 0.1})

        def closure():
            optimizer.zero_grad()
            loss = task.loss()
            loss.backward()
            return loss

        with task.library.no_grad():
            losses.append(optimizer.step(closure).item())
    np.testing.assert_allclose(*losses, rtol=1e-6)
    same(ours, theirs)


def test_zero_grad():
    task = Task(limpid)
    optimizer = make(task, "SGD", {"lr": 0.1})
    task.loss().backward()
    optimizer.zero_grad(set_to_none=False)
    assert task.w.grad.abs().sum().item() == 0
    optimizer.zero_grad()
    assert task.w.grad is None
    before = task.values()
    optimizer.step()
    np.testing.assert_array_equal(task.values(), before)


def test_step_hooks():
    task, log = Task(limpid), []
    optimizer = make(task, "SGD", {"lr": 0.1})
    handle = optimizer.register_step_pre_hook(lambda o, args, kwargs: log.append("before"))
    optimizer.register_step_post_hook(lambda o, args, kwargs: log.append("after"))
    task.step(optimizer)
    handle.remove()
    task.step(optimizer)
    assert log == ["before", "after", "after"]


def test_an_optimizer_of_ones_own():
    class Plain(limpid.optim.Optimizer):
        def __init__(self, params, lr=0.1):
            super().__init__(params, {"lr": lr})

        def step(self, closure=None):
            with limpid.no_grad():
                for group in self.param_groups:
                    for p in group["params"]:
                        self.state[p]["count"] = self.state[p].get("count", 0) + 1
                        p.add_(p.grad, alpha=-group["lr"])

    one, other = Task(limpid), Task(limpid)
    own, sgd = Plain(one.params), limpid.optim.SGD(other.params, lr=0.1)
    schedule = limpid.optim.lr_scheduler.StepLR(own, 1)
    one.step(own)
    other.step(sgd)
    np.testing.assert_allclose(one.values(), other.values(), rtol=1e-6)
    schedule.step()
    assert own.param_groups[0]["lr"] == pytest.approx(0.01)
    assert own.state_dict()["state"][0] == {"count": 1}
    again = Plain(one.params)
    again.load_state_dict(own.state_dict())
    assert again.state[one.w]["count"] == 1


def test_optimizers_follow_conversions():
    model = limpid.nn.Linear(2, 1)
    optimizer = limpid.optim.SGD(model.parameters(), lr=1.0)
    model.double()
    model(limpid.ones(1, 2).double()).sum().backward()
    before = model.bias.item()
    optimizer.step()
    assert model.bias.item() == before - 1


def test_groups_are_printed_and_named_as_in_pytorch():
    def text(library):
        a, b = library.nn.Linear(2, 2), library.nn.Linear(2, 2)
        groups = [{"params": a.parameters(), "lr": 0.5}, {"params": b.parameters()}]
        optimizer = library.optim.SGD(groups, lr=0.1, momentum=0.5)
        library.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=5)
        return repr(optimizer), list(optimizer.state_dict()["param_groups"][0])

    assert text(limpid) == text(torch)


def test_zeroed_gradients_stay_where_they_are():
    for library in (limpid, torch):
        w = library.ones(2, requires_grad=True)
        (w * 3).sum().backward()
        gradient = w.grad
        library.optim.SGD([w], lr=0.1).zero_grad(set_to_none=False)
        assert w.grad is gradient and gradient.tolist() == [0.0, 0.0]


def test_hooks_around_state_dicts():
    def calls(library):
        parameter = library.nn.Parameter(library.ones(2))
        optimizer = library.optim.Adam([parameter], lr=0.5)
        seen = []
        optimizer.register_state_dict_pre_hook(lambda o: seen.append("before"))
        optimizer.register_state_dict_post_hook(lambda o, d: {**d, "note": 3})
        optimizer.register_state_dict_post_hook(lambda o, d: seen.append(sorted(d)), prepend=True)
        handle = optimizer.register_load_state_dict_pre_hook(lambda o, d: seen.append(d.pop("note")))
        optimizer.register_load_state_dict_post_hook(lambda o: seen.append(o.param_groups[0]["lr"]))
        kept = optimizer.state_dict()
        optimizer.param_groups[0]["lr"] = 0.25
        optimizer.load_state_dict(kept)
        handle.remove()
        optimizer.load_state_dict(kept)
        return [*seen, sorted(kept), type(copy.deepcopy(optimizer)).__name__]

    assert calls(limpid) == calls(torch)
