"""Threads that train side by side and share tensors, programs that end, and signals in the middle of work."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import weakref

import numpy as np
import pytest

import limpid


class Attribute:
    pass


# -- threads


def test_two_threads_train_at_once():
    losses = {}

    def train(seed):
        generator = limpid.Generator().manual_seed(seed)
        x = limpid.randn(200, 60, generator=generator)
        target = x @ limpid.randn(60, 1, generator=generator)
        w = limpid.zeros(60, 1, requires_grad=True)
        for _ in range(60):
            loss = ((x @ w - target) ** 2).mean()
            w.grad = None
            loss.backward()
            with limpid.no_grad():
                w -= 0.1 * w.grad
        losses.setdefault(seed, []).append(loss.item())

    for together in (False, True):
        threads = [threading.Thread(target=train, args=(s,)) for s in (1, 2)]
        for thread in threads:
            thread.start()
            if not together:
                thread.join()
        for thread in threads:
            thread.join()
    for first, second in losses.values():
        assert first == second and first < 1


def test_threads_share_parameters_and_objects():
    x = limpid.ones(20_000, requires_grad=True)
    x.grad = limpid.zeros(20_000)
    x.grad.note = Attribute()
    note = x.grad.note
    problems = []

    def work():
        for _ in range(200):
            try:
                (x * 2).sum().backward()
                assert x.grad.note is note
            except BaseException as error:  # noqa: BLE001  reported below
                problems.append(error)
                return

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert x.grad[0].item() == 1600


def test_tensors_die_on_other_threads():
    gone = []

    def make():
        x = limpid.ones(50_000, requires_grad=True)
        y = (x * 2)
        y.note = Attribute()
        gone.append(weakref.ref(y.note))
        box.append(y)

    box = []
    for _ in range(50):
        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        box.clear()
    gc.collect()
    assert all(g() is None for g in gone)


# -- the end, and Ctrl-C


@pytest.mark.parametrize("body", [
    "x.hook = x.register_hook(lambda g: g)",
    "x.grad = limpid.ones(2); x.grad.note = object()",
    "keep = Twice.apply(x)",
    "import threading; threading.Thread(target=lambda: [(x * 2).sum().backward() for _ in range(300)]).start()",
    "keep = limpid.from_numpy(__import__('numpy').ones(3))",
    "x.me = x; (x * 2).sum().backward(); sys.exit(0)",
])
def test_programs_end_quietly(body):
    program = textwrap.dedent("""
        import sys
        import limpid
        class Twice(limpid.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x * 2
            @staticmethod
            def backward(ctx, dy):
                return dy * 2
        x = limpid.ones(2, requires_grad=True)
    """) + body
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_ctrl_c_interrupts_a_program_within_backward():
    program = textwrap.dedent("""
        import signal
        import limpid
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job would ignore it
        x = limpid.ones(1, requires_grad=True)
        y = x
        for _ in range(300_000):
            y = y * x
        try:
            print("ready", flush=True)
            while True:
                y.backward(retain_graph=True)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        (x * 2).backward()
        print("done")
    """)
    running = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "ready\n"
    os.kill(running.pid, signal.SIGINT)
    out, errors = running.communicate(timeout=60)
    assert out == "interrupted\ndone\n" and errors == "" and running.returncode == 0


def test_a_handler_may_run_in_the_middle_of_a_product():
    """oneDNN keeps no stack of its own there: a handler's frame would overwrite the heap."""
    a, b = limpid.randn(400, 400), limpid.randn(400, 400)
    right = (a @ b).numpy()
    arrived = []
    before = signal.signal(signal.SIGALRM, lambda *_: arrived.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    try:
        for _ in range(100):
            np.testing.assert_array_equal((a @ b).numpy(), right)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert arrived
