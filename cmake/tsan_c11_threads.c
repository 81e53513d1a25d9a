// SPDX-License-Identifier: Apache-2.0
// The C11 thread functions by way of the POSIX ones, for thread-sanitizer builds only. The
// sanitizer follows pthread_create and pthread_mutex_lock but not thrd_create and mtx_lock: a
// thread that librdkafka starts would be unknown to it and crash, and what its queues hand over
// would look like a race. In glibc both families share their types, so that each call can be passed
// on as it is.
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

struct Start {
  thrd_start_t function;
  void* argument;
};

static void* Run(void* start) {
  struct Start copy = *(struct Start*)start;
  free(start);
  return (void*)(intptr_t)copy.function(copy.argument);
}

static int ToThreads(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ETIMEDOUT:
      return thrd_timedout;
    case ENOMEM:
      return thrd_nomem;
    default:
      return thrd_error;
  }
}

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  struct Start* start = malloc(sizeof(*start));
  if (start == NULL) return thrd_nomem;
  start->function = function;
  start->argument = argument;
  return ToThreads(pthread_create(thread, NULL, Run, start));
}

int thrd_join(thrd_t thread, int* result) {
  void* value = NULL;
  int error = pthread_join(thread, &value);
  if (result != NULL) *result = (int)(intptr_t)value;
  return ToThreads(error);
}

int thrd_detach(thrd_t thread) {
  return ToThreads(pthread_detach(thread));
}

int mtx_lock(mtx_t* mutex) {
  return ToThreads(pthread_mutex_lock((pthread_mutex_t*)mutex));
}

int mtx_trylock(mtx_t* mutex) {
  return ToThreads(pthread_mutex_trylock((pthread_mutex_t*)mutex));
}

int mtx_unlock(mtx_t* mutex) {
  return ToThreads(pthread_mutex_unlock((pthread_mutex_t*)mutex));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return ToThreads(pthread_cond_wait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex));
}

int cnd_timedwait(cnd_t* restrict condition, mtx_t* restrict mutex,
                  const struct timespec* restrict deadline) {
  return ToThreads(
      pthread_cond_timedwait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex, deadline));
}

int cnd_signal(cnd_t* condition) {
  return ToThreads(pthread_cond_signal((pthread_cond_t*)condition));
}

int cnd_broadcast(cnd_t* condition) {
  return ToThreads(pthread_cond_broadcast((pthread_cond_t*)condition));
}
