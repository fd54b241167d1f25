#!/bin/bash
# The README's snippets are tests: each `<!-- tested: FILE -->` block of C++ stands word for word in
# FILE, which runs as a test itself, and the text behind it is what that program prints.
set -euo pipefail
exec python3 "$LIMPID_SOURCE_DIR/tests/readme_check.py"
