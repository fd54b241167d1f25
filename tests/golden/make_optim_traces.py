#!/usr/bin/env python3
"""Freezes 30 steps of PyTorch's optimisers and schedules in tests/golden/optim.json.

Two float32 parameters, w (2, 2) and b (1,), start at fixed values. The gradient of element i (w first,
then b) at step t = 1, 2, ... is sin(0.7 t + 0.3 i) + 0.1 p_i, so that an error at one step moves the
next. With "skip", b has no gradient at even steps. tests/optimizer_traces.h walks the same way. Of the same
walk in float64 only the end is kept. LBFGS gets a loss instead. Schedules are stepped 30 times behind an
optimiser of two groups, with rates 0.1 and 0.02.

Usage: python tests/golden/make_optim_traces.py   (needs torch 2.13)
"""

import json
import math
import pathlib

import torch

STEPS = 30
START = [0.5, -1.25, 2.0, 0.03125, -0.75]
OPTIMIZERS = {
    "SGD": ("SGD", {"lr": 0.1}, False),
    "SGD momentum": ("SGD", {"lr": 0.05, "momentum": 0.9}, False),
    "SGD dampening": ("SGD", {"lr": 0.05, "momentum": 0.8, "dampening": 0.3}, False),
    "SGD weight decay": ("SGD", {"lr": 0.1, "weight_decay": 0.05}, False),
    "SGD nesterov": ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}, False),
    "SGD all": ("SGD", {"lr": 0.03, "momentum": 0.7, "weight_decay": 0.1, "nesterov": True}, True),
    "SGD maximize": ("SGD", {"lr": 0.03, "momentum": 0.7, "weight_decay": 0.1, "maximize": True}, True),
    "Adam": ("Adam", {"lr": 0.01}, False),
    "Adam betas": ("Adam", {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3}, False),
    "Adam weight decay": ("Adam", {"lr": 0.02, "weight_decay": 0.1}, True),
    "Adam amsgrad": ("Adam", {"lr": 0.05, "betas": (0.8, 0.7), "amsgrad": True}, False),
    "Adam all": ("Adam", {"lr": 0.02, "weight_decay": 0.1, "amsgrad": True}, True),
    "Adam maximize": ("Adam", {"lr": 0.02, "weight_decay": 0.1, "maximize": True}, True),
    "AdamW": ("AdamW", {}, False),
    "AdamW weight decay": ("AdamW", {"lr": 0.05, "weight_decay": 0.3}, True),
    "AdamW all": ("AdamW", {"lr": 0.05, "betas": (0.8, 0.7), "weight_decay": 0.2, "amsgrad": True, "maximize": True}, True),
    "Adagrad": ("Adagrad", {}, False),
    "Adagrad all": ("Adagrad", {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.1, "initial_accumulator_value": 0.3,
                                "eps": 1e-3}, True),
    "Adagrad maximize": ("Adagrad", {"lr": 0.1, "weight_decay": 0.1, "maximize": True}, False),
    "Adadelta": ("Adadelta", {}, False),
    "Adadelta all": ("Adadelta", {"lr": 0.7, "rho": 0.8, "eps": 1e-3, "weight_decay": 0.1}, True),
    "Adadelta maximize": ("Adadelta", {"eps": 1e-3, "weight_decay": 0.1, "maximize": True}, False),
    "RMSprop": ("RMSprop", {}, False),
    "RMSprop momentum": ("RMSprop", {"lr": 0.005, "alpha": 0.9, "momentum": 0.8}, True),
    "RMSprop centered": ("RMSprop", {"alpha": 0.9, "eps": 1e-2, "centered": True}, False),
    "RMSprop all": ("RMSprop", {"alpha": 0.8, "eps": 1e-2, "weight_decay": 0.1, "momentum": 0.5, "centered": True}, True),
    "RMSprop maximize": ("RMSprop", {"weight_decay": 0.1, "maximize": True}, False),
    "Adamax": ("Adamax", {}, False),
    "Adamax all": ("Adamax", {"lr": 0.05, "betas": (0.7, 0.8), "eps": 1e-3, "weight_decay": 0.1}, True),
    "Adamax maximize": ("Adamax", {"lr": 0.02, "weight_decay": 0.1, "maximize": True}, False),
    "NAdam": ("NAdam", {}, False),
    "NAdam all": ("NAdam", {"lr": 0.05, "betas": (0.7, 0.8), "eps": 1e-3, "weight_decay": 0.1, "momentum_decay": 0.02}, True),
    "NAdam decoupled": ("NAdam", {"lr": 0.02, "weight_decay": 0.2, "decoupled_weight_decay": True, "maximize": True}, True),
    "RAdam": ("RAdam", {}, False),
    "RAdam all": ("RAdam", {"lr": 0.05, "betas": (0.7, 0.9), "eps": 1e-3, "weight_decay": 0.1}, True),
    "RAdam decoupled": ("RAdam", {"lr": 0.02, "betas": (0.9, 0.95), "weight_decay": 0.2, "decoupled_weight_decay": True,
                                  "maximize": True}, True),
    "Rprop": ("Rprop", {}, False),
    "Rprop all": ("Rprop", {"lr": 0.05, "etas": (0.4, 1.5), "step_sizes": (0.02, 0.2)}, True),
    "Rprop maximize": ("Rprop", {"maximize": True}, False),
}
LBFGS = {
    "LBFGS": {"lr": 0.1, "max_iter": 4},
    "LBFGS strong_wolfe": {"max_iter": 4, "line_search_fn": "strong_wolfe"},
    "LBFGS short history": {"lr": 0.5, "max_iter": 3, "history_size": 2, "line_search_fn": "strong_wolfe"},
    "LBFGS few evaluations": {"lr": 20, "max_iter": 20, "max_eval": 6, "line_search_fn": "strong_wolfe"},
}
S = torch.optim.lr_scheduler
SCHEDULES = {
    "StepLR": lambda o: S.StepLR(o, 7, 0.3),
    "StepLR every epoch": lambda o: S.StepLR(o, 1, 0.9),
    "MultiStepLR": lambda o: S.MultiStepLR(o, [12, 4, 4, 25], 0.5),
    "ConstantLR": lambda o: S.ConstantLR(o, 0.25, 6),
    "ConstantLR defaults": lambda o: S.ConstantLR(o),
    "LinearLR": lambda o: S.LinearLR(o, 0.1, 0.8, 11),
    "LinearLR defaults": lambda o: S.LinearLR(o),
    "ExponentialLR": lambda o: S.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda o: S.PolynomialLR(o, 20, 1.7),
    "PolynomialLR defaults": lambda o: S.PolynomialLR(o),
    "CosineAnnealingLR": lambda o: S.CosineAnnealingLR(o, 30),
    "CosineAnnealingLR beyond": lambda o: S.CosineAnnealingLR(o, 9, 0.01),
    "CosineAnnealingWarmRestarts": lambda o: S.CosineAnnealingWarmRestarts(o, 4, 2, 0.001),
    "CosineAnnealingWarmRestarts equal": lambda o: S.CosineAnnealingWarmRestarts(o, 7),
    "LambdaLR": lambda o: S.LambdaLR(o, [lambda e: 1 / (1 + e), lambda e: 0.95**e]),
    "MultiplicativeLR": lambda o: S.MultiplicativeLR(o, lambda e: 1 - 1 / (e + 2)),
    "OneCycleLR": lambda o: S.OneCycleLR(o, 0.5, total_steps=30),
    "OneCycleLR linear": lambda o: S.OneCycleLR(o, [0.5, 0.3], epochs=5, steps_per_epoch=7, pct_start=0.25,
                                                anneal_strategy="linear", div_factor=10, final_div_factor=100),
    "OneCycleLR three_phase": lambda o: S.OneCycleLR(o, 0.5, total_steps=30, three_phase=True, base_momentum=0.5,
                                                     max_momentum=[0.9, 0.8]),
    "OneCycleLR without momentum": lambda o: S.OneCycleLR(o, 0.5, total_steps=40, cycle_momentum=False),
    "CyclicLR": lambda o: S.CyclicLR(o, 0.01, 0.1, 4, 7),
    "CyclicLR triangular2": lambda o: S.CyclicLR(o, [0.01, 0.02], [0.1, 0.2], 5, mode="triangular2", cycle_momentum=False),
    "CyclicLR exp_range": lambda o: S.CyclicLR(o, 0.01, 0.1, 5, mode="exp_range", gamma=0.95, base_momentum=0.3),
    "CyclicLR scale_fn": lambda o: S.CyclicLR(o, 0.01, 0.1, 5, scale_fn=lambda x: 1 / (1 + x), scale_mode="iterations"),
    "ReduceLROnPlateau": lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=2, cooldown=1, min_lr=[0.001, 0.004]),
    "ReduceLROnPlateau max": lambda o: S.ReduceLROnPlateau(o, "max", 0.3, 0, 0.05, "abs"),
    "ReduceLROnPlateau min abs": lambda o: S.ReduceLROnPlateau(o, "min", 0.3, 3, 0.05, "abs", eps=1e-3),
    "ReduceLROnPlateau max rel": lambda o: S.ReduceLROnPlateau(o, "max", 0.7, 4, 0.1),
    "SequentialLR": lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.1, total_iters=5), S.ExponentialLR(o, 0.9),
                                                 S.MultiplicativeLR(o, lambda e: 0.5 if e == 3 else 1)], [6, 20]),
    "SequentialLR cosine": lambda o: S.SequentialLR(o, [S.ConstantLR(o, 0.5, 3), S.CosineAnnealingWarmRestarts(o, 6)], [4]),
    "ChainedScheduler": lambda o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 5), S.ExponentialLR(o, 0.9)]),
    "ChainedScheduler cosine": lambda o: S.ChainedScheduler([S.CosineAnnealingLR(o, 8), S.StepLR(o, 5, 0.5)]),
}


