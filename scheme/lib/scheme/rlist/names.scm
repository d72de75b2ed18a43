;; The names of (scheme rlist); (srfi 101) has them without the r.
(export
 rquote rpair? rcons rcar rcdr
 rcaar rcadr rcdar rcddr rcaaar rcaadr rcadar rcaddr rcdaar rcdadr rcddar
 rcdddr rcaaaar rcaaadr rcaadar rcaaddr rcadaar rcadadr rcaddar rcadddr
 rcdaaar rcdaadr rcdadar rcdaddr rcddaar rcddadr rcdddar rcddddr
 rnull? rlist? rlist make-rlist rlength rappend rreverse rlist-tail rlist-ref
 rlist-set rlist-ref/update rmap rfor-each rlist->list list->rlist)
