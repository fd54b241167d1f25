#pragma once
// How many threads CPU kernels use.

namespace limpid {

/// Threads for large operations: at first what OpenMP gives (OMP_NUM_THREADS, or the cores).
int get_num_threads();
/// Sets it for this process. ValueError below 1. Without OpenMP kernels stay with one thread.
void set_num_threads(int count);

}  // namespace limpid
