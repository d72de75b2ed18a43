;; Opening, and what is known of a file.

;; ---- types of ports

;;> binary-input
;;> For open-file and fd->port: a port to read bytes from.
(define binary-input 'binary-input)

;;> textual-input
;;> For open-file and fd->port: a port to read text from.
(define textual-input 'textual-input)

;;> binary-output
;;> For open-file and fd->port: a port to write bytes to.
(define binary-output 'binary-output)

;;> textual-output
;;> For open-file and fd->port: a port to write text to.
(define textual-output 'textual-output)

;;> binary-input/output
;;> A port to read and write bytes: refused, since ports have one direction.
(define binary-input/output 'binary-input/output)

;;> textual-input/output
;;> A port to read and write text: refused, since ports have one direction.
(define textual-input/output 'textual-input/output)

;; ---- buffers

;;> buffer/none
;;> For open-file and fd->port: what is written is passed on at once.
(define buffer/none 'buffer/none)

;;> buffer/block
;;> For open-file and fd->port: what is written is passed on in pieces.
(define buffer/block 'buffer/block)

;;> buffer/line
;;> For open-file and fd->port: what is written is passed on at the end of a line.
(define buffer/line 'buffer/line)

;; ---- flags; scheme/posix_ports.cpp has the same bits

;;> open/append
;;> A flag of open-file: write at the end of the file. Flags are added up.
(define open/append 1)

;;> open/create
;;> A flag of open-file: make the file when it is not there.
(define open/create 2)

;;> open/exclusive
;;> A flag of open-file: with open/create, fail when the file is there.
(define open/exclusive 4)

;;> open/nofollow
;;> A flag of open-file: fail when the path is a symbolic link.
(define open/nofollow 8)

;;> open/truncate
;;> A flag of open-file: empty the file first.
(define open/truncate 16)

;;> owner/unchanged
;;> For set-file-owner: the user stays.
(define owner/unchanged -1)

;;> group/unchanged
;;> For set-file-owner: the group stays.
(define group/unchanged -1)

;; ---- changing

;;> time/now
;;> For set-file-times: the time of the call.
(define time/now 'time/now)
;;> time/unchanged
;;> For set-file-times: what it was.
(define time/unchanged 'time/unchanged)

;;> (set-file-times path [access-time modification-time])
;;> Sets the times of the file, timespecs, time/now or time/unchanged; both to now when
;;> they are left out.
(define (set-file-times path 2 . times)
  (define (native time argument)
    (cond ((timespec? time)
           (cons (timespec-seconds time) (timespec-nanoseconds time)))
          ((eq? time time/now) #t)
          ((eq? time time/unchanged) #f)
          (else (%wrong-type 'set-file-times argument
                             "a timespec, time/now or time/unchanged" time))))
  (cond ((null? times) (%set-file-times path #t #t))
        ((not (= (length times) 2))
         (error "set-file-times: there must be two times, or none" times))
        (else (%set-file-times path (native (car times) 2)
                               (native (cadr times) 3)))))

;;> (truncate-file path-or-port length)
;;> Makes the file that many bytes long: cuts it, or adds zeros.
(define (truncate-file file length)
  (if (and (port? file) (output-port? file) (output-port-open? file))
      (flush-output-port file))
  (%truncate-file file length))

;; ---- looking

(define-record-type <file-info>
  (%make-file-info type device inode mode nlinks uid gid rdev size blksize
                   blocks atime mtime ctime)
  ;;> (file-info? obj)
  ;;> Whether obj was returned by file-info.
  file-info?
  (type %file-info-type)  ; regular, directory, symlink, fifo, socket or device
  ;;> (file-info:device info)
  ;;> The number of the device that the file lies on.
  (device file-info:device)
  ;;> (file-info:inode info)
  ;;> The number of the file on its device.
  (inode file-info:inode)
  ;;> (file-info:mode info)
  ;;> The permission bits, with those of the type above them.
  (mode file-info:mode)
  ;;> (file-info:nlinks info)
  ;;> How many names the file has.
  (nlinks file-info:nlinks)
  ;;> (file-info:uid info)
  ;;> The number of the user whom it belongs to.
  (uid file-info:uid)
  ;;> (file-info:gid info)
  ;;> The number of the group that it belongs to.
  (gid file-info:gid)
  ;;> (file-info:rdev info)
  ;;> The number of the device that it is.
  (rdev file-info:rdev)
  ;;> (file-info:size info)
  ;;> Its length in bytes.
  (size file-info:size)
  ;;> (file-info:blksize info)
  ;;> The size of a piece that is read or written well.
  (blksize file-info:blksize)
  ;;> (file-info:blocks info)
  ;;> How many units of 512 bytes it takes.
  (blocks file-info:blocks)
  ;;> (file-info:atime info)
  ;;> When it was last read, a timespec.
  (atime file-info:atime)
  ;;> (file-info:mtime info)
  ;;> When its contents were last changed, a timespec.
  (mtime file-info:mtime)
  ;;> (file-info:ctime info)
  ;;> When anything about it was last changed, a timespec.
  (ctime file-info:ctime))

;;> (file-info path-or-port follow?)
;;> What the system knows of a file; of the link itself, not of what it leads to, when
;;> follow? is false.
(define (file-info file follow?)
  (apply %make-file-info
         (map (lambda (field) (if (pair? field) (%time-of field) field))
              (%file-info file (and follow? #t)))))

;;> (file-info-directory? info)
;;> Whether it is a directory.
(define (file-info-directory? info) (eq? (%file-info-type info) 'directory))

;;> (file-info-fifo? info)
;;> Whether it is a named pipe.
(define (file-info-fifo? info) (eq? (%file-info-type info) 'fifo))

;;> (file-info-symlink? info)
;;> Whether it is a symbolic link.
(define (file-info-symlink? info) (eq? (%file-info-type info) 'symlink))

;;> (file-info-regular? info)
;;> Whether it is an ordinary file.
(define (file-info-regular? info) (eq? (%file-info-type info) 'regular))

;;> (file-info-socket? info)
;;> Whether it is a socket.
(define (file-info-socket? info) (eq? (%file-info-type info) 'socket))

;;> (file-info-device? info)
;;> Whether it is a device.
(define (file-info-device? info) (eq? (%file-info-type info) 'device))
