// Questions to a store that may take a while.
//
// Where the store is in another process, a worker asks it and the task parks until the answer is
// there, while others run on; a file is asked at once, which is quicker.  What a flow's own code
// asks, outside of its steps, is answered at once too: it waits for nothing that its journal does not
// know.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "flow/answers.hpp"
#include "sched/workers.hpp"

namespace fermata::flow {

// Whether a task that is cancelled leaves the wait, or learns what came of it first: who lets go of
// a flow has to know.
enum class Wait : std::uint8_t { until_cancelled, to_its_end };

// What the native returns whose work that is.
vm::Outcome answer_of(vm::Machine& m, const Store& store, std::shared_ptr<sched::Job> job,
                      Wait wait = Wait::until_cancelled);
// The same at once, whatever the store.
vm::Outcome answer_now(vm::Machine& m, sched::Job& job);
bool is_flow_code(vm::Machine& m);
// Appends what a journal holds back; whether there is mail.  With state.release it is closed then,
// or rests if the flow waits.
vm::Outcome commit_with(vm::Machine& m, std::int64_t journal, const Journal::State& state);

template <class Found>
struct Said {
  Answer answer{};
  Found found{};
  std::string problem;  // why it was not ok
};

template <class Found, class Ask, class Finish>
class Question final : public sched::Job {
 public:
  Question(std::shared_ptr<Store> store, Ask ask, Finish finish)
      : store_(std::move(store)), ask_(std::move(ask)), finish_(std::move(finish)) {}
  void work() override {
    said_.answer = ask_(*store_, said_.found);
    said_.problem = store_->error();
  }
  vm::Outcome finish(vm::Machine& m) override {
    std::optional<vm::Outcome> result = finish_(m, said_);
    return result ? *result : refuse(m, said_.answer, *store_, said_.problem);
  }

 private:
  const std::shared_ptr<Store> store_;
  Ask ask_;
  Finish finish_;
  Said<Found> said_;
};

// ask: of a Store& and a Found&, its answer; perhaps in another thread, so it holds no values.
// finish: of a Machine& and a Said<Found>&, what the native gives; nothing: the answer as a condition.
template <class Found, class Ask, class Finish>
vm::Outcome ask_store(vm::Machine& m, vm::Fixnum store, Ask ask, Finish finish,
                      Wait wait = Wait::until_cancelled) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  auto shared = Service::find(m)->shared_store(store);
  auto question = std::make_shared<Question<Found, Ask, Finish>>(shared, std::move(ask),
                                                                 std::move(finish));
  return is_flow_code(m) ? answer_now(m, *question)
                         : answer_of(m, *shared, std::move(question), wait);
}

}  // namespace fermata::flow
