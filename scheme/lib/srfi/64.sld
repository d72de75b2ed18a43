;; SRFI 64: tests.
;;
;; The forms are small macros around procedures that take thunks, so an exception in a
;; test is a failure and not the end of the program.  What is done about a result is the
;; runner's business; the simple one prints failures as they happen and, at the end of
;; the outermost group, the count; it then ends the program with status 1 when something
;; failed.
(define-library (srfi 64)
  (export test-begin test-end test-group test-group-with-cleanup
          test-assert test-equal test-eqv test-eq test-approximate test-error
          test-read-eval-string test-apply test-with-runner
          test-skip test-expect-fail test-match-name test-match-nth
          test-match-any test-match-all
          ;; runners
          test-runner? test-runner-create test-runner-factory
          test-runner-simple test-runner-null
          test-runner-current test-runner-get test-runner-reset
          test-runner-pass-count test-runner-fail-count
          test-runner-xpass-count test-runner-xfail-count
          test-runner-skip-count test-runner-test-name
          test-runner-group-path test-runner-group-stack
          test-runner-aux-value test-runner-aux-value!
          test-runner-on-test-begin test-runner-on-test-begin!
          test-runner-on-test-end test-runner-on-test-end!
          test-runner-on-group-begin test-runner-on-group-begin!
          test-runner-on-group-end test-runner-on-group-end!
          test-runner-on-bad-count test-runner-on-bad-count!
          test-runner-on-bad-end-name test-runner-on-bad-end-name!
          test-runner-on-final test-runner-on-final!
          ;; the callbacks of the simple runner
          test-on-test-begin-simple test-on-test-end-simple
          test-on-group-begin-simple test-on-group-end-simple
          test-on-bad-count-simple test-on-bad-end-name-simple
          test-on-final-simple
          ;; results
          test-result-kind test-passed? test-result-ref test-result-set!
          test-result-remove test-result-clear test-result-alist)
  (import (scheme base) (scheme read) (scheme write) (scheme eval)
          (scheme process-context)
          (only (scheme repl) interaction-environment)
          (only (fermata builtins) condition-kind)
          (srfi 64 totals))
  (include "64/runner.scm" "64/specifiers.scm" "64/simple.scm"
           "64/groups.scm" "64/tests.scm" "64/forms.scm"))
