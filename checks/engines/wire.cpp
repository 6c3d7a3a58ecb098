// Flat layouts: counts first, then arrays of trivially copyable records.

#include "checks/engines/wire.h"

#include <cstring>
#include <type_traits>
#include <vector>

namespace cradle {
namespace {

class Writer {
 public:
  explicit Writer(std::span<std::byte> bytes) : bytes_(bytes) {}

  template <typename T>
  void put(const T& item) {
    put_all(std::span<const T>(&item, 1));
  }
  template <typename T>
  void put_all(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    full_ = full_ || items.size_bytes() > bytes_.size() - used_;
    if (full_ || items.empty()) return;
    std::memcpy(bytes_.data() + used_, items.data(), items.size_bytes());
    used_ += items.size_bytes();
  }
  template <typename T>
  void put_vector(const std::vector<T>& items) {
    put<std::uint64_t>(items.size());
    put_all(std::span<const T>(items));
  }
  std::optional<std::size_t> used() const {
    return full_ ? std::nullopt : std::optional<std::size_t>(used_);
  }

 private:
  std::span<std::byte> bytes_;
  std::size_t used_ = 0;
  bool full_ = false;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <typename T>
  T get() {
    T item{};
    if (sizeof(T) > bytes_.size() - used_) return fail(), item;
    std::memcpy(&item, bytes_.data() + used_, sizeof(T));
    used_ += sizeof(T);
    return item;
  }
  template <typename T>
  bool get_vector(std::vector<T>& items, std::uint64_t count_max) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto count = get<std::uint64_t>();
    if (failed_ || count > count_max || count > (bytes_.size() - used_) / sizeof(T)) return fail();
    items.resize(count);
    if (count > 0) std::memcpy(items.data(), bytes_.data() + used_, count * sizeof(T));
    used_ += count * sizeof(T);
    return true;
  }
  bool fail() {
    failed_ = true;
    return false;
  }
  bool failed() const { return failed_; }
  std::size_t used() const { return used_; }

 private:
  std::span<const std::byte> bytes_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

void put_snapshot(Writer& writer, const Snapshot& snapshot) {
  writer.put(snapshot.status);
  writer.put(snapshot.live);
  writer.put(snapshot.allocations);
  writer.put(snapshot.seconds);
  writer.put_vector(snapshot.nodes);
}

void get_snapshot(Reader& reader, Snapshot& snapshot, std::size_t node_count) {
  snapshot.status = reader.get<std::int32_t>();
  snapshot.live = reader.get<std::uint64_t>();
  snapshot.allocations = reader.get<std::uint64_t>();
  snapshot.seconds = reader.get<double>();
  reader.get_vector(snapshot.nodes, node_count);
  for (NodeState& state : snapshot.nodes) {
    state.data = canonical(state.data);
    state.grad = canonical(state.grad);
  }
}

}  // namespace

std::optional<std::size_t> write_job(const Job& job, std::span<std::byte> bytes) {
  Writer writer(bytes);
  writer.put_vector(job.program.code);
  writer.put_vector(job.program.actions);
  writer.put<std::uint8_t>(job.network ? 1 : 0);
  if (job.network) {
    writer.put_vector(job.network->widths);
    writer.put<std::uint8_t>(job.network->last_layer_linear ? 1 : 0);
    writer.put_vector(job.network->parameters);
    writer.put<std::uint64_t>(job.network->samples.size());
    for (const std::vector<double>& sample : job.network->samples) writer.put_vector(sample);
    for (const std::vector<double>& target : job.network->targets) writer.put_vector(target);
    writer.put(job.network->loss);
  }
  return writer.used();
}

std::size_t read_job(std::span<const std::byte> bytes, Job& job) {
  Reader reader(bytes);
  reader.get_vector(job.program.code, bytes.size());
  reader.get_vector(job.program.actions, bytes.size());
  if (reader.get<std::uint8_t>() != 0) {
    Network network;
    reader.get_vector(network.widths, bytes.size());
    network.last_layer_linear = reader.get<std::uint8_t>() != 0;
    reader.get_vector(network.parameters, bytes.size());
    network.samples.resize(reader.get<std::uint64_t>());
    network.targets.resize(network.samples.size());
    for (std::vector<double>& sample : network.samples) reader.get_vector(sample, bytes.size());
    for (std::vector<double>& target : network.targets) reader.get_vector(target, bytes.size());
    network.loss = reader.get<Loss>();
    job.network = std::move(network);
  }
  return reader.used();
}

std::optional<std::size_t> write_trace(const Trace& trace, std::span<std::byte> bytes) {
  Writer writer(bytes);
  writer.put<std::uint8_t>(trace.death == Death::unopened ? 1 : 0);
  writer.put_vector(std::vector<std::uint8_t>(trace.made.begin(), trace.made.end()));
  writer.put<std::uint64_t>(trace.after.size());
  for (const Snapshot& snapshot : trace.after) put_snapshot(writer, snapshot);
  put_snapshot(writer, trace.last);
  put_snapshot(writer, trace.end);
  writer.put(trace.making_seconds);
  writer.put_vector(trace.identity);
  writer.put_vector(std::vector<char>(trace.said.begin(), trace.said.end()));
  return writer.used();
}

std::optional<Trace> read_trace(std::span<const std::byte> bytes, const Program& program) {
  Reader reader(bytes);
  Trace trace;
  if (reader.get<std::uint8_t>() != 0) {
    trace.death = Death::unopened;
    return trace;
  }
  const std::size_t node_count = program.code.size();
  std::vector<std::uint8_t> made;
  if (!reader.get_vector(made, node_count)) return std::nullopt;
  for (const std::uint8_t flag : made) trace.made.push_back(flag != 0);
  const auto after_count = reader.get<std::uint64_t>();
  if (after_count != PerformedActions(program).size()) return std::nullopt;
  trace.after.resize(after_count);
  for (Snapshot& snapshot : trace.after) {
    get_snapshot(reader, snapshot, node_count);
    if (reader.failed()) return std::nullopt;
  }
  get_snapshot(reader, trace.last, node_count);
  get_snapshot(reader, trace.end, 0);
  trace.making_seconds = reader.get<double>();
  reader.get_vector(trace.identity, node_count);
  std::vector<char> said;
  reader.get_vector(said, kSaidMax);
  trace.said.assign(said.begin(), said.end());
  if (reader.failed() || !fits(trace, program)) return std::nullopt;
  return trace;
}

}  // namespace cradle
