# What every target of the project shares: warnings, and for compiler parts the way LLVM is linked.

function(nnc_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra)
  if(NNC_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# nnc_compiler_library(NAME sources... [LINK libraries...]): a part of the compiler.
# LLVM and MLIR come as libLLVM.so and libMLIR.so only: mixed with the static archives LLVM is linked twice and aborts at
# start.
function(nnc_compiler_library target)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_library(${target} STATIC ${ARG_UNPARSED_ARGUMENTS})
  nnc_warnings(${target})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/compiler/include)
  # The build folder holds what tablegen writes, which warns of unused parameters.
  target_include_directories(${target} SYSTEM PUBLIC ${CMAKE_BINARY_DIR} ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  # LLVM is built without exceptions.
  target_compile_options(${target} PRIVATE -fno-exceptions)
  target_link_libraries(${target} PUBLIC ${ARG_LINK} MLIR LLVM)
endfunction()
