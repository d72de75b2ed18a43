;; Users and groups.

(define-record-type <user-info>
  (%make-user-info name uid gid home-dir shell full-name)
  ;;> (user-info? obj)
  ;;> Whether obj was returned by user-info.
  user-info?
  ;;> (user-info:name info)
  ;;> The name that the user signs in with.
  (name user-info:name)
  ;;> (user-info:uid info)
  ;;> The number of the user.
  (uid user-info:uid)
  ;;> (user-info:gid info)
  ;;> The number of the user's first group.
  (gid user-info:gid)
  ;;> (user-info:home-dir info)
  ;;> The path of the home directory.
  (home-dir user-info:home-dir)
  ;;> (user-info:shell info)
  ;;> The path of the shell.
  (shell user-info:shell)
  ;;> (user-info:full-name info)
  ;;> The user's full name with what else stands in its field, commas between.
  (full-name user-info:full-name))

;;> (user-info who)
;;> What is known of the user with that number or name; #f when there is none.
(define (user-info who)
  (let ((fields (%user-info who)))
    (and fields (apply %make-user-info fields))))

;;> (user-info:parsed-full-name info)
;;> The full name's field as a list, split at the commas, & standing for the name.
(define (user-info:parsed-full-name info)
  (let ((name (%capitalized (user-info:name info))))
    (let loop ((rest (string->list (user-info:full-name info)))
               (part '()) (parts '()))
      (define (ended) (cons (list->string (reverse part)) parts))
      (cond ((null? rest) (reverse (ended)))
            ((char=? (car rest) #\,) (loop (cdr rest) '() (ended)))
            ((char=? (car rest) #\&)
             (loop (cdr rest) (append (reverse (string->list name)) part)
                   parts))
            (else (loop (cdr rest) (cons (car rest) part) parts))))))

(define (%capitalized name)
  (if (string=? name "")
      name
      (string-append (string (char-upcase (string-ref name 0)))
                     (string-copy name 1))))

(define-record-type <group-info>
  (%make-group-info name gid)
  ;;> (group-info? obj)
  ;;> Whether obj was returned by group-info.
  group-info?
  ;;> (group-info:name info)
  ;;> The name of the group.
  (name group-info:name)
  ;;> (group-info:gid info)
  ;;> The number of the group.
  (gid group-info:gid))

;;> (group-info who)
;;> What is known of the group with that number or name; #f when there is none.
(define (group-info who)
  (let ((found (%group-info who)))
    (and found (%make-group-info (car found) (cdr found)))))
