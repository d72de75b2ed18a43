// Finding plain forms in a program's text, for hints: where a name is defined, with which
// parameters, what is bound around a place.
//
// This looks at characters, not at meanings, so it misses what macros make and what is laid
// out in an odd way; then there is no hint.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fermata::scheme {

// Where (define name ...), (define (name ...) ...) or (define-syntax name ...) begins in the
// first column, at or after `from`; npos: nowhere.
std::size_t find_definition(std::string_view text, std::string_view name, std::size_t from);

// "(name a b)" of the last definition or named let of that name at or before `until`, or "".
std::string find_signature(std::string_view text, std::string_view name, std::size_t until);

// The first words of "(word word ...": at most `most`, and none that is a list or a string.
std::vector<std::string_view> first_words(std::string_view form, std::size_t most);

// Words that may be variables bound in the form at top level that `place` is in.
std::vector<std::string_view> names_bound_around(std::string_view text, std::size_t place);

// The first words of the lists that `place` is in, the innermost first.
std::vector<std::string_view> operators_around(std::string_view text, std::size_t place);

// "let" or "do" when the name is bound by an earlier binding of such a form whose later one
// `place` is in: there it is not known yet.  Else "".
std::string_view binder_beside(std::string_view text, std::string_view name, std::size_t place);

// "(x y)" when `place` is in (lambda x y body ...) and the name is one that was meant as a
// parameter or stands behind such; else "".
std::string bare_parameters(std::string_view text, std::string_view name, std::size_t place);

// The part of the form's text that is its operator, or the variable of its set!, when that is
// the name; empty otherwise.
std::string_view name_in_form(std::string_view form, std::string_view name);

}  // namespace fermata::scheme
