/* A disk whose sync takes SYNC_MICROSECONDS: preloaded over a folder in memory, where a sync alone
 * would cost nothing.  The time is slept, as a disk's is.  Built by bench/flow/run --sync. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

static int wait_for_disk(void) {
  static long microseconds = -1;
  if (microseconds < 0) {
    const char* text = getenv("SYNC_MICROSECONDS");
    microseconds = text ? atol(text) : 0;
  }
  prctl(PR_SET_TIMERSLACK, 1UL);
  struct timespec wait = {0, microseconds * 1000};
  while (nanosleep(&wait, &wait) != 0) {}
  return 0;
}

int fsync(int file) { (void)file; return wait_for_disk(); }
int fdatasync(int file) { (void)file; return wait_for_disk(); }
