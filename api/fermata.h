/* The C interface: everything a host can ask of an interpreter, in plain C.
 *
 * The C++ interface (fermata.hpp) is a layer of templates over this one, so a host of any
 * compiler, language or exception setting meets the same library.  No exception and no longjmp
 * ever leaves a function declared here.
 *
 * Errors are returned: a function that can fail gives an error, or NULL when all went well.
 * Who gets an error frees it with fermata_error_free.
 *
 * A fermata_view is a value as seen by the thread that owns the interpreter.  It is valid as
 * long as it stands in a local variable of that thread (the collector looks there) and the
 * interpreter is open.  Anywhere else keep a fermata_root, which any thread may copy and drop,
 * or a fermata_datum, a copy that belongs to no interpreter at all.
 *
 * An interpreter belongs to one thread at a time.  These functions may be called by any
 * thread: fermata_interrupt, fermata_post, fermata_submit, fermata_next_event, those on
 * fermata_root (copy, drop), fermata_datum, fermata_error (copy, free), fermata_later and
 * fermata_task.  Others, called by the wrong thread, answer with an error. */
#ifndef FERMATA_H
#define FERMATA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#define FERMATA_API __attribute__((visibility("default")))
#define FERMATA_ABI 1
/* What the library that runs was built as; to be compared with FERMATA_ABI. */
FERMATA_API unsigned fermata_abi_version(void);
FERMATA_API const char* fermata_version(void);

typedef struct fermata_interp fermata_interp;
typedef struct fermata_root fermata_root;
typedef struct fermata_error fermata_error;
typedef struct fermata_datum fermata_datum;
typedef struct fermata_later fermata_later;
typedef struct fermata_task fermata_task;

/* `in` is NULL in a view of a datum. */
typedef struct fermata_view {
  uint64_t word;
  fermata_interp* in;
} fermata_view;

typedef void (*fermata_drop)(void* data);
typedef void (*fermata_sink)(void* data, const char* text, size_t size);
/* How many bytes it put there; 0: there are no more. */
typedef size_t (*fermata_source)(void* data, char* to, size_t room);

/* ---- making interpreters ---------------------------------------------------------------- */

/* What a program in the interpreter may do; nothing that is not granted. `what` narrows the
 * grant; NULL: no limit.  A narrower grant beside a wide one has no effect. */
typedef enum fermata_capability {
  FERMATA_MAY_READ,        /* files below the folder, or that file */
  FERMATA_MAY_WRITE,       /* the same */
  FERMATA_MAY_ENVIRONMENT, /* the environment variable */
  FERMATA_MAY_NETWORK,     /* connect and listen at "host:port", "host:*" */
  FERMATA_MAY_RUN,         /* start that program; ask for and change what belongs to the process */
  FERMATA_MAY_CLOCK,       /* ask what time it is; waiting needs no grant */
  FERMATA_MAY_STDIO,       /* use the standard input, output and error of the process */
  FERMATA_MAY_FLOWS,       /* use durable flows; narrowed: open the stores of these URLs */
  FERMATA_MAY_EXIT,        /* end the process by emergency-exit; (exit) ends the program only */
  FERMATA_MAY_ALL
} fermata_capability;

typedef struct fermata_grant {
  fermata_capability may;
  const char* what;
} fermata_grant;

