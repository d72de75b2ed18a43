;; SRFI 115: regular expressions.
(import (scheme base) (scheme char) (scheme regex) (scheme charset) (srfi 64))

(test-begin "SRFI 115")

(define (found re string . range)
  (let ((m (apply regexp-search re string range))) (and m (regexp-match->list m))))
(define (whole re string)
  (let ((m (regexp-matches re string))) (and m (regexp-match->list m))))

;; ---- making
(test-equal '(#t #f #t #t) (list (regexp? (regexp "a")) (regexp? "a") (regexp? (rx "a")) (let ((r (regexp "a"))) (eq? r (regexp r)))))
(test-equal '(#t #f #f #f #f) (map valid-sre? '((: "a" (* "b")) (unknown "a") 5 (= "a") (** 3 2 "a"))))
(test-equal '(: "a" (* "b")) (regexp->sre (regexp '(: "a" (* "b")))))
(test-equal "rx is quasiquoted" '(#t #f) (let ((word "ab")) (map (lambda (s) (regexp-matches? (rx (* ,word) "!") s)) '("abab!" "ab"))))
(test-equal '("c" "x" #f) (let ((re (char-set->sre (char-set #\c #\x)))) (map (lambda (s) (regexp-match-submatch (or (regexp-search re s) (regexp-search "" "")))) '("abc" "x" ))) )
(test-error "an unknown form" (regexp '(unknown "a")))
(test-error "what linear time cannot do is refused" (regexp '(: ($ "a") (backref 1))))
(test-error "too large" (regexp '(= 1000 (= 1000 "a"))))

;; ---- matching
(test-equal '(#t #f #t) (list (regexp-matches? "abc" "abc") (regexp-matches? "abc" "abcd") (regexp-matches? "bc" "abcd" 1 3)))
(test-equal '(("bc") #f ("")) (list (found "bc" "abcd") (found "x" "abc") (found "" "abc")))
(test-equal '(("aaa") ("") ("aa") ("a") ("aaa") ("aa") ("aa"))
  (list (found '(* "a") "aaab") (found '(* "a") "baaa") (found '(= 2 "a") "aaa") (found '(? "a") "aa") (found '(>= 2 "a") "aaa") (found '(** 1 2 "a") "aaa") (found '(+ "a") "baa")))
(test-equal '(#f ("ab") ("aab") ("ab"))
  (list (whole '(or "a" "b") "ab") (whole '(or "a" "ab") "ab") (whole '(: (* "a") "b") "aab") (whole '(exactly 2 any) "ab")))
(test-equal "the longest alternative is taken" '("foobar") (found '(or "foo" "foobar") "foobarbaz"))
(test-equal "the leftmost match, then the longest" '(("abcd" "bc" #f) ("b"))
  (list (found '(or (: "a" ($ "bc") "d") ($ "bcde")) "abcde") (found '(or "b" "c") "abc")))
(test-equal "a later short match does not hide an earlier long one" '("abbbc") (found '(or (: "a" (+ "b") "c") "b") "abbbc"))
(test-equal '(("<a>") ("a" "") ("a"))
  (list (found '(: "<" (*? any) ">") "<a><b>") (found '(: "a" ($ (?? "b"))) "ab") (found '(**? 1 3 "a") "aaa")))
(test-equal "nothing matches an empty or" #f (found '(or) "a"))

;; ---- submatches
(test-equal '("a1b2" "1" "b" "2") (found '(: "a" ($ num) ($ alpha) ($ num)) "xa1b2"))
(test-equal "numbers rise from left to right, also nested" '("abc" "ab" "b" "c") (found '(: ($ "a" ($ "b")) ($ "c")) "abc"))
(test-equal "the last round counts" '("abc" "c") (found '(+ ($ any)) "abc"))
(test-equal "copies share their number" '("abc" "c") (found '(= 3 ($ any)) "abc"))
(test-equal '("b" #f "b") (found '(or ($ "a") ($ "b")) "b"))
(test-equal '("2026" 0 4 "07" "07" 2)
  (let ((m (regexp-search '(: (-> year (= 4 num)) "-" (submatch-named month (= 2 num))) "2026-07")))
    (list (regexp-match-submatch m 'year) (regexp-match-submatch-start m 'year) (regexp-match-submatch-end m 1)
          (regexp-match-submatch m 'month) (regexp-match-submatch m 2) (regexp-match-count m))))
(test-equal '(#t #f "b" 1 2) (let ((m (regexp-search "b" "abc")))
                               (list (regexp-match? m) (regexp-match? 5) (regexp-match-submatch m) (regexp-match-submatch-start m) (regexp-match-submatch-end m))))
(test-error 'out-of-range (regexp-match-submatch (regexp-search "a" "a") 1))
(test-error 'out-of-range (regexp-match-submatch (regexp-search "a" "a") 'name))
(test-equal '("ab") (found '(w/nocapture ($ "a") ($ "b")) "ab"))
(test-equal "a regexp within another" '("ab" "b") (found (list ': "a" (regexp '($ "b"))) "ab"))

;; ---- sets of characters
(test-equal '("a" "b" #f "a" "-" "5" "F" "é" #f "b")
  (map (lambda (re s) (let ((m (found re s))) (and m (car m))))
       '(("abc") (char-set "bc") (/ "az") (/ "az" #\0 "9") (~ alphanum) (- num ("1234")) (& hex-digit upper) alpha (w/ascii alpha) (or #\b "c"))
       '("xa" "ab" "A1" "-a" "a-" "145" "aF" "é" "é" "ab")))
(test-equal '(#t #t #t #t #t #t #t #t #t #t #t #t #t)
  (map regexp-matches?
       '(any nonl ascii lower upper title alnum num punct symbol space control xdigit)
       '("\n" "a" "z" "b" "B" "ǅ" "1" "7" "!" "+" "\t" "\x7;" "f")))
(test-equal '(#f #t #t #f) (list (regexp-matches? 'nonl "\n") (regexp-matches? 'graph "!") (regexp-matches? 'print " ") (regexp-matches? 'graph " ")))
(test-equal '(#t #t) (list (regexp-matches? char-set:digit "1") (regexp-matches? #\a "a")))
(test-equal '(#t #t #f #t #t) (list (regexp-matches? '(w/nocase "abc") "aBC") (regexp-matches? '(w/nocase (* lower)) "aB") (regexp-matches? '(w/nocase "a" (w/case "b")) "AB")
                                    (regexp-matches? '(w/nocase "a" (w/case "b")) "Ab") (regexp-matches? '(w/nocase (/ "az")) "Q")))

;; ---- places
(test-equal '(("a") #f ("c") #f) (list (found '(: bos "a") "abc") (found '(: bos "b") "abc") (found '(: "c" eos) "abc") (found '(: "b" eos) "abc")))
(test-equal '("ab" "cd") (regexp-extract '(: bol (+ alpha) eol) "ab\ncd\nx1\n"))
(test-equal '(("and") #f ("an" "d") ("foo"))
  (list (found '(word "and") "or and") (found '(word "and") "band") (list (car (found '(: bow "an") "band and")) (car (found '(: "d" eow) "band")))
        (found 'word "  foo-bar")))
(test-equal '(#f ("b")) (list (found '(: nwb "b") "b ") (found '(: nwb "b") "ab")))
(test-equal '("foo_1" "bar") (regexp-extract '(word+ any) "foo_1, bar!"))
(test-equal "what a reader sees as one" '("e\x301;" "x") (regexp-extract 'grapheme "e\x301;x"))
(test-equal '("x") (found '(: bog "x" eog) "e\x301;x"))

;; ---- all matches
(test-equal '("192" "168" "0" "1") (regexp-extract '(+ numeric) "192.168.0.1"))
(test-equal '(("" "fee" "fi" "fo" "fum" "") ("a" "" "b" "") ("") ("b" "c"))
  (list (regexp-split '(+ space) " fee fi fo fum\n") (regexp-split '(",;") "a,,b,") (regexp-split '(+ space) "") (regexp-split "," "a,b,c" 2)))
(test-equal '(("") ("Hello" ", " "world" "!\n") ("abc" "123" "def" "456" "ghi" "7") ("" "1" "a"))
  (list (regexp-partition '(+ (or space punct)) "") (regexp-partition '(+ (or space punct)) "Hello, world!\n") (regexp-partition '(* numeric) "abc123def456ghi7") (regexp-partition 'num "1a")))
(test-equal '((4 "b" 2) (2 "a" 0)) (regexp-fold 'alpha (lambda (i m s acc) (cons (list (regexp-match-submatch-end m) (regexp-match-submatch m) i) acc)) '() "1a2b" ))
(test-equal '(done 3 ("a")) (regexp-fold 'alpha (lambda (i m s acc) (cons (regexp-match-submatch m) acc)) '() "12a3b" (lambda (i m s acc) (list 'done i acc)) 1 4))
(test-equal "bos is the start of the range only" '("a") (regexp-extract '(: bos "a") "aaa"))
(test-equal '("one  two" "- two" "one two " "abXabc")
  (list (regexp-replace '(+ space) "one two" "  ") (regexp-replace "one" "one two" "-") (regexp-replace '(: ($ (+ alpha)) " " ($ (+ alpha))) "two one" '(2 " " 1 " ")) (regexp-replace "c" "abcabc" "X")))
(test-equal '("a-b-c" "a b-c" "<b>" "AbC" "[x|z]")
  (list (regexp-replace-all '(+ space) "a  b c" "-") (regexp-replace '(+ space) "a b c" "-" 0 #f 1) (regexp-replace-all '(-> x alpha) "b" '("<" x ">"))
        (regexp-replace-all '(or "a" "c") "abc" (lambda (m) (string-upcase (regexp-match-submatch m)))) (regexp-replace "y" "xyz" '("[" pre "|" post "]") 0 3 1)))
(test-equal '("abc" "aXb") (list (regexp-replace "x" "abc" "-") (regexp-replace-all "a" "aab" "X" 1)))

;; ---- time is linear
(test-equal "nested repetition of much" #f (regexp-matches '(: (* (* (* "a"))) "b") (make-string 3000 #\a)))
(test-equal "many optional parts" #t (regexp-matches? (list ': '(= 50 (? "a")) '(= 50 "a")) (make-string 50 #\a)))
(test-equal 20000 (regexp-match-submatch-end (regexp-search '(: (* (or "a" "b")) "c") (string-append (make-string 19999 #\a) "c"))))

(test-end "SRFI 115")
