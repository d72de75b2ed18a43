;; What the journal keeps beside plain data: records of declared types, secrets.
(define-library (fermata flow data)
  (export define-flow-record declared-records new-declarations
          secret secret? secret-value)
  (import (scheme base)
          (fermata flow builtins) (fermata flow run))
  (begin

    ;; A list of pairs (name . type) in a list. A program that is rebuilt from the
    ;; store declares into one of its own.
    (define declared-records (make-parameter (list '())))
    (define (new-declarations) (list '()))

    ;;> (define-flow-record name type)
    ;;> From here on flows of this program can keep records of that type, as
    ;;> define-record-type makes them: their fields are stored, under that name. A
    ;;> program that is changed may give the type other fields only under another name.
    (define-syntax define-flow-record
      (syntax-rules ()
        ;; A definition, so that a program that is made again does it too.
        ((_ name type) (define declared (declare-record! 'name type)))))

    (define (declare-record! name type)
      (check-name "define-flow-record" "name" name)
      (if (not (%flow-record-type? type))
          (refuse "define-flow-record: " name " wants a record type, got " type))
      (let ((declared (declared-records)))
        (set-car! declared (cons (cons name type) (car declared)))))

    ;; known: a list of the value, or #f; sealed: the text, or #f.
    (define-record-type <secret> (make-secret %known %sealed) secret?
      (%known secret-known set-secret-known!)
      (%sealed secret-sealed))
    (%flow-data-types! declared-records <secret>)

    ;;> (secret obj)
    ;;> A secret: it prints as #<secret>, and is stored only encrypted, under the key in
    ;;> FERMATA_KEY or in the file that FERMATA_KEY_FILE names (64 hexadecimal digits).
    (define (secret obj) (make-secret (list obj) #f))

    ;;> (secret? obj)
    ;;> Whether obj is a secret.

    ;;> (secret-value secret)
    ;;> What the secret is.
    (define (secret-value secret)
      (if (not (secret-known secret))
          (set-secret-known! secret (list (%flow-unseal (secret-sealed secret)))))
      (car (secret-known secret)))))
