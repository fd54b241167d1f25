#pragma once
// What people look at when a run is over.

#include <filesystem>

#include "limpid/train/trainer.h"
#include "limpid/vision/image.h"

namespace limpid {

/// Curves of loss and accuracy from a run's metrics.csv. FileError when it cannot be read.
Image curves_picture(const std::filesystem::path& metrics, const std::string& title);

/// Test samples with true and predicted label: first those that went wrong, then others, up to
/// `count`.
Image samples_picture(const Task& task, const Evaluation& test, int count = 32);

}  // namespace limpid