typedef struct fermata_options {
  size_t size; /* sizeof(fermata_options) */
  const fermata_grant* grants;
  size_t grant_count;
  const char* const* library_path; /* folders of .sld files */
  size_t library_path_count;
  size_t heap_bytes;  /* 0: half of the memory.  What this interpreter may keep, see the manual */
  uint64_t slice_gas; /* 0: 10,000: about 100 microseconds until another task has its turn */
  uint64_t seed;      /* of the scheduler; 0: 1 */
  int policy;         /* 0 round-robin 1 fifo 2 priority 3 shuffle */
  int collector_ours; /* 1: set libgc up for us, when this is the process's first use of it; 2: in steps too */
  size_t queue;       /* 0: 1024.  Events that wait for next_event */
  fermata_sink out, err; /* instead of the standard output and error */
  void* sink_data;
  size_t most_tasks;    /* 0: any number.  Timers without a task: twice as many */
  uint64_t most_output; /* bytes through `out` and `err` together; 0: any number */
  size_t most_depth;    /* bytes of the stack of a task; 0: as many as the heap has */
  size_t most_ports;    /* files, sockets, pipes and processes open at once; 0: any number */
  size_t most_messages; /* in the mailbox of a process of (fermata erlang); 0: any number */
} fermata_options;

FERMATA_API fermata_error* fermata_create(const fermata_options* options, fermata_interp** out);
/* Tasks take no further turns; flows are put down; handles that are left are empty. */
FERMATA_API void fermata_close(fermata_interp* in);
/* The calling thread owns it from now on.  Requires: it was detached, or never attached. */
FERMATA_API fermata_error* fermata_attach(fermata_interp* in);
FERMATA_API void fermata_detach(fermata_interp* in);

/* ---- running ------------------------------------------------------------------------------ */

typedef struct fermata_run {
  size_t size;        /* sizeof(fermata_run) */
  int64_t timeout_ns; /* 0: none */
  uint64_t gas;       /* 0: without limit; about one unit a call or turn of a loop */
  const char* name;   /* of the task, for reports; may be NULL */
  int priority;       /* 0 normal, > 0 high, < 0 low */
  const fermata_grant* grants; /* what of the interpreter's it may do; NULL: all of it */
  size_t grant_count;
  size_t heap_bytes;  /* 0: without limit.  What only the task leads to: its stack, its mailbox, not top-level variables */
} fermata_run;

/* Each runs to the end, other tasks taking their turns meanwhile.  From inside of a host
 * function they run undisturbed, and what would wait is an error. `run` may be NULL. */
FERMATA_API fermata_error* fermata_eval(fermata_interp* in, const char* text, size_t size, const char* file,
                            const fermata_run* run, fermata_view* out);
FERMATA_API fermata_error* fermata_load(fermata_interp* in, const char* path, const fermata_run* run,
                            fermata_view* out);
/* The program as bytes that fermata_load_compiled takes, in any interpreter of the same format;
 * `sink` gets all of them in one call. Names mean what they mean in this interpreter; nothing of
 * the program runs, but libraries that it imports are loaded. */
FERMATA_API fermata_error* fermata_compile(fermata_interp* in, const char* text, size_t size, const char* file,
                            const fermata_run* run, fermata_sink sink, void* data);
/* Runs it as fermata_eval runs its source. The bytes may come from anybody: they can do what their
 * source could, and bytes that are no compiled program are an error, FERMATA_COMPILED. */
FERMATA_API fermata_error* fermata_load_compiled(fermata_interp* in, const void* bytes, size_t size,
                            const fermata_run* run, fermata_view* out);
FERMATA_API fermata_error* fermata_call(fermata_interp* in, fermata_view procedure, const fermata_view* arguments,
                            size_t count, const fermata_run* run, fermata_view* out);
FERMATA_API fermata_error* fermata_import(fermata_interp* in, const char* library, size_t size);
/* Top-level variables, as eval sees them. */
FERMATA_API fermata_error* fermata_get(fermata_interp* in, const char* name, size_t size, fermata_view* out);
FERMATA_API fermata_error* fermata_set(fermata_interp* in, const char* name, size_t size, fermata_view value);
/* Any thread, also a signal handler: what runs now, or next, is broken off with an error. */
FERMATA_API void fermata_interrupt(fermata_interp* in);
/* One that came when nothing ran any more. */
FERMATA_API void fermata_forget_interrupt(fermata_interp* in);

/* ---- errors ------------------------------------------------------------------------------- */

