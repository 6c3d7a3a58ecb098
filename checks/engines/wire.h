// Programs and traces as bytes in memory that two processes share.
//
// The child may have been spoilt by the engine, so a trace is read as untrusted bytes: every length
// is checked against what is there and against the program, and nothing is believed that does not
// fit.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "checks/program/lower.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// What a child is asked to run: a program, or a network by the engine's own layers.
struct Job {
  Program program;
  std::optional<Network> network;  // `program` is its lowered form
};

/// Writes a job; returns the bytes it took, or nothing when they are more than there are.
std::optional<std::size_t> write_job(const Job& job, std::span<std::byte> bytes);

/// Reads a job that this program wrote; returns the bytes it took. For the child only.
std::size_t read_job(std::span<const std::byte> bytes, Job& job);

/// Writes a trace; returns the bytes it took, or nothing when they are more than there are.
std::optional<std::size_t> write_trace(const Trace& trace, std::span<std::byte> bytes);

/// Reads a trace of `program` from bytes that may hold anything.
/// Ensures  a result fits(trace, program), or died `unopened`; nothing otherwise.
std::optional<Trace> read_trace(std::span<const std::byte> bytes, const Program& program);

}  // namespace cradle
