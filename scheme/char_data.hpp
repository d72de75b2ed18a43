// What Unicode says about characters: classes, digit values, case.
//
// Categories, simple case mappings and case folding come from utf8proc.  The rest of the
// Unicode Character Database that R7RS 6.6 and 6.7 need is in tables of char_data.cpp.
#pragma once

#include "vm/string.hpp"

namespace fermata::scheme {

bool is_alphabetic(char32_t c);  // derived property Alphabetic
bool is_numeric(char32_t c);     // decimal digits of any script
bool is_whitespace(char32_t c);  // White_Space
bool is_uppercase(char32_t c);   // derived property Uppercase
bool is_lowercase(char32_t c);
int digit_value(char32_t c);     // 0-9, or -1

// Simple mappings: one character to one.
char32_t upcase(char32_t c);
char32_t downcase(char32_t c);
char32_t foldcase(char32_t c);

// Full mappings: "ß" becomes "SS"; a capital sigma that ends a word becomes "ς".
vm::String& upcase(vm::Heap& heap, const vm::String& s);
vm::String& downcase(vm::Heap& heap, const vm::String& s);
vm::String& foldcase(vm::Heap& heap, const vm::String& s);

}  // namespace fermata::scheme