typedef enum fermata_code {
  FERMATA_OK, FERMATA_READ, FERMATA_SYNTAX, FERMATA_UNBOUND, FERMATA_TYPE, FERMATA_ARITY, FERMATA_RANGE,
  FERMATA_RAISED, FERMATA_HOST, FERMATA_IO, FERMATA_DENIED, FERMATA_GAS, FERMATA_MEMORY, FERMATA_TIMEOUT,
  FERMATA_CANCELLED, FERMATA_BLOCKED, FERMATA_STUCK, FERMATA_CLOSED, FERMATA_BUSY, FERMATA_THREAD,
  FERMATA_EXIT, FERMATA_LIBRARY, FERMATA_FLOW, FERMATA_INTERNAL, FERMATA_DEPTH, FERMATA_COMPILED
} fermata_code;

/* Texts live as long as the error.  They are put together when first asked for, by the
 * interpreter's thread, or when it closes. */
FERMATA_API fermata_code fermata_error_code(const fermata_error* e);
FERMATA_API const char* fermata_error_message(const fermata_error* e); /* one line, without the place */
FERMATA_API const char* fermata_error_kind(const fermata_error* e);    /* "wrong-type": (condition-kind c) */
FERMATA_API const char* fermata_error_file(const fermata_error* e);    /* "" when no place is known */
FERMATA_API uint32_t fermata_error_line(const fermata_error* e);       /* from 1 */
FERMATA_API uint32_t fermata_error_column(const fermata_error* e);
FERMATA_API const char* fermata_error_excerpt(const fermata_error* e); /* the line and a mark under it */
FERMATA_API const char* fermata_error_hint(const fermata_error* e);
FERMATA_API const char* fermata_error_report(const fermata_error* e); /* all of it, several lines */
FERMATA_API size_t fermata_error_frames(const fermata_error* e);
FERMATA_API const char* fermata_error_frame(const fermata_error* e, size_t index); /* "in f, a.scm:3:10" */
/* What was raised, as far as it is plain data: for a condition its irritants. Not NULL. */
FERMATA_API const fermata_datum* fermata_error_payload(const fermata_error* e);
/* What the host's own error carried, when it was made with that tag; else NULL. */
FERMATA_API void* fermata_error_host(const fermata_error* e, const void* tag);
FERMATA_API int fermata_error_exit_status(const fermata_error* e); /* of FERMATA_EXIT */
FERMATA_API fermata_error* fermata_error_copy(fermata_error* e);
FERMATA_API void fermata_error_free(fermata_error* e);
FERMATA_API fermata_error* fermata_error_new(fermata_code code, const char* message, size_t size);
/* An error of the host: `payload` goes with it through any number of Scheme calls. */
FERMATA_API fermata_error* fermata_error_new_host(const char* message, size_t size, const void* tag,
                                      void* payload, fermata_drop drop);

/* ---- values ------------------------------------------------------------------------------- */

typedef enum fermata_type {
  FERMATA_NOTHING, /* the interpreter is closed */
  FERMATA_NULL, FERMATA_UNSPECIFIED, FERMATA_EOF, FERMATA_BOOLEAN, FERMATA_INTEGER, FERMATA_REAL,
  FERMATA_NUMBER, /* a complex one */
  FERMATA_CHARACTER, FERMATA_STRING, FERMATA_SYMBOL, FERMATA_BYTES, FERMATA_PAIR, FERMATA_VECTOR,
  FERMATA_PROCEDURE, FERMATA_OBJECT, /* the host's */
  FERMATA_OTHER
} fermata_type;

