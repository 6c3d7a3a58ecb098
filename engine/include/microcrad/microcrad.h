// microcrad: a scalar reverse-mode automatic differentiation engine, and a small neural network on
// top of it.
//
// Conventions of every function:
//
// 1. A function that returns a new reference obliges the caller to release it once.
// 2. An op keeps its own references to its operands: callers may release theirs when it returns.
// 3. What can fail returns NULL or -1, and changes nothing when it does.
// 4. Mathematical domain errors are not failures: NaN or infinity, as IEEE 754 and <math.h> say.
// 5. NULL in gives NULL out, or -1, without a complaint; releasing or freeing NULL does nothing.
// 6. A stale Value is told by its canary: a complaint (see microcrad_set_complaint), NULL or -1
//    back, and no change. What cannot be told: a pointer that never was a Value, one whose memory
//    was used again, and a release too many that takes the reference of a result.
// 7. One graph belongs to one thread: a Value is used and released on the thread that made it.
//    Different threads are independent.
// 8. Same calls, same bits: nothing depends on addresses or on time.
// 9. A reference count that reaches UINT32_MAX stays there, and its Value is never freed.
// 10. Arrays that are passed are lent: they are read during the call, and not kept.
// 11. What is not said to cost more takes a bounded number of steps on average. Values are made in
//    segments: about a thousand for one call of the allocator.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "microcrad/layer.h"
#include "microcrad/mlp.h"
#include "microcrad/neuron.h"
#include "microcrad/simpleset.h"
#include "microcrad/value.h"
#include "microcrad/vector.h"

#ifdef __cplusplus
extern "C" {
#endif

// Starts this thread's random sequence, from which neurons draw their parameters, from `seed`: the
// top 53 bits of splitmix64's numbers. A thread that does not call it starts from 0.
void microcrad_seed(uint64_t seed);

// Returns how many Values of this thread are alive. Cost: one step per segment.
size_t microcrad_live_values(void);

// Gives the memory of this thread that holds no live Value back to the allocator. Call it before a
// thread ends. Pointers to Values that were freed before are foreign from then on: their canary is
// gone. Cost: one step per segment and per leaf that was freed and not used again.
void microcrad_thread_release(void);

// Sets how many Values of this thread share one allocation; 0 restores the default, about a
// thousand. With 1 each Value is an allocation of its own, freed with it, so that a memory checker
// sees each of them. More than two operands that do not fit in a quarter of a segment are one more
// allocation. Gives back what microcrad_thread_release does. Returns 0; -1, with nothing changed,
// when a Value of this thread is alive or `nodes` is above 2^20.
int microcrad_set_segment_nodes(uint32_t nodes);

// Where all memory comes from, and where it goes back to. `size` is in bytes and not 0, `alignment`
// a power of two that `size` need not be a multiple of; `user` is what microcrad_set_allocator was
// given. A failure is told by NULL; NULL is never given back.
typedef void* (*MicrocradAllocate)(size_t size, size_t alignment, void* user);
typedef void (*MicrocradRelease)(void* pointer, void* user);

// Replaces the allocator of the process; NULL for both functions restores the default, malloc's
// family. To be called while nothing that this library allocated exists, and by one thread only:
// this thread's empty segments are given back to the old allocator first. `user` is kept, and
// stays the caller's. Returns 0; -1, with nothing changed, when a Value of this thread is alive or
// only one of the functions is NULL.
int microcrad_set_allocator(MicrocradAllocate allocate, MicrocradRelease release, void* user);

// Told when a function, by its name, was given a stale Value: on the thread that called it, before
// it returns. Of `value` no more than the address means anything; `user` is what
// microcrad_set_complaint was given.
typedef void (*MicrocradComplaint)(const char* function, const Value* value, void* user);

// Replaces the handler of complaints of the process; NULL restores the default, one line on stderr.
// To be called while no other thread uses the library. `user` is kept, and stays the caller's.
void microcrad_set_complaint(MicrocradComplaint complaint, void* user);

#ifdef __cplusplus
}
#endif
