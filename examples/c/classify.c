/* Runs a compiled model from C.
 *
 *   nnc examples/build-the-neural-network/model.mlir -o model.so
 *   cc -std=c99 -c examples/c/classify.c -I runtime/include
 *   g++ classify.o build/lib/libnnc-runtime.a -ldl -o classify     (the runtime itself is C++)
 *   ./classify model.so examples/build-the-neural-network/fashion.safetensors [cpu, cuda, cuda:1 or auto]
 */
#include <nnc/nnc.h>

#include <stdio.h>

int main(int argc, char **argv) {
  int isUsed = argc == 3 || argc == 4;
  nnc_handle *model = isUsed ? nnc_open(argv[1], argv[2], argc == 4 ? argv[3] : "cpu") : NULL;
  nnc_runner *runner = model ? nnc_runner_create(model, 1, 1) : NULL;
  float image[28 * 28], logits[10];
  for (int i = 0; i < 28 * 28; ++i)
    image[i] = 0.5f;
  const void *inputs[] = {image};
  void *outputs[] = {logits};
  if (!runner || nnc_run(runner, inputs, 1, outputs, 1, /*batch=*/1) != NNC_OK) {
    fprintf(stderr, "%s\n", isUsed ? nnc_last_error() : "usage: classify model.so weights.safetensors [device]");
    return 1;
  }
  int best = 0;
  for (int i = 1; i < 10; ++i)
    if (logits[i] > logits[best])
      best = i;
  printf("predicted class: %d\n", best);
  nnc_runner_destroy(runner);
  nnc_close(model);
  return 0;
}
