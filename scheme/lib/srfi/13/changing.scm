;; Case, mapping, and what changes a string in place.

(define (%start range) (if (pair? range) (car range) 0))

(define (%part string range)
  (if (pair? range) (apply string-copy string range) string))

;;> (string-upcase string [start [end]])
;;> The string in upper case.
(define (string-upcase string 2 . range)
  (%whole-string-upcase (%part string range)))
;;> (string-downcase string [start [end]])
;;> The string in lower case.
(define (string-downcase string 2 . range)
  (%whole-string-downcase (%part string range)))
;;> (string-titlecase string [start [end]])
;;> The string with a capital at the start of each word, the rest in lower case.
(define (string-titlecase string 2 . range)
  (let* ((text (%part string range)) (copy (string-copy text)))
    (let loop ((i 0) (in-word? #f))
      (if (= i (string-length copy))
          copy
          (let ((char (string-ref copy i)))
            (string-set! copy i
                         (if in-word? (char-downcase char) (char-upcase char)))
            (loop (+ i 1) (char-alphabetic? char)))))))

;; Puts one character for each into string, from the start of the range on.
(define (%change-characters! proc string range)
  (string-copy! string (%start range)
                (apply string-map proc string range)))

;;> (string-upcase! string [start [end]])
;;> Puts each character in upper case.
(define (string-upcase! string 2 . range)
  (%change-characters! char-upcase string range))
;;> (string-downcase! string [start [end]])
;;> Puts each character in lower case.
(define (string-downcase! string 2 . range)
  (%change-characters! char-downcase string range))
;;> (string-titlecase! string [start [end]])
;;> Puts a capital at the start of each word, and the rest in lower case.
(define (string-titlecase! string 2 . range)
  (string-copy! string (%start range) (apply string-titlecase string range)))

;;> (string-map proc string [start [end]])
;;> A string of what proc returns for the characters.
(define (string-map proc string 2 . range)
  (reverse-list->string
   (apply string-fold (lambda (char chars) (cons (proc char) chars)) '()
          string range)))
;;> (string-map! proc string [start [end]])
;;> Puts what proc returns for the characters in their place.
(define (string-map! proc string 2 . range)
  (%change-characters! proc string range))
;;> (string-for-each proc string [start [end]])
;;> Calls proc on the characters, in order.
(define (string-for-each proc string 2 . range)
  (apply string-fold (lambda (char result) (proc char) result) #f
         string range)
  (void))
;;> (string-for-each-index proc string [start [end]])
;;> Calls proc on the indexes, in order.
(define (string-for-each-index proc string 2 . range)
  (apply string-fold (lambda (char i) (proc i) (+ i 1)) (%start range)
         string range)
  (void))

;;> (string-reverse string [start [end]])
;;> The characters in the opposite order.
(define (string-reverse string 2 . range)
  (%whole-string-reverse (%part string range)))
;;> (string-reverse! string [start [end]])
;;> Turns the characters around.
(define (string-reverse! string 2 . range)
  (string-copy! string (%start range) (apply string-reverse string range)))

;;> (substring/shared string start [end])
;;> The characters from start up to end, perhaps the string itself.
(define (substring/shared string start 1 . end)
  (apply string-copy string start end))
;;> (string-append/shared string ...)
;;> The same as string-append.
(define (string-append/shared . strings) (apply string-append strings))
;;> (string-concatenate/shared strings)
;;> The same as string-concatenate.
(define (string-concatenate/shared strings) (string-concatenate strings))
;;> (string-concatenate-reverse/shared strings [final [end]])
;;> The same as string-concatenate-reverse.
(define (string-concatenate-reverse/shared strings 2 . options)
  (apply string-concatenate-reverse strings options))

;;> (xsubstring string from [to [start [end]]])
;;> The characters from from up to to of the string as if repeated without end in both
;;> directions; once around if to is not given.
(define (xsubstring string from 3 . options)
  (if (null? options)
      (string-replicate string from (+ from (string-length string)))
      (apply string-replicate string from options)))
;;> (string-xcopy! target at string from [to [start [end]]])
;;> Puts what xsubstring gives into target, from at on.
(define (string-xcopy! target at string from 3 . options)
  (string-copy! target at (apply xsubstring string from options)))
