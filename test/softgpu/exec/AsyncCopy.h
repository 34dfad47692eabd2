//===- AsyncCopy.h - copies that are under way ------------------*- C++ -*-===//

#ifndef SOFTGPU_EXEC_ASYNCCOPY_H
#define SOFTGPU_EXEC_ASYNCCOPY_H

#include "Decoder.h"
#include "Warp.h"

namespace softgpu {

/// All copies of a thread that have not arrived, which it then waits for no more.
std::vector<Warp::AsyncCopy> takeCopies(Warp &warp, uint32_t lane);

/// Lets copies of a thread arrive.
void landCopies(Warp &warp, uint32_t lane, const std::vector<Warp::AsyncCopy> &copies);

/// cp.async.mbarrier: in Mbarrier.cpp.
bool decodeCopyArrival(Decoder &d);

} // namespace softgpu

#endif
