;; SRFI 166: formatting.
(import (scheme base) (scheme char) (scheme read) (scheme write) (scheme file) (scheme show) (srfi 64))

(test-begin "SRFI 166")
(define-syntax shows
  (syntax-rules () ((_ expected formatter ...) (test-equal expected (show #f formatter ...)))))

;; ---- objects
(shows "hi" "hi")
(shows "" nothing)
(shows "412" 4 1 2)
(shows "hi, bob! (\"a\" #\\b)" (each "hi" ", " 'bob #\!) " " '("a" #\b))
(shows "\"hi\"#\\x(a . b)" (written "hi") (written #\x) (written '(a . b)))
(shows "#0=(1 . #0#)" (let ((l (list 1))) (set-cdr! l l) l))
(shows "((1) (1))(#0=(1) #0#)((1) (1))" (let ((l (list 1))) (each (written (list l l)) (written-shared (list l l)) (written-simply (list l l)))))
(shows "(1 1 1 1 1!" (trimmed/lazy 10 (written-simply (let ((l (list 1))) (set-cdr! l l) l))) "!")
(shows "'a `(b ,c)" ''a " " (written-simply '`(b ,c)))
(shows "(#x11 #xff #(#x10 1.5))" (with ((radix 16)) '(#x11 #xff #(#x10 1.5))))
(shows "#xdead1234" (with ((radix 16)) #xDEAD) 1234)
(shows "<1>" (with ((writer (lambda (obj) (each "<" (numeric obj) ">")))) 1))
(shows "\\\"hi\\\"" (escaped "\"hi\""))
(shows "it''s" (escaped "it's" #\' #f))
(shows "a\\nb\\\\" (escaped "a\nb\\" #\" #\\ (lambda (c) (and (char=? c #\newline) #\n))))
(shows "foo \"foo bar\" 'it''s'" (maybe-escaped "foo" char-whitespace?) " " (maybe-escaped "foo bar" char-whitespace?) " " (maybe-escaped "it's" char-whitespace? #\' #f))
(test-equal "to ports" '("a1" "b2") (list (let ((port (open-output-string))) (show port "a" 1) (get-output-string port))
  (let ((port (open-output-string))) (parameterize ((current-output-port port)) (show #t "b" 2)) (get-output-string port))))
(test-error "a destination that is none" (show 'nowhere "a"))

;; ---- numbers
(shows "-5 +5 (5) 5" (numeric -5) " " (numeric 5 10 #f #t) " " (numeric -5 10 #f '("(" . ")")) " " (numeric 5 10 #f '("(" . ")")))
(shows "3.14 3.00 1.10 0.00 -0.00 11.75 -11.75 2" (with ((precision 2)) (joined displayed '(3.14159 3. 1.099 1e-17 -1e-17 47/4 -47/4) " ")) " " (numeric 2.5 10 0))
(shows "299,792,458 -299,792,458 100,000 999" (with ((comma-rule 3)) (joined displayed '(299792458 -299792458 100000 999) " ")))
(shows "299.792.458,0 100'000.00" (with ((comma-rule 3) (comma-sep #\.)) 299792458.0) " " (numeric 100000 10 2 #f 3 #\' #\.))
(shows "12,34,567 123,4567 1,234,567 1,234,567.50" (numeric/comma 1234567 '(3 2)) " " (numeric/comma 1234567 4) " " (numeric/comma 1234567) " " (numeric/comma 1234567.5 3 10 2))
(shows "1.23 1.00 #.## ####" (numeric/fitted 4 1.2345 10 2) " " (numeric/fitted 4 1 10 2) " " (numeric/fitted 4 12.345 10 2) " " (numeric/fitted 4 12345))
(shows "de.ad d.ead 0.dead 1g 101 -ff" (with ((radix 16)) (joined (lambda (n) (with ((precision n)) (numeric (/ #xdead (expt 16 n))))) '(2 3 4) " ")) " " (numeric 33 17) " " (numeric 5 2) " " (numeric -255 16))
(shows "1/3 1.5e300 +inf.0 -inf.0 +nan.0 1.50+2.00i" (joined numeric (list 1/3 1.5e300 +inf.0 -inf.0 +nan.0) " ") " " (numeric 1.5+2i 10 2))
(for-each (lambda (case) (test-equal (car case) (show #f (apply numeric/si (cdr case)))))
  '(("608" 608) ("4k" 3986) ("3.9Ki" 3986 1024) ("1.2M" 1.23e6) ("123k" 1.23e5) ("12.3k" 1.23e4) ("1.2 " 1.23 1000 " ") ("123m" .123) ("1.2 µ" 1.23e-6 1000 " ") ("0" 0) ("-4k" -3986) ("1k" 999.96) ("1" .99999) ("1Ki" 1024 1024) ("1Q" 1e30)))
(shows "   0.000    1.500\n   1.000   -0.416\n" (with ((decimal-align 5) (precision 3)) (joined/suffix (lambda (row) (joined numeric row " ")) '((0 1.5) (1 -0.41615)) nl)))
(test-error (show #f (numeric 'one)))

;; ---- space, lists, padding
(shows "a\nb" "a" fl fl "b")
(shows "a       b       c" "a" (tab-to) "b" (tab-to) (tab-to) "c")
(shows "ab   c  d" "ab" (space-to 5) "c" (space-to 3) (tab-to 4) "d")
(shows "(2 1)" (call-with-output (each "a\n\nb" (fn (row col) (written (list row col)))) (lambda (text) (substring text 4 9))))
(shows "1, 2, 3|, 1, 2|1;2;" (joined displayed '(1 2 3) ", ") "|" (joined/prefix displayed '(1 2) ", ") "|" (joined/suffix displayed '(1 2) ";"))
(shows "a, b, and c|1 2 . 3|(0 1 2)|" (joined/last displayed (lambda (x) (each "and " x)) '(a b c) ", ") "|" (joined/dot displayed (lambda (x) (each ". " x)) '(1 2 . 3) " ") "|(" (joined/range displayed 0 3 " ") ")|" (joined displayed '() "x"))
(shows "5 6 7 8 " (trimmed/lazy 8 (joined/range displayed 5 #f " ")))
(shows "abc  |  abc| abc  |abcdef|abcdef|**a" (padded/right 5 "abc") "|" (padded 5 "abc") "|" (padded/both 6 "abc") "|" (padded 5 "abcdef") "|" (padded/right 5 "abcdef") "|" (with ((pad-char #\*)) (padded 3 "a")))
(shows "abc cde bcd" (trimmed/right 3 "abcde") " " (trimmed 3 "abcde") " " (trimmed/both 3 "abcde"))
(shows "ab... ...fg ...de... abc" (with ((ellipsis "...")) (trimmed/right 5 "abcdefg") " " (trimmed 5 "abcdefg") " " (trimmed/both 8 "abcdefghi") " " (trimmed 3 "abc")))
(shows "a  |abc|bc|  a" (fitted/right 3 "a") "|" (fitted/right 3 "abcd") "|" (fitted 2 "abc") "|" (fitted 3 "a"))
(shows " ab |bc" (fitted/both 4 "ab") "|" (fitted/both 2 "abcd"))
(shows "ABCß SSß" (upcased "abc") "ß" " " (upcased "ß") (downcased "ß"))

;; ---- the state
(define depth (make-state-variable 'depth 0))
(define level (make-state-variable 'level 7 #t))
(shows "0 1 2 0" (fn (depth) depth) " " (with ((depth 1)) (fn (depth) depth) " " (with ((depth 2)) (fn (depth) depth)) " ") (fn ((d depth)) d))
(shows "5 5 0" (with! (depth 5)) (fn (depth) depth) " " (forked (each (with! (depth 6)) nothing) (fn (depth) depth)) " " (with ((depth 9)) (with! (depth 8))) (with! (depth 0)) (fn (depth) depth))
(test-error "an immutable variable" (show #f (with! (level 8))))
(shows "8" (with ((level 8)) (fn (level) level)))
(test-error "no variable" (show #f (with (('x 8)) "a")))
(shows "[abc]abc" (call-with-output "abc" (lambda (text) (each "[" text "]" text))))
(shows "<a><b>" (with ((output (lambda (text) (fn () (with ((output output-default)) "<" text ">"))))) "a" "b"))
(test-equal "a name in the body shadows nothing" "3" (show #f (with ((width 3)) (fn ((w width)) (let ((col 1)) (numeric w))))))
(test-equal "deep nesting" 100000 (string-length (show #f (let loop ((n 100000)) (if (= n 0) nothing (each "x" (loop (- n 1))))))))

;; ---- columns
(define-syntax columns (syntax-rules () ((_ n expected formatter) (test-equal expected (show #f (with ((width n)) formatter))))))
(columns 16 "abc     123\ndef     456\n" (columnar (displayed "abc\ndef\n") (displayed "123\n456\n")))
(columns 15 "/* abc | 123 */\n/* def | 456 */\n" (columnar "/* " (displayed "abc\ndef\n") " | " (displayed "123\n456\n") " */"))
(columns 14 "    ab bc x\n       de x\n" (columnar 'right 6 (displayed "ab") " " 'center 2 (displayed "bc\nde") " x"))
(columns 40 "a       b                       c\n" (columnar 1/5 (displayed "a") 3/5 (displayed "b") (displayed "c")))
(columns 11 "a   b   c\n" (columnar (displayed "a") (displayed "b") (displayed "c")))
(columns 40 "     1 a\n     2 b\n" (columnar 6 'right 'infinite (line-numbers) " " (displayed "a\nb")))
(columns 20 "|a  |123|\n|bc |45 |\n|def|6  |\n" (tabular "|" (each "a\nbc\ndef\n") "|" (each "123\n45\n6\n") "|"))
(columns 10 "1 a x\n2 b y\n3 c z\n" (columnar 2 (each "1\n" "2\n3") 'left (columnar 2 (displayed "a\nb\nc") (displayed "x\ny\nz"))))
(test-equal "columns that never end are made line by line" "y0\ny1\ny2\ny" (show #f (trimmed/lazy 10 (with ((width 2)) (columnar "y" 'infinite (joined/range (lambda (n) (each n nl)) 0))))))
(test-error (show #f (columnar 'middle "a")))
(columns 8 "hello\nworld\n" (wrapped "hello world"))
(columns 10 "aaa bb cc\nddddd\n" (wrapped "  aaa bb\n cc" "  ddddd "))
(columns 6 "aaa\nbb cc\nddddd\n" (wrapped/list '("aaa" "bb" "cc" "ddddd")))
(columns 4 "a\nlongword\nb\n" (wrapped "a longword b"))
(columns 4 "\n" (wrapped "   "))
(columns 10 "The  quick\nbrown  fox\njumped\nover   the\nlazy dog\n" (justified "The quick brown fox jumped over the lazy dog"))
(columns 4 "abcd\nefg\n\nhi\n" (wrapped/char "abcdefg\n\nhi"))
(columns 4 "a,b\nc,d\n" (with ((word-separator? (lambda (c) (memv c '(#\; #\space))))) (wrapped "a,b;c,d")))
(let ((file "/tmp/fermata-show-test.txt"))
  (call-with-output-file file (lambda (port) (write-string "one\ntwo" port)))
  (columns 10 "  1 one\n  2 two\n" (columnar 3 'right 'infinite (line-numbers) " " (from-file file)))
  (delete-file file))

;; ---- colors, widths
(shows "\x1b;[31mred\x1b;[34mblue\x1b;[31mred\x1b;[39m" (as-red "red" (as-blue "blue") "red"))
(shows "\x1b;[1m\x1b;[4ma\x1b;[24m\x1b;[22m\x1b;[42mb\x1b;[49m" (as-bold (as-underline "a")) (on-green "b"))
(shows "\x1b;[38;5;196ma\x1b;[39m\x1b;[48;2;1;2;3mb\x1b;[49m" (as-color 5 0 0 "a") (on-true-color 1 2 3 "b"))
(test-error (show #f (as-color 6 0 0 "a")))
(shows "\x1b;[31m1234567\x1b;[39m col: 7" (terminal-aware (as-red "1234567") (fn (col) (each " col: " col))))
(shows "日本語 col: 6" (terminal-aware "日本語" (fn (col) (each " col: " col))))
(shows "日" (terminal-aware (trimmed/right 3 "日本語")))
(shows "\x1b;[31m12\x1b;[39m" (terminal-aware (trimmed/right 2 (as-red "1234"))))
(shows "|日本|a   |\n|x   |語  |\n" (terminal-aware (tabular "|" (displayed "日本\nx") "|" 4 (displayed "a\n語") "|")))
(test-equal '(3 4 2 1 2 0 2) (list (string-terminal-width "abc") (string-terminal-width "日本") (string-terminal-width "\x1f600;") (string-terminal-width "e\x301;") (string-terminal-width/wide "\xa7;") (string-terminal-width "\x1b;[1m") (string-terminal-width "\xac00;")))
(test-equal '("b日" "" "\x1b;[1m\x1b;[0m") (list (substring-terminal-width "ab日c" 1 4) (substring-terminal-width "日" 0 1) (substring-terminal-preserve "\x1b;[1mab\x1b;[0m")))

;; ---- pretty printing; each is laid out as it stands here
(define-syntax laid-out
  (syntax-rules ()
    ((_ text ...) (begin (test-equal text (show #f (with ((width 78)) (pretty (read (open-input-string text)))))) ...))))
(laid-out
"(foo bar)
"
"((self . aquanet-paper-1991)
 (type . paper)
 (title . \"Aquanet: a hypertext tool to hold your things in the longest titles there are\"))
"
"(abracadabra xylophone
             bananarama
             yellowstonepark
             cryptoanalysis
             zebramania
             delightful
             wubbleflubbery)
"
"#(0  1  2  3  4  5  6  7  8  9  10 11 12 13 14 15 16 17 18 19 20 21 22 23 24
  25 26 27 28 29 30 31 32 33 34 35 36 37)
"
"(define (fold kons knil ls)
  (define (loop ls acc)
    (if (null? ls) acc (loop (cdr ls) (kons (car ls) acc))))
  (loop ls knil))
"
"(do ((vec (make-vector 5)) (i 0 (+ i 1))) ((= i 5) vec)
  (vector-set! vec i 'supercalifrajalisticexpialidocious))
"
"(do ((my-vector (make-vector 5)) (index 0 (+ index 1)))
    ((= index 5) my-vector)
  (vector-set! my-vector index index))
"
"(define (file->sexp-list pathname)
  (call-with-input-file pathname
    (lambda (port)
      (let loop ((res '()))
        (let ((line (read port)))
          (if (eof-object? line) (reverse res) (loop (cons line res))))))))
"
"(design
 (module (name \"\\\\testshiftregister\")
         (attributes
          (attribute (name \"\\\\src\") (value \"testshiftregister.v:10\"))))
 (wire (name \"\\\\shreg\")
       (attributes
        (attribute (name \"\\\\src\") (value \"testshiftregister.v:15\")))))
"
"(let ((the-first-of-them (lambda (x)
                           (abracadabra xylophone x bananarama)
                           (yellowstonepark))))
  (list the-first-of-them))
"
"(let ((ones '#0=(1 . #0#))) ones)
")
(test-equal "labels where the layout takes several lines"
"(#0=(aaaaaaaaaaaaa)
 #0#
 bbbbbbbbbbbbb)
" (show #f (with ((width 20)) (pretty-shared (let ((a '(aaaaaaaaaaaaa))) (list a a 'bbbbbbbbbbbbb))))))
(test-equal "what is pretty reads back" #t
  (let ((program '(define-record-type point (make-point x y) point? (x point-x set-point-x!) #(1 "two" #\3 (4 . 5)) `(a ,b ,@c) () #() (()))))
    (let loop ((columns 1) (same #t))
      (if (> columns 80) same
          (loop (+ columns 1) (and same (equal? program (read (open-input-string (show #f (with ((width columns)) (pretty program))))))))))))
(shows "\x1b;[34mdefine\x1b;[39m" (trimmed/right 16 (each (call-with-output (pretty-with-color '(define x)) (lambda (text) (displayed (substring text 1 17)))))))
;; ---- names that stand alone
(define-syntax codes
  (syntax-rules ()
    ((_ (name before after) ...)
     (begin (test-equal (symbol->string 'name) (string-append "\x1b;[" before "m" "x" "\x1b;[" after "m") (show #f (name "x"))) ...))))
(codes (as-black "30" "39") (as-red "31" "39") (as-green "32" "39") (as-yellow "33" "39") (as-blue "34" "39") (as-magenta "35" "39") (as-cyan "36" "39") (as-white "37" "39")
       (on-black "40" "49") (on-red "41" "49") (on-green "42" "49") (on-yellow "43" "49") (on-blue "44" "49") (on-magenta "45" "49") (on-cyan "46" "49") (on-white "47" "49")
       (as-bold "1" "22") (as-italic "3" "23") (as-underline "4" "24"))
(test-equal "colours by number" '("\x1b;[38;5;196mx\x1b;[39m" "\x1b;[48;5;21mx\x1b;[49m" "\x1b;[38;2;1;2;3mx\x1b;[39m") (list (show #f (as-color 5 0 0 "x")) (show #f (on-color 0 0 5 "x")) (show #f (as-true-color 1 2 3 "x"))))
(shows "abc" (each-in-list '("a" "b" #\c)))
(shows "1,5" (with ((decimal-sep #\,)) (numeric 1.5)))
(shows "+5 (5)" (with ((sign-rule #t)) (numeric 5)) " " (with ((sign-rule '("(" . ")"))) (numeric -5)))
(test-equal "a width of one's own" "..ab" (show #f (with ((string-width (lambda (s) (string-length s))) (pad-char #\.)) (padded 4 "ab"))))
(test-equal "a part of one's own" "AB" (show #f (with ((substring/width (lambda (s from to) (string-upcase (substring s from to))))) (trimmed/right 2 "abcd"))))
(test-equal "what is kept of the rest" "ab!" (show #f (with ((substring/preserve (lambda (s) "!"))) (trimmed/right 2 "abcd"))))
(test-equal "wide where it is ambiguous" '(1 2) (list (string-terminal-width "α") (string-terminal-width/wide "α")))
(test-equal "ab" (substring-terminal-width/wide "abcd" 0 2))
(test-equal '(#f #t) (let ((seen #f)) (list (begin (show #f (fn ((wide? ambiguous-is-wide?)) (begin (set! seen wide?) nothing))) seen) (begin (show #f (with ((ambiguous-is-wide? #t)) (fn ((wide? ambiguous-is-wide?)) (begin (set! seen wide?) nothing)))) seen))))
(shows "(a b)\n" (pretty-simply '(a b)))
(shows "#f here" (fn (pretty-environment) (each pretty-environment " ")) (with ((pretty-environment 'here)) (fn (pretty-environment) pretty-environment)))
(test-end)
