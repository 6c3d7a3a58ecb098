/* A plug-in that nobody can use: BROKEN, a word of the enumeration, says why. */

#include <stdlib.h>

#include "cradle/engine.h"

enum { other_version = 1, no_entry, missing_symbol, exits, hangs, crashes, no_functions };

static const cradle_capabilities capabilities = {
    .size = sizeof capabilities, .ops = 1u << CRADLE_OP_ADD, .name = "broken"};
static const cradle_engine table = {
    .abi = CRADLE_ENGINE_ABI + (BROKEN == other_version ? 1 : 0),
    .size = sizeof table,
    .capabilities = &capabilities,
};

int nobody_defines_this(void);
#ifdef CALLS_WHAT_IS_MISSING
int calls_it(void);
int calls_it(void) { return nobody_defines_this(); }
#endif

__attribute__((constructor)) static void when_loaded(void) {
  if (BROKEN == exits) exit(0);
  if (BROKEN == crashes) abort();
  volatile int forever = BROKEN == hangs;
  while (forever) {
  }
}

#ifdef HAS_NO_ENTRY
const cradle_engine* cradle_engine_v2(void);
const cradle_engine* cradle_engine_v2(void) { return &table; }
#else
const cradle_engine* cradle_engine_v1(void) { return &table; }
#endif
