#pragma once
// Padding as layers: of the last axis (1d), the last two (2d) or three (3d).

#include <initializer_list>
#include <string>

#include "limpid/nn/module.h"

namespace limpid::nn {

/// One number for all sides, or {left, right, top, bottom, front, back}, as far as there are axes.
struct PadSizes {
  Shape sizes;
  PadSizes(std::int64_t all) : sizes{all} {}
  PadSizes(std::initializer_list<std::int64_t> each) : sizes(each) {}
};

/// What most of them share: see limpid::pad. ValueError when there are not two sizes for each axis.
class PadLayer : public Module {
 public:
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

 protected:
  PadLayer(const char* name, int axes, const PadSizes& padding, const char* mode);

 private:
  Shape padding_;
  const char* mode_;
};

/// A constant around it.
class ConstantPadLayer : public Module {
 public:
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

 protected:
  ConstantPadLayer(const char* name, int axes, const PadSizes& padding, double value);

 private:
  Shape padding_;
  double value_;
};

/// Zeros around it; negative sizes take elements away.
class ZeroPad1d : public PadLayer {
 public:
  explicit ZeroPad1d(PadSizes padding) : PadLayer("ZeroPad1d", 1, padding, "constant") {}
};
class ZeroPad2d : public PadLayer {
 public:
  explicit ZeroPad2d(PadSizes padding) : PadLayer("ZeroPad2d", 2, padding, "constant") {}
};
class ZeroPad3d : public PadLayer {
 public:
  explicit ZeroPad3d(PadSizes padding) : PadLayer("ZeroPad3d", 3, padding, "constant") {}
};

class ConstantPad1d : public ConstantPadLayer {
 public:
  ConstantPad1d(PadSizes padding, double value)
      : ConstantPadLayer("ConstantPad1d", 1, padding, value) {}
};
class ConstantPad2d : public ConstantPadLayer {
 public:
  ConstantPad2d(PadSizes padding, double value)
      : ConstantPadLayer("ConstantPad2d", 2, padding, value) {}
};
class ConstantPad3d : public ConstantPadLayer {
 public:
  ConstantPad3d(PadSizes padding, double value)
      : ConstantPadLayer("ConstantPad3d", 3, padding, value) {}
};

/// The tensor mirrored at its edge, which does not come twice.
class ReflectionPad1d : public PadLayer {
 public:
  explicit ReflectionPad1d(PadSizes padding) : PadLayer("ReflectionPad1d", 1, padding, "reflect") {}
};
class ReflectionPad2d : public PadLayer {
 public:
  explicit ReflectionPad2d(PadSizes padding) : PadLayer("ReflectionPad2d", 2, padding, "reflect") {}
};
class ReflectionPad3d : public PadLayer {
 public:
  explicit ReflectionPad3d(PadSizes padding) : PadLayer("ReflectionPad3d", 3, padding, "reflect") {}
};

/// The edge repeated.
class ReplicationPad1d : public PadLayer {
 public:
  explicit ReplicationPad1d(PadSizes padding)
      : PadLayer("ReplicationPad1d", 1, padding, "replicate") {}
};
class ReplicationPad2d : public PadLayer {
 public:
  explicit ReplicationPad2d(PadSizes padding)
      : PadLayer("ReplicationPad2d", 2, padding, "replicate") {}
};
class ReplicationPad3d : public PadLayer {
 public:
  explicit ReplicationPad3d(PadSizes padding)
      : PadLayer("ReplicationPad3d", 3, padding, "replicate") {}
};

/// The tensor from its other side.
class CircularPad1d : public PadLayer {
 public:
  explicit CircularPad1d(PadSizes padding) : PadLayer("CircularPad1d", 1, padding, "circular") {}
};
class CircularPad2d : public PadLayer {
 public:
  explicit CircularPad2d(PadSizes padding) : PadLayer("CircularPad2d", 2, padding, "circular") {}
};
class CircularPad3d : public PadLayer {
 public:
  explicit CircularPad3d(PadSizes padding) : PadLayer("CircularPad3d", 3, padding, "circular") {}
};

}  // namespace limpid::nn
