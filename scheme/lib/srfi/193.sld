;; SRFI 193: the command line and the script.
(define-library (srfi 193)
  (export command-line command-name command-args script-file script-directory)
  (import (scheme base) (scheme process-context)
          (only (fermata builtins)
                %script-file string-suffix? %string-index-right))
  (begin

    ;;> (command-name)
    ;;> The name of the program that runs, without folder and .scm; #f at a prompt.
    (define (command-name)
      (let ((words (command-line)))
        (and (pair? words)
             (not (string=? (car words) ""))
             (let* ((file (car words))
                    (slash (%string-index-right file #\/))
                    (name (if slash
                              (substring file (+ slash 1) (string-length file))
                              file)))
               (if (string-suffix? ".scm" name)
                   (substring name 0 (- (string-length name) 4))
                   name)))))

    ;;> (command-args)
    ;;> The words of the command line after the program's name.
    (define (command-args)
      (let ((words (command-line)))
        (if (pair? words) (cdr words) '())))

    ;;> (script-file)
    ;;> The full name of the file that is run as a program, or #f.
    (define (script-file) (%script-file))

    ;;> (script-directory)
    ;;> The folder that file is in, with a slash at its end, or #f.
    (define (script-directory)
      (let ((file (%script-file)))
        (and file
             (substring file 0 (+ (%string-index-right file #\/) 1)))))))