FERMATA_API fermata_type fermata_type_of(fermata_view v);
FERMATA_API const char* fermata_type_name(fermata_view v);        /* "string", "exact integer" */
FERMATA_API int fermata_is_true(fermata_view v);                  /* all but #f */
FERMATA_API int fermata_same(fermata_view a, fermata_view b);     /* eq? */
/* Each answers whether the value is such a one and fits; else *out is left alone. */
FERMATA_API int fermata_to_int64(fermata_view v, int64_t* out);
FERMATA_API int fermata_to_uint64(fermata_view v, uint64_t* out);
FERMATA_API int fermata_to_double(fermata_view v, double* out);   /* any real number */
FERMATA_API int fermata_to_character(fermata_view v, uint32_t* out);
/* Bytes of UTF-8 that a string or symbol takes; copies them if there is room for all of them. */
FERMATA_API size_t fermata_text(fermata_view v, char* to, size_t room);
/* Of a bytevector: valid as long as it lives.  NULL for anything else. */
FERMATA_API const unsigned char* fermata_bytes(fermata_view v, size_t* size);
FERMATA_API int64_t fermata_length(fermata_view v); /* of a list or vector; -1: it is neither */
FERMATA_API fermata_view fermata_car(fermata_view v);
FERMATA_API fermata_view fermata_cdr(fermata_view v);
FERMATA_API fermata_view fermata_item(fermata_view v, size_t index); /* Requires: a vector that long */
FERMATA_API void fermata_print(fermata_view v, int display, fermata_sink sink, void* data);

FERMATA_API fermata_view fermata_make_null(fermata_interp* in);
FERMATA_API fermata_view fermata_make_unspecified(fermata_interp* in);
FERMATA_API fermata_view fermata_make_boolean(fermata_interp* in, int b);
FERMATA_API fermata_view fermata_make_int64(fermata_interp* in, int64_t n);
FERMATA_API fermata_view fermata_make_uint64(fermata_interp* in, uint64_t n);
FERMATA_API fermata_view fermata_make_double(fermata_interp* in, double d);
FERMATA_API fermata_view fermata_make_character(fermata_interp* in, uint32_t c);
FERMATA_API fermata_view fermata_make_string(fermata_interp* in, const char* utf8, size_t size);
FERMATA_API fermata_view fermata_make_symbol(fermata_interp* in, const char* utf8, size_t size);
FERMATA_API fermata_view fermata_make_bytes(fermata_interp* in, const void* bytes, size_t size);
FERMATA_API fermata_view fermata_make_pair(fermata_interp* in, fermata_view car, fermata_view cdr);
FERMATA_API fermata_view fermata_make_list(fermata_interp* in, const fermata_view* items, size_t count);
FERMATA_API fermata_view fermata_make_vector(fermata_interp* in, const fermata_view* items, size_t count);
FERMATA_API fermata_view fermata_make_datum(fermata_interp* in, const fermata_datum* d);

FERMATA_API fermata_root* fermata_root_new(fermata_view v); /* NULL for a view of a datum */
FERMATA_API fermata_root* fermata_root_copy(fermata_root* r);
FERMATA_API fermata_view fermata_root_view(const fermata_root* r); /* FERMATA_NOTHING once it is closed */
FERMATA_API void fermata_root_drop(fermata_root* r);

/* Plain data: numbers, booleans, characters, strings, symbols, pairs, vectors, bytevectors. */
FERMATA_API fermata_error* fermata_datum_of(fermata_view v, fermata_datum** out);
FERMATA_API fermata_error* fermata_datum_parse(const char* text, size_t size, fermata_datum** out);
FERMATA_API fermata_view fermata_datum_view(const fermata_datum* d);
FERMATA_API void fermata_datum_write(const fermata_datum* d, fermata_sink sink, void* data);
FERMATA_API fermata_datum* fermata_datum_copy(const fermata_datum* d);
FERMATA_API void fermata_datum_drop(fermata_datum* d);

/* ---- functions of the host ------------------------------------------------------------------ */

typedef struct fermata_word {
  uint64_t word;
} fermata_word;
/* How a host function ends; made by the functions below. */
typedef struct fermata_outcome {
  uint64_t word, kind;
} fermata_outcome;
typedef fermata_outcome (*fermata_function)(fermata_interp* in, void* data, const fermata_word* arguments,
                                            size_t count);

