"""The programs of examples/python run, with the flags of their line `# in tests:`."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "python"
PROGRAMS = [p for p in sorted(FOLDER.glob("*.py")) if p.stem != "example"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_runs(program, tmp_path):
    flags = re.search(r"^# in tests:(.*)$", program.read_text(), flags=re.M)
    assert flags, f"{program.name} has no line `# in tests: flags`"
    arguments = shlex.split(flags[1])
    if program.stem != "first_steps":
        arguments += ["--out", str(tmp_path)]
    done = subprocess.run([sys.executable, str(program), *arguments], capture_output=True, text=True, cwd=tmp_path,
                          env=dict(os.environ, OMP_NUM_THREADS="1"))
    assert done.returncode == 0, done.stderr
    if program.stem == "first_steps":
        twin = "tensor([2.0000, 1.5000, 1.3333])\ntensor(36.1929, grad_fn=<Sum>)\ntensor([4., 5., 6.])\ntensor([6.])\n"
        assert done.stdout == twin
    else:
        assert list(tmp_path.glob("*.png"))
