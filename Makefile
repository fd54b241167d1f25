# Everything a person types. `make train` and `make test` set up what they need by themselves.
# Variables: ARGS (passed on to the program), JOBS (parallel compilers; default: cores), SECONDS (fuzz).

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
PYTHON ?= .venv/bin/python
export JOBS
PYTHON_BUILD = -DLIMPID_PYTHON=ON -DPython_EXECUTABLE=$(abspath $(PYTHON))

.DEFAULT_GOAL := help
.PHONY: help setup build python train test bench docs stubs sanitize fuzz mutate golden micro baseline aarch64 format format-check clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing (apt)
	@tools/setup.sh

build: setup ## build everything, optimised, in build/release
	@tools/build.sh release

train: setup ## train a classifier on handwritten digits (ARGS="--model cnn --epochs 20")
	@TARGET=limpid_cli tools/build.sh release
	@build/release/limpid train digits $(ARGS)

python: setup ## the Python package, in build/release/python (with .venv)
	@tools/setup.sh python
	@tools/venv.sh
	@tools/build.sh release $(PYTHON_BUILD)

test: python ## run every test (ARGS="-R autograd" for some; of one op: LIMPID_OP=softmax ARGS="-R ^ops_")
	@tools/test.sh release $(ARGS)

bench: setup ## speed of this machine, and of limpid beside PyTorch (minutes)
	@tools/setup.sh python
	@tools/venv.sh
	@tools/build.sh release -DLIMPID_BENCH=ON $(PYTHON_BUILD)
	@tools/bench.sh $(ARGS)

docs: build ## write the pages of the ops from their cards, and all pages as a site in build/site
	@tools/setup.sh docs
	@build/release/limpid docs $(ARGS)
	@tools/site.sh

sanitize: ## run the fast tests under AddressSanitizer and UndefinedBehaviorSanitizer (clang)
	@tools/setup.sh sanitize
	@tools/build.sh sanitize
	@tools/test.sh sanitize -LE slow $(ARGS)

fuzz: ## search for inputs that break the parsers of files (SECONDS=60 each; clang)
	@tools/setup.sh sanitize
	@TARGET=fuzz tools/build.sh sanitize
	@tools/fuzz.sh $(SECONDS)

mutate: build ## change the source in small ways and see that tests notice
	@python3 tools/mutate.py $(ARGS)

stubs: python ## write the types of the Python module from its binding tables, and the page of PyTorch's names
	@PYTHONPATH=build/release/python .venv/bin/python tools/stubs.py
	@PYTHONPATH=build/release/python .venv/bin/python tools/python_coverage.py

golden: ## make tests/golden/ anew from PyTorch (needs .venv with torch==2.13.0)
	@$(PYTHON) -c 'import torch; assert torch.__version__.split("+")[0] == "2.13.0"' 2>/dev/null || \
	  { echo "golden: $(PYTHON) has no torch 2.13.0; python3 -m venv .venv &&" \
	    ".venv/bin/pip install numpy torch==2.13.0, or PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) tools/golden.py $(ARGS)

micro: setup ## build the two small programs and print their sizes
	@tools/build.sh micro
	@tools/build.sh subset

baseline: build ## run tests on an emulated x86-64 processor without AVX (qemu; minutes)
	@tools/setup.sh qemu
	@tools/emulate.sh release baseline qemu-x86_64 -cpu Nehalem

aarch64: setup ## build for 64-bit Arm and run tests on an emulated one (qemu; half an hour)
	@tools/setup.sh aarch64
	@TARGET="limpid_cli limpid_tests" tools/build.sh aarch64
	@tools/emulate.sh aarch64 neon qemu-aarch64 -L /usr/aarch64-linux-gnu

format: ## lay out the source by clang-format 14
	@tools/format.sh

format-check: ## name the files that `make format` would change
	@tools/format.sh --check

clean: ## remove everything built
	rm -rf build
