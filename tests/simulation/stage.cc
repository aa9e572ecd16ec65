#include "tests/simulation/stage.h"

#include <algorithm>

namespace parkwatch::simulation {

int Stage::next_after(int actor) {
  const int count = static_cast<int>(actors_.size());
  int resting_one = -1;
  for (int i = 1; i <= count; ++i) {
    const int candidate = (actor + i) % count;
    Actor& other = *actors_[static_cast<std::size_t>(candidate)];
    if (other.ended) continue;
    if (other.resting == 0) return candidate;
    --other.resting;
    resting_one = candidate;
  }
  return resting_one;  // all rest: nobody would ever wake them
}

void Stage::hand_over_from(int actor) {
  const int next = next_after(actor);
  if (next == actor) return;
  Actor& self = *actors_[static_cast<std::size_t>(actor)];
  if (next < 0) {
    all_ended_.release();
    return;
  }
  running_ = next;
  actors_[static_cast<std::size_t>(next)]->turn.release();
  if (!self.ended) self.turn.acquire();
}

void Stage::rest(int turns) {
  Actor& self = *actors_[static_cast<std::size_t>(running_)];
  self.resting = turns;
  hand_over();
  self.resting = 0;
}

void Stage::run(int actors, const std::function<void(int)>& body) {
  for (int i = 0; i < actors; ++i) actors_.push_back(std::make_unique<Actor>());
  for (int i = 0; i < actors; ++i) {
    Actor& actor = *actors_[static_cast<std::size_t>(i)];
    actor.thread = std::thread([this, i, &actor, &body] {
      actor.turn.acquire();
      body(i);
      actor.ended = true;
      hand_over_from(i);
    });
  }
  actors_.front()->turn.release();
  all_ended_.acquire();
  for (const auto& actor : actors_) actor->thread.join();
  actors_.clear();
}

}  // namespace parkwatch::simulation
