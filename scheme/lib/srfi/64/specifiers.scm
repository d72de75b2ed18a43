;; Choosing tests.  A specifier is a name, a count of tests from here on, or a predicate
;; of runners.

;;> (test-match-name name)
;;> A specifier that matches tests of that name.
(define (test-match-name name)
  (lambda (runner) (equal? (test-runner-test-name runner) name)))

;;> (test-match-nth n [count])
;;> A specifier that matches the nth test from here on, and count - 1 more.
(define (test-match-nth n 1 . count)
  (let ((i 0) (count (if (pair? count) (car count) 1)))
    (lambda (runner)
      (set! i (+ i 1))
      (and (>= i n) (< i (+ n count))))))

;;> (test-match-any specifier ...)
;;> A specifier that matches what one of the specifiers matches.
(define (test-match-any . specifiers)
  (let ((tests (map specifier->predicate specifiers)))
    (lambda (runner) (matches-one? tests runner))))

;;> (test-match-all specifier ...)
;;> A specifier that matches what all of the specifiers match.
(define (test-match-all . specifiers)
  (let ((tests (map specifier->predicate specifiers)))
    (lambda (runner)
      (let loop ((rest tests) (all #t))
        (if (null? rest)
            all
            (loop (cdr rest) (and ((car rest) runner) all)))))))

(define (specifier->predicate specifier)
  (cond ((procedure? specifier) specifier)
        ((exact-integer? specifier) (test-match-nth 1 specifier))
        (else (test-match-name specifier))))

;; Asks all of them, because some count.
(define (matches-one? tests runner)
  (let loop ((rest tests) (found #f))
    (if (null? rest)
        found
        (loop (cdr rest) (or ((car rest) runner) found)))))

;;> (test-skip specifier)
;;> Tests that match it are not run, from here to the end of the group.
(define (test-skip specifier)
  (let ((runner (test-runner-get)))
    (%set-skips! runner (cons (specifier->predicate specifier)
                              (%skips runner)))))

;;> (test-expect-fail specifier)
;;> Tests that match it are expected to fail, from here to the end of the group.
(define (test-expect-fail specifier)
  (let ((runner (test-runner-get)))
    (%set-expected-failures! runner
                             (cons (specifier->predicate specifier)
                                   (%expected-failures runner)))))

;; Whether the test or group whose name the runner has is to be left out.
(define (left-out? runner)
  (let ((unchosen (and (%chosen runner)
                       (not (matches-one? (%chosen runner) runner))))
        (skipped (matches-one? (%skips runner) runner)))
    (or unchosen skipped)))
