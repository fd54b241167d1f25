"""Checks README.md against the examples that it quotes, and its links against the tree."""

import os
import pathlib
import re
import subprocess
import sys

source = pathlib.Path(os.environ["LIMPID_SOURCE_DIR"])
build = pathlib.Path(os.environ["LIMPID_BUILD_DIR"])
text = (source / "README.md").read_text()
failures = []

blocks = re.findall(r"<!-- tested: (\S+) -->\n```cpp\n(.*?)```\n(?:```text\n(.*?)```)?", text, re.S)
if len(blocks) < 2:
    failures.append(f"found only {len(blocks)} tested snippets")
for file, code, output in blocks:
    if code not in (source / file).read_text():
        failures.append(f"the snippet from {file} is not word for word in it")
    if output:
        program = build / "examples" / pathlib.Path(file).stem
        printed = subprocess.run([program], capture_output=True, text=True, check=True).stdout
        if printed != output:
            failures.append(f"{file} prints\n{printed}but the README says\n{output}")

for page in [source / "README.md", source / "CONTRIBUTING.md", *source.glob("docs/**/*.md")]:
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        if not (page.parent / link).exists():
            failures.append(f"{page.relative_to(source)} links to {link}, which is not there")

for failure in failures:
    print(failure, file=sys.stderr)
sys.exit(1 if failures else 0)
