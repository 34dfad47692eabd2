/* How a test controls the software GPU. The functions are exported by its libcuda.so.1; find them with dlsym, or link
 * it.
 *
 *   softgpu_reset();                              // a fresh machine, configured by the environment (see README.md)
 *   softgpu_fail_call("cuMemAlloc_v2", 2, 2);     // the second call from now on returns CUDA_ERROR_OUT_OF_MEMORY
 *   ...
 *   softgpu_live("allocation")                    // what was not freed
 */

#ifndef SOFTGPU_H
#define SOFTGPU_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Drops everything: contexts, memory, injected failures, counters, settings. Handles from before are invalid. */
void softgpu_reset(void);

/* The nth call (1: the next) of the driver function `name` does nothing and returns `result`. Any number may be set. A
 * result after which a context is lost, such as 700, loses it. */
void softgpu_fail_call(const char *name, uint32_t nth, int result);

/* How often `name` was called; with NULL all calls together. */
uint64_t softgpu_calls(const char *name);

/* How many are alive of "allocation", "host", "context", "module", "stream", "event", "graph" or "graph_exec"; -1 for
 * another word. With NULL the sum of all. */
int64_t softgpu_live(const char *kind);

/* What the last failed launch or module had to say: kernel, PTX line, thread, address. Empty if none failed. */
const char *softgpu_last_error(void);

/* "instructions", "approximate", "contracted", "launches": what has run since the start or the reset, a thread's
 * instruction counting one. */
uint64_t softgpu_count(const char *what);

/* The settings that the environment has too, by the same names: SOFTGPU_DEVICES, ... */
void softgpu_set(const char *name, int64_t value);

#ifdef __cplusplus
}
#endif

#endif
