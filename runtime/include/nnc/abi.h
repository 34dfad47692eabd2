/* nnc/abi.h: the contract between a compiled model and whoever runs it.
 *
 * A model is an ELF shared library (or an object linked into a program) that exports one function, nnc_model_query.
 * It needs no other library. C99; this header stands alone. The whole life of a call, without any runtime:
 *
 * @code
 *   const nnc_model *model = nnc_model_query(NNC_ABI_VERSION);     // NULL: the library does not speak this version
 *   const nnc_entry *entry = nnc_array_at(model->entries, 0);      // "forward"
 *   const nnc_cpu_variant *cpu = nnc_array_at(entry->cpu_variants, i);  // the first whose machine and features fit
 *   cpu->pack(parameters, packed);                                 // once; a pointer for each of model->parameters
 *   nnc_call call = {sizeof call, 0, batch, inputs, outputs, packed, workspace};
 *   for (uint32_t phase = 0, n = cpu->phases(&call, parts); phase < n; ++phase)
 *     for (uint32_t part = 0; part < parts; ++part)                // parts of one phase may run on different threads
 *       cpu->run_part(&call, phase, part, parts);
 * @endcode
 *
 * How the format grows: every struct begins with its size in bytes and every array carries the stride of its elements.
 * Fields are only ever appended, so a reader looks at a field after checking that `size` covers it, and steps through
 * an array by its stride. What cannot grow that way takes a new NNC_ABI_VERSION.
 *
 * Sizes are bytes, shapes are elements, row-major and contiguous. Strings are UTF-8, zero-terminated, and live as long
 * as the library is loaded.
 */
#ifndef NNC_ABI_H
#define NNC_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NNC_ABI_VERSION 1u

/** `count` elements, the i-th one at `data + i * stride`. */
typedef struct nnc_array {
  const void *data;
  uint32_t count;
  uint32_t stride;
} nnc_array;

/** Address of element `index`; the caller has checked `index < array.count`. */
static inline const void *nnc_array_at(nnc_array array, uint32_t index) {
  return (const char *)array.data + (size_t)index * array.stride;
}

/** Element type, with the codes of DLPack's DLDataType: {2, 32, 1} is f32, {0, 64, 1} is i64. */
typedef struct nnc_dtype {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} nnc_dtype;

#define NNC_DTYPE_INT 0u
#define NNC_DTYPE_FLOAT 2u

/** An input, an output or a parameter. */
typedef struct nnc_tensor_info {
  uint32_t size;
  nnc_dtype dtype;
  const char *name;
  /** int64_t extents. A negative one, -1-i, stands for symbol i; symbol 0 is the batch. */
  nnc_array shape;
} nnc_tensor_info;

/** One call. All pointers belong to the caller and stay valid until the last part of the last phase has returned.
 *  An input and an output may not overlap. */
typedef struct nnc_call {
  uint32_t size;
  uint32_t reserved; /**< zero */
  int64_t batch;     /**< value of symbol 0, at least 0; any value in a model without symbols */
  const void *const *inputs;
  void *const *outputs;
  const void *packed; /**< as `pack` wrote it; only read */
  void *workspace;    /**< `shared_workspace_size + parts * part_workspace_size` bytes, one call at a time */
} nnc_call;

/** `nnc_cpu_variant.machine`: the ELF e_machine of the code. */
#define NNC_MACHINE_X86_64 62u
#define NNC_MACHINE_AARCH64 183u

/** `nnc_cpu_variant.features`: everything the x86-64 psABI puts into that level. An unknown bit means "does not fit".
 */
#define NNC_FEATURE_X86_64_V3 (UINT64_C(1) << 0)
#define NNC_FEATURE_X86_64_V4 (UINT64_C(1) << 1)

