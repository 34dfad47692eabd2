/* A model as part of a program, with nnc/abi.h alone: no runtime, no file, no dynamic loader.
 *
 *   nnc examples/build-the-neural-network/model.mlir --emit=obj --tag=fashion -mcpu=x86-64-v3 \
 *       --embed-weights=examples/build-the-neural-network/fashion.safetensors -o fashion.o
 *   cc -std=c99 examples/abi-only/classify.c fashion.o -I runtime/include -o classify
 *   ./classify
 */
#include <nnc/abi.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const nnc_model *nnc_model_query_fashion(uint32_t abi_version);

/* Where the tensor `name` is in the bytes of a .safetensors file. nnc has checked file and names when it put them in,
 * so a look for the text will do. */
static const void *find_tensor(const char *file, const char *name) {
  uint64_t header = 0;
  for (int i = 7; i >= 0; --i)
    header = header << 8 | (unsigned char)file[i];
  for (const char *at = file + 8, *end = at + header; at < end; ++at) {
    size_t length = strlen(name);
    if (*at == '"' && (size_t)(end - at) > length + 2 && memcmp(at + 1, name, length) == 0 && at[length + 1] == '"') {
      const char *offsets = strstr(at, "\"data_offsets\":");
      return file + 8 + header + strtoull(strchr(offsets, '[') + 1, NULL, 10);
    }
  }
  return NULL;
}

/* Whether this CPU can run the code; this program is compiled for one machine, and so is the model in it. */
static int fits(const nnc_cpu_variant *cpu) {
#if defined(__x86_64__)
  if (cpu->machine == NNC_MACHINE_X86_64)
    return cpu->features == NNC_FEATURE_X86_64_V3 && __builtin_cpu_supports("x86-64-v3");
#endif
  return cpu->features == 0;
}

/* `size` bytes at a multiple of `alignment`. */
static void *allocate(uint64_t size, uint64_t alignment) {
  char *memory = malloc(size + alignment);
  if (!memory)
    exit(3);
  return memory + (alignment - (uintptr_t)memory % alignment);
}

int main(void) {
  const nnc_model *model = nnc_model_query_fashion(NNC_ABI_VERSION);
  if (!model)
    return 1;
  const nnc_entry *entry = nnc_array_at(model->entries, 0);
  const nnc_cpu_variant *cpu = nnc_array_at(entry->cpu_variants, 0);
  if (!fits(cpu)) {
    fprintf(stderr, "this CPU is not %s\n", cpu->level);
    return 3;
  }

  const void **parameters = malloc(model->parameters.count * sizeof *parameters);
  for (uint32_t i = 0; i < model->parameters.count; ++i) {
    const nnc_tensor_info *info = nnc_array_at(model->parameters, i);
    parameters[i] = find_tensor(model->weights, info->name);
  }
  void *packed = allocate(cpu->packed_size, cpu->packed_alignment);
  cpu->pack(parameters, packed);

  float image[28 * 28], logits[10];
  for (int i = 0; i < 28 * 28; ++i)
    image[i] = 0.5f;
  const void *inputs[] = {image};
  void *outputs[] = {logits};
  void *workspace = allocate(cpu->shared_workspace_size + cpu->part_workspace_size, cpu->workspace_alignment);
  nnc_call call = {sizeof call, 0, /*batch=*/1, inputs, outputs, packed, workspace};
  for (uint32_t phase = 0, phases = cpu->phases(&call, 1); phase < phases; ++phase)
    cpu->run_part(&call, phase, 0, 1);

  int best = 0;
  for (int i = 1; i < 10; ++i)
    if (logits[i] > logits[best])
      best = i;
  for (int i = 0; i < 10; ++i)
    printf("%a\n", logits[i]);
  printf("predicted class: %d\n", best);
  return 0;
}
