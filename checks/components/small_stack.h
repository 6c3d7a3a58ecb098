// Runs a piece of a test on a thread with a stack of a megabyte, an eighth of the usual one:
// whatever recurses once per node overflows it.
#pragma once

#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <pthread.h>

#include <cstddef>

inline void on_small_stack(void (*body)()) {
  constexpr std::size_t kStackBytes = std::size_t{1} << 20;
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kStackBytes), 0);
  const auto run = [](void* argument) -> void* {
    (*static_cast<void (**)()>(argument))();
    microcrad_thread_release();
    return nullptr;
  };
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &body), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}