def trace(kind, options, skip, dtype=torch.float32):
    w = torch.tensor(START[:4], dtype=dtype).reshape(2, 2).requires_grad_()
    b = torch.tensor(START[4:], dtype=dtype).requires_grad_()
    optimizer = getattr(torch.optim, kind)([w, b], **options)
    rows = []
    for t in range(1, STEPS + 1):
        noise = torch.tensor([math.sin(0.7 * t + 0.3 * i) for i in range(5)], dtype=dtype)
        w.grad = noise[:4].reshape(2, 2) + 0.1 * w.detach()
        b.grad = None if skip and t % 2 == 0 else noise[4:] + 0.1 * b.detach()
        optimizer.step()
        rows.append(w.detach().flatten().tolist() + b.detach().tolist())
    return rows


def trace_lbfgs(options):
    """6 steps down sum((w^2 - c)^2) + (sum(w) b - 1)^2, in float64: w, b, the loss returned."""
    w = torch.tensor(START[:4], dtype=torch.float64).reshape(2, 2).requires_grad_()
    b = torch.tensor(START[4:], dtype=torch.float64).requires_grad_()
    c = torch.tensor([[1.0, 2.0], [0.5, 3.0]], dtype=torch.float64)
    optimizer = torch.optim.LBFGS([w, b], **options)

    def closure():
        optimizer.zero_grad()
        loss = ((w * w - c) ** 2).sum() + ((w.sum() * b - 1) ** 2).sum()
        loss.backward()
        return loss

    rows = []
    for _ in range(6):
        loss = optimizer.step(closure)
        rows.append(w.detach().flatten().tolist() + b.detach().tolist() + [loss.item()])
    return rows


