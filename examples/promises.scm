;; Promises: several things at once, the first answer, a limit, giving up.
;;
;; Run it:  fermata run examples/promises.scm
(import (scheme base) (scheme write) (fermata promise) (fermata sched))

(define (say . things)
  (for-each display things)
  (newline))

;; Stands for a request to a slow server.
(define-async (fetch page milliseconds)
  (task-sleep (/ milliseconds 1000))
  (if (eq? page 'missing)
      (error "not found:" page)
      (string-append "<" (symbol->string page) ">")))

;; One after the other reads as usual, and waits as usual.
(define-async (fetch-both a b)
  (let ((first (await (fetch a 5))))
    (string-append first (await (fetch b 5)))))

(say "both: " (await (fetch-both 'news 'weather)))
(say "all: " (await (promise-all (list (fetch 'a 20) (fetch 'b 10) (fetch 'c 1)))))
(say "race: " (await (promise-race (list (fetch 'slow 500) (fetch 'fast 5)))))
(say "any: " (await (promise-any (list (fetch 'missing 1) (fetch 'found 5)))))
(say "settled: "
     (map car (await (promise-all-settled (list (fetch 'missing 1) (fetch 'here 1))))))

;; What was raised there is raised here.
(guard (e ((error-object? e) (say "caught: " (error-object-message e) " "
                                  (car (error-object-irritants e)))))
  (await (fetch 'missing 1)))

;; A promise is an operation, so anything else may be waited for beside it.
(define answer (fetch 'encyclopedia 60000))
(say "within 20 ms: "
     (sync/timeout 0.02 (promise-op answer) 'nothing))
(promise-cancel! answer 'too-slow)
(guard (e ((cancelled? e) (say "given up: " (cancel-reason e))))
  (await answer))
