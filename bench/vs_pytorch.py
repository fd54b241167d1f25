#!/usr/bin/env python3
"""limpid against PyTorch on this machine: `python bench/vs_pytorch.py [ROW...]` (needs torch==2.13.0).

Two processes, one a framework, take turns at the rows of bench/rows.py; what counts is the median over at
least 20 pairs. ratio = PyTorch / limpid: above 1 limpid is faster. "roofline" is the least time that memory
and arithmetic of this machine allow for what limpid's ops move and compute (each op by itself), over
limpid's time: above 100 % where Winograd computes less.

--peers takes PyTorch in further ways, and the best of them counts: channels_last, compile (torch.compile,
warm), onnx (ONNX Runtime, inference rows; needs onnx and onnxruntime). --keep-memory lets them keep freed memory
instead of giving large blocks back to the system, which limpid does anyway. --memory compares the peak resident
memory of the training rows instead, each in a process of its own.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time

import rows
from rows import ROWS

PEERS = ("eager", "channels_last", "compile", "onnx")


# -- PyTorch in several ways


def channels_last(x):
    return x.contiguous(memory_format=sys.modules[type(x).__module__.split(".")[0]].channels_last) if x.dim() == 4 else x


class Limpid(rows.Plain):
    """Rows of one op get maps channels-last, as limpid's own convolutions leave them, but for 1x1 kernels, which
    write what they read; models get contiguous images."""

    @staticmethod
    def place(x, kernel=None):
        return x if kernel == (1, 1) else channels_last(x)


class ChannelsLast(rows.Plain):
    place = staticmethod(lambda x, kernel=None: channels_last(x))
    weight = images = staticmethod(channels_last)

    @staticmethod
    def model(model, x):
        import torch
        return model.to(memory_format=torch.channels_last)


class Compile(rows.Plain):
    @staticmethod
    def model(model, x):
        import torch
        return torch.compile(model)


class Onnx(rows.Plain):
    """Models alone, and only as they are called under no_grad."""

    @staticmethod
    def model(model, x):
        import io

        import onnxruntime
        import torch

        if model.training:
            raise RuntimeError("ONNX Runtime does not train")
        file = io.BytesIO()
        torch.onnx.export(model, (x,), file, input_names=["x"], dynamo=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        session = onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])
        return lambda x: session.run(None, {"x": x.numpy()})


SIDES = {"limpid": Limpid, "eager": rows.Plain, "channels_last": ChannelsLast, "compile": Compile, "onnx": Onnx}


# -- the processes


def worker(framework: str, way: str, threads: int) -> None:
    """Answers lines on stdin: a row's name -> seconds of one call, as JSON."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a stopped process would outlive its parent
    start = time.perf_counter()
    t = __import__(framework)
    imported = time.perf_counter() - start
    t.set_num_threads(threads)
    rows.side = SIDES[way]
    steps = {}
    print(json.dumps({"import": imported, "memory": resident()}), flush=True)
    for line in sys.stdin:
        name = line.strip()
        try:
            if name not in steps:
                steps.clear()  # one row's memory at a time
                t.manual_seed(0)
                steps[name] = prepared(t, ROWS[name][0](t))
            step, count, least = steps[name]
            step()  # the caches have been the other process's meanwhile
            begin = time.perf_counter()
            for _ in range(count):
                step()
            answer = {"seconds": (time.perf_counter() - begin) / count, "least": least}
        except Exception as error:  # a row that one side cannot do is shown as such
            answer = {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
        print(json.dumps(answer), flush=True)


def prepared(t, step):
    """Warm, with the number of calls that takes some 20 ms, and the least time for one."""
    begin = time.perf_counter()
    count = 0
    while count < 3 or (time.perf_counter() - begin < 0.05 and count < 2000):
        step()
        count += 1
    once = (time.perf_counter() - begin) / count
    return step, max(1, int(0.02 / once)), least_time(t, step)


def least_time(t, step) -> float:
    """Seconds by the roofline; 0 where the framework is not ours."""
    if t.__name__ != "limpid":
        return 0
    from limpid.profiler import machine_limits, profile
    bytes_per_second, flops_per_second = machine_limits()
    with profile(record_shapes=True) as prof:
        step()
    return sum(max(r.bytes / bytes_per_second, r.flops / flops_per_second)
               for r in prof.key_averages(group_by_input_shape=True))


def peak_memory(framework: str, threads: int, name: str) -> None:
    """Prints the peak of resident bytes of a process that makes five steps of a row."""
    t = __import__(framework)
    t.set_num_threads(threads)
    t.manual_seed(0)
    step = ROWS[name][0](t)
    for _ in range(5):
        step()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def resident() -> int:
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def environment(threads: int, keep_memory: bool = False) -> dict:
    more = {}
    if keep_memory:  # glibc: by default a block of 32 MiB and more goes back when it is freed, and its pages come anew
        more = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_"), str(1 << 30))
    return dict(os.environ, OMP_NUM_THREADS=str(threads), **more)


class Side:
    def __init__(self, framework: str, way: str, threads: int, keep_memory: bool = False):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker", framework, way, "--threads", str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment(threads, keep_memory))
        self.start = json.loads(self.process.stdout.readline())
        self.process.send_signal(signal.SIGSTOP)
        self.least = 0.0

    def time(self, name: str) -> float:
        """Seconds of a call; between calls the process is stopped, since idle threads spin (ONNX Runtime's for long)."""
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.process.send_signal(signal.SIGSTOP)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        self.least = answer["least"]
        return answer["seconds"]


def compare(name: str, ours: Side, peers: dict, pairs: int):
    """Times in turn: limpid's, and those of each peer that can do the row."""
    mine, theirs, errors = [], {way: [] for way in peers}, {}
    for _ in range(pairs):
        mine.append(ours.time(name))
        for way, peer in peers.items():
            if way in errors:
                continue
            try:
                theirs[way].append(peer.time(name))
            except RuntimeError as error:
                errors[way] = str(error)
                del theirs[way]
    return mine, theirs, errors


# -- the tables


def span(seconds: float) -> str:
    if seconds < 1e-6:
        return f"{seconds * 1e9:.0f} ns"
    return f"{seconds * 1e6:.2f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def cells(name: str, ours: Side, peers: dict, pairs: int) -> str:
    try:
        mine, theirs, errors = compare(name, ours, peers, pairs)
        if not theirs:
            raise RuntimeError("; ".join(errors.values()))
    except RuntimeError as error:
        return f"| {name} | {error} |"
    for way, error in errors.items():
        print(f"{name}: {way}: {error}", file=sys.stderr)
    medians = {way: statistics.median(times) for way, times in theirs.items()}
    best = min(medians, key=medians.get)
    ratios = sorted(p / m for p, m in zip(theirs[best], mine))
    quarter = len(ratios) // 4
    peer_cells = [span(medians[way]) if way in medians else "" for way in peers]
    own = statistics.median(mine)
    return "| " + " | ".join([
        name, span(own), *peer_cells, f"{statistics.median(ratios):.2f}",
        f"{ratios[quarter]:.2f} to {ratios[-1 - quarter]:.2f}", f"{100 * ours.least / own:.0f} %",
        str(ROWS[name][1] or "")]) + " |"


def print_times(names: list, ways: list, threads: int, pairs: int, keep_memory: bool) -> None:
    ours = Side("limpid", "limpid", threads)
    peers = {way: Side("torch", way, threads, keep_memory) for way in ways}
    print(f"{threads} threads, medians of {pairs} pairs; ratio = {'PyTorch' if len(ways) == 1 else 'best peer'} / limpid\n")
    titles = ["PyTorch" if way == "eager" else way.replace("_", "-") for way in ways]
    print("| " + " | ".join(["work", "limpid", *titles, "ratio", "middle half", "roofline", "aim"]) + " |")
    print("| --- |" + " ---: |" * (len(ways) + 2) + " --- | ---: | ---: |")
    a, b = ours.start, next(iter(peers.values())).start
    blank = " |" * (len(ways) - 1)
    print(f"| import | {span(a['import'])} | {span(b['import'])} |{blank} {b['import'] / a['import']:.1f} | | | 10 |")
    print(f"| memory after import | {a['memory'] >> 20} MiB | {b['memory'] >> 20} MiB |{blank} "
          f"{b['memory'] / a['memory']:.1f} | | | 4 |")
    for name in names:
        print(cells(name, ours, peers, pairs), flush=True)


def print_memory(names: list, threads: int) -> None:
    print(f"peak resident memory after five steps, {threads} threads; ratio = PyTorch / limpid\n")
    print("| work | limpid | PyTorch | ratio |\n| --- | ---: | ---: | ---: |")
    for name in names:
        if "step" not in name:
            continue
        mine, peer = (int(subprocess.run(
            [sys.executable, __file__, "--peak", framework, name, "--threads", str(threads)], check=True,
            capture_output=True, text=True, env=environment(threads)).stdout) for framework in ("limpid", "torch"))
        print(f"| {name} | {mine >> 20} MiB | {peer >> 20} MiB | {peer / mine:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", help="parts of names; default: all")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--peers", default="eager", help=f"some of {','.join(PEERS)}; default: eager")
    parser.add_argument("--keep-memory", action="store_true", help="peers keep freed memory")
    parser.add_argument("--memory", action="store_true", help="peak memory in place of time")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return worker(*arguments.worker, arguments.threads)
    if arguments.peak:
        return peak_memory(arguments.peak[0], arguments.threads, arguments.peak[1])
    ways = arguments.peers.split(",")
    if unknown := [way for way in ways if way not in PEERS]:
        parser.error(f"no peer {unknown[0]!r}; there are {', '.join(PEERS)}")
    names = [n for n in ROWS if not arguments.rows or any(part in n for part in arguments.rows)]
    if not names:
        parser.error("no row has such a name; --list prints them")
    if arguments.list:
        print("\n".join(names))
    elif arguments.memory:
        print_memory(names, arguments.threads)
    else:
        print_times(names, ways, arguments.threads, arguments.pairs, arguments.keep_memory)


if __name__ == "__main__":
    main()
