;; The names of the other libraries of SRFI 166, for (srfi 166) and (scheme show).
(export
 pretty pretty-shared pretty-simply pretty-with-color
 columnar tabular wrapped wrapped/list wrapped/char justified from-file
 line-numbers
 terminal-aware string-terminal-width string-terminal-width/wide
 substring-terminal-width substring-terminal-width/wide
 substring-terminal-preserve
 as-red as-blue as-green as-cyan as-yellow as-magenta as-white as-black
 as-bold as-italic as-underline as-color as-true-color
 on-red on-blue on-green on-cyan on-yellow on-magenta on-white on-black
 on-color on-true-color)
