;; SRFI 170: the POSIX API, files, processes, users, time.
;;
;; What is one call of the system is a native (scheme/posix*.cpp); here stand the records,
;; and what is made of several calls.  A call that fails raises a condition of which
;; posix-error? is true, and file-error? too.
;;
;; Three things are as our ports are: no port reads and writes, so binary-input/output and
;; textual-input/output are refused where they are used; buffer modes matter for output
;; only; a directory is read as a whole when it is opened.
(define-library (srfi 170)
  (export
   ;; errors
   posix-error? posix-error-name posix-error-message
   ;; opening
   open-file fd->port
   binary-input textual-input binary-output textual-output
   binary-input/output textual-input/output
   buffer/none buffer/block buffer/line
   open/append open/create open/exclusive open/nofollow open/truncate
   ;; the file system
   create-directory create-fifo create-hard-link create-symlink
   read-symlink rename-file delete-directory
   set-file-mode set-file-owner set-file-times
   owner/unchanged group/unchanged time/now time/unchanged
   truncate-file file-space real-path
   file-info file-info?
   file-info:device file-info:inode file-info:mode file-info:nlinks
   file-info:uid file-info:gid file-info:rdev file-info:size
   file-info:blksize file-info:blocks
   file-info:atime file-info:mtime file-info:ctime
   file-info-directory? file-info-fifo? file-info-symlink?
   file-info-regular? file-info-socket? file-info-device?
   directory-files make-directory-files-generator
   open-directory read-directory close-directory
   temp-file-prefix create-temp-file call-with-temporary-filename
   ;; the process
   umask set-umask! current-directory set-current-directory! pid nice
   user-uid user-gid user-effective-uid user-effective-gid
   user-supplementary-gids
   ;; users and groups
   user-info user-info? user-info:name user-info:uid user-info:gid
   user-info:home-dir user-info:shell user-info:full-name
   user-info:parsed-full-name
   group-info group-info? group-info:name group-info:gid
   ;; time, environment, terminal
   posix-time monotonic-time
   set-environment-variable! delete-environment-variable!
   terminal?)
  (import (scheme base)
          (srfi 174)
          (only (fermata builtins)
                open-file fd->port terminal?
                create-directory create-fifo create-hard-link create-symlink
                read-symlink rename-file delete-directory real-path
                set-file-mode set-file-owner file-space
                umask set-umask! current-directory set-current-directory!
                pid nice user-uid user-gid user-effective-uid
                user-effective-gid user-supplementary-gids
                set-environment-variable! delete-environment-variable!
                get-environment-variable char-upcase
                %posix-error-text %clock %set-file-times %truncate-file
                %file-info %directory-files %user-info %group-info
                %wrong-type %out-of-range)
          (only (fermata condition) condition-kind)
          (only (fermata list) last)
          (only (fermata random) make-random-source random-source-integer
                random-source-randomize!))
  (include "170/errors.scm" "170/files.scm" "170/directories.scm"
           "170/temporary.scm" "170/users.scm"))
