//===- LibraryNote.cpp - is this a whole model.so? ------------------------===//

#include "LibraryNote.h"

#include "nnc/abi.h"

#include <cstring>
#include <elf.h>
#include <optional>

#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace nnc;

#if defined(__x86_64__)
static constexpr unsigned thisMachine = EM_X86_64;
#elif defined(__aarch64__)
static constexpr unsigned thisMachine = EM_AARCH64;
#else
static constexpr unsigned thisMachine = EM_NONE;
#endif

/// A `T` at `offset`, if it lies within `bytes`.
template <typename T> static std::optional<T> readAt(std::string_view bytes, uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T))
    return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// Where the nnc_note of `bytes`, an ELF file of 64 bits, is and how long it may be.
static std::string_view findNote(std::string_view bytes, const Elf64_Ehdr &header) {
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    auto segment = readAt<Elf64_Phdr>(bytes, header.e_phoff + uint64_t(i) * sizeof(Elf64_Phdr));
    if (!segment)
      return {};
    if (segment->p_type != PT_NOTE || segment->p_offset > bytes.size())
      continue;
    std::string_view notes = bytes.substr(segment->p_offset, segment->p_filesz);
    while (auto note = readAt<Elf64_Nhdr>(notes, 0)) {
      // Owner and description are padded to four bytes each.
      uint64_t owner = sizeof *note, description = owner + (uint64_t(note->n_namesz) + 3) / 4 * 4;
      uint64_t next = description + (uint64_t(note->n_descsz) + 3) / 4 * 4;
      if (next > notes.size())
        break;
      if (note->n_type == NNC_NOTE_TYPE && notes.substr(owner, note->n_namesz) == std::string_view("nnc", 4))
        return notes.substr(description, note->n_descsz);
      notes.remove_prefix(next);
    }
  }
  return {};
}

/// Whether the digest in the note is that of the file.
static bool digestFits(std::string_view bytes, const char *digest) {
  static constexpr char zeros[sizeof(nnc_note::digest)] = {};
  std::string_view before = bytes.substr(0, static_cast<size_t>(digest - bytes.data()));
  std::string_view after = bytes.substr(before.size() + sizeof zeros);
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  XXH3_128bits_update(&state, before.data(), before.size());
  XXH3_128bits_update(&state, zeros, sizeof zeros);
  XXH3_128bits_update(&state, after.data(), after.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
  return std::memcmp(canonical.digest, digest, sizeof zeros) == 0;
}

Result<std::string> nnc::checkLibrary(std::string_view bytes, const std::string &what) {
  auto invalid = [&](const std::string &reason) { return Error(StatusCode::Invalid, "'" + what + "' " + reason); };
  auto header = readAt<Elf64_Ehdr>(bytes, 0);
  if (bytes.substr(0, SELFMAG) != ELFMAG)
    return invalid("is not a compiled model: it is not an ELF library");
  if (!header || header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
      header->e_phentsize != sizeof(Elf64_Phdr))
    return invalid("is not a compiled model: its ELF header is cut off or not of 64 bits, little-endian");

  std::string_view description = findNote(bytes, *header);
  auto note = readAt<nnc_note>(description, 0);
  if (!note || note->magic != NNC_NOTE_MAGIC)
    return invalid("is not a compiled model, or damaged: it has no nnc note");
  if (note->version != NNC_NOTE_VERSION)
    return Error(StatusCode::Unsupported, "'" + what + "' has version " + std::to_string(note->version) +
                                              " of the file format, this runtime reads version " +
                                              std::to_string(NNC_NOTE_VERSION));
  if (note->file_size != bytes.size())
    return invalid("is damaged: it has " + std::to_string(bytes.size()) + " bytes and was made with " +
                   std::to_string(note->file_size));
  if (!digestFits(bytes, description.data() + offsetof(nnc_note, digest)))
    return invalid("is damaged: its digest does not fit its contents");
  std::string_view symbol = description.substr(sizeof(nnc_note));
  if (note->symbol_size == 0 || note->symbol_size > symbol.size() || symbol[note->symbol_size - 1] != '\0')
    return invalid("is damaged: the name of its query function is cut off");
  if (header->e_machine != thisMachine)
    return Error(StatusCode::System, "'" + what + "' was compiled for another machine (ELF machine " +
                                         std::to_string(header->e_machine) + ", this is " +
                                         std::to_string(thisMachine) + ")");
  return std::string(symbol.substr(0, note->symbol_size - 1));
}
