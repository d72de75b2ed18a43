;; Reading directories.  All names are read at once, so there is nothing that a program
;; could forget to close; what happens to the directory later is not seen.

;;> (directory-files [path [dot-files?]])
;;> A list of the names in the directory, the current one if nothing is said, in no
;;> order; names that begin with a dot only when dot-files? is true, . and .. never.
(define (directory-files 2 . options)
  (%directory-files (if (pair? options) (car options) ".")
                    (and (pair? options) (pair? (cdr options))
                         (cadr options) #t)))

;;> (make-directory-files-generator [path [dot-files?]])
;;> A procedure that returns these names one by one, then an end-of-file object.
(define (make-directory-files-generator 2 . options)
  (let ((directory (apply open-directory (if (pair? options) options '(".")))))
    (lambda () (read-directory directory))))

(define-record-type <directory>
  (%make-directory files)
  %directory?
  (files %files %set-files!))  ; names not read yet, or #f once it is closed

(define (%check-directory who directory)
  (if (not (%directory? directory))
      (%wrong-type who 1 "a directory from open-directory" directory)))

;;> (open-directory path [dot-files?])
;;> An object for read-directory.
(define (open-directory path 1 . dot-files?)
  (%make-directory (apply directory-files path dot-files?)))

;;> (read-directory directory)
;;> The next name, or an end-of-file object.
(define (read-directory directory)
  (%check-directory 'read-directory directory)
  (let ((files (%files directory)))
    (cond ((pair? files)
           (%set-files! directory (cdr files))
           (car files))
          ((null? files) (eof-object))
          (else (error "read-directory: the directory is closed" directory)))))

;;> (close-directory directory)
;;> Nothing can be read of it any more.
(define (close-directory directory)
  (%check-directory 'close-directory directory)
  (%set-files! directory #f))
