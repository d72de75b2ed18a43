;; SRFI 35: conditions of types that a program defines.
;;
;; A condition is a list of components, each a type with its fields; a compound condition
;; has several.  The error objects that Fermata raises take part: they are of &error and
;; &message, and of further types where one says so (srfi 36).
(define-library (srfi 35)
  (export
   make-condition-type condition-type? define-condition-type
   make-condition condition make-compound-condition extract-condition
   condition? condition-has-type? condition-ref
   &condition &message message-condition? condition-message
   &serious serious-condition? &error error?
   %make-native-type)
  (import (scheme base)
          (only (fermata builtins) %wrong-type)
          (only (fermata list) append-map find any every))
  (include "35/types.scm" "35/conditions.scm"))
