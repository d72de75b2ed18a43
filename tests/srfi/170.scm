;; SRFI 170: the POSIX API.  Everything happens in a directory that is made and removed.
(import (scheme base) (scheme file) (scheme process-context) (scheme char)
        (srfi 64) (srfi 132) (srfi 170) (srfi 174)
        (only (srfi 13) string-prefix?))

(test-begin "SRFI 170")

(define (problem thunk)
  (guard (c ((posix-error? c) (posix-error-name c)) (#t c)) (thunk) 'none))
(define (write-file path text)
  (call-with-port (open-file path textual-output (+ open/create open/truncate))
    (lambda (port) (write-string text port))))
(define (file-text path)
  (call-with-port (open-file path textual-input 0) (lambda (port) (read-string 1000 port))))
(define (sorted names) (list-sort string<? names))

(define home
  (real-path (call-with-temporary-filename
              (lambda (path) (create-directory path #o700) path))))
(define (in name) (string-append home "/" name))

;; ---- errors
(define failure (guard (c (#t c)) (delete-directory (in "nothing"))))
(test-equal '(#t #t #t) (list (posix-error? failure) (file-error? failure) (error-object? failure)))
(test-equal '(ENOENT "No such file or directory") (list (posix-error-name failure) (posix-error-message failure)))
(test-equal "it names the procedure and the path"
  (string-append "delete-directory: \"" (in "nothing") "\": No such file or directory")
  (error-object-message failure))
(test-equal "errors of the standard procedures have names too" 'ENOENT (problem (lambda () (open-input-file (in "nothing")))))
(test-equal '(#f #f) (list (posix-error? 5) (posix-error? (guard (c (#t c)) (error "no" 'ENOENT)))))
(test-error 'wrong-type (posix-error-name (guard (c (#t c)) (error "no"))))
(test-error 'out-of-range (create-directory "a\x0;b"))

;; ---- opening
(write-file (in "text") "one")
(test-equal "one" (file-text (in "text")))
(test-equal "at the end" "one, two"
  (begin
    (call-with-port (open-file (in "text") textual-output open/append) (lambda (port) (write-string ", two" port)))
    (file-text (in "text"))))
(test-equal '(EEXIST ENOENT EISDIR)
  (list (problem (lambda () (open-file (in "text") binary-output (+ open/create open/exclusive))))
        (problem (lambda () (open-file (in "other") binary-output 0)))
        (problem (lambda () (open-file home binary-input 0)))))
(test-equal "bytes" #u8(1 2 255)
  (begin
    (call-with-port (open-file (in "bytes") binary-output open/create #o600 buffer/none)
      (lambda (port) (write-bytevector #u8(1 2 255) port)))
    (call-with-port (open-file (in "bytes") binary-input 0) (lambda (port) (read-bytevector 10 port)))))
(test-equal "without a buffer, and by lines" '("a" "b\n")
  (map (lambda (mode text more)
         (call-with-port (open-file (in "lines") textual-output (+ open/create open/truncate) #o600 mode)
           (lambda (port)
             (write-string text port)
             (write-string more port)
             (let ((seen (file-text (in "lines")))) (if (eof-object? seen) "" seen)))))
       (list buffer/none buffer/line) '("a" "b\n") '("" "")))
(test-equal "in pieces" 0
  (call-with-port (open-file (in "lines") textual-output open/truncate #o600 buffer/block)
    (lambda (port) (write-string "b\n" port) (file-info:size (file-info (in "lines") #t)))))
(test-error 'out-of-range (open-file (in "text") binary-input/output 0))
(test-error 'out-of-range (open-file (in "text") textual-input/output 0))
(test-error 'out-of-range (open-file (in "text") textual-input 0 #o600 'often))
(test-equal 'EBADF (problem (lambda () (fd->port 99999 textual-input))))
(test-equal '(#f #f) (list (terminal? (open-input-string "")) (call-with-port (open-file (in "text") textual-input 0) terminal?)))

;; ---- names and links
(test-equal 'EEXIST (problem (lambda () (create-directory home))))
(create-directory (in "folder"))
(create-symlink "text" (in "link"))
(create-hard-link (in "text") (in "folder/second"))
(create-fifo (in "pipe"))
(write-file (in ".hidden") "")
(test-equal "text" (read-symlink (in "link")))
(test-equal 'EINVAL (problem (lambda () (read-symlink (in "text")))))
(test-equal (in "text") (real-path (in "folder/..//link")))
(test-equal 'ELOOP (problem (lambda () (open-file (in "link") textual-input open/nofollow))))
(test-equal 'ENOTEMPTY (problem (lambda () (delete-directory (in "folder")))))
(rename-file (in "folder/second") (in "second"))
(test-equal '("one, two" #f) (list (file-text (in "second")) (file-exists? (in "folder/second"))))

;; ---- directories
(test-equal '("bytes" "folder" "lines" "link" "pipe" "second" "text") (sorted (directory-files home)))
(test-equal '(".hidden" "bytes") (let ((all (sorted (directory-files home #t)))) (list (car all) (cadr all))))
(test-equal '(7 #t)
  (let ((next (make-directory-files-generator home)))
    (let loop ((n 0)) (if (eof-object? (next)) (list n (eof-object? (next))) (loop (+ n 1))))))
(test-equal '(#t #t)
  (let ((d (open-directory (in "folder")))) (list (eof-object? (read-directory d)) (eof-object? (read-directory d)))))
(test-error (let ((d (open-directory home))) (close-directory d) (read-directory d)))
(test-error 'wrong-type (read-directory 5))
(test-equal 'ENOTDIR (problem (lambda () (directory-files (in "text")))))

;; ---- what is known of a file
(define (types path)
  (let ((info (file-info path #f)))
    (map (lambda (is?) (is? info))
         (list file-info-regular? file-info-directory? file-info-symlink? file-info-fifo? file-info-socket? file-info-device?))))
(test-equal '((#t #f #f #f #f #f) (#f #t #f #f #f #f) (#f #f #t #f #f #f) (#f #f #f #t #f #f) (#f #f #f #f #f #t))
  (map types (list (in "text") home (in "link") (in "pipe") "/dev/null")))
(test-equal '(#t #f #t) (list (file-info? (file-info home #t)) (file-info? 5) (file-info-regular? (file-info (in "link") #t))))
(test-equal '(8 2 #t #t)
  (let ((a (file-info (in "text") #t)) (b (file-info (in "second") #t)))
    (list (file-info:size a) (file-info:nlinks a) (= (file-info:inode a) (file-info:inode b)) (= (file-info:device a) (file-info:device b)))))
(test-equal '(#t #t #t #t #t)
  (let ((a (file-info (in "text") #t)))
    (list (= (file-info:uid a) (user-effective-uid)) (exact-integer? (file-info:gid a)) (exact-integer? (file-info:rdev a))
          (> (file-info:blksize a) 0) (>= (file-info:blocks a) 0))))
(test-equal "of an open port" '(8 #t)
  (call-with-port (open-file (in "text") textual-input 0)
    (lambda (port) (list (file-info:size (file-info port #t)) (timespec? (file-info:ctime (file-info port #t)))))))
(test-error 'wrong-type (file-info (open-input-string "") #t))
(test-equal 'ENOENT (problem (lambda () (file-info (in "nothing") #f))))
(test-assert (> (file-space home) 0))

;; ---- changing it
(define (mode path) (modulo (file-info:mode (file-info path #t)) #o10000))
(set-file-mode (in "text") #o640)
(test-equal #o640 (mode (in "text")))
(set-file-owner (in "text") owner/unchanged group/unchanged)
(test-equal (user-effective-uid) (file-info:uid (file-info (in "text") #t)))
(test-error 'out-of-range (set-file-owner (in "text") -2 0))
(test-equal '((1000 5) (2000 0))
  (begin
    (set-file-times (in "text") (timespec 1000 5) (timespec 2000 0))
    (let ((info (file-info (in "text") #t)))
      (map (lambda (t) (list (timespec-seconds t) (timespec-nanoseconds t))) (list (file-info:atime info) (file-info:mtime info))))))
(test-equal "one stays, the other is now" '(1000 #t)
  (begin
    (set-file-times (in "text") time/unchanged time/now)
    (let ((info (file-info (in "text") #t)))
      (list (timespec-seconds (file-info:atime info)) (> (timespec-seconds (file-info:mtime info)) 2000)))))
(set-file-times (in "text"))
(test-assert (> (timespec-seconds (file-info:atime (file-info (in "text") #t))) 1000))
(test-error 'wrong-type (set-file-times (in "text") 5 time/now))
(truncate-file (in "text") 3)
(test-equal "one" (file-text (in "text")))
(test-equal "what was written before is counted" "onex"
  (begin
    (call-with-port (open-file (in "text") textual-output open/append)
      (lambda (port) (write-string "xyz" port) (truncate-file port 4)))
    (file-text (in "text"))))

;; ---- temporary files
(test-equal '(#t #o600 0)
  (parameterize ((temp-file-prefix (in "temporary")))
    (let ((path (create-temp-file)))
      (list (string-prefix? (in "temporary.") path) (mode path) (file-info:size (file-info path #f))))))
(test-assert (string-prefix? (in "mine.") (create-temp-file (in "mine"))))
(test-equal "until the maker agrees" '(3 more)
  (let ((tries 0))
    (call-with-values
      (lambda () (call-with-temporary-filename (lambda (path) (set! tries (+ tries 1)) (values (and (= tries 3) tries) 'more)) "x"))
      list)))
(test-error "not for ever" (call-with-temporary-filename (lambda (path) #f)))

;; ---- the process
(test-equal "the current directory" (list home "onex" #t)
  (let ((before (current-directory)))
    (set-current-directory! home)
    (let ((here (current-directory)) (text (file-text "text")))
      (set-current-directory! before)
      (list here text (string=? before (current-directory))))))
(test-equal "new files obey the mask" '(#o027 #o640)
  (let ((before (umask)))
    (set-umask! #o027)
    (call-with-port (open-file (in "masked") binary-output open/create #o666) (lambda (port) #t))
    (let ((now (umask))) (set-umask! before) (list now (mode (in "masked"))))))
(test-assert (and (exact-integer? (pid)) (> (pid) 1)))
(test-equal (nice 0) (nice 0))
(test-assert (exact-integer? (user-uid)))
(test-assert (exact-integer? (user-gid)))
(test-equal (file-info:gid (file-info (in "masked") #t)) (user-effective-gid))
(test-assert (list? (user-supplementary-gids)))

;; ---- users and groups
(define root (user-info 0))
(test-equal '(#t "root" 0 0 "/root") (list (user-info? root) (user-info:name root) (user-info:uid root) (user-info:gid root) (user-info:home-dir root)))
(test-equal 0 (user-info:uid (user-info "root")))
(test-equal '(#t #t) (list (string? (user-info:shell root)) (string? (user-info:full-name root))))
(test-assert (string? (car (user-info:parsed-full-name root))))
(test-equal '("root" 0 #t) (let ((g (group-info 0))) (list (group-info:name g) (group-info:gid (group-info "root")) (group-info? g))))
(test-equal '(#f #f) (list (user-info "nobody here") (group-info "nobody here")))
(test-error 'wrong-type (user-info 'root))

;; ---- time
(test-equal '(#t #t) (let ((a (posix-time)) (b (monotonic-time)) (c (monotonic-time))) (list (> (timespec-seconds a) 1600000000) (not (timespec<? c b)))))

;; ---- the environment
(set-environment-variable! "FERMATA_TEST" "ä=b")
(test-equal "ä=b" (get-environment-variable "FERMATA_TEST"))
(delete-environment-variable! "FERMATA_TEST")
(test-equal #f (get-environment-variable "FERMATA_TEST"))
(test-error 'out-of-range (set-environment-variable! "A=B" ""))

;; ---- standard input, which tests have at its end
(test-assert (eof-object? (read-char (fd->port 0 textual-input))))

;; ---- and all of it is removed
(for-each (lambda (name) (if (not (string=? name "folder")) (delete-file (in name)))) (directory-files home #t))
(delete-directory (in "folder"))
(delete-directory home)
(test-equal #f (file-exists? home))

(test-end "SRFI 170")
