// SPDX-License-Identifier: Apache-2.0
// The process's memory allocator: jemalloc, for Arrow's buffers too.
//
// A shard takes and drops the same megabytes of column buffers for every batch. Arrow's own
// allocator (mimalloc) returns them to the kernel within 10 ms, and the kernel clears every page
// again before the next batch: a third of an ingest's time in the kernel. jemalloc keeps dropped
// pages for `dirty_decay_ms`, which a steady stream never reaches, and gives them back once it
// pauses. Huge pages spare the tables of keyed state most TLB misses.
#include <stdlib.h>

// jemalloc reads this symbol before it serves the first request (its manual, "TUNING"). MALLOC_CONF
// in the environment goes before it.
const char* malloc_conf = "dirty_decay_ms:20000,thp:always,metadata_thp:auto";

// Arrow reads the name of its pool at the first allocation; "system" is malloc.
__attribute__((constructor)) static void ArrowUsesMalloc(void) {
  setenv("ARROW_DEFAULT_MEMORY_POOL", "system", /*overwrite=*/0);
}
