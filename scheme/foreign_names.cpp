// The table of names, and names that contain an operator or begin with a digit.
#include "scheme/foreign_names.hpp"

#include <algorithm>

namespace fermata::scheme {

namespace {

struct ForeignName {
  std::string_view name, hint;
};

constexpr std::string_view kTrue = "true is written #t";
constexpr std::string_view kFalse = "false is written #f";
constexpr std::string_view kNothing = "the empty list is written '(), false #f";
constexpr std::string_view kPrint = "(display obj) prints an object, (newline) ends the line";
constexpr std::string_view kProcedure =
    "(define (name parameter ...) body ...) defines a procedure";
constexpr std::string_view kReturn = "a procedure returns the value of its last expression";
constexpr std::string_view kLoop =
    "repeat with do or a named let: (let loop ((i 0)) ... (loop (+ i 1)))";
constexpr std::string_view kAssign =
    "(define variable value) makes a variable, (set! variable value) changes it";
constexpr std::string_view kMacro =
    "(define-syntax name (syntax-rules () ((_ part ...) template))) defines a macro";
constexpr std::string_view kChoose =
    "(cond (test expression ...) ... (else expression ...)) chooses among many";

constexpr ForeignName kForeignNames[] = {
    {"true", kTrue},
    {"True", kTrue},
    {"TRUE", kTrue},
    {"false", kFalse},
    {"False", kFalse},
    {"FALSE", kFalse},
    {"nil", kNothing},
    {"NIL", kNothing},
    {"null", kNothing},
    {"NULL", kNothing},
    {"None", kNothing},
    {"empty", kNothing},
    {"print", kPrint},
    {"println", kPrint},
    {"puts", kPrint},
    {"echo", kPrint},
    {"printf", kPrint},
    {"displayln", kPrint},
    {"defun", kProcedure},
    {"def", kProcedure},
    {"defn", kProcedure},
    {"fun", kProcedure},
    {"func", kProcedure},
    {"function", kProcedure},
    {"return", kReturn},
    {"while", kLoop},
    {"for", kLoop},
    {"setq", kAssign},
    {"setf", kAssign},
    {"var", kAssign},
    {"const", kAssign},
    {"defvar", kAssign},
    {"elif", kChoose},
    {"elsif", kChoose},
    {"elseif", kChoose},
    {"switch", kChoose},
    {"1+", "(+ n 1) adds one"},
    {"-1+", "(- n 1) takes one away"},
    {"1-", "(- n 1) takes one away"},
    {"mod", "(modulo n m) is the remainder with the sign of m"},
    {"rem", "(remainder n m) is the remainder with the sign of n"},
    {"try", "(guard (e (#t handler ...)) body ...) handles what is raised in the body"},
    {"throw", "(raise obj) raises an object, (error message obj ...) an error"},
    {"progn", "(begin expression ...) runs one expression after the other"},
    {"len", "(length list), (string-length string), (vector-length vector) count elements"},
    {"concat", "(string-append string ...) joins strings, (append list ...) lists"},
    {"mapcar", "(map procedure list ...) applies a procedure to each element"},
    {"foldl", "(fold procedure start list) of (srfi 1) does this; it gives the element first"},
    {"foldr", "(fold-right procedure start list) of (srfi 1) does this"},
    {"add1", "(+ n 1) adds one"},
    {"sub1", "(- n 1) takes one away"},
    {"set", kAssign},
    {"let!", kAssign},
    {"hash-ref", "(hash-table-ref/default table key default) of (srfi 69) looks a key up"},
    {"hash-set!", "(hash-table-set! table key value) of (srfi 69) sets the value of a key"},
    {"make-hash", "(make-hash-table) of (srfi 69) makes a hash table"},
    {"defmacro", kMacro},
    {"define-macro", kMacro},
    {"\u03bb", "(lambda (parameter ...) body ...) makes a procedure"},
    {"string-concat", "(string-append string ...) joins strings"},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), is_digit);
}

// `i+1` and `a<b`: two operands around an operator.
std::string split_operation(std::string_view name,
                            const std::function<bool(std::string_view)>& is_variable) {
  const auto is_operand = [&](std::string_view s) { return all_digits(s) || is_variable(s); };
  for (const std::string_view op : {"<=", ">=", "==", "+", "-", "*", "/", "<", ">", "="}) {
    const std::size_t at = name.find(op, 1);
    if (at == name.npos || at + op.size() >= name.size()) continue;
    const std::string_view left = name.substr(0, at), right = name.substr(at + op.size());
    if (!is_operand(left) || !is_operand(right)) continue;
    return std::string(name) + " is one name; write (" + std::string(op == "==" ? "=" : op) + " " +
           std::string(left) + " " + std::string(right) + ")";
  }
  return {};
}

}  // namespace

std::string hint_for_foreign_name(std::string_view name,
                                  const std::function<bool(std::string_view)>& is_variable) {
  for (const ForeignName& known : kForeignNames)
    if (known.name == name) return std::string(known.hint);
  if (name.size() > 2 && name[0] == '0' && (name[1] == 'x' || name[1] == 'b' || name[1] == 'o'))
    return std::string("numbers in another base are written #") + name[1] +
           std::string(name.substr(2));
  if (std::string operation = split_operation(name, is_variable); !operation.empty())
    return operation;
  if (name.size() > 1 && is_digit(name[0]) &&
      name.find_first_not_of("0123456789._eE+-/") == name.npos)
    return std::string(name) + " is no number, so it is taken for a name";
  return {};
}

}  // namespace fermata::scheme
