#include "limpid/vision/image.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "limpid/core/error.h"
#include "limpid/tensor/creation.h"
#include "limpid/vision/image_tensor.h"

namespace limpid::image_test {

TEST_CASE("impossible sizes are refused, with what was asked for") {
  CHECK_THROWS_WITH_AS(make_image(0, 5, 1), "make_image: an image of 0x5 has no pixels",
                       ShapeError);
  CHECK_THROWS_WITH_AS(make_image(5, -1, 1), doctest::Contains("5x-1 has no pixels"), ShapeError);
  CHECK_THROWS_WITH_AS(make_image(int64_t{1} << 62, int64_t{1} << 62, 4),
                       doctest::Contains("more than 64 megapixels"), ShapeError);
  CHECK_THROWS_WITH_AS(make_image(8192, 8193, 1), doctest::Contains("megapixels"), ShapeError);
  CHECK_THROWS_WITH_AS(make_image(2, 2, 2),
                       "make_image: 2 channels; it must be 1 (grey), 3 (RGB) or 4 (RGBA)",
                       ShapeError);
  const Image wrong{2, 2, 3, std::vector<uint8_t>(11)};
  CHECK_THROWS_WITH_AS(to_grey(wrong),
                       "to_grey: an image of 2x2 with 3 channels needs 12 bytes but has 11",
                       ShapeError);
  CHECK_THROWS_AS(resize(wrong, 1, 1), ShapeError);
  const Image image = make_image(2, 2, 1);
  CHECK_THROWS_WITH_AS(resize(image, 0, 1), doctest::Contains("resize: an image of 0x1"),
                       ShapeError);
  CHECK_THROWS_AS(resize(image, int64_t{1} << 40, int64_t{1} << 40), ShapeError);
}

TEST_CASE("to_grey follows BT.601 and puts transparency on white") {
  const auto grey = [](std::vector<uint8_t> pixel) {
    const auto channels = static_cast<int64_t>(pixel.size());
    return int{to_grey({1, 1, channels, std::move(pixel)}).pixels[0]};
  };
  CHECK(grey({200}) == 200);
  CHECK(grey({255, 0, 0}) == 76);
  CHECK(grey({0, 255, 0}) == 150);
  CHECK(grey({0, 0, 255}) == 29);
  CHECK(grey({255, 255, 255}) == 255);
  CHECK(grey({0, 0, 0}) == 0);
  CHECK(grey({0, 0, 0, 0}) == 255);
  CHECK(grey({0, 0, 0, 255}) == 0);
  CHECK(grey({0, 0, 0, 51}) == 204);
  CHECK(to_grey(make_image(3, 2, 4)).channels == 1);
}

TEST_CASE("resize to the same size changes nothing") {
  Image image = make_image(5, 4, 3);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = uint8_t(i * 37);
  CHECK(resize(image, 5, 4) == image);
}

TEST_CASE("shrinking takes the area average") {
  const Image image{4, 2, 1, {0, 10, 20, 30, 40, 50, 60, 70}};
  CHECK(resize(image, 2, 1).pixels == std::vector<uint8_t>{25, 45});
  // 3 -> 2: each new pixel covers one and a half old ones.
  const Image row{3, 1, 1, {0, 90, 30}};
  CHECK(resize(row, 2, 1).pixels == std::vector<uint8_t>{30, 50});
  const Image column{1, 3, 1, {0, 90, 30}};
  CHECK(resize(column, 1, 2).pixels == std::vector<uint8_t>{30, 50});
  CHECK(resize(image, 1, 1).pixels == std::vector<uint8_t>{35});
}

TEST_CASE("enlarging is PyTorch's bilinear, align_corners=False") {
  // F.interpolate(torch.tensor([[[0., 100.]]]), size=4, mode='linear') -> 0, 25, 75, 100
  CHECK(resize({2, 1, 1, {0, 100}}, 4, 1).pixels == std::vector<uint8_t>{0, 25, 75, 100});
  CHECK(resize({1, 2, 1, {0, 100}}, 1, 4).pixels == std::vector<uint8_t>{0, 25, 75, 100});
  // size=5 of 0, 30, 90: centres at -0.2, 0.4, 1, 1.6, 2.2
  CHECK(resize({3, 1, 1, {0, 30, 90}}, 5, 1).pixels == std::vector<uint8_t>{0, 12, 30, 66, 90});
  CHECK(resize({1, 1, 3, {1, 2, 3}}, 2, 2).pixels ==
        std::vector<uint8_t>{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3});
}

TEST_CASE("one axis may shrink while the other grows, in either order") {
  const Image wide{4, 1, 1, {0, 20, 100, 120}};
  CHECK(resize(wide, 2, 2).pixels == std::vector<uint8_t>{10, 110, 10, 110});
  const Image tall{1, 4, 1, {0, 20, 100, 120}};
  CHECK(resize(tall, 2, 2).pixels == std::vector<uint8_t>{10, 10, 110, 110});
}

TEST_CASE("a transparent pixel lends no colour") {
  const Image image{2, 1, 4, {200, 100, 50, 255, 0, 255, 0, 0}};
  CHECK(resize(image, 1, 1).pixels == std::vector<uint8_t>{200, 100, 50, 128});
  const Image clear{2, 1, 4, std::vector<uint8_t>(8, 0)};
  CHECK(resize(clear, 3, 3).pixels == std::vector<uint8_t>(36, 0));
}

TEST_CASE("extreme shapes neither overflow nor crawl") {
  const Image thin = make_image(1 << 20, 1, 1, 7);
  const Image turned = resize(thin, 1, 1 << 20);
  CHECK(turned.height == 1 << 20);
  CHECK(std::all_of(turned.pixels.begin(), turned.pixels.end(), [](int p) { return p == 7; }));
}

TEST_CASE("tensors as images: channels last, cut off at 0 and 1, as ink or as light") {
  const Tensor grey = tensor({0.0, 0.5, 1.0, 2.0, -1.0, NAN}).reshape({1, 2, 3});
  const Image light = image_from_tensor(grey), ink = image_from_tensor(grey, {.ink = true});
  CHECK(light.width == 3);
  CHECK(light.height == 2);
  CHECK(light.pixels == std::vector<std::uint8_t>{0, 128, 255, 255, 0, 0});
  CHECK(ink.pixels == std::vector<std::uint8_t>{255, 128, 0, 0, 255, 255});
  const Image colour = image_from_tensor(tensor({1.0, 0.0, 0.0, 1.0, 0.0, 0.0}).reshape({3, 1, 2}));
  CHECK(colour.pixels == std::vector<std::uint8_t>{255, 0, 0, 0, 255, 0});
  CHECK_THROWS_AS(image_from_tensor(zeros({2, 3})), ShapeError);
  CHECK_THROWS_AS(image_from_tensor(zeros({2, 3, 3})), ShapeError);
}

TEST_CASE("to_rgb: grey three times, transparency on white") {
  Image grey = make_image(2, 1, 1);
  grey.pixels = {7, 200};
  CHECK(to_rgb(grey).pixels == std::vector<uint8_t>{7, 7, 7, 200, 200, 200});
  Image clear = make_image(2, 1, 4);
  clear.pixels = {10, 20, 30, 255, 10, 20, 30, 0};
  CHECK(to_rgb(clear).pixels == std::vector<uint8_t>{10, 20, 30, 255, 255, 255});
  clear.pixels[3] = 128;
  CHECK(to_rgb(clear).pixels[0] == 132);  // (10 * 128 + 255 * 127) / 255 = 132.02
  CHECK(to_rgb(to_rgb(grey)) == to_rgb(grey));
  CHECK_THROWS_AS(to_rgb(Image{}), ShapeError);
  const Tensor back = tensor_from_image(to_rgb(clear));
  CHECK(back.shape() == Shape{3, 1, 2});
  CHECK(back.to_vector<float>() ==
        std::vector<float>{132 / 255.f, 1, 137 / 255.f, 1, 142 / 255.f, 1});
}

}  // namespace limpid::image_test
