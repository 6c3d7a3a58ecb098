/* The engines that are always present, by name, for programs in C. */
#ifndef CRADLE_FIND_ENGINE_H
#define CRADLE_FIND_ENGINE_H

#include "checks/engines/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns the engine of that name ("microcrad", "tape", "faulty:sign_lost", ...), or NULL. */
const cradle_engine* cradle_find_engine(const char* name);

#ifdef __cplusplus
}
#endif

#endif