/** Code of one entry for one CPU level. */
typedef struct nnc_cpu_variant {
  uint32_t size;
  uint32_t machine;
  const char *level; /**< "x86-64-v3", ... */
  uint64_t features;
  uint64_t packed_size;
  uint64_t packed_alignment;
  uint64_t shared_workspace_size;
  uint64_t part_workspace_size;
  uint64_t workspace_alignment;
  /** Lays the parameters out as the code reads them. `parameters` holds one pointer for each of `nnc_model.parameters`,
   *  in that order, to its elements (an unused parameter may be NULL). */
  void (*pack)(const void *const *parameters, void *packed);
  /** How many phases `call` takes when every phase is cut into `parts` (at least 1) parts. */
  uint32_t (*phases)(const nnc_call *call, uint32_t parts);
  /** One share of one phase, re-entrant. No part waits for another; all parts of a phase are done before the next
   *  phase starts. The caller's floating-point environment is left as it was, and not depended on. */
  void (*run_part)(const nnc_call *call, uint32_t phase, uint32_t part, uint32_t parts);
} nnc_cpu_variant;

/*===-- NVIDIA GPUs ----------------------------------------------------------
 *
 * A GPU variant is images of machine code and, as data, what to launch. Let `samples` be the batch of an open model, 1
 * in a static one. A call of no samples launches nothing. Else it takes the first schedule that allows so many samples
 * and runs its launches in order on one stream, each with
 *
 *     gridDim  = {ceil((rows + rows_per_sample * samples) / rows_per_block), grid_y, 1}
 *     blockDim = {kernel.threads, 1, 1}
 *
 * and its arguments, each eight bytes. A launch may read what those before it wrote. */

/** `nnc_cuda_argument.kind` */
#define NNC_CUDA_INPUT 0u     /**< address of input `index` */
#define NNC_CUDA_OUTPUT 1u    /**< address of output `index` */
#define NNC_CUDA_PACKED 2u    /**< packed weights + offset */
#define NNC_CUDA_WORKSPACE 3u /**< workspace + offset + scale * capacity */
#define NNC_CUDA_COUNT 4u     /**< the signed number offset + scale * samples */

/** `capacity` is the number of samples that the workspace was made for: 1 in a static model, else a multiple of
 *  NNC_CUDA_CAPACITY_STEP, at least `samples`. Tensors are contiguous, as on the CPU. */
#define NNC_CUDA_CAPACITY_STEP 64u

typedef struct nnc_cuda_argument {
  uint32_t size;
  uint32_t kind;
  uint32_t index;
  uint32_t reserved; /**< zero */
  int64_t offset;
  int64_t scale;
} nnc_cuda_argument;

typedef struct nnc_cuda_kernel {
  uint32_t size;
  uint32_t threads;             /**< of a block, 1 to 1024 */
  const char *name;             /**< in every image */
  uint32_t dynamic_shared_size; /**< bytes a block; above 48 KB the function's attribute has to allow it */
  uint32_t reserved;            /**< zero */
} nnc_cuda_kernel;

typedef struct nnc_cuda_launch {
  uint32_t size;
  uint32_t kernel; /**< index in `nnc_cuda_variant.kernels` */
  int64_t rows;
  int64_t rows_per_sample;
  uint32_t rows_per_block; /**< at least 1 */
  uint32_t grid_y;         /**< 1 to 65535 */
  nnc_array arguments;     /**< nnc_cuda_argument */
} nnc_cuda_launch;

typedef struct nnc_cuda_schedule {
  uint32_t size;
  uint32_t reserved;   /**< zero */
  int64_t max_samples; /**< for calls of up to so many; INT64_MAX in the last schedule */
  nnc_array launches;  /**< nnc_cuda_launch */
} nnc_cuda_schedule;

/** `nnc_cuda_image.kind` */
#define NNC_CUDA_PTX 0u   /**< zero-terminated text; runs on `arch` and everything newer */
#define NNC_CUDA_CUBIN 1u /**< runs on the major version of `arch`, from its minor version up */

