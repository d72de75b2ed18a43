// The PostgreSQL store: queues, the progress of steps, and what is kept beside the flows.
#include <algorithm>

#include "flow/postgres_store.hpp"

namespace fermata::flow {

namespace {
PgParameters of(std::string_view text) {
  PgParameters p;
  p.add(text);
  return p;
}
}  // namespace

// ---- queues ------------------------------------------------------------------------
// How the queue stands, and which of its flows wait.
Answer PostgresStore::look_at_queue(const QueueRule& rule, QueueState& state,
                                    std::vector<Queued>& waiting) {
  constexpr const char* kDoing = "looking at a queue";
  const PgRows open = ask(
      "SELECT queue_key, count(*) FROM flow WHERE queue = $1 AND status IN (1,2) GROUP BY 1",
      of(rule.queue));
  Answer a = each_row(open, kDoing, [&](int i) {
    state.keys[open.text(i, 0)].open = open.number(i, 1);
    state.open += open.number(i, 1);
  });
  if (a != Answer::ok) return a;
  const PgRows last = ask(  // the last thousand are enough to be fair by
      "SELECT queue_key, max(admitted_at) FROM (SELECT queue_key, admitted_at FROM flow"
      " WHERE queue = $1 AND admitted_at IS NOT NULL ORDER BY admitted_at DESC LIMIT 1000) f"
      " GROUP BY 1",
      of(rule.queue));
  a = each_row(last, kDoing,
               [&](int i) { state.keys[last.text(i, 0)].last_admitted = last.number(i, 1); });
  if (a != Answer::ok) return a;
  PgParameters p = of(rule.queue);
  add_now(p);
  p.add(rule.rate_window_ms);
  const PgRows lately = ask(
      "SELECT count(*) FROM flow WHERE queue = $1 AND admitted_at > fermata_now($2) - $3", p);
  a = each_row(lately, kDoing, [&](int i) { state.begun_lately = lately.number(i, 0); });
  if (a != Answer::ok || room_in(rule, state) == 0) return a;
  const PgRows queued = ask(
      "SELECT id, queue_key, priority FROM flow WHERE queue = $1 AND status = 7"
      " ORDER BY priority DESC, created_at, number LIMIT 10000",
      of(rule.queue));
  return each_row(queued, kDoing, [&](int i) {
    waiting.push_back({queued.text(i, 0), queued.text(i, 1), queued.number(i, 2)});
  });
}

// Who changed the queue since this one looked makes it look again.
Answer PostgresStore::admit(const QueueRule& rule, std::vector<std::string>& ids) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ids.clear();
    const PgRows known = ask("SELECT version FROM admission WHERE queue = $1", of(rule.queue));
    if (!known.ok()) return trouble(known, "looking at a queue");
    QueueState state;
    std::vector<Queued> waiting;
    if (const Answer a = look_at_queue(rule, state, waiting); a != Answer::ok) return a;
    std::int64_t latest = 0;
    for (const auto& [key, of_key] : state.keys) latest = std::max(latest, of_key.last_admitted);
    ids = next_to_begin(rule, std::move(state), waiting);
    if (ids.empty()) return Answer::ok;
    PgColumn chosen(PgColumn::Type::text);
    for (const std::string& id : ids) chosen.add(id);
    PgParameters p = of(rule.queue);
    p.add(known.count() == 0 ? 0 : known.number(0, 0)).add(chosen);
    add_now(p);
    p.add(latest);
    const PgRows admitted = ask(  // each a millisecond later at least, so that they stay in order
        "WITH turn AS (INSERT INTO admission AS a(queue, version) VALUES($1, $2 + 1)"
        "  ON CONFLICT (queue) DO UPDATE SET version = a.version + 1 WHERE a.version = $2"
        "  RETURNING queue),"
        " begun AS (UPDATE flow f SET status = 1, attempts = 0,"
        "  admitted_at = greatest(fermata_now($4), $5 + 1) + c.place - 1"
        "  FROM turn, unnest($3::TEXT[]) WITH ORDINALITY c(id, place)"
        "  WHERE f.id = c.id AND f.status = 7)"
        " SELECT queue FROM turn",
        p, Repeat::never);
    if (admitted.state() == PgRows::State::refused) return trouble(admitted, "admitting flows");
    if (admitted.count() > 0) return tell(), Answer::ok;
  }
  ids.clear();
  return Answer::ok;  // others do it
}

Answer PostgresStore::next_admission(const QueueRule& rule, std::int64_t& at) {
  at = 0;
  if (rule.rate <= 0) return Answer::ok;
  PgParameters p = of(rule.queue);
  p.add(rule.rate - 1);
  const PgRows rows = ask(
      "SELECT admitted_at FROM flow WHERE queue = $1 AND admitted_at IS NOT NULL"
      " AND EXISTS (SELECT FROM flow w WHERE w.queue = $1 AND w.status = 7)"
      " ORDER BY admitted_at DESC LIMIT 1 OFFSET $2",
      p);
  return each_row(rows, "looking at a queue",
                  [&](int i) { at = rows.number(i, 0) + rule.rate_window_ms; });
}

Answer PostgresStore::queues(std::vector<Backlog>& found) {
  PgParameters p;
  add_now(p);
  const PgRows rows = ask(
      "SELECT queue, count(*), fermata_now($1) - min(created_at) FROM flow"
      " WHERE queue IS NOT NULL AND status = 7 GROUP BY queue ORDER BY queue",
      p);
  return each_row(rows, "looking at queues", [&](int i) {
    found.push_back({rows.text(i, 0), rows.number(i, 1), rows.number(i, 2)});
  });
}

