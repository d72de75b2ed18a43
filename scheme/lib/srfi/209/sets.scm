;; Sets of members of one type.

;;> (enum-set? obj)
;;> Whether obj is a set of members.
;;
;;> (enum-set-type set)
;;> The type of its members.
(define-record-type <enum-set>
  (new-set type bits)
  enum-set?
  (type enum-set-type)
  (bits set-bits))

(define (bit enum) (arithmetic-shift 1 (enum-ordinal enum)))
(define (all-bits type) (- (arithmetic-shift 1 (enum-type-size type)) 1))

(define (check-member who type enum)
  (if (not (and (enum? enum) (eq? type (enum-type enum))))
      (error (string-append who ": not a member of the set's type:") enum)))

(define (bits-of who type enums)
  (let loop ((rest enums) (bits 0))
    (if (null? rest)
        bits
        (begin
          (check-member who type (car rest))
          (loop (cdr rest) (bitwise-ior bits (bit (car rest))))))))

;;> (enum-empty-set type)
;;> The set of no members of the type.
(define (enum-empty-set type)
  (check-type "enum-empty-set" type)
  (new-set type 0))

;;> (enum-type->enum-set type)
;;> The set of all members.
(define (enum-type->enum-set type) (new-set type (all-bits type)))

;;> (enum-set type enum ...)
;;> The set of these members.
(define (enum-set type . enums) (list->enum-set type enums))

;;> (list->enum-set type enums)
;;> The set of the members in the list.
(define (list->enum-set type enums)
  (new-set type (bits-of "list->enum-set" type enums)))

;;> (enum-set-projection type-or-set set)
;;> The set of the members of the first's type that have the names of the members of the
;;> second.
(define (enum-set-projection type-or-set set)
  (let ((type (if (enum-set? type-or-set)
                  (enum-set-type type-or-set)
                  type-or-set)))
    (list->enum-set type
                    (map (lambda (name) (named "enum-set-projection" type name))
                         (enum-set->list set)))))

;;> (enum-set-copy set)
;;> The set.
(define (enum-set-copy set) (new-set (enum-set-type set) (set-bits set)))

;;> (make-enumeration names)
;;> The set of all members of a new type, whose values are their names.
(define (make-enumeration names)
  (enum-type->enum-set
   (make-enum-type (map (lambda (name) (list name name)) names))))

;;> (enum-set-universe set)
;;> The set of all members of the set's type.
(define (enum-set-universe set) (enum-type->enum-set (enum-set-type set)))

;;> (enum-set-constructor set)
;;> A procedure from a list of names to the set of these members.
(define (enum-set-constructor set)
  (let ((type (enum-set-type set)))
    (lambda (names)
      (list->enum-set
       type
       (map (lambda (name) (named "enum-set-constructor" type name)) names)))))

;;> (enum-set-indexer set)
;;> A procedure from names to ordinals; #f for other names.
(define (enum-set-indexer set)
  (let ((type (enum-set-type set)))
    (lambda (name)
      (let ((enum (enum-name->enum type name)))
        (and enum (enum-ordinal enum))))))

;;> (enum-set-contains? set enum)
;;> Whether the member is in the set.
(define (enum-set-contains? set enum)
  (check-member "enum-set-contains?" (enum-set-type set) enum)
  (bit-set? (enum-ordinal enum) (set-bits set)))

;;> (enum-set-member? symbol set)
;;> Whether the set has a member of that name.
(define (enum-set-member? name set)
  (let ((enum (enum-name->enum (enum-set-type set) name)))
    (and enum (bit-set? (enum-ordinal enum) (set-bits set)))))

;;> (enum-set-empty? set)
;;> Whether there are no members in it.
(define (enum-set-empty? set) (= (set-bits set) 0))

(define (check-same-type who a b)
  (if (not (eq? (enum-set-type a) (enum-set-type b)))
      (error (string-append who ": sets of different types:") a b)))

;;> (enum-set-disjoint? set1 set2)
;;> Whether they have no member in common.
(define (enum-set-disjoint? a b)
  (check-same-type "enum-set-disjoint?" a b)
  (= 0 (bitwise-and (set-bits a) (set-bits b))))

(define (set-comparison who holds?)
  (lambda (first second . more)
    (let loop ((first first) (rest (cons second more)))
      (or (null? rest)
          (begin
            (check-same-type who first (car rest))
            (and (holds? (set-bits first) (set-bits (car rest)))
                 (loop (car rest) (cdr rest))))))))

(define (within? a b) (= 0 (bitwise-andc2 a b)))

;;> (enum-set=? set1 set2 ...)
;;> Whether all have the same members.
(define enum-set=? (set-comparison "enum-set=?" =))
;;> (enum-set<=? set1 set2 ...)
;;> Whether each is a subset of the next.
(define enum-set<=? (set-comparison "enum-set<=?" within?))
;;> (enum-set>=? set1 set2 ...)
;;> Whether each is a superset of the next.
(define enum-set>=? (set-comparison "enum-set>=?" (lambda (a b) (within? b a))))
;;> (enum-set<? set1 set2 ...)
;;> Whether each is a proper subset of the next.
(define enum-set<?
  (set-comparison "enum-set<?"
                  (lambda (a b) (and (within? a b) (not (= a b))))))
