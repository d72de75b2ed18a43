;; Temporary files: names that nobody else has.

;;> (temp-file-prefix)
;;> A parameter: what the paths of temporary files begin with, "/tmp/1234" in a process
;;> with that number, or the same in the directory that TMPDIR names.
(define temp-file-prefix
  (make-parameter
   ;; A host may refuse to tell: then it refuses files as well.
   (guard (refused (#t "/tmp/fermata"))
     (string-append (or (get-environment-variable "TMPDIR") "/tmp")
                    "/" (number->string (pid))))
   (lambda (prefix)
     (if (not (string? prefix))
         (%wrong-type 'temp-file-prefix 1 "a string" prefix))
     prefix)))

(define %most-tries 1000)

;; A source of its own: a program that seeds the default one gets the same names else.
(define %names #f)

(define (%random-suffix)
  (if (not %names)
      (begin
        (set! %names (make-random-source))
        (random-source-randomize! %names)))
  (number->string (random-source-integer %names (expt 36 8)) 36))

;;> (call-with-temporary-filename maker [prefix])
;;> Calls maker with a path that begins with prefix, (temp-file-prefix) if nothing is
;;> said, until the first of its values is not #f, and returns its values.
(define (call-with-temporary-filename maker 1 . prefix)
  (let ((prefix (if (pair? prefix) (car prefix) (temp-file-prefix))))
    (if (not (procedure? maker))
        (%wrong-type 'call-with-temporary-filename 1 "a procedure" maker))
    (if (not (string? prefix))
        (%wrong-type 'call-with-temporary-filename 2 "a string" prefix))
    (let loop ((tries %most-tries))
      (if (= tries 0)
          (error "call-with-temporary-filename: no path would do" prefix))
      (call-with-values
        (lambda () (maker (string-append prefix "." (%random-suffix))))
        (lambda results
          (if (and (pair? results) (car results))
              (apply values results)
              (loop (- tries 1))))))))

;;> (create-temp-file [prefix])
;;> Makes an empty file that only its owner may read and write; returns its path.
(define (create-temp-file 1 . prefix)
  (apply call-with-temporary-filename
         (lambda (path)
           (guard (problem ((and (posix-error? problem)
                                 (eq? (posix-error-name problem) 'EEXIST))
                            #f))
             (close-port (open-file path binary-output
                                    (+ open/create open/exclusive) #o600))
             path))
         prefix))
