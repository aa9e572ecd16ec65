#pragma once

#include <functional>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

namespace parkwatch::simulation {

/// Threads of which exactly one runs at a time, until it hands over: so a schedule can interleave
/// loops that know nothing of each other, and the same schedule always does the same.
class Stage {
 public:
  /// Runs `body(i)` for each of `actors`, the first one first; returns when all have ended.
  void run(int actors, const std::function<void(int)>& body);

  int running() const { return running_; }
  /// Called by the running actor: another one that has not ended goes on, if there is one.
  void hand_over() { hand_over_from(running_); }
  /// The running actor is passed over at so many hand-overs.
  void rest(int turns);

 private:
  struct Actor {
    std::binary_semaphore turn{0};
    std::thread thread;
    bool ended = false;
    int resting = 0;
  };
  void hand_over_from(int actor);
  int next_after(int actor);

  std::vector<std::unique_ptr<Actor>> actors_;
  std::binary_semaphore all_ended_{0};
  int running_ = 0;
};

}  // namespace parkwatch::simulation
