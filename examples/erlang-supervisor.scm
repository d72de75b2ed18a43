;; A supervisor, a server and a worker that crashes, as one would write them in Erlang.
;;
;;   supervisor (one-for-one)
;;     |- stock    a gen-server: how many of each thing there are
;;     `- printer  a plain process, which some jobs crash
;;
;; Run it:  fermata run examples/erlang-supervisor.scm
(import (scheme base) (scheme write) (fermata erlang) (fermata match))

(define (say . things)
  (for-each display things)
  (newline))

;; -behaviour(gen_server): what is called for the requests of others.
(define stock
  (make-module
   'init
   (lambda (items) (list 'ok items))

   'handle-call
   (lambda (request from items)
     (match request
       (('take thing)
        (match (assq thing items)
          ((_ . 0) (list 'reply '(error sold-out) items))
          ((_ . n) (list 'reply 'ok (cons (cons thing (- n 1)) items)))
          (#f (list 'stop 'unknown-thing items))))))

   'handle-cast
   (lambda (request items)
     (match request
       (('add thing n) (list 'noreply (cons (cons thing n) items)))))

   'terminate
   (lambda (reason items) (say "stock ends: " reason))))

(define (start-stock)
  (gen-server-start-link stock '((apple . 2)) 'name 'stock))

;; A process without a behaviour: a loop that receives.
(define (print-jobs printed)
  (receive
    (('print text)
     (say "printing " text)
     (print-jobs (+ printed 1)))
    (('how-many from)
     (! from (list 'printed printed))
     (print-jobs printed))
    ('jam
     (exit 'paper-jam))))

(define (start-printer)
  (let ((p (spawn-link print-jobs 0)))
    (register 'printer p)
    (list 'ok p)))

(define (start-shop)
  (supervisor-start-link
   'name 'shop 'strategy 'one-for-one 'intensity 3 'period 5
   'children
   (list (child-spec 'id 'stock 'start start-stock 'restart 'permanent)
         (child-spec 'id 'printer 'start start-printer 'restart 'permanent
                     'shutdown 'brutal-kill))))

(define (children)
  (map (lambda (child) (list (car child) (process-alive? (cadr child))))
       (supervisor-which-children 'shop)))

(process-flag 'trap-exit #t)
(match (start-shop) (('ok shop) (say "the shop is open: " (children))))

(say "take an apple: " (gen-server-call 'stock '(take apple)))
(say "take an apple: " (gen-server-call 'stock '(take apple)))
(say "take an apple: " (gen-server-call 'stock '(take apple)))
(gen-server-cast 'stock '(add pear 1))
(say "take a pear: " (gen-server-call 'stock '(take pear)))

;; Let it crash.
(! 'printer '(print "hello"))
(let ((before (whereis 'printer)))
  (! 'printer 'jam)
  (let ((ref (monitor before)))
    (receive (('DOWN (== ref) 'process _ reason) (say "the printer died: " reason)))))
(sleep 10)
(! 'printer '(print "hello again"))
(! 'printer (list 'how-many (self)))
(receive
  (('printed n) (say "printed since its restart: " n))
  (after 1000 (say "no answer")))

;; A server that ends during a call takes the caller along, unless it catches that.
(match (catch (gen-server-call 'stock '(take unicorn)))
  (('EXIT (reason _)) (say "the call ended with: " reason)))
(sleep 10)
(say "after the restart: " (gen-server-call 'stock '(take apple)) " " (children))

(supervisor-stop 'shop)
(receive (('EXIT _ reason) (say "the shop closed: " reason)))
