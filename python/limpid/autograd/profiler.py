"""limpid.profiler by its older name."""

from limpid.profiler import profile as profile, record_function as record_function
