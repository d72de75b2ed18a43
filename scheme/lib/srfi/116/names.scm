;; The names of SRFI 116, for (srfi 116) and (scheme ilist).
(export
 iq
 ;; making
 ipair ilist xipair ipair* make-ilist ilist-tabulate ilist-copy iiota
 ;; asking
 ipair? proper-ilist? ilist? dotted-ilist? not-ipair? null-ilist? ilist=
 ;; parts
 icar icdr icaar icadr icdar icddr icaaar icaadr icadar icaddr icdaar icdadr
 icddar icdddr icaaaar icaaadr icaadar icaaddr icadaar icadadr icaddar
 icadddr icdaaar icdaadr icdadar icdaddr icddaar icddadr icdddar icddddr
 icar+icdr ilist-ref ifirst isecond ithird ifourth ififth isixth iseventh
 ieighth ininth itenth itake idrop ilist-tail itake-right idrop-right
 isplit-at ilast last-ipair
 ;; all of them
 ilength iappend iconcatenate ireverse iappend-reverse izip iunzip1 iunzip2
 iunzip3 iunzip4 iunzip5 icount imap ifor-each ifold iunfold ipair-fold
 ireduce ifold-right iunfold-right ipair-fold-right ireduce-right
 iappend-map ifilter-map imap-in-order ipair-for-each
 ;; searching
 ifilter ipartition iremove imember imemq imemv ifind ifind-tail iany
 ievery ilist-index itake-while idrop-while ispan ibreak idelete
 idelete-duplicates iassoc iassq iassv ialist-cons ialist-delete
 ;; replacing, converting
 replace-icar replace-icdr pair->ipair ipair->pair list->ilist ilist->list
 tree->itree itree->tree gtree->itree gtree->tree iapply
 ;; comparators
 ipair-comparator ilist-comparator make-ilist-comparator
 make-improper-ilist-comparator make-ipair-comparator make-icar-comparator
 make-icdr-comparator)
