// The SQLite store: queues, the progress of steps, and what is kept beside the flows.
#include <utility>

#include "flow/queueing.hpp"
#include "flow/sqlite_store.hpp"

namespace fermata::flow {

// ---- queues ----------------------------------------------------------------------
Answer SqliteStore::admit(const QueueRule& rule, std::vector<std::string>& ids) {
  return write([&]() -> Answer {
    const std::int64_t now = options_.now();
    QueueState state;
    std::int64_t latest = 0;
    {
      Query q = db_.query(
          "SELECT queue_key, count(*) FROM flow WHERE queue=?1 AND status IN (1,2) GROUP BY 1");
      q.bind(rule.queue);
      const Answer a = each_row(q, "looking at a queue", [&](const Query& row) {
        state.keys[row.text(0)].open = row.number(1);
        state.open += row.number(1);
      });
      if (a != Answer::ok) return a;
    }
    {
      Query q = db_.query(  // the last thousand are enough to be fair by
          "SELECT queue_key, max(admitted_at) FROM (SELECT queue_key, admitted_at FROM flow"
          " WHERE queue=?1 AND admitted_at IS NOT NULL ORDER BY admitted_at DESC LIMIT 1000)"
          " GROUP BY 1");
      q.bind(rule.queue);
      const Answer a = each_row(q, "looking at a queue", [&](const Query& row) {
        state.keys[row.text(0)].last_admitted = row.number(1);
        latest = std::max(latest, row.number(1));
      });
      if (a != Answer::ok) return a;
    }
    if (rule.rate > 0) {
      Query q = db_.query("SELECT count(*) FROM flow WHERE queue=?1 AND admitted_at>?2");
      if (q.bind(rule.queue).bind(now - rule.rate_window_ms).step() == SQLITE_ROW)
        state.begun_lately = q.number(0);
    }
    if (room_in(rule, state) == 0) return Answer::ok;
    std::vector<Queued> waiting;
    {
      Query q = db_.query(
          "SELECT id, queue_key, priority FROM flow WHERE queue=?1 AND status=7"
          " ORDER BY priority DESC, created_at, rowid LIMIT 10000");
      q.bind(rule.queue);
      const Answer a = each_row(q, "looking at a queue", [&](const Query& row) {
        waiting.push_back({row.text(0), row.text(1), row.number(2)});
      });
      if (a != Answer::ok) return a;
    }
    ids = next_to_begin(rule, std::move(state), waiting);
    for (const std::string& id : ids) {
      latest = std::max(now, latest + 1);  // so that they stay in order
      Query q = db_.query("UPDATE flow SET status=1, admitted_at=?2, attempts=0 WHERE id=?1");
      q.bind(id).bind(latest);
      if (const Answer a = done(q, "admitting a flow"); a != Answer::ok) return a;
    }
    return Answer::ok;
  });
}

Answer SqliteStore::next_admission(const QueueRule& rule, std::int64_t& at) {
  at = 0;
  if (rule.rate <= 0) return Answer::ok;
  return read([&]() -> Answer {
    Query waits = db_.query("SELECT 1 FROM flow WHERE queue=?1 AND status=7 LIMIT 1");
    if (waits.bind(rule.queue).step() != SQLITE_ROW) return Answer::ok;
    Query q = db_.query(
        "SELECT admitted_at FROM flow WHERE queue=?1 AND admitted_at IS NOT NULL"
        " ORDER BY admitted_at DESC LIMIT 1 OFFSET ?2");
    if (q.bind(rule.queue).bind(rule.rate - 1).step() == SQLITE_ROW)
      at = q.number(0) + rule.rate_window_ms;
    return Answer::ok;
  });
}

Answer SqliteStore::queues(std::vector<Backlog>& found) {
  return read([&] {
    Query q = db_.query(
        "SELECT queue, count(*), min(created_at) FROM flow WHERE status=7 GROUP BY queue");
    return each_row(q, "looking at queues", [&](const Query& row) {
      found.push_back({row.text(0), row.number(1), options_.now() - row.number(2)});
    });
  });
}

// A commit of another connection changes the number; it is read from shared memory.
bool SqliteStore::changed() {
  const std::unique_lock guard(mutex_, std::try_to_lock);
  if (!guard.owns_lock()) return false;
  const std::int64_t version = db_.number("PRAGMA data_version", 0);
  const bool others = std::exchange(data_version_, version) != version;
  return std::exchange(delivered_, false) || others;
}

// ---- progress --------------------------------------------------------------------
Answer SqliteStore::beat(std::string_view id, std::int64_t epoch, std::string_view step,
                         std::string_view value) {
  return write([&]() -> Answer {
    FlowRow row;
    if (const Answer a = find(id, row); a != Answer::ok) return a;
    if (row.epoch != epoch || is_closed(row.status))
      return say(Answer::fenced, row.id + " was taken over by another process");
    Query q = db_.query("INSERT OR REPLACE INTO beat(flow, step, value, at) VALUES(?1,?2,?3,?4)");
    q.bind(id).bind(step).bind(value).bind(options_.now());
    return done(q, "keeping a step's progress");
  }, Force::later);
}

Answer SqliteStore::last_beat(std::string_view id, std::string_view step, Beat& beat) {
  return read([&]() -> Answer {
    Query q = db_.query("SELECT value, at FROM beat WHERE flow=?1 AND step=?2");
    const int code = q.bind(id).bind(step).step();
    if (code == SQLITE_DONE) return say(Answer::missing, "the step has told no progress");
    if (code != SQLITE_ROW) return trouble(code, "reading a step's progress");
    beat = {q.text(0), q.number(1)};
    return Answer::ok;
  });
}

Answer SqliteStore::beats(std::string_view id, std::vector<std::pair<std::string, Beat>>& beats) {
  return read([&] {
    Query q = db_.query("SELECT step, value, at FROM beat WHERE flow=?1 ORDER BY at");
    q.bind(id);
    return each_row(q, "reading the progress of steps", [&](const Query& row) {
      beats.push_back({row.text(0), {row.text(1), row.number(2)}});
    });
  });
}

// ---- items -----------------------------------------------------------------------
Answer SqliteStore::put_item(const Item& item) {
  return write([&]() -> Answer {
    Query q = item.version == 0
                  ? db_.query("INSERT OR IGNORE INTO item(kind, id, version, due, value)"
                              " VALUES(?1,?2,?3+1,?4,?5) RETURNING version")
                  : db_.query("UPDATE item SET version=version+1, due=?4, value=?5"
                              " WHERE kind=?1 AND id=?2 AND version=?3 RETURNING version");
    q.bind(item.kind).bind(item.id).bind(item.version);
    item.due == 0 ? q.bind_null() : q.bind(item.due);
    const int code = q.bind(item.value).step();
    if (code == SQLITE_DONE)
      return say(Answer::refused, item.id + " was changed by somebody else meanwhile");
    return code == SQLITE_ROW ? Answer::ok : trouble(code, "keeping an item");
  });
}

Answer SqliteStore::drop_item(std::string_view kind, std::string_view id) {
  return write([&]() -> Answer {
    Query q = db_.query("DELETE FROM item WHERE kind=?1 AND id=?2 RETURNING id");
    const int code = q.bind(kind).bind(id).step();
    if (code == SQLITE_DONE)
      return say(Answer::missing, "there is no " + std::string(kind) + " " + std::string(id));
    return code == SQLITE_ROW ? Answer::ok : trouble(code, "dropping an item");
  });
}

Answer SqliteStore::item(std::string_view kind, std::string_view id, Item& item) {
  return read([&]() -> Answer {
    Query q = db_.query("SELECT version, due, value FROM item WHERE kind=?1 AND id=?2");
    const int code = q.bind(kind).bind(id).step();
    if (code == SQLITE_DONE)
      return say(Answer::missing, "there is no " + std::string(kind) + " " + std::string(id));
    if (code != SQLITE_ROW) return trouble(code, "looking at an item");
    item = {std::string(kind), std::string(id), q.number(0), q.number(1), q.text(2)};
    return Answer::ok;
  });
}

Answer SqliteStore::items(std::string_view kind, std::int64_t due_by, std::vector<Item>& items) {
  return read([&] {
    Query q = db_.query(
        "SELECT id, version, due, value FROM item WHERE kind=?1 AND (?2=0 OR due<=?2) ORDER BY id");
    q.bind(kind).bind(due_by);
    return each_row(q, "looking at items", [&](const Query& row) {
      items.push_back(
          {std::string(kind), row.text(0), row.number(1), row.number(2), row.text(3)});
    });
  });
}

}  // namespace fermata::flow
