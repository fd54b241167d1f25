"""Checks the pages against the programs that they quote, and their links against the tree.

`<!-- tested: FILE -->` stands above a block of C++ or Python that is word for word in FILE, a program in
examples/; a block of text behind it is printed by that program (those in Python run in python/tests). `<!-- printed: FILE -->` stands above a block of text
alone. On pages of docs/math/ every number with a fraction is in such a block, so a program computed it.
"""

import functools
import os
import pathlib
import re
import subprocess
import sys

source = pathlib.Path(os.environ["LIMPID_SOURCE_DIR"])
build = pathlib.Path(os.environ["LIMPID_BUILD_DIR"])
failures = []

TESTED = re.compile(r"<!-- tested: (\S+) -->\n```(?:cpp|python)\n(.*?)```\n(?:```text\n(.*?)```)?", re.S)
PRINTED = re.compile(r"<!-- printed: (\S+) -->\n```text\n(.*?)```", re.S)


@functools.cache
def output_of(file):
    """What the program of examples/<folder>/<name>.cpp prints."""
    program = build / pathlib.Path(file.replace("examples/cpp/", "examples/")).with_suffix("")
    return subprocess.run([program], capture_output=True, text=True, check=True).stdout


def check_snippets(page):
    text = page.read_text()
    name = page.relative_to(source)
    tested, printed = TESTED.findall(text), PRINTED.findall(text)
    if len(tested) + len(printed) != len(re.findall(r"<!-- (?:tested|printed): ", text)):
        failures.append(f"{name}: a tested or printed block is not of the form that is checked")
    for file, code, _ in tested:
        if code not in (source / file).read_text():
            failures.append(f"{name}: the snippet from {file} is not word for word in it")
    for file, output in [(f, o) for f, _, o in tested if o] + printed:
        if output not in output_of(file):
            failures.append(f"{name} says\n{output}but {file} prints\n{output_of(file)}")
    if name.parts[:2] == ("docs", "math"):
        prose = PRINTED.sub("", TESTED.sub("", text))
        for number in re.findall(r"\d+\.\d+", prose):
            failures.append(f"{name}: {number} is computed by no program")
    return len(tested)


if check_snippets(source / "README.md") < 2:
    failures.append("README.md has fewer than two tested snippets")
for page in sorted(source.glob("docs/**/*.md")):
    check_snippets(page)


def check_blocks(page):
    """The site shows a table or list that follows a line of text, or code, as text."""
    code, before = False, ""
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = line.lstrip().startswith("```")
        starts = line.startswith("| ") and not before.startswith("|") or line.startswith("- ") and before == "```"
        if starts and before and not code:
            failures.append(f"{page.relative_to(source)}:{number}: a blank line must stand before this table or list")
        code ^= fence
        before = line.strip()


for page in [source / "README.md", source / "CONTRIBUTING.md", *source.glob("docs/**/*.md")]:
    check_blocks(page)
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        if not (page.parent / link).exists():
            failures.append(f"{page.relative_to(source)} links to {link}, which is not there")

for failure in failures:
    print(failure, file=sys.stderr)
sys.exit(1 if failures else 0)
