//===- AsyncCopy.cpp - cp.async and its groups ----------------------------===//
//
// The bytes arrive only when the thread waits for them, so that a missing wait shows: until then the destination counts
// as not written.
//
//===----------------------------------------------------------------------===//

#include "AsyncCopy.h"

#include "Access.h"
#include "Select.h"

namespace softgpu {
void landCopies(Warp &warp, uint32_t lane, const std::vector<Warp::AsyncCopy> &copies) {
  Accessor shared(warp, Space::Shared), global(warp, Space::Global);
  for (const Warp::AsyncCopy &copy : copies) {
    Target target = shared.locate(lane, copy.destination, copy.bytes, "writes");
    shared.checkWrite(lane, target, copy.bytes, Strength::Plain);
    std::memset(target.data(), 0, copy.bytes);
    if (copy.sourceBytes)
      std::memcpy(target.data(), global.locate(lane, copy.source, 1, "reads").data(), copy.sourceBytes);
  }
}

std::vector<Warp::AsyncCopy> takeCopies(Warp &warp, uint32_t lane) {
  std::vector<Warp::AsyncCopy> copies;
  for (std::vector<Warp::AsyncCopy> &group : warp.copyGroups[lane])
    copies.insert(copies.end(), group.begin(), group.end());
  copies.insert(copies.end(), warp.openCopies[lane].begin(), warp.openCopies[lane].end());
  warp.copyGroups[lane].clear();
  warp.openCopies[lane].clear();
  return copies;
}

namespace {

enum Flags : uint16_t { WideDestination = 1, WideSource = 2 };

/// slots: destination, source, source size. count: bytes; immediate and extra: the offsets.
void issue(Warp &warp, const Instruction &i) {
  Accessor shared(warp, Space::Shared), global(warp, Space::Global);
  auto address = [&](Slot slot, bool wide, uint32_t lane) {
    return wide ? warp.lanes<uint64_t>(slot)[lane] : warp.lanes<uint32_t>(slot)[lane];
  };
  forEachActive(warp, [&](uint32_t lane) {
    uint64_t to = address(i.slots[0], i.flags & WideDestination, lane) + i.immediate;
    uint64_t from = address(i.slots[1], i.flags & WideSource, lane) + static_cast<int32_t>(i.extra);
    uint32_t bytes = i.count, read = i.slots[2].exists() ? warp.lanes<uint32_t>(i.slots[2])[lane] : bytes;
    if (read > bytes)
      warp.fail(illegalInstruction,
                "cp.async reads " + std::to_string(read) + " bytes for a copy of " + std::to_string(bytes), lane);
    if (from & (bytes - 1))
      warp.fail(misalignedAddress, "cp.async of " + std::to_string(bytes) + " bytes from a misaligned address", lane);
    if (read) {
      // The size that is read need not be a power of two.
      Target source = global.locate(lane, from, 1, "reads");
      if (!source.region->contains(from, read))
        source = global.locate(lane, from, bytes, "reads");
      global.checkRead(lane, source, read, Strength::Plain);
    }
    Target target = shared.locate(lane, to, bytes, "writes");
    shared.checkWrite(lane, target, bytes, Strength::Plain, InFlight);
    warp.openCopies[lane].push_back({to, from, bytes, read});
  });
}

void commitGroup(Warp &warp, const Instruction &) {
  forEachActive(warp, [&](uint32_t lane) {
    warp.copyGroups[lane].push_back(std::move(warp.openCopies[lane]));
    warp.openCopies[lane].clear();
  });
}

void waitGroup(Warp &warp, const Instruction &i) {
  forEachActive(warp, [&](uint32_t lane) {
    auto &groups = warp.copyGroups[lane];
    for (; groups.size() > static_cast<uint64_t>(i.immediate); groups.pop_front())
      landCopies(warp, lane, groups.front());
  });
}

void waitAll(Warp &warp, const Instruction &i) {
  commitGroup(warp, i);
  waitGroup(warp, i);
}

bool decodeCopy(Decoder &d) {
  if (!d.take("async"))
    d.fail("only cp.async is supported");
  if (d.take("mbarrier"))
    return decodeCopyArrival(d);
  if (d.take("commit_group")) {
    d.finish(0);
    d.out.run = commitGroup;
    return true;
  }
  if (d.take("wait_all")) {
    d.finish(0);
    d.out.run = waitAll;
    return true;
  }
  if (d.take("wait_group")) {
    d.finish(1);
    d.out.immediate = d.integer(0);
    d.out.run = waitGroup;
    return true;
  }
  int level = d.takeOneOf({"ca", "cg"});
  bool spaces = (d.take("shared") || d.take("shared::cta")) && d.take("global");
  while (d.takePrefix("L2::"))
    ;
  d.finish();
  if (level < 0 || !spaces || d.operandCount() < 3 || d.operandCount() > 4)
    d.fail("expected .ca or .cg, .shared.global, and three or four operands");
  uint64_t bytes = d.integer(2);
  if ((bytes != 4 && bytes != 8 && bytes != 16) || (level == 1 && bytes != 16))
    d.fail(std::to_string(bytes) + " bytes cannot be copied at once");
  int64_t destination, source;
  bool wideDestination, wideSource;
  d.address(d.operand(0), 0, Space::Shared, destination, wideDestination);
  d.address(d.operand(1), 1, Space::Global, source, wideSource);
  if (d.operandCount() == 4)
    d.out.slots[2] = d.source(3, {TypeKind::Unsigned, 1, 32});
  d.out.count = bytes;
  d.out.immediate = destination;
  d.out.extra = static_cast<uint32_t>(source);
  if (source != static_cast<int32_t>(source)) // a variable's address
    d.fail("the source of cp.async must be in a register");
  d.out.flags = (wideDestination ? WideDestination : 0) | (wideSource ? WideSource : 0);
  d.out.run = issue;
  return true;
}

} // namespace

void addAsyncCopyDecoders(DecoderTable &table) { table.add("cp", decodeCopy); }

} // namespace softgpu