/* The signature, "(fetch url [timeout])", gives name, documentation and argument count as
 * the manual writes them: [x] optional, x ... any number.  A name of several words
 * "(app net) fetch" stands in a library; then the signature is "(app net) (fetch url)". */
FERMATA_API fermata_error* fermata_define(fermata_interp* in, const char* signature, const char* doc,
                              fermata_function function, void* data, fermata_drop drop);
FERMATA_API fermata_view fermata_make_function(fermata_interp* in, const char* signature, fermata_function function,
                                   void* data, fermata_drop drop);
FERMATA_API fermata_outcome fermata_return(fermata_view v);
FERMATA_API fermata_outcome fermata_raise(fermata_interp* in, fermata_error* e); /* frees e */
FERMATA_API fermata_outcome fermata_wrong_type(fermata_interp* in, size_t argument, const char* wanted,
                                   fermata_view got); /* argument from 1 */

/* A host function that finishes later: makes one of these, gives it away, and returns
 * fermata_park(it).  Only the calling task waits. */
FERMATA_API fermata_error* fermata_later_new(fermata_interp* in, fermata_later** out);
FERMATA_API fermata_outcome fermata_park(fermata_interp* in, fermata_later* later);
/* It will not wait after all: whatever is answered does not arrive. */
FERMATA_API void fermata_unpark(fermata_interp* in);
/* Any thread, once; the first counts.  `make` runs in the interpreter's thread and gives
 * what the function returns or raises; data is dropped after that, or when nobody waits. */
FERMATA_API void fermata_later_finish(fermata_later* later, fermata_outcome (*make)(fermata_interp*, void*),
                          void* data, fermata_drop drop);
/* Once at most: called, in the interpreter's thread, when the task waits no longer; at once if that
 * is so.  The data is dropped with the last reference. */
FERMATA_API void fermata_later_on_stop(fermata_later* later, void (*stop)(void*), void* data, fermata_drop drop);
FERMATA_API fermata_later* fermata_later_copy(fermata_later* later);
FERMATA_API void fermata_later_drop(fermata_later* later);

/* ---- objects of the host ---------------------------------------------------------------------- */

/* A type is known by an address.  `alive` may be NULL; it is asked at each use. The owner is
 * dropped in the interpreter's thread, in a tick after the object was found unreachable. */
FERMATA_API fermata_error* fermata_define_type(fermata_interp* in, const void* type, const char* name,
                                   const void* base, void* (*to_base)(void*));
FERMATA_API fermata_view fermata_make_object(fermata_interp* in, const void* type, void* pointer, void* owner,
                                 fermata_drop drop, int (*alive)(void* owner));
/* The pointer as one to that type, or NULL: another type, or no longer alive. */
FERMATA_API void* fermata_object(fermata_view v, const void* type, void** owner);
FERMATA_API const char* fermata_defined_name(fermata_interp* in, const void* type); /* or "object" */

/* ---- tasks and driving -------------------------------------------------------------------------- */

typedef enum fermata_task_state {
  FERMATA_RUNNABLE, FERMATA_WAITING, FERMATA_FINISHED, FERMATA_CRASHED, FERMATA_WAS_CANCELLED
} fermata_task_state;

typedef struct fermata_streams {
  fermata_source in;
  fermata_sink out, err;
  void* in_data;
  void* out_data;
  void* err_data;
  fermata_drop drop; /* of each, when the task's ports are gone; may be NULL */
} fermata_streams;

FERMATA_API fermata_error* fermata_spawn(fermata_interp* in, fermata_view procedure, const fermata_view* arguments,
                             size_t count, const fermata_run* run, const fermata_streams* streams,
                             fermata_task** out);