typedef struct nnc_cuda_image {
  uint32_t size;
  uint32_t kind;
  uint32_t arch;        /**< compute capability: 80 is 8.0 */
  uint32_t ptx_version; /**< 70 is PTX ISA 7.0, which the driver must speak; 0 for a cubin */
  const void *data;
  uint64_t data_size; /**< bytes, the zero behind PTX included */
} nnc_cuda_image;

/** Code of one entry for NVIDIA GPUs. */
typedef struct nnc_cuda_variant {
  uint32_t size;
  uint32_t reserved;   /**< zero */
  nnc_array images;    /**< nnc_cuda_image; the first that fits the device is loaded: cubins come before PTX */
  nnc_array kernels;   /**< nnc_cuda_kernel */
  nnc_array schedules; /**< nnc_cuda_schedule, by ascending max_samples */
  uint64_t packed_size;
  uint64_t workspace_size;            /**< bytes, and */
  uint64_t workspace_size_per_sample; /**< so many more for each sample of the capacity */
  /** Host code for any CPU of the library's machine: lays the parameters out as the kernels read them, like
   *  nnc_cpu_variant.pack, at a multiple of 64 bytes. On the GPU packed weights, workspace, inputs and outputs are at
   *  multiples of 256 bytes, as the driver allocates; a caller's own inputs and outputs need 16. */
  void (*pack)(const void *const *parameters, void *packed);
} nnc_cuda_variant;

/** A function of the model. */
typedef struct nnc_entry {
  uint32_t size;
  uint32_t reserved;      /**< zero */
  const char *name;       /**< "forward" */
  nnc_array symbols;      /**< const char *: names of the symbols in shapes; empty for a static model, else {"batch"} */
  nnc_array inputs;       /**< nnc_tensor_info */
  nnc_array outputs;      /**< nnc_tensor_info */
  nnc_array cpu_variants; /**< nnc_cpu_variant, best first */
  uint64_t flops_per_sample; /**< multiplications and additions of one sample; of the whole call in a static model */
  nnc_array cuda_variants;   /**< nnc_cuda_variant, none without --device=cuda; only there if `size` covers it */
} nnc_entry;

/** What nnc_model_query returns. */
typedef struct nnc_model {
  uint32_t size;
  uint32_t abi_version;
  const char *name;     /**< the module's */
  const char *compiler; /**< "nnc 0.1.0, LLVM 22.1.8" */
  const char *options;  /**< what the model was compiled with, a JSON object */
  const char *target;   /**< triple and levels, a JSON object */
  nnc_array parameters; /**< nnc_tensor_info, all that the model declares, in the order of its text */
  nnc_array entries;    /**< nnc_entry */
  const void *weights;  /**< bytes of a .safetensors file with the parameters, or NULL */
  uint64_t weights_size;
} nnc_model;

/** Signature of the exported function: `nnc_model_query`, or `nnc_model_query_NAME` for a model compiled with
 * --tag=NAME. Returns NULL when the model does not speak `abi_version`. */
typedef const nnc_model *(*nnc_model_query_fn)(uint32_t abi_version);

/** The ELF note in section .note.nnc (owner "nnc", type NNC_NOTE_TYPE), which a loader checks before it lets the file
 *  near the dynamic loader. All fields are little-endian. */
#define NNC_NOTE_OWNER "nnc"
#define NNC_NOTE_TYPE 1u
#define NNC_NOTE_MAGIC UINT64_C(0x6c65646f6d636e6e) /* "nncmodel" */
#define NNC_NOTE_VERSION 1u

typedef struct nnc_note {
  uint64_t magic;
  uint32_t version;
  uint32_t symbol_size; /**< bytes of the query symbol's name that follow this struct, its zero included */
  uint64_t file_size;   /**< bytes of the whole file */
  uint8_t digest[16];   /**< XXH3-128 (canonical, big-endian form) of the whole file with these 16 bytes zero */
} nnc_note;

#ifdef __cplusplus
}
#endif

#endif
