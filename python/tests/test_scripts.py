"""Ordinary PyTorch scripts (scripts/) run under both imports and print the same losses."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))


def with_limpid(text: str) -> str:
    """The script with its import lines changed, and nothing else."""
    text = re.sub(r"^import torch$", "import limpid as torch", text, flags=re.M)
    text = re.sub(r"^(import|from) torch\.", r"\1 limpid.", text, flags=re.M)
    return re.sub(r"^from torch import", "from limpid import", text, flags=re.M)


def run(text: str) -> list:
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_same_losses(script):
    pytest.importorskip("torch", reason="compares with PyTorch itself")
    text = script.read_text()
    changed = with_limpid(text)
    assert "import limpid" in changed and not re.search(r"^(import|from) torch", changed, flags=re.M)
    ours, theirs = run(changed), run(text)
    assert len(ours) == len(theirs) and len(theirs) > 10
    for i, (a, b) in enumerate(zip(ours, theirs)):
        try:
            assert float(a) == pytest.approx(float(b), rel=2e-4, abs=2e-5), f"word {i}"
        except ValueError:
            assert a == b, f"word {i}"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_runs_without_torch(script):
    """Also where PyTorch is missing, the script runs, prints finite numbers, and its loss falls."""
    words = run(with_limpid(script.read_text()))
    losses = [float(words[i + 1]) for i, word in enumerate(words) if word == "loss" and re.match(r"[\d.]+$", words[i + 1])]
    assert all(loss == loss for loss in losses)
    if len(losses) > 5 and script.stem != "gan":
        assert min(losses[len(losses) // 2:]) < losses[0]
