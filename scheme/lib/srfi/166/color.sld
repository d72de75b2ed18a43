;; SRFI 166: colors and weights of text, as terminals understand them.
(define-library (srfi 166 color)
  (export as-red as-blue as-green as-cyan as-yellow as-magenta as-white as-black
          as-bold as-italic as-underline as-color as-true-color
          on-red on-blue on-green on-cyan on-yellow on-magenta on-white on-black
          on-color on-true-color)
  (import (scheme base) (srfi 166 kernel))
  (begin

    ;; What is in force, to come back to: the parameters of an escape sequence.
    (define foreground (make-state-variable 'foreground "39"))
    (define background (make-state-variable 'background "49"))
    (define weight (make-state-variable 'weight "22"))
    (define slant (make-state-variable 'slant "23"))
    (define underline (make-state-variable 'underline "24"))

    (define (escape parameters) (string-append "\x1B;[" parameters "m"))

    (define (within variable parameters formatters)
      (fn ((old variable))
        (each (escape parameters)
              (with ((variable parameters)) (each-in-list formatters))
              (escape old))))

    (define (attribute variable parameters)
      (lambda formatters (within variable parameters formatters)))

    ;;> (as-black formatter ...)
    ;;> The formatters, written in black.
    (define as-black (attribute foreground "30"))
    ;;> (as-red formatter ...)
    ;;> The formatters, written in red.
    (define as-red (attribute foreground "31"))
    ;;> (as-green formatter ...)
    ;;> The formatters, written in green.
    (define as-green (attribute foreground "32"))
    ;;> (as-yellow formatter ...)
    ;;> The formatters, written in yellow.
    (define as-yellow (attribute foreground "33"))
    ;;> (as-blue formatter ...)
    ;;> The formatters, written in blue.
    (define as-blue (attribute foreground "34"))
    ;;> (as-magenta formatter ...)
    ;;> The formatters, written in magenta.
    (define as-magenta (attribute foreground "35"))
    ;;> (as-cyan formatter ...)
    ;;> The formatters, written in cyan.
    (define as-cyan (attribute foreground "36"))
    ;;> (as-white formatter ...)
    ;;> The formatters, written in white.
    (define as-white (attribute foreground "37"))
    ;;> (as-bold formatter ...)
    ;;> The formatters, written in bold.
    (define as-bold (attribute weight "1"))
    ;;> (as-italic formatter ...)
    ;;> The formatters, written in italics.
    (define as-italic (attribute slant "3"))
    ;;> (as-underline formatter ...)
    ;;> The formatters, underlined.
    (define as-underline (attribute underline "4"))

    ;;> (on-black formatter ...)
    ;;> The formatters on black.
    (define on-black (attribute background "40"))
    ;;> (on-red formatter ...)
    ;;> The formatters on red.
    (define on-red (attribute background "41"))
    ;;> (on-green formatter ...)
    ;;> The formatters on green.
    (define on-green (attribute background "42"))
    ;;> (on-yellow formatter ...)
    ;;> The formatters on yellow.
    (define on-yellow (attribute background "43"))
    ;;> (on-blue formatter ...)
    ;;> The formatters on blue.
    (define on-blue (attribute background "44"))
    ;;> (on-magenta formatter ...)
    ;;> The formatters on magenta.
    (define on-magenta (attribute background "45"))
    ;;> (on-cyan formatter ...)
    ;;> The formatters on cyan.
    (define on-cyan (attribute background "46"))
    ;;> (on-white formatter ...)
    ;;> The formatters on white.
    (define on-white (attribute background "47"))

    (define (level who limit n)
      (if (and (exact-integer? n) (<= 0 n limit))
          n
          (error (string-append who ": a level must be an integer from 0 to "
                                (number->string limit) ", got")
                 n)))

    ;; One of the 216 colors of a cube with six levels a side.
    (define (cube who start r g b)
      (string-append
       start ";5;"
       (number->string
        (+ 16 (* 36 (level who 5 r)) (* 6 (level who 5 g)) (level who 5 b)))))

    (define (true who start r g b)
      (string-append start ";2;"
                     (number->string (level who 255 r)) ";"
                     (number->string (level who 255 g)) ";"
                     (number->string (level who 255 b))))

    ;;> (as-color red green blue formatter ...)
    ;;> The formatters in the color of these levels, each from 0 to 5.
    (define (as-color r g b . formatters)
      (within foreground (cube "as-color" "38" r g b) formatters))

    ;;> (on-color red green blue formatter ...)
    ;;> The formatters on that color.
    (define (on-color r g b . formatters)
      (within background (cube "on-color" "48" r g b) formatters))

    ;;> (as-true-color red green blue formatter ...)
    ;;> The formatters in the color of these levels, each from 0 to 255.
    (define (as-true-color r g b . formatters)
      (within foreground (true "as-true-color" "38" r g b) formatters))

    ;;> (on-true-color red green blue formatter ...)
    ;;> The formatters on that color.
    (define (on-true-color r g b . formatters)
      (within background (true "on-true-color" "48" r g b) formatters))))
