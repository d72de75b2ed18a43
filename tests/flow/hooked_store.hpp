// A store that passes everything on and calls a hook around each write, so that tests can
// kill the process there, or let somebody else act at that very moment.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "flow/store.hpp"

namespace fermata::flow {

enum class Moment { before, after };

class HookedStore final : public Store {
 public:
  // hook: the number of the write, from 1, and whether it is about to happen or done.
  using Hook = std::function<void(int write, Moment moment)>;
  HookedStore(std::unique_ptr<Store> inner, Hook hook)
      : inner_(std::move(inner)), hook_(std::move(hook)) {}

  std::atomic<std::size_t> read = 0;  // messages, by inbox()
  std::atomic<std::size_t> loads = 0;  // histories, or ends of them
  std::atomic<std::size_t> records = 0;  // in these
  bool remote = false;
  std::function<void()> asked;  // is called in each call, from whatever thread

  bool is_remote() const override { return remote; }
  std::string owner() const override { return inner_->owner(); }
  bool changed() override { return inner_->changed(); }
  void end() override { inner_->end(); }
  std::string url() const override { return inner_->url(); }
  std::string error() const override { return inner_->error(); }
  std::int64_t lease_ms() const override { return inner_->lease_ms(); }
  Claim create(const NewFlow& f, std::span<const Record> r) override {
    return around([&] { return inner().create(f, r); });
  }
  Claim claim(std::string_view id, Manner manner) override {
    return around([&] { return inner().claim(id, manner); });
  }
  Appended append(const Append& a) override {
    return around([&] { return inner().append(a); });
  }
  std::vector<Appended> append_all(std::span<const Append> a) override {
    return around([&] { return inner().append_all(a); });
  }
  Answer deliver(std::string_view id, const Message& m) override {
    return around([&] { return inner().deliver(id, m); });
  }
  Answer put_program(std::string_view hash, std::string_view text) override {
    return around([&] { return inner().put_program(hash, text); });
  }
  Answer put_item(const Item& item) override {
    return around([&] { return inner().put_item(item); });
  }
  Answer drop_item(std::string_view kind, std::string_view id) override {
    return around([&] { return inner().drop_item(kind, id); });
  }
  Answer admit(const QueueRule& rule, std::vector<std::string>& ids) override {
    return around([&] { return inner().admit(rule, ids); });
  }
  Answer beat(std::string_view id, std::int64_t epoch, std::string_view step,
              std::string_view value) override {
    return around([&] { return inner().beat(id, epoch, step, value); });
  }
  Answer next_admission(const QueueRule& rule, std::int64_t& at) override {
    return inner().next_admission(rule, at);
  }
  Answer queues(std::vector<Backlog>& found) override { return inner().queues(found); }
  Answer last_beat(std::string_view id, std::string_view step, Beat& beat) override {
    return inner().last_beat(id, step, beat);
  }
  Answer beats(std::string_view id, std::vector<std::pair<std::string, Beat>>& b) override {
    return inner().beats(id, b);
  }
  Answer item(std::string_view kind, std::string_view id, Item& item) override {
    return inner().item(kind, id, item);
  }
  Answer items(std::string_view kind, std::int64_t due_by, std::vector<Item>& items) override {
    return inner().items(kind, due_by, items);
  }
  Answer attributes(std::string_view id,
                    std::vector<std::pair<std::string, std::string>>& found) override {
    return inner().attributes(id, found);
  }
  Answer release(std::string_view id, std::int64_t epoch) override {
    return inner().release(id, epoch);
  }
  Answer renew(std::span<const Holding> held) override { return inner().renew(held); }
  Answer inbox(std::string_view id, std::size_t limit, std::vector<Message>& m) override {
    const Answer answer = inner().inbox(id, limit, m);
    read += m.size();
    return answer;
  }
  Answer row(std::string_view id, FlowRow& row) override { return inner().row(id, row); }
  History load_program(std::string_view id) override { return inner().load_program(id); }
  using Store::load;
  History load(std::string_view id, std::int64_t from) override {
    ++loads;
    History history = inner().load(id, from);
    records += history.records.size();
    return history;
  }
  Answer list(const ListFilter& f, std::vector<FlowRow>& r) override { return inner().list(f, r); }
  Answer counts(std::vector<FlowCount>& c) override { return inner().counts(c); }
  Answer due(std::size_t n, std::vector<FlowRow>& r) override { return inner().due(n, r); }
  Answer import(const FlowRow& f, std::span<const Record> r) override {
    return inner().import(f, r);
  }
  Answer extend(const FlowRow& f, std::span<const Record> r) override {
    return inner().extend(f, r);
  }
  Answer promote(std::string_view id, std::int64_t epoch, std::int64_t to) override {
    return around([&] { return inner().promote(id, epoch, to); });
  }
  Answer purge(std::int64_t before, std::size_t n, std::size_t& removed) override {
    return inner().purge(before, n, removed);
  }
  Answer handed(std::vector<FlowRow>& rows) override { return inner().handed(rows); }
  Answer next_wake(std::int64_t& at) override { return inner().next_wake(at); }
  Answer get_program(std::string_view hash, std::string& text) override {
    return inner().get_program(hash, text);
  }
  Answer check(std::vector<Flaw>& flaws) override { return inner().check(flaws); }

 private:
  template <class Write>
  std::invoke_result_t<Write> around(Write write) {
    const int number = ++writes_;
    hook_(number, Moment::before);
    auto answer = write();
    hook_(number, Moment::after);
    return answer;
  }
  Store& inner() {
    if (asked) asked();
    return *inner_;
  }
  std::unique_ptr<Store> inner_;
  Hook hook_;
  std::atomic<int> writes_ = 0;
};

}  // namespace fermata::flow
