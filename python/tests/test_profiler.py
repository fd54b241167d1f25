"""limpid.profiler, by the rules of torch.profiler."""

import gzip
import json
import threading

import pytest

import limpid
from limpid.profiler import ProfilerActivity, profile, record_function, supported_activities


def rows_of(prof, **options):
    return {row.key: row for row in prof.key_averages(**options)}


def test_ops_gradients_steps_and_ranges():
    model = limpid.nn.Linear(4, 3)
    optimizer = limpid.optim.SGD(model.parameters(), lr=0.1)
    with profile(activities=[ProfilerActivity.CPU]) as prof:
        with record_function("forward"):
            loss = model(limpid.ones(5, 4)).sum()
        loss.backward()
        optimizer.step()
    limpid.ones(3) + 1  # seen no more
    rows = rows_of(prof)
    assert rows["linear"].count == 1
    assert rows["linear"].flops == 2 * 5 * 4 * 3
    assert "linear backward" in rows and "optimizer step" in rows and "add" not in rows
    outer = rows["forward"]
    assert outer.cpu_time_total >= rows["linear"].self_cpu_time_total + outer.self_cpu_time_total
    assert outer.cpu_time == outer.cpu_time_total / outer.count


def test_table_and_its_order():
    with profile() as prof:
        for _ in range(3):
            limpid.ones(10) * 2
        limpid.ones(400, 400) @ limpid.ones(400, 400)
    averages = prof.key_averages()
    lines = averages.table(sort_by="count", row_limit=1).splitlines()
    assert "calls" in lines[0] and "roofline" in lines[0]
    assert lines[1].startswith("mul") and lines[2].startswith("others")
    assert "matmul" in averages.table(row_limit=-1)
    with pytest.raises(ValueError, match="sort_by is 'speed'"):
        averages.table(sort_by="speed")


def test_shapes():
    with profile(record_shapes=True) as prof:
        limpid.ones(2, 3) @ limpid.ones(3, 4)
        limpid.ones(5, 3) @ limpid.ones(3, 4)
    shapes = {r.input_shapes for r in prof.key_averages(group_by_input_shape=True) if r.key == "matmul"}
    assert shapes == {"(2, 3), (3, 4)", "(5, 3), (3, 4)"}


def test_modules_are_noted_and_left_as_they_were():
    call = limpid.nn.Module.__call__
    model = limpid.nn.Sequential(limpid.nn.Linear(2, 2), limpid.nn.ReLU())
    with profile(with_modules=True) as prof:
        model(limpid.ones(1, 2))
    assert limpid.nn.Module.__call__ is call
    rows = rows_of(prof)
    assert [rows[f"nn.Module: {name}"].count for name in ("Sequential", "Linear", "ReLU")] == [1, 1, 1]


def test_trace_opens_as_json_with_a_line_a_thread(tmp_path):
    with profile() as prof:
        limpid.ones(4) + 1
        other = threading.Thread(target=lambda: limpid.ones(4) - 1)
        other.start()
        other.join()
    prof.export_chrome_trace(tmp_path / "trace.json")
    prof.export_chrome_trace(str(tmp_path / "trace.json.gz"))
    assert gzip.decompress((tmp_path / "trace.json.gz").read_bytes()) == (tmp_path / "trace.json").read_bytes()
    events = [e for e in json.loads((tmp_path / "trace.json").read_text())["traceEvents"] if e["ph"] == "X"]
    threads = {e["name"]: e["tid"] for e in events}
    assert threads["add"] != threads["sub"]
    with pytest.raises(OSError):
        prof.export_chrome_trace(tmp_path / "absent" / "trace.json")


def test_one_at_a_time_and_what_is_refused():
    with profile():
        with pytest.raises(ValueError, match="stop it first"):
            profile().start()
    with pytest.raises(ValueError, match="schedule"):
        profile(schedule=lambda step: None)
    with pytest.raises(ValueError, match="CPU"):
        profile(activities=[ProfilerActivity.CUDA])
    with pytest.raises(RuntimeError, match="not started"):
        profile().key_averages()
    assert supported_activities() == {ProfilerActivity.CPU}


def test_as_decorators_and_with_a_callback():
    seen = []

    @record_function("mine")
    def work(depth):
        limpid.ones(2) + 1
        if depth:
            work(depth - 1)

    prof = profile(on_trace_ready=seen.append)
    with prof:
        work(2)
    assert seen == [prof]
    assert rows_of(prof)["mine"].count == 3


def test_an_error_inside_leaves_nothing_running():
    with pytest.raises(KeyError):
        with profile():
            raise KeyError("x")
    with profile() as prof:
        limpid.ones(1) + 1
    assert rows_of(prof)["add"].count == 1
