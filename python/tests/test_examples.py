"""The programs of examples/python run, with the flags of their line `# in tests:`, and are the pairs of those in
examples/cpp: the same names, the same settings."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHARED = {"example", "classify"}  # what programs import
PROGRAMS = [p for p in sorted((EXAMPLES / "python").glob("*.py")) if p.stem not in SHARED]
RECIPES = sorted((EXAMPLES / "cpp" / "recipes").glob("*.toml"))
PRINTED = {
    "first_steps": "tensor([2.0000, 1.5000, 1.3333])\ntensor(36.1929, grad_fn=<Sum>)\ntensor([4., 5., 6.])\n"
                   "tensor([6.])\n",
    "train_digits": "test accuracy 0.9",
}


def run(name, *arguments, folder, **environment):
    return subprocess.run([sys.executable, str(EXAMPLES / "python" / f"{name}.py"), *arguments], capture_output=True,
                          text=True, cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1", **environment})


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_runs(program, tmp_path):
    flags = re.search(r"^# in tests:(.*)$", program.read_text(), flags=re.M)
    assert flags, f"{program.name} has no line `# in tests: flags`"
    arguments = shlex.split(flags[1])
    if program.stem not in PRINTED:  # the others have no settings
        arguments += ["--out", "pictures"]
    # Where real data lies on this machine, it is not what is tested.
    done = run(program.stem, *arguments, folder=tmp_path, LIMPID_DATA_ROOT=str(tmp_path))
    assert done.returncode == 0, done.stderr
    if program.stem in PRINTED:
        assert done.stdout.startswith(PRINTED[program.stem])
    else:
        pictures = [(tmp_path / path).stat().st_size for path in re.findall(r"^picture (.*)$", done.stdout, flags=re.M)]
        assert pictures and min(pictures) > 1000


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_folder_that_cannot_be_made_is_said_before_training(recipe, tmp_path):
    done = run(recipe.stem, "--out", str(recipe / "pictures"), folder=tmp_path)
    assert done.returncode == 2 and "argument --out: cannot make the folder" in done.stderr


def test_every_program_has_its_pair():
    assert [p.stem for p in PROGRAMS] == sorted(p.stem for p in (EXAMPLES / "cpp").glob("*.cpp"))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_pairs_have_the_same_settings(recipe, tmp_path):
    """The recipes hold the settings of the C++ programs, and their defaults (tests/examples_test.sh)."""
    help = run(recipe.stem, "--help", folder=tmp_path, COLUMNS="1000").stdout
    here = dict(re.findall(r"^ +--(\S+)[^(]*\(default: (.*)\)$", help, flags=re.M))
    there = dict(re.findall(r"^(\w+) = (\S+)", recipe.read_text(), flags=re.M))

    number = re.compile(r"[\d.]+(e[-+]?\d+)?")

    def plain(settings):
        return {name.replace("-", "_"): float(value) if number.fullmatch(value) else value.strip('"')
                for name, value in settings.items()}

    assert plain(here) == plain(there)


@pytest.mark.parametrize("arguments, message", [
    (["--epochs", "0"], "argument --epochs: must be from 1 to 1000000000, not 0"),
    (["--epochs", "many"], "argument --epochs: invalid int value: 'many'"),
    (["--lr", "-1"], "argument --lr: must be from 0 to 1000000000, not -1"),
    (["--lr", "nan"], "argument --lr: must be from 0 to 1000000000, not nan"),
    (["--model", "ccn"], "argument --model: invalid choice: 'ccn'"),
    (["--held", "1"], "argument --held: must be from 0.05 to 0.9, not 1"),
    (["--colour", "red"], "unrecognized arguments: --colour red"),
    (["--out", "taken/pictures"], "argument --out: cannot make the folder 'taken/pictures'"),
])
def test_wrong_flags_are_named(arguments, message, tmp_path):
    (tmp_path / "taken").write_text("")
    done = run("digits_nets", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr and "Traceback" not in done.stderr
