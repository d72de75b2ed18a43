;; SRFI 38: data with shared parts and cycles, written and read.
;;
;; R7RS's write-shared and read do it; the names are the SRFI's.
(define-library (srfi 38)
  (export write-with-shared-structure write/ss
          read-with-shared-structure read/ss)
  (import (scheme base) (scheme read) (scheme write))
  (begin

    ;;> (write-with-shared-structure obj [port [options]])
    ;;> Writes obj with a label for each part that occurs more than once; options is ignored.
    (define (write-with-shared-structure obj 2 . more)
      (if (pair? more)
          (write-shared obj (car more))
          (write-shared obj)))

    ;;> (write/ss obj [port [options]])
    ;;> The same as write-with-shared-structure.
    (define write/ss write-with-shared-structure)

    ;;> (read-with-shared-structure [port])
    ;;> Reads one datum, in which labels stand for shared parts.
    (define (read-with-shared-structure 1 . port)
      (apply read port))

    ;;> (read/ss [port])
    ;;> The same as read-with-shared-structure.
    (define read/ss read-with-shared-structure)))
