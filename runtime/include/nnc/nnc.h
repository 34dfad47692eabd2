/* nnc.h: a compiled model from C.
 *
 *     nnc_handle *model = nnc_open("model.so", "weights.safetensors", "cpu");
 *     nnc_runner *runner = model ? nnc_runner_create(model, 1, 1) : NULL;
 *     float x[784] = {0}, y[10];
 *     const void *inputs[] = {x};
 *     void *outputs[] = {y};
 *     if (!runner || nnc_run(runner, inputs, 1, outputs, 1, 1) != NNC_OK)
 *       fprintf(stderr, "%s\n", nnc_last_error());
 *     nnc_runner_destroy(runner);
 *     nnc_close(model);
 *
 * A model may be shared by threads, a runner belongs to one at a time. C99.
 */
#ifndef NNC_H
#define NNC_H

#include "nnc/abi.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct nnc_handle nnc_handle;
typedef struct nnc_runner nnc_runner;

/** How a call ended; the values are the tools' exit codes. */
typedef enum nnc_status {
  NNC_OK = 0,
  NNC_INVALID = 1,     /**< what was given is wrong */
  NNC_SYSTEM = 3,      /**< a file, memory, a feature this CPU lacks */
  NNC_UNSUPPORTED = 4, /**< right, but not supported (yet) */
} nnc_status;

/** Loads a model and its weights (NULL: embedded, or none needed). `device`: "cpu", "cuda" (the first NVIDIA GPU),
 *  "cuda:1", or "auto" (a GPU if the model has code for it and it works, else the CPU), which NULL stands for.
 *  Returns NULL on an error, which nnc_last_error describes. */
nnc_handle *nnc_open(const char *path, const char *weights, const char *device);
/** The same from the bytes of the library, which are copied. */
nnc_handle *nnc_open_memory(const void *library, size_t size, const char *weights, const char *device);
/** The same for a model linked into the program: `table` is nnc_model_query_NAME(NNC_ABI_VERSION). */
nnc_handle *nnc_open_table(const nnc_model *table, const char *weights, const char *device);
/** Lets go of a model; its runners stay usable. NULL is fine. */
void nnc_close(nnc_handle *model);

/** Where the model runs: "cpu", "cuda:0". It lives as long as the model. */
const char *nnc_device(const nnc_handle *model);
/** Why "auto" chose the CPU; "" if it did not, or if the device was named. It lives as long as the model. */
const char *nnc_device_note(const nnc_handle *model);

/** All that is known of the model: names, shapes, parameters. It lives as long as the model. */
const nnc_model *nnc_table(const nnc_handle *model);

/** A workspace for calls of up to `max_batch` samples in `threads` parts. NULL on an error. */
nnc_runner *nnc_runner_create(const nnc_handle *model, int64_t max_batch, int threads);

/** How a runner works. Begin with the defaults: nnc_runner_options options = NNC_RUNNER_OPTIONS; */
typedef struct nnc_runner_options {
  uint32_t size;     /**< of this struct; fields will be appended */
  int threads;       /**< how many share a call, the calling one included */
  int64_t max_batch; /**< the largest batch that will be run; of no matter in a static model */
  /** On a GPU, the CUstream on which calls are queued, in place of one of the runner's own: one of the GPU's primary
   *  context that outlives the runner, or CU_STREAM_LEGACY or CU_STREAM_PER_THREAD for a default stream. */
  void *cuda_stream;
} nnc_runner_options;
#define NNC_RUNNER_OPTIONS {sizeof(nnc_runner_options), 1, 1, NULL}

/** The same with all options. NULL on an error. */
nnc_runner *nnc_runner_create_with(const nnc_handle *model, const nnc_runner_options *options);
/** NULL is fine. */
void nnc_runner_destroy(nnc_runner *runner);

/** Runs `batch` samples: one pointer for each input and output, in the model's order, to host memory. If the model is
 * on a GPU each may also be a CUdeviceptr of that GPU, cast to a pointer and at a multiple of 16 bytes; what other
 * streams than the runner's write there has to be done before. The results are there when it returns; only if the
 * runner has a stream of yours and all pointers are to the GPU's memory, they are there when that stream has come so
 * far, and the call can be captured into a CUDA graph. Does not allocate. */
nnc_status nnc_run(nnc_runner *runner, const void *const *inputs, size_t input_count, void *const *outputs,
                   size_t output_count, int64_t batch);

/** What the last failed call of this thread has to say; "" if none failed. Valid until the next one. */
const char *nnc_last_error(void);
/** The status of that call. */
nnc_status nnc_last_status(void);

#ifdef __cplusplus
}
#endif

#endif
