// The IDX loader of the MNIST example: files as they should be, files that lie, and any bytes at
// all. Each file is written by the test.
#include "engine/examples/mnist/idx.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;

// A header of unsigned bytes, and `item_count` items 0, 1, 2, ... 9, 0, ...
Bytes idx_bytes(std::initializer_list<std::uint32_t> extents, std::size_t item_count) {
  Bytes bytes = {0, 0, 8, static_cast<std::uint8_t>(extents.size())};
  for (const std::uint32_t extent : extents) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<std::uint8_t>(extent >> shift));
    }
  }
  for (std::size_t k = 0; k < item_count; ++k) bytes.push_back(static_cast<std::uint8_t>(k % 10));
  return bytes;
}

// A folder that is gone when the test ends.
class Idx : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("idx_test." + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const Bytes& bytes) const {
    const std::string path = (folder_ / name).string();
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    // An empty vector may have no address, which fwrite is not to be given.
    EXPECT_TRUE(bytes.empty() || std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
    std::fclose(file);
    return path;
  }

  // Both doors must refuse the file, at the byte `offset`, and say `words`.
  void expect_refused(const Bytes& bytes, std::uint32_t dimensions, std::uint64_t offset,
                      const std::string& words) const {
    const std::string path = write("bad-idx", bytes);
    IdxArray array;
    IdxError error;
    EXPECT_EQ(idx_load(path.c_str(), dimensions, &array, &error), IDX_INVALID) << words;
    EXPECT_EQ(error.offset, offset) << words;
    const std::string text = error.message;
    EXPECT_EQ(text.find(path + ": byte " + std::to_string(offset) + ": "), 0U) << text;
    EXPECT_NE(text.find(words), std::string::npos) << text;
    EXPECT_EQ(array.items, nullptr);
    EXPECT_EQ(array.owned, nullptr);
    EXPECT_EQ(idx_parse(bytes.data(), bytes.size(), dimensions, path.c_str(), &array, &error),
              IDX_INVALID);
    EXPECT_EQ(error.message, text);
  }

  std::filesystem::path folder_;
};

TEST_F(Idx, a_pair_of_files_is_read) {
  const std::string images = write("images", idx_bytes({3, 2, 4}, 24));
  const std::string labels = write("labels", idx_bytes({3}, 3));
  IdxDigits digits;
  IdxError error;
  ASSERT_EQ(idx_load_digits(images.c_str(), labels.c_str(), &digits, &error), IDX_OK)
      << error.message;
  EXPECT_EQ(digits.count, 3U);
  EXPECT_EQ(digits.pixels, 8U);
  for (std::size_t k = 0; k < 24; ++k) EXPECT_EQ(digits.images[k], k % 10);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(digits.labels[k], k);
  idx_digits_free(&digits);
  idx_digits_free(&digits);
  idx_free(nullptr);
  EXPECT_EQ(digits.images, nullptr);
}

TEST_F(Idx, a_file_longer_than_the_first_read_is_read_whole) {
  const std::string path = write("long", idx_bytes({300'007}, 300'007));
  IdxArray array;
  IdxError error;
  ASSERT_EQ(idx_load(path.c_str(), 1, &array, &error), IDX_OK) << error.message;
  EXPECT_EQ(array.item_count, 300'007U);
  for (std::size_t k = 0; k < array.item_count; ++k) ASSERT_EQ(array.items[k], k % 10);
  idx_free(&array);
}

TEST_F(Idx, every_truncation_is_refused_where_the_file_ends) {
  const Bytes whole = idx_bytes({2, 2, 2}, 8);
  expect_refused({}, 3, 0, "the file is empty");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    expect_refused(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), 3, size,
                   size < 16 ? "ends within its header of 16 bytes" : "of the 8 items");
  }
}

TEST_F(Idx, one_byte_too_many_is_refused) {
  expect_refused(idx_bytes({2, 2, 2}, 9), 3, 24, "more than the 8 items");
  expect_refused(idx_bytes({0}, 1), 1, 8, "more than the 0 items");
}

TEST_F(Idx, a_wrong_magic_number_is_refused_at_its_byte) {
  for (std::size_t k = 0; k < 4; ++k) {
    Bytes bytes = idx_bytes({2, 2, 2}, 8);
    bytes[k] = 0x0d;  // of the type: floats
    expect_refused(bytes, 3, k, "0x0d");
  }
  expect_refused(idx_bytes({3}, 3), 3, 3, "not IDX of 3 dimensions");
  expect_refused(idx_bytes({2, 2, 2}, 8), 1, 3, "not IDX of 1 dimension of");
}

TEST_F(Idx, a_compressed_file_is_told_apart) {
  expect_refused({0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}, 3, 0, "gunzip");
}