def metric(t):
    """What ReduceLROnPlateau is told at step t: it falls, stays, and falls once more."""
    return max(0.3, 1 - 0.1 * t) + 0.001 * (t % 3) - (0.2 if t > 20 else 0)


def rates(make):
    """Rates of both groups and momentum of both."""
    p = torch.zeros(1, requires_grad=True)
    q = torch.zeros(1, requires_grad=True)
    groups = [{"params": [p], "lr": 0.1}, {"params": [q], "lr": 0.02}]
    optimizer = torch.optim.SGD(groups, momentum=0.6)
    schedule = make(optimizer)
    both = lambda: [g["lr"] for g in optimizer.param_groups] + [g["momentum"] for g in optimizer.param_groups]
    rows = [both()]
    for t in range(1, STEPS + 1):
        optimizer.step()
        if isinstance(schedule, S.ReduceLROnPlateau):
            schedule.step(metric(t))
        else:
            schedule.step()
        rows.append(both())
    return rows


def fractional_rates():
    """CosineAnnealingWarmRestarts at points between epochs, and one step from there."""
    p = torch.zeros(1, requires_grad=True)
    rows = []
    for i in range(STEPS):
        optimizer = torch.optim.SGD([p], lr=0.1)
        schedule = S.CosineAnnealingWarmRestarts(optimizer, 3, 2, 0.01)
        schedule.step(0.85 * i)
        rows.append([optimizer.param_groups[0]["lr"]])
        schedule.step()
        rows[-1].append(optimizer.param_groups[0]["lr"])
    return rows


def rows_text(rows, digits):
    return "[\n  " + ",\n  ".join(json.dumps([float(f"%.{digits}g" % v) for v in row]) for row in rows) + "]"


def main():
    parts = [f' "{name}": {rows_text(trace(*case), 9)}' for name, case in OPTIMIZERS.items()]
    parts += [f' "{name} float64": {rows_text(trace(*case, dtype=torch.float64)[-1:], 17)}' for name, case in OPTIMIZERS.items()]
    parts += [f' "{name}": {rows_text(trace_lbfgs(options), 17)}' for name, options in LBFGS.items()]
    parts += [f' "{name}": {rows_text(rates(make), 17)}' for name, make in SCHEDULES.items()]
    parts += [f' "CosineAnnealingWarmRestarts fractional": {rows_text(fractional_rates(), 17)}']
    target = pathlib.Path(__file__).with_name("optim.json")
    target.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(f"{target}: {len(parts)} traces, torch {torch.__version__}")


if __name__ == "__main__":
    main()
