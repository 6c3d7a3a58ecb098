// Does the loader of MNIST's files survive any file?
//
//   the first byte says how many dimensions, the others are the file
//   idx_parse gives exactly what the header says, or an error with its place
//
// Built with CRADLE_PLANTED it claims an item too many, and has to be found out.

#include "engine/examples/mnist/idx.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fuzz/report.h"
#include "fuzz/subject.h"

namespace {

#ifdef CRADLE_PLANTED
constexpr std::size_t kTooMany = 1;
#else
constexpr std::size_t kTooMany = 0;
#endif

}  // namespace

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_engine(InputKind::other);
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint32_t dimensions = 1 + data[0] % std::uint32_t{IDX_DIMENSIONS_MAX};
  const std::vector<std::uint8_t> file(data + 1, data + size);  // a read beyond it is ASan's to see
  IdxArray array;
  IdxError error;
  const IdxStatus status = idx_parse(file.data(), file.size(), dimensions, "input", &array, &error);
  if (status != IDX_OK) {
    cradle::require("idx", array.items == nullptr && array.item_count == 0, "items of no file");
    cradle::require("idx", std::string_view(error.message).starts_with("input: byte "),
                    "an error without its place");
    cradle::require("idx", error.offset <= file.size(), "an error beyond the file");
    return 0;
  }
  array.item_count += kTooMany;
  std::size_t product = 1;
  for (std::uint32_t k = 0; k < dimensions; ++k) product *= array.extents[k];
  cradle::require("idx", array.item_count == product, "not as many items as the extents say");
  cradle::require("idx", array.items + product == file.data() + file.size(),
                  "the items are not the rest of the file");
  return 0;
}
