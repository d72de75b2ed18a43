#!/usr/bin/env python3
"""Generated programs of 10,000 lines: hygiene is kept in all of it, and compiling is fast.

Each procedure uses macros whose own variables have the names that are the user's there, under
local variables called if, list, let and else, or makes macros by macros. What it has to return
is computed here. 300,000 lines a minute are asked of a Release build (processor time).
"""
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("FERMATA_BUILD", ROOT / "build" / "release")).resolve()
LINES = 10_000
LINES_A_MINUTE = 300_000

MACROS = """(import (scheme base) (scheme write))
(define-syntax swap!
  (syntax-rules ()
    ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(define-syntax my-or
  (syntax-rules ()
    ((_) #f)
    ((_ e) e)
    ((_ e rest ...) (let ((t e)) (if t t (my-or rest ...))))))
(define-syntax while
  (syntax-rules ()
    ((_ test body ...)
     (let loop () (when test body ... (loop))))))
(define-syntax my-let
  (syntax-rules ()
    ((_ ((name value) ...) body ...)
     ((lambda (name ...) body ...) value ...))))
(define-syntax my-cond
  (syntax-rules (else)
    ((_) #f)
    ((_ (else e)) e)
    ((_ (test e) clause ...) (if test e (my-cond clause ...)))))
(define-syntax define-adder
  (syntax-rules ()
    ((_ name amount)
     (define-syntax name
       (syntax-rules ()
         ((_ x (... ...)) (let ((sum (+ amount 0)))
                            (set! sum (+ sum x)) (... ...)
                            sum)))))))
(define-syntax flatten-pairs
  (syntax-rules ()
    ((_ (key value ...) ...) (list (+ key value ...) ...))))
(define total 0)
(define (add! n) (set! total (+ total n)))
"""


def swapped(i, r):
    a, b = r.randrange(1000), r.randrange(1000)
    return f"""(define (swapped-{i} tmp other)
  ; the macro's tmp is not this one
  (let ((a tmp)
        (b other))
    (swap! tmp other)
    (swap! a b)
    (my-let ((tmp other)
             (other tmp))
      (+ (* 1000 tmp)
         other
         (- a b)))))
(add! (swapped-{i} {a} {b}))
""", 1000 * a + b + (b - a)


def chosen(i, r):
    t, n = r.randrange(1, 1000), r.randrange(1, 50)
    return f"""(define (chosen-{i} t)
  (let ((if list)
        (let 7)
        (else #f))
    (my-or #f
           (my-cond (else 1)
                    ((< t 0) 2)
                    (#f 3)
                    (#t (my-or #f #f t))))))
(add! (+ {n} (chosen-{i} {t})))
""", n + t


def counted(i, r):
    n, step = r.randrange(3, 12), r.randrange(1, 9)
    return f"""(define (counted-{i} loop)
  (let ((when 0)
        (n 0))
    (while (< n loop)
      (set! n (+ n 1))
      (while (and (odd? n) (< n loop))
        (set! when (+ when {step}))
        (set! n (+ n 1)))
      (set! when (+ when loop)))
    (+ when n)))
(add! (counted-{i} {n}))
""", counted_value(n, step)


def counted_value(loop, step):
    when = n = 0
    while n < loop:
        n += 1
        while n % 2 == 1 and n < loop:
            when += step
            n += 1
        when += loop
    return when + n


def added(i, r):
    amount, x, y = (r.randrange(100) for _ in range(3))
    return f"""(define-adder adder-{i} {amount})
(define (added-{i} sum)
  (define-adder inner sum)
  (let ((x {x})
        (amount {y}))
    (adder-{i} sum
               x
               (inner x amount)
               (inner))))
(add! (added-{i} 5))
""", amount + 5 + x + (5 + x + y) + 5


def flattened(i, r):
    rows = [[r.randrange(50) for _ in range(r.randrange(1, 4))] for _ in range(3)]
    text = "\n                           ".join("(" + " ".join(map(str, row)) + ")" for row in rows)
    return f"""(define (flattened-{i} list)
  (let ((sums (flatten-pairs {text})))
    (let add ((rest sums)
              (sum list))
      (if (null? rest)
          sum
          (add (cdr rest)
               (+ sum (car rest)))))))
(add! (flattened-{i} {i}))
""", i + sum(map(sum, rows))


def program(seed):
    r = random.Random(seed)
    parts, expected, lines = [MACROS], 0, MACROS.count("\n")
    i = 0
    while lines < LINES:
        text, value = r.choice([swapped, chosen, counted, added, flattened])(i, r)
        parts.append(text)
        expected += value
        lines += text.count("\n")
        i += 1
    return "".join(parts) + "(display total)\n", expected, lines + 1


def run(argv):
    """(what it printed, seconds of processor time)"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (done.stdout.decode("utf-8", "replace"),
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def is_release():
    cache = BUILD / "CMakeCache.txt"
    text = cache.read_text() if cache.exists() else ""
    slow = ("FERMATA_HOSTILE:BOOL=ON", "FERMATA_SANITIZE:BOOL=ON", "FERMATA_SANITIZE_THREADS:BOOL=ON",
            "FERMATA_MALLOC_HEAP:BOOL=ON", "FERMATA_SWITCH_DISPATCH:BOOL=ON")
    return "CMAKE_BUILD_TYPE:STRING=Release" in text and not any(s in text for s in slow)


def main():
    fermata = str(BUILD / "fermata")
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in (1, 2, 3):
            text, expected, lines = program(seed)
            file = Path(folder) / f"large{seed}.scm"
            file.write_text(text)
            said, _ = run([fermata, "run", str(file)])
            if said == str(expected):
                passed += 1
            else:
                failed += 1
                print(f"program {seed}: expected {expected}, but it said\n{said[:1000]}")
            # The best of three: the machine may have other things to do.
            said, seconds = min((run([fermata, "check", str(file)]) for _ in range(3)), key=lambda s: s[1])
            rate = round(lines / seconds * 60)
            if said == "" and (rate >= LINES_A_MINUTE or not is_release()):
                passed += 1
            else:
                failed += 1
                print(f"program {seed}: {rate} lines a minute\n{said[:1000]}")
            if "FERMATA_SHOW_RATE" in os.environ:
                print(f"{lines} lines, {seconds:.3f} s, {rate} lines a minute")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
