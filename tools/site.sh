#!/bin/bash
# Builds the documentation as a site in build/site. Links that lead nowhere fail it.
# mkdocs comes from PyPI into build/site-venv, once.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=build/site-venv
if [ ! -x "$venv/bin/mkdocs" ]; then
  echo "site: installing mkdocs in $venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check mkdocs==1.6.1 mkdocs-material==9.8.2 ||
    { echo "site: pip failed (above); the pages are readable as they are, in docs/" >&2; exit 1; }
fi
NO_MKDOCS_2_WARNING=1 "$venv/bin/mkdocs" build --quiet --strict
echo "site: build/site/index.html"
