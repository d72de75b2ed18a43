// What a journal holds: values as text, histories of any shape.
#include "flow/journal.hpp"
#include "flow/plain_data.hpp"
#include "scheme/syntax.hpp"
#include "tests/fuzz/interpreter.hpp"
#include "tests/fuzz/targets.hpp"

namespace fermata::fuzz {

using namespace flow;
using vm::Machine;
using vm::Value;

namespace {

void value(std::string_view text) {
  Machine& m = interpreter().machine;
  try {
    const Value v = from_journal_text(m, text);
    if (not_plain(m, v)) return;
    const std::string written = to_journal_text(m, v);
    expect(to_journal_text(m, from_journal_text(m, written)) == written,
           "a value does not come back", written);
  } catch (const scheme::SyntaxError&) {
  }
}

// Four bytes a record: its kind, strand, ordinal, name.
Record record(std::string_view bytes, std::int64_t seq) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  Record r;
  r.event = event_numbered(byte(0) % 13).value_or(Event::step_intent);
  r.position = {byte(1) % 3 ? "0." + std::to_string(byte(1) % 3) : "0", byte(2) % 5};
  r.name = std::string(1, static_cast<char>('a' + byte(3) % 3));
  r.value = byte(3) & 4 ? "1" : "";
  r.seq = seq;
  return r;
}

void history(std::string_view input) {
  const auto store = make_memory_store();
  std::vector<Record> records;
  for (std::size_t at = 0; at + 4 <= input.size() && at < 200; at += 4)
    records.push_back(record(input.substr(at, 4), static_cast<std::int64_t>(at / 4)));
  const Claim claim = store->create({"", "flow", "-"}, records);
  if (claim.answer != Answer::ok) return;
  store->release(claim.id, claim.epoch);
  const Claim again = store->claim(claim.id);
  History loaded = store->load(claim.id);
  if (again.answer != Answer::ok || loaded.answer != Answer::ok) return;
  expect(loaded.records.size() == records.size(), "records got lost");
  const std::size_t open = Journal::open_waits(loaded.records).size();
  expect(open <= records.size(), "more waits than records");
  Journal journal(*store, again, std::move(loaded), [] { return std::int64_t{0}; });
  // A program that asks for what a part of the input says, in that order.
  for (std::size_t at = 0; at + 4 <= input.size() && at < 200; at += 4) {
    const Record& asked =
        records[(at / 4 + static_cast<std::uint8_t>(input[0]) % 2) % records.size()];
    const auto operation = static_cast<Operation>(static_cast<std::uint8_t>(input[at]) % 5);
    const Found found = journal.ask(asked.position, operation, asked.name, 0);
    expect((found.kind == Found::mismatch) == !journal.problem().empty(),
           "a mismatch without its story");
    expect(found.kind != Found::recorded || journal.holds(asked.position),
           "an end that the history does not have");
    while (journal.next_event() != nullptr) {
    }
  }
  expect(journal.ends_here() == journal.problem().empty(), "an end without its story");
}

}  // namespace

void journal(std::string_view input) {
  if (input.size() > 2000) return;
  value(input);
  history(input);
}

}  // namespace fermata::fuzz