// ---- progress ----------------------------------------------------------------------
Answer PostgresStore::beat(std::string_view id, std::int64_t epoch, std::string_view step,
                           std::string_view value) {
  PgParameters p = of(id);
  p.add(epoch).add(step).add_bytes(value);
  add_now(p);
  const PgRows rows = ask(
      "INSERT INTO beat(flow, step, value, at) SELECT id, $3, $4, fermata_now($5) FROM flow"
      " WHERE id = $1 AND epoch = $2 AND status NOT IN (4,5,6)"
      "  AND (epoch & 17592186044415) > current_setting('fermata.base')::BIGINT"
      " ON CONFLICT (flow, step) DO UPDATE SET value = excluded.value, at = excluded.at"
      " RETURNING 1::BIGINT",
      p);
  if (!rows.ok()) return trouble(rows, "keeping a step's progress");
  if (rows.count() > 0) return Answer::ok;
  FlowRow row;
  const Answer a = find(id, row);
  return a == Answer::ok ? say_fenced(id) : a;
}

Answer PostgresStore::last_beat(std::string_view id, std::string_view step, Beat& beat) {
  PgParameters p = of(id);
  p.add(step);
  const PgRows rows = ask("SELECT value, at FROM beat WHERE flow = $1 AND step = $2", p);
  if (!rows.ok()) return trouble(rows, "reading a step's progress");
  if (rows.count() == 0) return say(Answer::missing, "the step has told no progress");
  beat = {rows.text(0, 0), rows.number(0, 1)};
  return Answer::ok;
}

Answer PostgresStore::beats(std::string_view id,
                            std::vector<std::pair<std::string, Beat>>& beats) {
  const PgRows rows =
      ask("SELECT step, value, at FROM beat WHERE flow = $1 ORDER BY at", of(id));
  return each_row(rows, "reading the progress of steps", [&](int i) {
    beats.push_back({rows.text(i, 0), {rows.text(i, 1), rows.number(i, 2)}});
  });
}

// ---- items -------------------------------------------------------------------------
// When the answer was lost it is sent again: what it changes it names by its version.
Answer PostgresStore::put_item(const Item& item) {
  PgParameters p = of(item.kind);
  p.add(item.id).add(item.version).add(item.due).add_bytes(item.value);
  bool is_unsure = false;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const PgRows rows = item.version == 0
        ? ask("INSERT INTO item(kind, id, version, due, value)"
              " VALUES($1, $2, $3 + 1, nullif($4, 0), $5) ON CONFLICT DO NOTHING"
              " RETURNING version", p, Repeat::never)
        : ask("UPDATE item SET version = version + 1, due = nullif($4, 0), value = $5"
              " WHERE kind = $1 AND id = $2 AND version = $3 RETURNING version", p, Repeat::never);
    if (rows.state() == PgRows::State::refused) return trouble(rows, "keeping an item");
    if (rows.count() > 0) return Answer::ok;
    is_unsure = is_unsure || rows.state() == PgRows::State::lost;
    if (is_unsure) {
      const PgRows there = ask(
          "SELECT 1::BIGINT FROM item WHERE kind = $1 AND id = $2 AND version = $3 + 1"
          " AND due IS NOT DISTINCT FROM nullif($4, 0) AND value = $5", p);
      if (!there.ok()) return trouble(there, "keeping an item");
      if (there.count() > 0) return Answer::ok;
    }
    if (rows.ok())
      return say(Answer::refused, item.id + " was changed by somebody else meanwhile");
  }
  return say(Answer::fail_stop, "keeping an item: the connection is lost again and again");
}

Answer PostgresStore::drop_item(std::string_view kind, std::string_view id) {
  PgParameters p = of(kind);
  p.add(id);
  const PgRows rows = ask("DELETE FROM item WHERE kind = $1 AND id = $2 RETURNING id", p);
  if (!rows.ok()) return trouble(rows, "dropping an item");
  if (rows.count() > 0) return Answer::ok;
  return say(Answer::missing, "there is no " + std::string(kind) + " " + std::string(id));
}

Answer PostgresStore::item(std::string_view kind, std::string_view id, Item& item) {
  PgParameters p = of(kind);
  p.add(id);
  const PgRows rows = ask("SELECT version, due, value FROM item WHERE kind = $1 AND id = $2", p);
  if (!rows.ok()) return trouble(rows, "looking at an item");
  if (rows.count() == 0)
    return say(Answer::missing, "there is no " + std::string(kind) + " " + std::string(id));
  item = {std::string(kind), std::string(id), rows.number(0, 0), rows.number(0, 1),
          rows.text(0, 2)};
  return Answer::ok;
}

Answer PostgresStore::items(std::string_view kind, std::int64_t due_by, std::vector<Item>& items) {
  PgParameters p = of(kind);
  p.add(due_by);
  const PgRows rows = ask(
      "SELECT id, version, due, value FROM item WHERE kind = $1 AND ($2 = 0 OR due <= $2)"
      " ORDER BY id",
      p);
  return each_row(rows, "looking at items", [&](int i) {
    items.push_back({std::string(kind), rows.text(i, 0), rows.number(i, 1), rows.number(i, 2),
                     rows.text(i, 3)});
  });
}

}  // namespace fermata::flow
