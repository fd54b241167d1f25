"""Schedules of learning rates step by step beside PyTorch's, their states, and what they refuse."""

import copy
import random

import numpy as np
import pytest

import limpid
from optim_cases import STEPS, make, same, tasks, torch

SCHEDULES = [
    ("StepLR", (4,)),
    ("StepLR", (3, 0.5)),
    ("MultiStepLR", ([3, 3, 9],)),
    ("ConstantLR", ()),
    ("ConstantLR", (0.5, 3)),
    ("LinearLR", ()),
    ("LinearLR", (0.2, 0.7, 9)),
    ("ExponentialLR", (0.9,)),
    ("PolynomialLR", (12, 2.0)),
    ("CosineAnnealingLR", (7,)),
    ("CosineAnnealingLR", (6, 0.01)),
    ("CosineAnnealingWarmRestarts", (4,)),
    ("CosineAnnealingWarmRestarts", (3, 2, 0.01)),
    ("LambdaLR", (lambda epoch: 0.9**epoch,)),
    ("LambdaLR", ([lambda epoch: 1 / (1 + epoch), lambda epoch: epoch],)),
    ("MultiplicativeLR", (lambda epoch: 0.95,)),
    ("CyclicLR", (0.01, 0.1, 4)),
    ("CyclicLR", (0.01, [0.1, 0.2], 3, 5, "triangular2")),
    ("CyclicLR", (0.01, 0.1, 4, None, "exp_range", 0.9)),
    ("OneCycleLR", (0.1, STEPS + 1)),
    ("OneCycleLR", ([0.1, 0.2], None, 5, 7, 0.4, "linear")),
    ("OneCycleLR", (0.1, 40, None, None, 0.3, "cos", True, 0.85, 0.95, 25.0, 1e4, True)),
]


def two_groups(library, name="SGD", **options):
    params = [library.nn.Parameter(library.ones(2)) for _ in range(2)]
    optimizer = getattr(library.optim, name)([{"params": params[:1]}, {"params": params[1:], "lr": 0.3}],
                                             lr=0.1, **options)
    return optimizer


def rates(optimizer):
    return [value for group in optimizer.param_groups
            for value in (group["lr"], *group.get("betas", (group.get("momentum"),)))]


def run_both(make_schedule, momentum={"momentum": 0.9}, name="SGD", steps=STEPS):
    pairs = []
    for library in (limpid, torch):
        optimizer = two_groups(library, name, **momentum)
        pairs.append((optimizer, make_schedule(library.optim.lr_scheduler, optimizer)))
    (a, ours), (b, theirs) = pairs
    for _ in range(steps):
        np.testing.assert_allclose(rates(a), rates(b), rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(ours.get_last_lr(), theirs.get_last_lr(), rtol=1e-9, atol=1e-14)
        a.step(), b.step()
        ours.step(), theirs.step()
    assert ours.last_epoch == theirs.last_epoch if hasattr(theirs, "last_epoch") else True
    return ours, theirs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name, args", SCHEDULES, ids=[f"{n}{i}" for i, (n, _) in enumerate(SCHEDULES)])
def test_schedules(name, args):
    run_both(lambda module, optimizer: getattr(module, name)(optimizer, *args))
    run_both(lambda module, optimizer: getattr(module, name)(optimizer, *args), {}, "Adam")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name, args", SCHEDULES, ids=[f"{n}{i}" for i, (n, _) in enumerate(SCHEDULES)])
def test_schedules_go_on_where_they_were(name, args):
    wanted = two_groups(limpid, momentum=0.9)
    schedule = getattr(limpid.optim.lr_scheduler, name)(wanted, *args)
    for _ in range(7):
        wanted.step(), schedule.step()
    again = two_groups(limpid, momentum=0.9)
    other = getattr(limpid.optim.lr_scheduler, name)(again, *args)
    again.load_state_dict(wanted.state_dict())
    other.load_state_dict(copy.deepcopy(schedule.state_dict()))
    for _ in range(7):
        wanted.step(), schedule.step()
        again.step(), other.step()
        assert rates(wanted) == rates(again)


def combined(module, optimizer, kind):
    if kind == 0:
        parts = [module.ConstantLR(optimizer, 0.1, 20), module.ExponentialLR(optimizer, 0.9)]
        return module.SequentialLR(optimizer, parts, [5])
    if kind == 1:
        parts = [module.LinearLR(optimizer, 0.1, 1.0, 5), module.CosineAnnealingLR(optimizer, 20),
                 module.StepLR(optimizer, 2)]
        return module.SequentialLR(optimizer, parts, [5, 12])
    if kind == 2:
        parts = [module.ConstantLR(optimizer, 0.1, 4), module.ExponentialLR(optimizer, 0.9),
                 module.CosineAnnealingLR(optimizer, 10)]
        return module.ChainedScheduler(parts)
    parts = [module.LinearLR(optimizer, 0.1, 1.0, 3), module.CosineAnnealingWarmRestarts(optimizer, 5)]
    return module.SequentialLR(optimizer, parts, [4])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", range(4))
def test_combined_schedules(kind):
    run_both(lambda module, optimizer: combined(module, optimizer, kind))
    one, again = two_groups(limpid), two_groups(limpid)
    schedule, other = (combined(limpid.optim.lr_scheduler, o, kind) for o in (one, again))
    for _ in range(6):
        one.step(), schedule.step()
    again.load_state_dict(one.state_dict())
    other.load_state_dict(copy.deepcopy(schedule.state_dict()))
    for _ in range(8):
        one.step(), schedule.step()
        again.step(), other.step()
        assert rates(one) == rates(again)


@pytest.mark.parametrize("options", [
    {"patience": 2},
    {"mode": "max", "threshold_mode": "abs", "cooldown": 2, "patience": 0, "min_lr": [0.01, 0.001]},
])
def test_reduce_on_plateau(options):
    ours, theirs = two_groups(limpid), two_groups(torch)
    a = limpid.optim.lr_scheduler.ReduceLROnPlateau(ours, **options)
    b = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **options)
    metrics = random.Random(1)
    for _ in range(STEPS):
        metric = metrics.random()
        a.step(metric)
        b.step(metric)
        assert a.get_last_lr() == b.get_last_lr() and rates(ours) == rates(theirs)


