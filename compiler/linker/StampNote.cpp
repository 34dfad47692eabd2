//===- StampNote.cpp - length and digest of a linked library --------------===//

#include "compiler/linker/Linker.h"

#include "nnc/abi.h"

#include "llvm/Object/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

/// Offset of the nnc_note in `library`, or an error.
static Expected<size_t> findNote(MutableArrayRef<char> library) {
  auto file = object::ELF64LEFile::create(StringRef(library.data(), library.size()));
  if (!file)
    return file.takeError();
  auto headers = file->program_headers();
  if (!headers)
    return headers.takeError();
  for (const auto &header : *headers) {
    if (header.p_type != ELF::PT_NOTE)
      continue;
    Error error = Error::success();
    for (const auto &note : file->notes(header, error)) {
      ArrayRef<uint8_t> description = note.getDesc(header.p_align);
      if (note.getName() == NNC_NOTE_OWNER && note.getType() == NNC_NOTE_TYPE && description.size() >= sizeof(nnc_note))
        return reinterpret_cast<const char *>(description.data()) - library.data();
    }
    if (error)
      return error;
  }
  return createStringError("the linked library has no .note.nnc");
}

Error nnc::linker::stampNote(MutableArrayRef<char> library) {
  Expected<size_t> offset = findNote(library);
  if (!offset)
    return offset.takeError();
  char *note = library.data() + *offset;
  char *digest = note + offsetof(nnc_note, digest);
  support::endian::write64le(note + offsetof(nnc_note, file_size), library.size());
  memset(digest, 0, sizeof(nnc_note::digest));
  XXH128_hash_t hash = xxh3_128bits({reinterpret_cast<const uint8_t *>(library.data()), library.size()});
  support::endian::write64be(digest, hash.high64);
  support::endian::write64be(digest + 8, hash.low64);
  return Error::success();
}
