/* A host that has Guile as well: both use libgc, in either order.  No interpreter may live while
   Guile starts for the first time: with "between" this host does that, and is stopped. */
#include <fermata/fermata.h>
#include <libguile.h>
#include <stdio.h>
#include <string.h>

static fermata_interp* interpreter(void) {
  fermata_options options = {0};
  options.size = sizeof options;
  fermata_interp* in = NULL;
  return fermata_create(&options, &in) == NULL ? in : NULL;
}

/* The integer that the text comes to, or -1. */
static int64_t number(fermata_interp* in, const char* text) {
  fermata_view v;
  int64_t n = -1;
  if (fermata_eval(in, text, strlen(text), NULL, NULL, &v) == NULL) fermata_to_int64(v, &n);
  return n;
}

static int64_t ours(void) {
  fermata_interp* in = interpreter();
  if (in == NULL) return -2;
  int64_t n = number(in,
      "(define (build n) (if (= n 0) '() (cons (make-vector 10 n) (build (- n 1)))))"
      "(let loop ((i 0)) (build 1000) (if (< i 100) (loop (+ i 1)) (length (build 1000))))");
  fermata_close(in);
  return n;
}

/* What an interpreter keeps while Guile collects. */
static int kept_through(void (*meanwhile)(int*), int* n) {
  fermata_interp* in = interpreter();
  if (in == NULL) return 0;
  int64_t built = number(in,
      "(define kept (let loop ((i 0) (l '())) (if (< i 1000) (loop (+ i 1) (cons (vector i (list i)) l)) l)))"
      "(length kept)");
  meanwhile(n);
  int64_t sum = number(in, "(apply + (map (lambda (v) (car (vector-ref v 1))) kept))");
  fermata_close(in);
  return built == 1000 && sum == 499500;
}

static void* theirs(void* result) {
  SCM v = scm_c_eval_string(
      "(let loop ((i 0)) (make-list 10000 i) (if (< i 100) (loop (+ i 1)) (length (make-list 1000 0))))");
  *(int*)result = scm_to_int(v);
  return NULL;
}

static void start_guile(int* n) { scm_with_guile(theirs, n); }

int main(int argc, char** argv) {
  int guile_first = argc > 1 && strcmp(argv[1], "guile") == 0;
  int n = 0;
  int64_t m = 0;
  if (guile_first) start_guile(&n);
  m = ours();
  if (argc < 2 || strcmp(argv[1], "between") != 0) start_guile(&n);
  int kept = kept_through(start_guile, &n);
  m = m == 1000 ? ours() : m;
  scm_with_guile(theirs, &n);
  int fine = n == 1000 && m == 1000 && kept;
  printf("%d passed, %d failed\n", fine, !fine);
  return !fine;
}
