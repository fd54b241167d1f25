#!/usr/bin/env python3
"""Checks that files include what they use: with precompiled headers (cmake/precompiled.cmake) a forgotten
#include goes unnoticed. Every file is looked at by the compiler without them, but for tests and for what the
preset `micro` compiles without them anyway.

Usage: tools/check_includes.py [BUILD_FOLDER]     (build/release, configured)
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
IN_MICRO = re.compile(r'limpid/(core|tensor|autograd|op|ops|nn|io)/')
ELSEWHERE = re.compile(r'_(cases|cpu|simd|onednn|png|cairo|toml)\.cpp$')


def wanted(file):
    """Whether this is a file of the library or the command that `micro` does not compile."""
    if not file.startswith('limpid/') or file.endswith('_simd.cpp'):  # these are never precompiled
        return False
    return not IN_MICRO.match(file) or bool(ELSEWHERE.search(file))


def complaints(unit):
    words = shlex.split(unit['command'])
    compiler = next(i for i, w in enumerate(words) if w.startswith('-'))
    words = words[compiler - 1:]  # without ccache
    while '-include' in words:
        at = words.index('-include')
        del words[at:at + 2]
    at = words.index('-o')
    del words[at:at + 2]
    done = subprocess.run([*words, '-fsyntax-only', '-w'], cwd=unit['directory'], capture_output=True, text=True)
    return '\n'.join(line for line in done.stderr.split('\n') if ' error: ' in line) if done.returncode else ''


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / 'build/release')
    database = build / 'compile_commands.json'
    if not database.exists():
        sys.exit(f'check_includes: no {database}; `make build` makes it')
    units = {os.path.relpath(u['file'], ROOT): u for u in json.loads(database.read_text())}
    files = sorted(filter(wanted, units))
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get('JOBS', os.cpu_count()))) as pool:
        for file, text in zip(files, pool.map(lambda f: complaints(units[f]), files)):
            if text:
                bad += 1
                print(f'{file} does not compile by itself:\n{text}')
    print(f'check_includes: {len(files) - bad} of {len(files)} files include what they use')
    return 1 if bad or not files else 0


if __name__ == '__main__':
    sys.exit(main())
