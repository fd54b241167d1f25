#!/usr/bin/env python3
"""measure.py FILE COMMAND...: runs COMMAND and writes "seconds MiB" to FILE.

The memory is the largest resident set of any one process below COMMAND: for a build, the hungriest
compiler run. The exit status is COMMAND's.
"""
import resource
import subprocess
import sys
import time

start = time.monotonic()
status = subprocess.call(sys.argv[2:])
seconds = time.monotonic() - start
# Linux hands the maximum up as each process is waited for, so one figure covers the whole tree.
peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
with open(sys.argv[1], "w") as file:
    file.write(f"{seconds:.0f} {peak_mib:.0f}\n")
sys.exit(status)
