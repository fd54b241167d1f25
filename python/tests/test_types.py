"""The type hints of the package hold together, by mypy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_mypy(tmp_path):
    pytest.importorskip("mypy", reason="checks with mypy")
    source = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(source.parent / "pyproject.toml"), "--cache-dir",
         str(tmp_path), "-p", "limpid"], capture_output=True, text=True, cwd=source,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
    assert done.returncode == 0, done.stdout + done.stderr
