# SPDX-License-Identifier: Apache-2.0
# Precompiled headers, for g++ and the release: half of a source's compile time is the compiler's
# front end, and much of that the standard library and Arrow. Sources name every header they use all
# the same; the other presets compile without this file's help, and fail on one that does not.
option(SLUICE_PRECOMPILE "Precompile the headers most sources read (g++)" OFF)
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(SLUICE_PRECOMPILE OFF)
endif()

if(SLUICE_PRECOMPILE)
  # The compiler's collector walks the whole precompiled heap again and again; a compile of ours
  # ends before it would have had to free anything.
  target_compile_options(sluice_options INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=800000;-fpch-preprocess>"
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-error=invalid-pch>)
  if(SLUICE_CCACHE AND CMAKE_CXX_COMPILER_LAUNCHER STREQUAL SLUICE_CCACHE)
    # What ccache asks for before it stores such compiles; and it takes the headers from the
    # compiler's own list, which saves it a run of the preprocessor for each source.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1 "${SLUICE_CCACHE}")
  endif()
endif()

set(precompiled_standard
  <algorithm> <array> <atomic> <charconv> <cmath> <cstdint> <cstring> <functional> <limits> <map>
  <memory> <mutex> <numeric> <optional> <set> <span> <string> <string_view> <unordered_map>
  <unordered_set> <utility> <variant> <vector>)
set(precompiled_arrow ${precompiled_standard} <arrow/api.h>)

# sluice_precompile(TARGET SET): TARGET reads one of the sets above precompiled. Each set is
# compiled once, with the options all folders share.
function(sluice_precompile target set)
  if(NOT SLUICE_PRECOMPILE)
    return()
  endif()
  if(NOT TARGET precompiled_${set})
    file(WRITE "${CMAKE_BINARY_DIR}/precompiled.cc" "// Carries the precompiled headers.\n")
    add_library(precompiled_${set} OBJECT "${CMAKE_BINARY_DIR}/precompiled.cc")
    target_link_libraries(precompiled_${set} PRIVATE sluice_options third::arrow)
    target_precompile_headers(precompiled_${set} PRIVATE ${precompiled_${set}})
  endif()
  target_precompile_headers(${target} REUSE_FROM precompiled_${set})
endfunction()