;;> (enum-set>? set1 set2 ...)
;;> Whether each is a proper superset of the next.
(define enum-set>?
  (set-comparison "enum-set>?"
                  (lambda (a b) (and (within? b a) (not (= a b))))))

;;> (enum-set-subset? set1 set2)
;;> Whether the names of the members of the first are among those of the second; their
;;> types may differ.
(define (enum-set-subset? a b)
  (enum-set-every? (lambda (enum) (enum-set-member? (enum-name enum) b)) a))

;;> (enum-set->enum-list set)
;;> A list of the members, by their ordinals.
(define (enum-set->enum-list set)
  (filter (lambda (enum) (bit-set? (enum-ordinal enum) (set-bits set)))
          (enum-type-enums (enum-set-type set))))

;;> (enum-set->list set)
;;> A list of their names.
(define (enum-set->list set) (map enum-name (enum-set->enum-list set)))

;;> (enum-set-map->list proc set)
;;> A list of what proc makes of the members.
(define (enum-set-map->list proc set) (map proc (enum-set->enum-list set)))

;;> (enum-set-for-each proc set)
;;> Calls proc with the members, by their ordinals.
(define (enum-set-for-each proc set) (for-each proc (enum-set->enum-list set)))

;;> (enum-set-fold proc seed set)
;;> Calls (proc enum state) for the members, by their ordinals.
(define (enum-set-fold proc seed set)
  (let loop ((rest (enum-set->enum-list set)) (state seed))
    (if (null? rest) state (loop (cdr rest) (proc (car rest) state)))))

;;> (enum-set-any? pred set)
;;> Whether pred is true of a member.
(define (enum-set-any? pred set)
  (let loop ((rest (enum-set->enum-list set)))
    (and (pair? rest) (or (and (pred (car rest)) #t) (loop (cdr rest))))))

;;> (enum-set-every? pred set)
;;> Whether pred is true of all members.
(define (enum-set-every? pred set)
  (not (enum-set-any? (lambda (enum) (not (pred enum))) set)))

;;> (enum-set-count pred set)
;;> How many members pred is true of.
(define (enum-set-count pred set) (enum-set-size (enum-set-filter pred set)))

;;> (enum-set-size set)
;;> The number of members.
(define (enum-set-size set) (bit-count (set-bits set)))

;;> (enum-set-filter pred set)
;;> The members that pred is true of.
(define (enum-set-filter pred set)
  (list->enum-set (enum-set-type set)
                  (filter pred (enum-set->enum-list set))))
;;> (enum-set-filter! pred set)
;;> The same.
(define enum-set-filter! enum-set-filter)

;;> (enum-set-remove pred set)
;;> The members that pred is not true of.
(define (enum-set-remove pred set)
  (enum-set-filter (lambda (enum) (not (pred enum))) set))
;;> (enum-set-remove! pred set)
;;> The same.
(define enum-set-remove! enum-set-remove)

;;> (enum-set-adjoin set enum ...)
;;> The set with these members too.
(define (enum-set-adjoin set . enums)
  (new-set (enum-set-type set)
           (bitwise-ior (set-bits set)
                        (bits-of "enum-set-adjoin" (enum-set-type set) enums))))
;;> (enum-set-adjoin! set enum ...)
;;> The same.
(define enum-set-adjoin! enum-set-adjoin)

;;> (enum-set-delete-all set enums)
;;> The set without the members in the list.
(define (enum-set-delete-all set enums)
  (new-set (enum-set-type set)
           (bitwise-andc2 (set-bits set)
                          (bits-of "enum-set-delete" (enum-set-type set)
                                   enums))))
;;> (enum-set-delete-all! set enums)
;;> The same.
(define enum-set-delete-all! enum-set-delete-all)

;;> (enum-set-delete set enum ...)
;;> The set without these members.
(define (enum-set-delete set . enums) (enum-set-delete-all set enums))
;;> (enum-set-delete! set enum ...)
;;> The same.
(define enum-set-delete! enum-set-delete)

(define (combined who combine)
  (lambda (a b)
    (check-same-type who a b)
    (new-set (enum-set-type a) (combine (set-bits a) (set-bits b)))))

;;> (enum-set-union set1 set2)
;;> The members of either.
(define enum-set-union (combined "enum-set-union" bitwise-ior))
;;> (enum-set-union! set1 set2)
;;> The same.
(define enum-set-union! enum-set-union)
;;> (enum-set-intersection set1 set2)
;;> The members of both.
(define enum-set-intersection (combined "enum-set-intersection" bitwise-and))
;;> (enum-set-intersection! set1 set2)
;;> The same.
(define enum-set-intersection! enum-set-intersection)
;;> (enum-set-difference set1 set2)
;;> The members of the first that the second has not.
(define enum-set-difference (combined "enum-set-difference" bitwise-andc2))
;;> (enum-set-difference! set1 set2)
;;> The same.
(define enum-set-difference! enum-set-difference)
;;> (enum-set-xor set1 set2)
;;> The members of exactly one.
(define enum-set-xor (combined "enum-set-xor" bitwise-xor))
;;> (enum-set-xor! set1 set2)
;;> The same.
(define enum-set-xor! enum-set-xor)

;;> (enum-set-complement set)
;;> The members of the type that are not in the set.
(define (enum-set-complement set)
  (enum-set-difference (enum-set-universe set) set))
;;> (enum-set-complement! set)
;;> The same.
(define enum-set-complement! enum-set-complement)