def test_a_schedule_moves_the_next_step():
    ours, theirs = tasks()
    pairs = []
    for task in (ours, theirs):
        optimizer = make(task, "Adam", {"lr": 0.1})
        pairs.append((task, optimizer, task.library.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, STEPS + 1)))
    for _ in range(STEPS):
        for task, optimizer, schedule in pairs:
            task.step(optimizer)
            schedule.step()
        same(ours, theirs)


@pytest.mark.parametrize("name, args, text", [
    ("StepLR", (0,), "step_size"),
    ("ConstantLR", (2.0,), "between 0 and 1"),
    ("LinearLR", (0.0,), "greater than 0"),
    ("CosineAnnealingWarmRestarts", (0,), "positive integer T_0"),
    ("OneCycleLR", (0.1,), "total_steps"),
    ("OneCycleLR", ([0.1], 10), "same length"),
    ("CyclicLR", (0.1, 0.2, 5, None, "up"), "mode is invalid"),
    ("ReduceLROnPlateau", ("min", 1.5), "Factor"),
])
def test_bad_schedules(name, args, text):
    with pytest.raises(ValueError, match=text):
        getattr(limpid.optim.lr_scheduler, name)(two_groups(limpid, momentum=0.9), *args)


def test_schedules_need_what_they_resume():
    with pytest.raises(KeyError, match="initial_lr"):
        limpid.optim.lr_scheduler.StepLR(two_groups(limpid), 1, last_epoch=3)
    with pytest.raises(TypeError, match="StepLR: optimizer must be an Optimizer, not int"):
        limpid.optim.lr_scheduler.StepLR(3, 1)
    with pytest.raises(ValueError, match="momentum"):
        limpid.optim.lr_scheduler.CyclicLR(two_groups(limpid, "Adagrad"), 0.1, 0.2)


@pytest.mark.parametrize("name, arguments", [
    ("OneCycleLR", (0.1, STEPS + 1)), ("OneCycleLR", (0.1, 40, None, None, 0.3, "cos", True, 0.85, 0.95, 25.0, 1e4, True)),
    ("CyclicLR", (0.01, 0.1, 4)), ("CyclicLR", (0.01, 0.1, 4, None, "triangular", 1.0, lambda x: 0.5))])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_states_of_cycles_go_from_one_library_to_the_other(name, arguments, optimizer):
    def run(library, state, steps):
        w = library.ones(2, requires_grad=True)
        of = library.optim.SGD([w], lr=0.1, momentum=0.9) if optimizer == "SGD" else library.optim.Adam([w], lr=0.1)
        schedule = getattr(library.optim.lr_scheduler, name)(of, *arguments)
        if state is not None:
            schedule.load_state_dict(state)
        seen = []
        for _ in range(steps):
            of.step()
            schedule.step()
            seen.append((schedule.get_last_lr(), of.param_groups[0].get("momentum"), of.param_groups[0].get("betas")))
        return schedule.state_dict(), seen

    for first, second in ((limpid, torch), (torch, limpid)):
        state, _ = run(first, None, 3)
        assert run(second, state, 5)[1] == run(first, state, 5)[1]
    ours, theirs = run(limpid, None, 3)[0], run(torch, None, 3)[0]
    assert {key for key in theirs if key not in ours} == {"_is_initial", "_get_lr_called_within_step"}
    assert {key for key in ours if ours[key] != theirs[key]} == set()
