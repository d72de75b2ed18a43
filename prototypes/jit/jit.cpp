// What is compiled when, where it lies, and the count of it all.
//
// The machine looks up every 10,000 units of gas; what runs then is hot and is compiled, with
// the procedures without free variables that it calls.  Code goes into one region of memory
// below 2 GB and is never freed.  FERMATA_JIT=off leaves everything to the interpreter, =lookup has
// returns look their caller up each time, =eager looks every 40 units, for tests;
// FERMATA_JIT_STATS=1 tells counts at the end, =FILE adds them there.
#include <sys/mman.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "prototypes/jit/template.hpp"

namespace fermata::vm::jit {

namespace {

constexpr std::size_t kArena = std::size_t{64} << 20;

double now() {
  using namespace std::chrono;
  return duration<double, std::micro>(steady_clock::now().time_since_epoch()).count();
}

class Compiler {
 public:
  Compiler() {
    const char* mode = std::getenv("FERMATA_JIT");
    const std::string_view word = mode ? mode : "";
    is_on_ = word != "off";
    is_eager_ = word == "eager";
    options_.predict = word != "lookup";
    const char* stats = std::getenv("FERMATA_JIT_STATS");
    tells_ = stats == nullptr ? nullptr : std::string_view(stats) == "1" ? stderr : std::fopen(stats, "a");
  }
  ~Compiler() {
    if (tells_ == nullptr) return;
    std::fprintf(tells_,
                 "jit: start %.0f us; %zu procedures, %zu words, %zu bytes, %zu bytes of tables, %.0f us; "
                 "exits %zu resume %zu slow %zu enter %zu native; gas %lld\n",
                 start_time_, procedures_, words_, bytes_, table_bytes_, compile_time_, exits[0], exits[1], exits[2], exits[3],
                 static_cast<long long>(gas));
  }

  bool is_on() const { return is_on_; }
  bool is_eager() const { return is_eager_; }

  // The native entry of a code; compiles it when that was not done.  0: it is being compiled.
  std::uint64_t native(const Code& code) {
    if (const std::uint64_t entry = entry_of(code)) return entry;
    if (depth_ > 8 || procedures_ + depth_ + 1 >= kMostEntries) return 0;
    for (int i = 0; i < depth_; ++i)
      if (pending_[i] == &code) return 0;
    if (arena_ == nullptr) start();
    pending_[depth_++] = &code;
    const std::uint64_t entry = compile(code);
    --depth_;
    return entry;
  }

  const Stubs& stubs() const { return stubs_; }
  std::size_t exits[4] = {};
  std::int64_t gas = 0;

 private:
  void start() {
    const double begin = now();
    arena_ = static_cast<char*>(mmap(nullptr, kArena, PROT_READ | PROT_WRITE | PROT_EXEC,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT | MAP_NORESERVE, -1, 0));
    if (arena_ == MAP_FAILED) std::abort();
    stubs_ = make_stubs([&](const std::function<void(asmjit::x86::Assembler&)>& make) {
      asmjit::CodeHolder holder;
      const std::uint64_t base = place(holder);
      asmjit::x86::Assembler a(&holder);
      make(a);
      finish(holder);
      return base;
    });
    start_time_ = now() - begin;
  }

  std::uint64_t place(asmjit::CodeHolder& holder) {
    next_ = (next_ + 15) & ~std::size_t{15};
    const auto base = reinterpret_cast<std::uint64_t>(arena_ + next_);
    holder.init(asmjit::Environment::host(), base);
    holder.setErrorHandler(&errors_);
    return base;
  }

  std::size_t finish(asmjit::CodeHolder& holder) {
    holder.flatten();
    holder.resolveUnresolvedLinks();
    holder.relocateToBase(reinterpret_cast<std::uint64_t>(arena_ + next_));
    const std::size_t size = holder.codeSize();
    if (next_ + size > kArena) std::abort();
    holder.copyFlattenedData(arena_ + next_, size);
    next_ += size;
    return size;
  }

  std::uint64_t compile(const Code& code) {
    const double begin = now();
    const double nested_before = compile_time_;
    asmjit::CodeHolder holder;
    // Callees first: they take their places before this one does.
    for (std::size_t w = 0; w < code.word_count(); w += op_length(code.entry() + w)) {
      const Op op = op_of(code.entry()[w]);
      if (op != Op::call_closure && op != Op::tail_call_closure) continue;
      std::uint64_t bits;
      std::memcpy(&bits, code.entry() + w + 1, sizeof bits);
      native(*as<Closure>(Value::from_bits(bits)).code);
    }
    const std::uint64_t base = place(holder);
    Template t(holder, code, stubs_, options_, [](const Code& callee) { return entry_of(callee); });
    t.run();
    const std::size_t size = finish(holder);
    const std::uint64_t entry = base + t.entry_offset();
    auto* table = static_cast<std::uint32_t*>(std::calloc(code.word_count(), sizeof(std::uint32_t)));
    for (std::size_t w = 0; w < code.word_count(); ++w) table[w] = t.offset_of(w);
    const Head head{table, 0, static_cast<std::uint32_t>(code.word_count())};
    std::memcpy(reinterpret_cast<void*>(entry - sizeof head), &head, sizeof head);
    entries[++procedures_] = entry;
    const_cast<Code&>(code).arity |= procedures_ << kNumberShift;
    words_ += code.word_count(), bytes_ += size, table_bytes_ += code.word_count() * 4;
    compile_time_ = nested_before + (now() - begin);
    return entry;
  }

  struct Errors : asmjit::ErrorHandler {
    void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override {
      std::fprintf(stderr, "jit: %s\n", message);
      std::abort();
    }
  };

  bool is_on_, is_eager_;
  std::FILE* tells_;
  Options options_;
  Errors errors_;
  char* arena_ = nullptr;
  std::size_t next_ = 0;
  Stubs stubs_{};
  const Code* pending_[16] = {};
  int depth_ = 0;
  std::size_t procedures_ = 0, words_ = 0, bytes_ = 0, table_bytes_ = 0;
  double start_time_ = 0, compile_time_ = 0;
};

Compiler& compiler() {
  static Compiler c;
  return c;
}

const Code* code_of(Value running, const Instruction* pc) {
  if (!is<Closure>(running)) return nullptr;
  const Code* code = as<Closure>(running).code;
  return pc >= code->entry() && pc < code->entry() + code->word_count() ? code : nullptr;
}

}  // namespace

bool is_on() {
  static const bool on = compiler().is_on();
  return on;
}

bool is_eager() {
  static const bool eager = compiler().is_eager();
  return eager;
}

void note_gas(std::int64_t paid) { compiler().gas += paid; }

std::uint64_t entries[kMostEntries];

const void* find(Value running, const Instruction* pc) {
  const Code* code = code_of(running, pc);
  if (code == nullptr || entry_of(*code) == 0) return nullptr;
  const std::uint64_t entry = entry_of(*code);
  const Head& head = *reinterpret_cast<const Head*>(entry - sizeof(Head));
  const std::uint32_t offset = head.offsets[pc - code->entry()];
  return offset ? reinterpret_cast<const void*>(entry + offset) : nullptr;
}

void consider(Machine& m, Value running, const Instruction* pc) {
  if (const Code* code = code_of(running, pc)) compiler().native(*code);
}

Exit enter(Machine& m, State& s, const void* address) {
  reinterpret_cast<void (*)(State*, const void*, Machine*)>(compiler().stubs().enter)(&s, address, &m);
  ++compiler().exits[s.exit];
  return static_cast<Exit>(s.exit);
}

}  // namespace fermata::vm::jit
