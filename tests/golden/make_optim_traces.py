#!/usr/bin/env python3
"""Freezes 30 steps of PyTorch's optimisers and schedules in tests/golden/optim.json.

Two float32 parameters, w (2, 2) and b (1,), start at fixed values. The gradient of element i (w first,
then b) at step t = 1, 2, ... is sin(0.7 t + 0.3 i) + 0.1 p_i, so that an error at one step moves the
next. With "skip", b has no gradient at even steps. tests/optim_test.cpp walks the same way.

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
    "Adam": ("Adam", {"lr": 0.01}, False),
    "Adam betas": ("Adam", {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3}, False),
    "Adam weight decay": ("Adam", {"lr": 0.02, "weight_decay": 0.1}, True),
    "Adam amsgrad": ("Adam", {"lr": 0.05, "betas": (0.8, 0.7), "amsgrad": True}, False),
    "Adam all": ("Adam", {"lr": 0.02, "weight_decay": 0.1, "amsgrad": True}, True),
}
SCHEDULES = {
    "StepLR": ("StepLR", {"step_size": 7, "gamma": 0.3}),
    "StepLR every epoch": ("StepLR", {"step_size": 1, "gamma": 0.9}),
    "CosineAnnealingLR": ("CosineAnnealingLR", {"T_max": 30}),
    "CosineAnnealingLR beyond": ("CosineAnnealingLR", {"T_max": 9, "eta_min": 0.01}),
}


def trace(kind, options, skip):
    w = torch.tensor(START[:4]).reshape(2, 2).requires_grad_()
    b = torch.tensor(START[4:]).requires_grad_()
    optimizer = getattr(torch.optim, kind)([w, b], **options)
    rows = []
    for t in range(1, STEPS + 1):
        noise = torch.tensor([math.sin(0.7 * t + 0.3 * i) for i in range(5)], dtype=torch.float32)
        w.grad = noise[:4].reshape(2, 2) + 0.1 * w.detach()
        b.grad = None if skip and t % 2 == 0 else noise[4:] + 0.1 * b.detach()
        optimizer.step()
        rows.append(w.detach().flatten().tolist() + b.detach().tolist())
    return rows


def rates(kind, options):
    p = torch.zeros(1, requires_grad=True)
    q = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([{"params": [p], "lr": 0.1}, {"params": [q], "lr": 0.02}])
    schedule = getattr(torch.optim.lr_scheduler, kind)(optimizer, **options)
    rows = [schedule.get_last_lr()]
    for _ in range(STEPS):
        optimizer.step()
        schedule.step()
        rows.append(schedule.get_last_lr())
    return rows


def rows_text(rows, digits):
    return "[\n  " + ",\n  ".join(json.dumps([float(f"%.{digits}g" % v) for v in row]) for row in rows) + "]"


def main():
    parts = [f' "{name}": {rows_text(trace(*case), 9)}' for name, case in OPTIMIZERS.items()]
    parts += [f' "{name}": {rows_text(rates(*case), 17)}' for name, case in SCHEDULES.items()]
    target = pathlib.Path(__file__).with_name("optim.json")
    target.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(f"{target}: {len(parts)} traces, torch {torch.__version__}")


if __name__ == "__main__":
    main()