TEST_F(Idx, sizes_that_lie_are_refused_without_the_memory_they_ask_for) {
  const std::uint32_t most = 0xffffffff;
  expect_refused(idx_bytes({most, most, most}, 8), 3, 12, "more items than there can be");
  expect_refused(idx_bytes({most, most, 2}, 8), 3, 12, "more items than there can be");
  expect_refused(idx_bytes({1u << 31, 1u << 31, 4}, 8), 3, 12, "more items than there can be");
  expect_refused(idx_bytes({most, most, 1}, 8), 3, 24, "of the 18446744065119617025 items");
  expect_refused(idx_bytes({60'000, 28, 28}, 8), 3, 24, "after 8 of the 47040000 items");
  expect_refused(idx_bytes({most}, 100), 1, 108, "after 100 of the 4294967295 items");
}

TEST_F(Idx, files_that_do_not_belong_together_are_refused) {
  struct Row {
    Bytes images;
    Bytes labels;
    std::uint64_t offset;
    std::string words;
  };
  Bytes bad_label = idx_bytes({3}, 3);
  bad_label[9] = 10;
  const std::vector<Row> rows = {
      {idx_bytes({3, 1, 2}, 6), idx_bytes({2}, 2), 4, "labels: byte 4: 2 labels for the 3 images"},
      {idx_bytes({3, 1, 2}, 6), bad_label, 9, "labels: byte 9: label 1 is 10; the largest is 9"},
      {idx_bytes({0, 1, 2}, 0), idx_bytes({0}, 0), 4, "images: byte 4: there is no image"},
      {idx_bytes({3, 0, 2}, 0), idx_bytes({3}, 3), 8, "images: byte 8: the images have no pixel"},
      {idx_bytes({3, 1, 2}, 6), {}, 0, "labels: byte 0: the file is empty"},
      {idx_bytes({3, 1, 2}, 5), idx_bytes({3}, 3), 21, "images: byte 21: the file ends"},
  };
  for (const Row& row : rows) {
    const std::string images = write("images", row.images);
    const std::string labels = write("labels", row.labels);
    IdxDigits digits;
    IdxError error;
    EXPECT_EQ(idx_load_digits(images.c_str(), labels.c_str(), &digits, &error), IDX_INVALID);
    EXPECT_EQ(error.offset, row.offset) << error.message;
    EXPECT_NE(std::string(error.message).find(row.words), std::string::npos) << error.message;
    EXPECT_EQ(digits.count, 0U);
    EXPECT_EQ(digits.images, nullptr);
  }
}

TEST_F(Idx, an_absent_file_and_a_folder_are_told_apart) {
  IdxDigits digits;
  IdxError error;
  const std::string absent = (folder_ / "absent").string();
  EXPECT_EQ(idx_load_digits(absent.c_str(), absent.c_str(), &digits, &error), IDX_ABSENT);
  EXPECT_NE(std::string(error.message).find(absent), std::string::npos);
  EXPECT_EQ(idx_load_digits(folder_.c_str(), absent.c_str(), &digits, &error), IDX_FAILED);
  EXPECT_NE(std::string(error.message).find("cannot be read"), std::string::npos);
}

TEST_F(Idx, a_long_name_is_cut_in_the_message) {
  IdxArray array;
  IdxError error;
  EXPECT_EQ(idx_parse(nullptr, 0, 1, std::string(5000, 'n').c_str(), &array, &error), IDX_INVALID);
  EXPECT_NE(std::string(error.message).find("n: byte 0: the file is empty"), std::string::npos);
}

// Bytes that begin well often enough to get past the header.
rc::Gen<Bytes> near_idx() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange<std::uint32_t>(0, 5), rc::gen::inRange<std::uint32_t>(0, 5),
                     rc::gen::inRange<std::size_t>(0, 30), rc::gen::inRange<std::size_t>(0, 60),
                     rc::gen::arbitrary<std::uint8_t>()),
      [](const auto& drawn) {
        Bytes bytes = idx_bytes({std::get<0>(drawn), std::get<1>(drawn), 2}, std::get<2>(drawn));
        if (std::get<3>(drawn) < bytes.size()) bytes[std::get<3>(drawn)] = std::get<4>(drawn);
        return bytes;
      });
}

// Whatever the bytes are, a success means exactly what the header says, and a failure is told.
RC_GTEST_PROP(IdxAnyBytes, are_an_array_that_fits_or_are_refused, ()) {
  const Bytes bytes = *rc::gen::oneOf(near_idx(), rc::gen::arbitrary<Bytes>());
  const auto dimensions = *rc::gen::inRange<std::uint32_t>(1, IDX_DIMENSIONS_MAX + 1);
  IdxArray array;
  IdxError error;
  const IdxStatus status =
      idx_parse(bytes.data(), bytes.size(), dimensions, "bytes", &array, &error);
  RC_CLASSIFY(status == IDX_OK, "read");
  if (status != IDX_OK) {
    RC_ASSERT(array.items == nullptr);
    RC_ASSERT(error.offset <= bytes.size());
    RC_ASSERT(std::string(error.message).find("bytes: byte ") == 0U);
    return;
  }
  std::size_t product = 1;
  for (std::uint32_t k = 0; k < dimensions; ++k) product *= array.extents[k];
  RC_ASSERT(array.item_count == product);
  RC_ASSERT(array.items + product == bytes.data() + bytes.size());
}

}  // namespace
