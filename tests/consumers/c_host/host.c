/* A host in C: values, a function of its own, errors, a function that finishes later. */
#include <fermata/fermata.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;
static int passed = 0;
#define CHECK(test) ((test) ? (void)++passed : (void)(++failures, printf("line %d: %s\n", __LINE__, #test)))

static fermata_outcome add(fermata_interp* in, void* data, const fermata_word* arguments, size_t count) {
  int64_t sum = *(int64_t*)data;
  for (size_t i = 0; i < count; ++i) {
    fermata_view v = {arguments[i].word, in};
    int64_t n;
    if (!fermata_to_int64(v, &n)) return fermata_wrong_type(in, i + 1, "an exact integer", v);
    sum += n;
  }
  return fermata_return(fermata_make_int64(in, sum));
}

static fermata_later* waiting;
static fermata_outcome ask(fermata_interp* in, void* data, const fermata_word* arguments, size_t count) {
  (void)data, (void)arguments, (void)count;
  fermata_error* e = fermata_later_new(in, &waiting);
  return e ? fermata_raise(in, e) : fermata_park(in, waiting);
}
static fermata_outcome answer(fermata_interp* in, void* data) {
  (void)data;
  return fermata_return(fermata_make_string(in, "answered", 8));
}

static fermata_error* eval(fermata_interp* in, const char* text, fermata_view* out) {
  return fermata_eval(in, text, strlen(text), "host.c", NULL, out);
}

int main(void) {
  CHECK(fermata_abi_version() == FERMATA_ABI);
  fermata_options options = {0};
  options.size = sizeof options;
  fermata_interp* in;
  CHECK(fermata_create(&options, &in) == NULL);

  fermata_view v;
  int64_t n = 0;
  CHECK(eval(in, "(apply + '(1 2 3))", &v) == NULL);
  CHECK(fermata_to_int64(v, &n) && n == 6);

  const fermata_view items[] = {fermata_make_int64(in, 1), v};
  v = fermata_make_vector(in, items, 2);
  CHECK(fermata_length(v) == 2 && fermata_to_int64(fermata_item(v, 1), &n) && n == 6);
  CHECK(strlen(fermata_version()) > 0 && fermata_abi_version() == FERMATA_ABI);

  static int64_t base = 100;
  CHECK(fermata_define(in, "(add n ...)", "Adds to a hundred.", add, &base, NULL) == NULL);
  CHECK(eval(in, "(add 1 2)", &v) == NULL && fermata_to_int64(v, &n) && n == 103);
  fermata_error* e = eval(in, "(add 1 'x)", &v);
  CHECK(e && fermata_error_code(e) == FERMATA_TYPE);
  CHECK(e && strcmp(fermata_error_message(e), "add: argument 2 must be an exact integer, got x") == 0);
  CHECK(e && fermata_error_line(e) == 1 && fermata_error_column(e) == 1);
  fermata_error_free(e);

  CHECK(fermata_define(in, "(ask)", NULL, ask, NULL, NULL) == NULL);
  CHECK(eval(in, "(lambda () (string-length (ask)))", &v) == NULL);
  fermata_task* task;
  CHECK(fermata_spawn(in, v, NULL, 0, NULL, NULL, &task) == NULL);
  while (fermata_tick(in, 100000, 0).state == FERMATA_MORE) {}
  CHECK(fermata_task_state_of(task) == FERMATA_WAITING);
  fermata_later* held = fermata_later_copy(waiting);
  fermata_later_finish(waiting, answer, NULL, NULL);
  fermata_later_drop(waiting);
  fermata_later_drop(held);
  fermata_datum* d = NULL;
  CHECK(fermata_task_wait(task, -1, &d) == NULL);
  CHECK(fermata_to_int64(fermata_datum_view(d), &n) && n == 8);
  fermata_datum_drop(d);
  fermata_task_drop(task);

  fermata_run limits = {.size = sizeof limits, .gas = 100000};
  e = fermata_eval(in, "(let loop () (loop))", 20, NULL, &limits, &v);
  CHECK(e && fermata_error_code(e) == FERMATA_GAS);
  fermata_error_free(e);
  fermata_close(in);
  printf("%d passed, %d failed\n", passed, failures);
  return failures != 0;
}
