/* Runs a compiled model inside a program that uses CUDA: on its stream, on its memory of the GPU.
 *
 *   nnc examples/build-the-neural-network/model.mlir --device=cpu,cuda -o model.so
 *   cc -std=c99 -c examples/cuda-stream/classify.c -I runtime/include -I /usr/local/cuda/include
 *   g++ classify.o build/lib/libnnc-runtime.a -ldl -lcuda -o classify     (the runtime itself is C++)
 *   ./classify model.so examples/build-the-neural-network/fashion.safetensors
 */
#include <nnc/nnc.h>

#include <cuda.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program if a call of CUDA failed. */
static void check(CUresult result) {
  const char *name = NULL;
  if (result == CUDA_SUCCESS)
    return;
  cuGetErrorName(result, &name);
  fprintf(stderr, "CUDA: %s\n", name ? name : "an unknown error");
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: classify model.so weights.safetensors\n");
    return 2;
  }
  /* The program's own: models use the primary context of a device too. */
  CUdevice device;
  CUcontext context;
  CUstream stream;
  CUdeviceptr image, logits; /* 28 x 28 and 10 floats */
  float pixels[28 * 28], scores[10];
  check(cuInit(0));
  check(cuDeviceGet(&device, 0));
  check(cuDevicePrimaryCtxRetain(&context, device));
  check(cuCtxSetCurrent(context));
  check(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
  check(cuMemAlloc(&image, sizeof pixels));
  check(cuMemAlloc(&logits, sizeof scores));

  nnc_runner_options options = NNC_RUNNER_OPTIONS;
  options.cuda_stream = stream;
  nnc_handle *model = nnc_open(argv[1], argv[2], "cuda:0");
  nnc_runner *runner = model ? nnc_runner_create_with(model, &options) : NULL;
  for (int i = 0; i < 28 * 28; ++i)
    pixels[i] = 0.5f;
  check(cuMemcpyHtoDAsync(image, pixels, sizeof pixels, stream));
  const void *inputs[] = {(const void *)image};
  void *outputs[] = {(void *)logits};
  /* Only queued, behind the copy; what follows on the stream finds the results. */
  if (!runner || nnc_run(runner, inputs, 1, outputs, 1, /*batch=*/1) != NNC_OK) {
    fprintf(stderr, "%s\n", nnc_last_error());
    return 1;
  }
  check(cuMemcpyDtoHAsync(scores, logits, sizeof scores, stream));
  check(cuStreamSynchronize(stream));
  int best = 0;
  for (int i = 1; i < 10; ++i)
    if (scores[i] > scores[best])
      best = i;
  printf("predicted class: %d\n", best);

  nnc_runner_destroy(runner); /* before its stream */
  nnc_close(model);
  check(cuMemFree(image));
  check(cuMemFree(logits));
  check(cuStreamDestroy(stream));
  check(cuDevicePrimaryCtxRelease(device));
  return 0;
}
