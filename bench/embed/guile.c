/* The same crossings as host.cpp, of Guile by libguile.  It has one interpreter a process, and
 * resuming is the call of a continuation up to a prompt. */
#define _POSIX_C_SOURCE 200809L
#include <libguile.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double lowest(int count, void (*work)(int)) {
  double best = 1e18;
  for (int pass = 0; pass < 7; ++pass) {
    const double start = cpu_ns();
    work(count);
    const double took = (cpu_ns() - start) / count;
    if (took < best) best = took;
  }
  return best;
}

static SCM inc, fail, none, host, kept, resume_it;

static SCM add(SCM a, SCM b) { return scm_from_int64(scm_to_int64(a) + scm_to_int64(b)); }

static SCM call_inc(void* n) { return scm_call_1(inc, scm_from_int(*(int*)n)); }
static SCM call_fail(void* data) {
  (void)data;
  return scm_call_0(fail);
}
static SCM caught(void* data, SCM key, SCM arguments) {
  (void)data, (void)key, (void)arguments;
  return SCM_BOOL_F;
}

static void call_protected(int n) {
  for (int i = 0; i < n; ++i)
    if (scm_to_int(scm_internal_catch(SCM_BOOL_T, call_inc, &i, caught, NULL)) != i + 1) abort();
}
static void loop_none(int n) { scm_call_1(none, scm_from_int(n)); }
static void loop_host(int n) { scm_call_1(host, scm_from_int(n)); }
static void error(int n) {
  for (int i = 0; i < n; ++i)
    if (scm_is_true(scm_internal_catch(SCM_BOOL_T, call_fail, NULL, caught, NULL))) abort();
}
static void resume(int n) {
  for (int i = 0; i < n; ++i) scm_call_0(resume_it);
}
static void eval(int n) {
  for (int i = 0; i < n; ++i) scm_c_eval_string("(+ 1 2)");
}
static void handle(int n) {
  for (int i = 0; i < n; ++i) scm_gc_unprotect_object(scm_gc_protect_object(kept));
}

static void say(const char* what, double ns) { printf("%-46s %10.1f ns\n", what, ns); }
static SCM named(const char* name) { return scm_variable_ref(scm_c_lookup(name)); }

static void* run(void* data) {
  (void)data;
  scm_c_define_gsubr("add", 2, 0, 0, (scm_t_subr)add);
  scm_c_eval_string(
      "(begin (define-syntax compiled (syntax-rules () ((_ e) ((@ (system base compile) compile) 'e #:env (current-module)))))"
      " (define inc (compiled (lambda (n) (+ n 1)))) (define fail (compiled (lambda () (error \"no\"))))"
      " (define none (compiled (lambda (n) (let loop ((n n)) (if (> n 0) (loop (- n 1)))))))"
      " (define host (compiled (lambda (n) (let loop ((n n)) (if (> n 0) (begin (add n 1) (loop (- n 1))))))))"
      " (define resume-it (compiled (let ((k #f) (tag (make-prompt-tag)))"
      "  (lambda () (call-with-prompt tag"
      "    (lambda () (if k (k 1) (let loop () (abort-to-prompt tag) (loop)))) (lambda (c) (set! k c))))))))");
  inc = named("inc"), fail = named("fail"), none = named("none"), host = named("host");
  resume_it = named("resume-it");
  kept = scm_cons(SCM_EOL, SCM_EOL);
  say("call a procedure, with a catch-all", lowest(200000, call_protected));
  say("call the host, types checked", lowest(1000000, loop_host) - lowest(1000000, loop_none));
  say("an error raised, caught in the host", lowest(20000, error));
  say("resume a continuation", lowest(100000, resume));
  say("eval \"(+ 1 2)\"", lowest(5000, eval));
  say("protect and unprotect an object", lowest(1000000, handle));
  return NULL;
}

int main(void) {
  scm_with_guile(run, NULL);
  return 0;
}
