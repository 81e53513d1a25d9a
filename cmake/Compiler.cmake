# SPDX-License-Identifier: Apache-2.0
# Language level, warnings, hardening, sanitizers; ccache and mold when they are there.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -g1 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

find_program(SLUICE_CCACHE ccache)
if(SLUICE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${SLUICE_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SLUICE_CCACHE}")
endif()
find_program(SLUICE_MOLD mold)
if(SLUICE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Everything of ours compiles under these; third-party headers come in as SYSTEM.
add_library(sluice_options INTERFACE)
target_compile_options(sluice_options INTERFACE
  -Wall -Wextra -Werror -Wformat=2 -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> # gcc refuses it for C
  -Wno-missing-field-initializers # designated initialisers leave defaults out on purpose
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # false reports inside std::string and std::optional
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations> # libstdc++'s own, in stable_sort
  -fstack-protector-strong -fcf-protection=full -fno-plt -fno-omit-frame-pointer)
target_link_options(sluice_options INTERFACE -Wl,-z,noexecstack,-z,relro,-z,now)
if(SLUICE_MARCH AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_compile_options(sluice_options INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:-march=${SLUICE_MARCH}>")
endif()

# Skylake to Cascade Lake decode anew each jump that touches a 32-byte boundary (Intel's JCC
# erratum): 3-5 % of the JSON walk on a Cascade Lake.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_compile_options(sluice_options INTERFACE
    $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Wa,-mbranches-within-32B-boundaries>
    $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:Clang>>:-mbranches-within-32B-boundaries>)
endif()

if(SLUICE_SANITIZE)
  # Arrow is not instrumented: its types carry no vptr or function-type records.
  set(flags -fsanitize=${SLUICE_SANITIZE} -fno-sanitize-recover=all)
  if(SLUICE_SANITIZE MATCHES "undefined")
    list(APPEND flags -fno-sanitize=vptr,function)
  endif()
  add_compile_options(${flags})
  add_link_options(${flags})
else()
  # Measured on the JSON decoder: hardening costs 1-2 %, index checks of the library nothing.
  target_compile_definitions(sluice_options INTERFACE
    $<$<CONFIG:Release>:_FORTIFY_SOURCE=2> _GLIBCXX_ASSERTIONS)
endif()
if(SLUICE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
