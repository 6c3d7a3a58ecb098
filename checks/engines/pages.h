// A list whose entries stay where they are.

#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace cradle {

/// Entries in pages: they stay where they are while the list grows, as values may keep the
/// addresses of their operands. The first page is kept when the list is cleared.
template <typename T>
class Pages {
 public:
  std::size_t size() const { return size_; }
  T& operator[](std::size_t k) { return pages_[k / kPage][k % kPage]; }

  /// Makes it at least that long; what is new is T{}.
  void grow(std::size_t size) {
    while (pages_.size() * kPage < size) pages_.push_back(std::make_unique<T[]>(kPage));
    size_ = std::max(size_, size);
  }

  /// Destroys the entries, the first one first.
  void clear() {
    for (std::size_t k = 0; k < size_; ++k) {
      std::destroy_at(&(*this)[k]);
      std::construct_at(&(*this)[k]);
    }
    size_ = 0;
    if (pages_.size() > 1) pages_.resize(1);
  }

 private:
  static constexpr std::size_t kPage = 256;  // a power of two: its index takes no division
  std::vector<std::unique_ptr<T[]>> pages_;
  std::size_t size_ = 0;
};

}  // namespace cradle
