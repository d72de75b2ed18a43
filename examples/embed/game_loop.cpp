// A game: scripts are tasks, each frame gives them some gas and never more than two milliseconds.
#include <iostream>

#include <fermata/fermata.hpp>

namespace {

struct Robot {
  int x = 0;
  void move(int by) { x += by; }
};

constexpr const char* kBrain = R"((let loop ()
  (cond ((< (robot-x robot) 5) (robot-move! robot 2) (next-frame) (loop))
        (else 'arrived))))";

}  // namespace

int main() {
  auto in = fermata::Interpreter::create().value();
  auto robot = std::make_shared<Robot>();
  in.define_class<Robot>("robot").method("robot-move!", &Robot::move).readonly("robot-x", &Robot::x);
  in.set("robot", robot).value();

  // A script that waits for the next frame costs nothing until then.
  std::vector<fermata::Completer<void>> waiting;
  in.define("next-frame", [&](fermata::Completer<void> done) { waiting.push_back(std::move(done)); }).value();

  auto busy = in.spawn({.body = std::string("(let loop () (loop))")}).value();  // a bad script delays nobody
  auto brain = in.spawn({.body = std::string(kBrain)}).value();
  for (int frame = 1; !brain.is_over(); ++frame) {
    for (auto& done : std::exchange(waiting, {})) std::move(done).resolve();
    in.tick({.gas = 100'000, .wall = std::chrono::milliseconds(2)});
    std::cout << "frame " << frame << ": robot at " << robot->x << "\n";
  }
  busy.cancel("the game is over");
  in.tick();
  std::cout << brain.result().value().write() << "\n";
}