/* Any thread: */
FERMATA_API uint64_t fermata_task_id(const fermata_task* t);
FERMATA_API fermata_task_state fermata_task_state_of(const fermata_task* t);
FERMATA_API void fermata_task_cancel(fermata_task* t, const char* reason, size_t size);
/* When it has ended: its result as plain data, or its error; gives FERMATA_BUSY before that. */
FERMATA_API fermata_error* fermata_task_result(const fermata_task* t, fermata_datum** out);
/* Waits; in the interpreter's thread drives it meanwhile. */
FERMATA_API fermata_error* fermata_task_wait(fermata_task* t, int64_t timeout_ns, fermata_datum** out);
/* Called once, in the interpreter's thread; at once when the task has ended. */
FERMATA_API void fermata_task_on_done(fermata_task* t, void (*done)(void*), void* data, fermata_drop drop);
FERMATA_API fermata_task* fermata_task_copy(fermata_task* t);
FERMATA_API void fermata_task_drop(fermata_task* t);

typedef enum fermata_tick_state {
  FERMATA_MORE,     /* it has more to do */
  FERMATA_IDLE,     /* until poll_fd is readable, or next_ns has come */
  FERMATA_ALL_WAIT, /* for ever, unless the host does something */
  FERMATA_ALL_DONE, /* there are no tasks */
  FERMATA_NESTED    /* called from inside of a tick: nothing was done */
} fermata_tick_state;

typedef struct fermata_tick_result {
  fermata_tick_state state;
  int64_t next_ns; /* of CLOCK_MONOTONIC; -1: no time is known */
  uint64_t gas;    /* used */
} fermata_tick_result;

FERMATA_API fermata_tick_result fermata_tick(fermata_interp* in, uint64_t gas, int64_t wall_ns);
FERMATA_API int fermata_poll_fd(fermata_interp* in);
FERMATA_API int64_t fermata_next_deadline(fermata_interp* in); /* 0: now; -1: none */
/* Until all tasks have ended, or nothing can wake one (FERMATA_STUCK). */
FERMATA_API fermata_error* fermata_run_all(fermata_interp* in, const fermata_run* run);

FERMATA_API fermata_error* fermata_start_background(fermata_interp* in); /* detaches; a thread owns it now */
FERMATA_API fermata_error* fermata_stop_background(fermata_interp* in);  /* the caller owns it again */

/* FERMATA_FLOW: a durable flow came to rest; data is the list of its id and its status, strings:
 * suspended, finished, failed, cancelled, stuck. */
typedef enum fermata_event_kind {
  FERMATA_EXITED, FERMATA_PUBLISHED, FERMATA_FAILED, FERMATA_FLOW_RESTS
} fermata_event_kind;
typedef struct fermata_event {
  fermata_event_kind kind;
  uint64_t id;          /* as submit gave it; 0 of what was published */
  fermata_datum* data;  /* the host drops it; may be NULL */
  fermata_error* error; /* the host frees it; may be NULL */
} fermata_event;

/* Calls a top-level procedure in a task of its own; the end is an event. */
FERMATA_API fermata_error* fermata_submit(fermata_interp* in, const char* procedure, size_t size,
                              const fermata_datum* const* arguments, size_t count,
                              const fermata_run* run, uint64_t* id);
FERMATA_API int fermata_next_event(fermata_interp* in, int64_t timeout_ns, fermata_event* out); /* 0: none */
FERMATA_API int fermata_event_fd(fermata_interp* in);
FERMATA_API int fermata_post(fermata_interp* in, void (*work)(fermata_interp*, void*), void* data, fermata_drop drop);

typedef struct fermata_stats {
  size_t heap_bytes; /* of the process's collected heap */
  size_t roots, tasks, collections;
  uint64_t gas;
  size_t kept_bytes; /* that this interpreter keeps, at most */
} fermata_stats;
FERMATA_API fermata_stats fermata_statistics(fermata_interp* in);

#ifdef __cplusplus
}
#endif
#endif
