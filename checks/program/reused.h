// A vector that reuses memory: for what is made and thrown away with each small program.
//
// A fuzzer runs tens of thousands of programs a second, and under AddressSanitizer an allocation
// costs as much as the engine's work on several nodes.

#pragma once

#include <cstddef>
#include <vector>

namespace cradle {

/// A vector whose memory is that of the last one that ended on this thread, of the same Item and
/// Owner. Starts empty. More of them may live at once: the others allocate.
template <typename Item, typename Owner>
class Reused : public std::vector<Item> {
 public:
  Reused() {
    this->swap(spare_);
    this->clear();
  }
  ~Reused() {
    if (this->capacity() * sizeof(Item) <= kKeptBytesMax && this->capacity() > spare_.capacity()) {
      this->swap(spare_);
    }
  }
  Reused(Reused&& other) noexcept { this->swap(other); }
  Reused(const Reused&) = delete;
  Reused& operator=(const Reused&) = delete;

 private:
  // What one program of millions of nodes took is not kept for ever.
  static constexpr std::size_t kKeptBytesMax = std::size_t{1} << 20;
  static thread_local std::vector<Item> spare_;
};

template <typename Item, typename Owner>
thread_local std::vector<Item> Reused<Item, Owner>::spare_;

}  // namespace cradle
