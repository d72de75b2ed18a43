;; Work fanned out over files, a few at a time.
;;
;; Each file is a step: when the process dies in the middle, those that are done
;; are not read again. No more than four are open at once, however many there are.
;;   fermata run examples/fanout.scm FOLDER
(import (scheme base) (scheme char) (scheme file) (scheme process-context) (scheme write)
        (only (srfi 170) directory-files)
        (fermata flow) (fermata flow tell))

(define (text-file? name)
  (let ((n (string-length name)))
    (and (> n 4) (string=? (string-copy name (- n 4)) ".txt"))))

(define (keep keep? list)
  (cond ((null? list) '())
        ((keep? (car list)) (cons (car list) (keep keep? (cdr list))))
        (else (keep keep? (cdr list)))))

;; The names, in order: what a folder holds is news from the world, so a step asks.
(define (files-in folder)
  (step 'list
        (lambda ()
          (map (lambda (name) (string-append folder "/" name))
               (keep text-file? (sorted (directory-files folder)))))))

(define (sorted names)
  (define (insert name names)
    (if (or (null? names) (string<? name (car names)))
        (cons name names)
        (cons (car names) (insert name (cdr names)))))
  (let loop ((names names) (done '()))
    (if (null? names) done (loop (cdr names) (insert (car names) done)))))

(define (words-in port)
  (let loop ((count 0) (inside #f))
    (let ((c (read-char port)))
      (cond ((eof-object? c) (if inside (+ count 1) count))
            ((char-whitespace? c) (loop (if inside (+ count 1) count) #f))
            (else (loop count #t))))))

(define (count-words file)
  (step 'count
        (lambda ()
          (let ((count (call-with-input-file file words-in)))
            (display file)
            (display " ")
            (display count)
            (newline)
            count))))

(defflow count-folder
  (sequence files-in
            (map-flow count-words 'limit 4)
            (lambda (counts) (list 'words (apply + counts) 'files (length counts)))))

(flow/tell (flow/start count-folder (cadr (command-line))))
