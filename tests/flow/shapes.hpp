// Twenty shapes of flows, small and with an end that does not depend on when things happen; and a
// program that drives each to that end, however often the process is killed.
#pragma once

namespace fermata::flow {

// `effect` writes a line, so that the test sees what ran; it returns the name.
constexpr const char* kShapesPrelude = R"scheme(
(import (scheme base) (scheme write) (fermata flow) (fermata sched)
        (only (fermata go) go make-chan chan-send! chan-recv!))
(define (effect name)
  (display name)
  (display " ")
  (display (step-key))
  (newline)
  (flush-output-port)
  name)
(define (act name) (lambda (x) (step name (lambda () (effect name)))))
(define (fails name) (lambda (x) (step name (lambda () (effect name) (error "no luck")))))
(define (books name)
  (lambda (x) (step name (lambda () (effect name)) 'undo (lambda (name) (effect name)))))
(define (times n thunk) (if (= n 0) '() (let ((v (thunk))) (cons v (times (- n 1) thunk)))))
)scheme";

struct Shape {
  const char* name;
  const char* flow;  // defines `shape`
};

constexpr Shape kShapes[] = {
    {"steps", "(defflow shape (sequence (act 'a) (act 'b) (act 'c)))"},
    {"nodes that print", "(define (one x) (effect 'one)) (define (two x) (effect 'two))"
                         "(defflow shape (sequence one two (lambda (x) (list x (suspend 'go)))))"},
    {"waits", "(defflow shape (lambda (x) (let* ((a (suspend 'go)) (b ((act 's) 0)) (c (suspend 'go)))"
              " (list a b c))))"},
    {"parallel", "(defflow shape (parallel (act 'a) (sequence (act 'b) (act 'c)) (act 'd)))"},
    {"parallel waits", "(defflow shape (parallel (lambda (x) (suspend 'go))"
                       " (sequence (act 'a) (lambda (x) (suspend 'come)))))"},
    {"race", "(defflow shape (race (act 'a) (lambda (x) (suspend 'never))))"},
    {"any", "(defflow shape (any (fails 'bad) (sequence (lambda (x) (suspend 'go)) (act 'good))))"},
    {"map", "(define (one n) (list n ((act 'one) n)))"
            "(defflow shape (lambda (x) ((map-flow one 'limit 2) '(1 2 3 4))))"},
    {"retry", "(defflow shape (lambda (x) (let ((n 0)) ((retry 3 (lambda (x) (set! n (+ n 1))"
              " (if (< n 3) ((fails 'bad) x) (list n ((act 'good) x))))) x))))"},
    {"timeout", "(defflow shape (timeout 1/1000 (lambda (x) (suspend 'never)) (act 'late)))"},
    {"try-catch", "(defflow shape (try-catch (sequence (act 'a) (fails 'bad)) error-object-message))"},
    {"saga", "(defflow shape (try-catch (saga (sequence (books 'a) (books 'b)"
             " (lambda (x) (error \"no\")))) error-object-message))"},
    {"child", "(defflow inner (sequence (act 'in) (lambda (x) (suspend 'go))))"
              "(defflow shape (sequence (act 'before) (child inner) (lambda (x) (list x ((act 'after) x)))))"},
    {"signals", "(defflow shape (lambda (x) (let* ((a (await-signal 'sig)) (b ((act 's) 0))) (list a b))))"},
    {"sleep", "(defflow shape (sequence (act 'a) (lambda (x) (flow-sleep 1/1000) x) (act 'b)))"},
    {"rounds", "(defflow shape (lambda (n) ((act 'round) n) (if (< n 2) (continue-as-new (+ n 1)) n)))"},
    {"updates", "(defflow shape (lambda (x) (let ((sum 0)) (define-update 'add (lambda (n)"
                " ((act 'book) n) (set! sum (+ sum n)) sum)) (await-signal 'close) sum)))"},
    {"tasks", "(defflow shape (lambda (x) (let ((c (make-chan)))"
              " (go (begin (chan-send! c ((act 'a) 0)))) (go (begin (chan-send! c (suspend 'go))))"
              " (let* ((one (chan-recv! c)) (two (chan-recv! c))) (list one two)))))"},
    {"versions", "(defflow shape (lambda (x) (flow-attribute! 'color 'red)"
                 " (list (flow-version 'change 2) ((act 'a) 0) (suspend 'go))))"},
    {"cancelled", "(defflow shape (saga (sequence (books 'a) (books 'b) (lambda (x) (suspend 'doom)))))"},
};

// What each process does: start it if it is not there, then whatever lets it go on.
constexpr const char* kDriveShape = R"scheme(
(define (try thunk) (guard (e (#t #f)) (thunk)))
(define (push id)
  (case (flow/status id)
    ((running) (flow/recover id))
    ((suspended)
     (for-each
      (lambda (tag)
        (case tag
          ((go come) (flow/resume id tag 'yes))
          ((sig) (flow/signal id 'sig 'sent "once"))
          ((close) (flow/update id 'add 5 "five") (flow/signal id 'close #t "close"))
          ((doom) (flow/cancel id "enough"))
          (else (flow/recover id))))
      (flow/waiting id)))))
(define (open-flows) (append (flow/list 'status 'running) (flow/list 'status 'suspended)))
(if (not (flow/status 'shape)) (try (lambda () (flow/start shape 0 'id 'shape))))
(let loop ((left 30))
  (let ((open (open-flows)))
    (if (and (pair? open) (> left 0))
        (begin
          (for-each (lambda (row) (try (lambda () (push (car row))))) open)
          (loop (- left 1))))))
)scheme";

}  // namespace fermata::flow
