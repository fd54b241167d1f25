"""The type hints hold together, the stubs of the compiled module are those of its tables, and typed scripts are
checked by them."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import limpid

SOURCE = Path(__file__).resolve().parents[1]
TYPED = Path(__file__).parent / "typed"


def mypy(*arguments, **environment):
    pytest.importorskip("mypy", reason="checks with mypy")
    plain = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MYPYPATH")}
    return subprocess.run([sys.executable, "-m", "mypy", *map(str, arguments)], capture_output=True, text=True,
                          cwd=SOURCE, env={**plain, **environment})


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


def strict(cache, script):
    """What mypy --strict says of a user's script, with limpid where packages lie."""
    return mypy("--strict", "--config-file", os.devnull, "--cache-dir", cache / "strict", "--python-version", "3.10", "--follow-imports", "silent",
                "--hide-error-context", "--no-error-summary", TYPED / script, MYPYPATH=str(SOURCE))


def test_package(cache):
    done = mypy("--config-file", SOURCE.parent / "pyproject.toml", "--cache-dir", cache / "own", "-p", "limpid")
    assert done.returncode == 0, done.stdout + done.stderr


def test_package_is_clean_for_strict_users(cache, tmp_path):
    """mypy --strict follows imports into a package that lies on MYPYPATH."""
    package = SOURCE / "limpid"
    modules = [".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in package.rglob("*.py")]
    names = sorted(name.removesuffix(".__init__") for name in modules)
    (tmp_path / "all.py").write_text("\n".join(f"import {name}" for name in names) + "\n")
    done = mypy("--strict", "--config-file", os.devnull, "--cache-dir", cache / "strict", "--python-version", "3.10",
                tmp_path / "all.py", MYPYPATH=str(SOURCE))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_stubs_are_those_of_the_binding_tables():
    tool = runpy.run_path(str(SOURCE.parent / "tools" / "stubs.py"))
    for name, text in tool["stubs"]().items():
        assert (tool["FOLDER"] / name).read_text() == text, f"{name} is out of date: run tools/stubs.py"


def test_stubs_know_every_method_and_function():
    stub = (SOURCE / "limpid" / "_C" / "__init__.pyi").read_text()
    tensor = stub[stub.index("class Tensor:"):]
    tensor = tensor[:tensor.index("\nclass ", 1)]
    for name in vars(limpid.Tensor):
        if not name.startswith("__"):
            assert re.search(rf"\b{name}\b", tensor), name
    for name in vars(limpid._C):
        if not name.startswith("__"):
            assert re.search(rf"^(def|class|from limpid._C import) {name}\b|^{name}\b", stub, re.M), name


def test_the_package_says_that_it_is_typed():
    assert (Path(limpid.__file__).parent / "py.typed").exists()
    assert (Path(limpid.__file__).parent / "_C" / "__init__.pyi").exists()


def test_ordinary_use_is_clean(cache):
    done = strict(cache, "ordinary.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_ordinary_use_runs(capsys):
    runpy.run_path(str(TYPED / "ordinary.py"), run_name="__main__")
    assert capsys.readouterr().out.startswith("3 True\n(3, 10) ")


def test_wrong_use_is_found(cache):
    found = {}
    for line in strict(cache, "wrong.py").stdout.splitlines():
        if match := re.match(r".*wrong\.py:(\d+): error: (.*)\[([a-z-]+)\]$", line):
            found.setdefault(int(match[1]), []).append(match[3])
    wanted = {}
    for number, line in enumerate((TYPED / "wrong.py").read_text().splitlines(), 1):
        if "# E: " in line:
            wanted[number] = line.rsplit("# E: ", 1)[1].split("|")
    assert sorted(found) == sorted(wanted)
    for number, kinds in wanted.items():
        assert set(found[number]) & set(kinds), (number, found[number])
