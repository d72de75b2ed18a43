;; SRFI 37: options of a program, as POSIX and GNU write them.
(define-library (srfi 37)
  (export option option? option-names option-required-arg?
          option-optional-arg? option-processor args-fold)
  (import (scheme base) (only (fermata builtins) %wrong-type string-prefix?))
  (begin

    ;;> (option names required-arg? optional-arg? processor)
    ;;> An option. names is a list of characters and strings; the processor is called
    ;;> with the option, the name as given, the argument or #f, and the seeds, and
    ;;> returns new seeds.
    ;;
    ;;> (option? obj)
    ;;> Whether obj is an option.
    ;;
    ;;> (option-names option)
    ;;> The list of its names: characters and strings.
    ;;
    ;;> (option-required-arg? option)
    ;;> Whether it must have an argument.
    ;;
    ;;> (option-optional-arg? option)
    ;;> Whether it may have an argument.
    ;;
    ;;> (option-processor option)
    ;;> The procedure that is called when it is found.
    (define-record-type <option>
      (option names required-arg? optional-arg? processor)
      option?
      (names option-names)
      (required-arg? option-required-arg?)
      (optional-arg? option-optional-arg?)
      (processor option-processor))

    (define (%find-option name options)
      (cond ((null? options) #f)
            ((not (option? (car options)))
             (%wrong-type 'args-fold 2 "a list of options" options))
            ((member name (option-names (car options))) (car options))
            (else (%find-option name (cdr options)))))

    (define (%index string char)
      (let ((end (string-length string)))
        (let loop ((i 0))
          (cond ((= i end) #f)
                ((char=? (string-ref string i) char) i)
                (else (loop (+ i 1)))))))

    ;;> (args-fold args options unrecognized-proc operand-proc seed ...)
    ;;> Goes through the list of strings: processors are called for options, the
    ;;> unrecognized-proc like a processor for other options, (operand-proc operand seed
    ;;> ...) for the rest. Each returns the next seeds, and args-fold the last ones.
    (define (args-fold args options unrecognized-proc operand-proc . seeds)
      ;; continue gets the seeds as a list.
      (define (process option name argument seeds continue)
        (call-with-values
            (lambda ()
              (apply (option-processor option) option name argument seeds))
          (lambda seeds (continue seeds))))
      (define (unrecognized name)
        (option (list name) #f #f unrecognized-proc))
      (define (operand arg seeds continue)
        (call-with-values (lambda () (apply operand-proc arg seeds))
          (lambda seeds (continue seeds))))
      (define (operands args seeds)
        (if (null? args)
            (apply values seeds)
            (operand (car args) seeds
                     (lambda (seeds) (operands (cdr args) seeds)))))
      ;; The rest of a word of short options, from place i.
      (define (short word i args seeds)
        (if (= i (string-length word))
            (scan args seeds)
            (let* ((name (string-ref word i))
                   (known (%find-option name options))
                   (found (or known (unrecognized name)))
                   (more? (< (+ i 1) (string-length word))))
              (cond ((and more? (or (option-required-arg? found)
                                    (option-optional-arg? found)))
                     (process found name (substring word (+ i 1) (string-length word))
                              seeds (lambda (seeds) (scan args seeds))))
                    ((and (option-required-arg? found) (pair? args))
                     (process found name (car args) seeds
                              (lambda (seeds) (scan (cdr args) seeds))))
                    (else
                     (process found name #f seeds
                              (lambda (seeds) (short word (+ i 1) args seeds))))))))
      (define (long word args seeds)
        (let* ((equals (%index word #\=))
               (name (substring word 2 (or equals (string-length word))))
               (argument (and equals
                              (substring word (+ equals 1) (string-length word))))
               (found (or (%find-option name options) (unrecognized name))))
          (if (and (not argument) (option-required-arg? found) (pair? args))
              (process found name (car args) seeds
                       (lambda (seeds) (scan (cdr args) seeds)))
              (process found name argument seeds
                       (lambda (seeds) (scan args seeds))))))
      (define (scan args seeds)
        (if (null? args)
            (apply values seeds)
            (let ((word (car args)) (rest (cdr args)))
              (cond ((string=? word "--") (operands rest seeds))
                    ((and (string-prefix? "--" word)
                          (not (eqv? (%index word #\=) 2)))
                     (long word rest seeds))
                    ((and (string-prefix? "-" word) (> (string-length word) 1))
                     (short word 1 rest seeds))
                    (else
                     (operand word seeds
                              (lambda (seeds) (scan rest seeds))))))))
      (if (not (list? args))
          (%wrong-type 'args-fold 1 "a list of strings" args))
      (scan args seeds))))
