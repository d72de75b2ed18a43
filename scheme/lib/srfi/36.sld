;; SRFI 36: the types of what goes wrong with files and ports, as conditions of SRFI 35.
;;
;; The error objects that Fermata raises are of these types, by what kind they are and by
;; the name of the system's error.  Where something was malformed their message says;
;; the fields of &read-error are #f for them.
(define-library (srfi 36)
  (export
   &i/o-error i/o-error?
   &i/o-port-error i/o-port-error? i/o-error-port
   &i/o-read-error i/o-read-error?
   &i/o-write-error i/o-write-error?
   &i/o-closed-error i/o-closed-error?
   &i/o-filename-error i/o-filename-error? i/o-error-filename
   &i/o-malformed-filename-error i/o-malformed-filename-error?
   &i/o-file-protection-error i/o-file-protection-error?
   &i/o-file-is-read-only-error i/o-file-is-read-only-error?
   &i/o-file-already-exists-error i/o-file-already-exists-error?
   &i/o-no-such-file-error i/o-no-such-file-error?
   &read-error read-error? read-error-line read-error-column
   read-error-position read-error-span)
  (import (except (scheme base) read-error?) (srfi 35)
          (only (fermata builtins) condition-kind)
          (only (fermata list) find))
  (begin

    ;; A type that error objects are of when (fields object) gives an alist, and what goes
    ;; with it.
    (define-syntax %define-type
      (syntax-rules ()
        ((_ type parent predicate fields (field accessor) ...)
         (begin
           (define type
             (%make-native-type 'type parent '(field ...) fields))
           (define (predicate obj)
             (and (condition? obj) (condition-has-type? obj type)))
           (define (accessor condition)
             (condition-ref (extract-condition condition type) 'field))
           ...))))

    (define (%kind? object . kinds) (memq (condition-kind object) kinds))

    ;; The first irritant like that, under the name of a field.
    (define (%irritant object field like?)
      (let ((found (find like? (error-object-irritants object))))
        (and found (list (cons field found)))))

    ;; The fields of an error of a file, if it has one of these names.
    (define (%file-error . names)
      (lambda (object)
        (let ((fields (%filename object)))
          (and fields
               (find (lambda (irritant) (memq irritant names))
                     (error-object-irritants object))
               fields))))

    (define (%filename object)
      (and (%kind? object 'file-error)
           (%irritant object 'filename string?)))

    (define (%port direction?)
      (lambda (object)
        (and (%kind? object 'io-error)
             (%irritant object 'port
                        (lambda (x) (and (port? x) (direction? x)))))))

    (define (%open? port)
      (if (input-port? port) (input-port-open? port) (output-port-open? port)))

    ;;> &i/o-error
    ;;> The type of conditions about what went wrong outside the program.

    ;;> (i/o-error? obj)
    ;;> Whether obj is a condition of type &i/o-error: something went wrong outside.
    (%define-type &i/o-error &error i/o-error?
      (lambda (object) (and (%kind? object 'file-error 'io-error) '())))

    ;;> &i/o-port-error
    ;;> The type of conditions about what happened to a port.

    ;;> (i/o-port-error? obj)
    ;;> Whether obj is a condition of type &i/o-port-error: it happened to a port.
    (%define-type &i/o-port-error &i/o-error i/o-port-error?
      (%port port?)
      ;;> (i/o-error-port condition)
      ;;> The port that it happened to.
      (port i/o-error-port))

    ;;> &i/o-read-error
    ;;> The type of conditions about what could not be read.

    ;;> (i/o-read-error? obj)
    ;;> Whether obj is a condition of type &i/o-read-error: nothing could be read.
    (%define-type &i/o-read-error &i/o-port-error i/o-read-error?
      (%port (lambda (port) (and (input-port? port) (%open? port)))))

    ;;> &i/o-write-error
    ;;> The type of conditions about what could not be written.

    ;;> (i/o-write-error? obj)
    ;;> Whether obj is a condition of type &i/o-write-error: nothing could be written.
    (%define-type &i/o-write-error &i/o-port-error i/o-write-error?
      (%port (lambda (port) (and (output-port? port) (%open? port)))))

    ;;> &i/o-closed-error
    ;;> The type of conditions about what was asked of a closed port.

    ;;> (i/o-closed-error? obj)
    ;;> Whether obj is a condition of type &i/o-closed-error: the port was closed.
    (%define-type &i/o-closed-error &i/o-port-error i/o-closed-error?
      (%port (lambda (port) (not (%open? port)))))

    ;;> &i/o-filename-error
    ;;> The type of conditions about what happened to a file.

    ;;> (i/o-filename-error? obj)
    ;;> Whether obj is a condition of type &i/o-filename-error: it happened to a file.
    (%define-type &i/o-filename-error &i/o-error i/o-filename-error?
      %filename
      ;;> (i/o-error-filename condition)
      ;;> The name of the file that it happened to.
      (filename i/o-error-filename))

    ;;> &i/o-malformed-filename-error
    ;;> The type of conditions about file names that no file can have.

    ;;> (i/o-malformed-filename-error? obj)
    ;;> Whether obj is a condition of that type: no file can have such a name.
    (%define-type &i/o-malformed-filename-error &i/o-filename-error
      i/o-malformed-filename-error?
      (%file-error 'ENAMETOOLONG 'ELOOP 'EILSEQ 'EINVAL))

    ;;> &i/o-file-protection-error
    ;;> The type of conditions about what is not allowed.

    ;;> (i/o-file-protection-error? obj)
    ;;> Whether obj is a condition of that type: it is not allowed.
    (%define-type &i/o-file-protection-error &i/o-filename-error
      i/o-file-protection-error?
      (%file-error 'EACCES 'EPERM 'EROFS))

    ;;> &i/o-file-is-read-only-error
    ;;> The type of conditions about what cannot be done to a file that can only be read.

    ;;> (i/o-file-is-read-only-error? obj)
    ;;> Whether obj is a condition of that type: the file can only be read.
    (%define-type &i/o-file-is-read-only-error &i/o-file-protection-error
      i/o-file-is-read-only-error?
      (%file-error 'EROFS))

    ;;> &i/o-file-already-exists-error
    ;;> The type of conditions about files that should not have been there.

    ;;> (i/o-file-already-exists-error? obj)
    ;;> Whether obj is a condition of that type: there should be no such file.
    (%define-type &i/o-file-already-exists-error &i/o-filename-error
      i/o-file-already-exists-error?
      (%file-error 'EEXIST))

    ;;> &i/o-no-such-file-error
    ;;> The type of conditions about files that are not there.

    ;;> (i/o-no-such-file-error? obj)
    ;;> Whether obj is a condition of that type: there is no such file.
    (%define-type &i/o-no-such-file-error &i/o-filename-error
      i/o-no-such-file-error?
      (%file-error 'ENOENT 'ENOTDIR))

    ;;> &read-error
    ;;> The type of conditions about malformed data.

    ;;> (read-error? obj)
    ;;> Whether obj is a condition of type &read-error: a datum is malformed.
    (%define-type &read-error &error read-error?
      (lambda (object)
        (and (%kind? object 'read-error)
             '((line . #f) (column . #f) (position . #f) (span . #f))))
      ;;> (read-error-line condition)
      ;;> The line of the malformed datum, or #f.
      (line read-error-line)
      ;;> (read-error-column condition)
      ;;> The column of the malformed datum, or #f.
      (column read-error-column)
      ;;> (read-error-position condition)
      ;;> The index of the malformed datum in the text, or #f.
      (position read-error-position)
      ;;> (read-error-span condition)
      ;;> How many characters it takes, or #f.
      (span read-error-span))))
