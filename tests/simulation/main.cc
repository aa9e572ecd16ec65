#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/simulation/shrink.h"
#include "tests/simulation/trial.h"

namespace parkwatch::simulation {

namespace {

constexpr const char* usage =
    "usage: parkwatch_simulation [--trials N] [--seed S] [--threads N] [--describe]\n"
    "Seeded trials: workers of the product consume a small random log under a random schedule;\n"
    "every table of their store must equal what two oracles say, or, where the records are of\n"
    "every kind, what an undisturbed worker comes to.\n"
    "  --trials N    how many seeds, from S on (1)\n"
    "  --seed S      the first seed (1)\n"
    "  --threads N   trials at once (the machine's processors)\n"
    "  --until-caught\n"
    "                end with the first seed that fails and do not shrink it\n"
    "  --describe    print registry, schedule and log of each seed and run nothing\n"
    "Exit code 1 when a trial fails or a table was empty in all of them.\n";

struct Options {
  std::uint64_t trials = 1;
  std::uint64_t seed = 1;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  bool until_caught = false;
  bool describe = false;
};

/// What the trials so far have come to.
class Tally {
 public:
  explicit Tally(const Options& options) : options_(options) {}

  void add(const Trial& trial, const Outcome& outcome, const Tables& expected,
           const std::string& failure) {
    const std::scoped_lock lock(guard_);
    ++done_;
    records_ += trial.log.records.size();
    operations_ += outcome.operations;
    for (const auto& [name, text] : expected) {
      // Counters have no line of names.
      const bool filled = text.find('\n') + 1 < text.size();
      filled_[name] += filled ? 1 : 0;
    }
    if (!failure.empty()) {
      ++failed_;
      std::printf("seed %llu: FAILED: %s\n", static_cast<unsigned long long>(trial.seed),
                  failure.c_str());
    } else if (options_.trials <= 100) {
      std::printf("seed %llu: equal, %zu records, %lld store operations\n",
                  static_cast<unsigned long long>(trial.seed), trial.log.records.size(),
                  static_cast<long long>(outcome.operations));
    }
    if (options_.trials > 100 && done_ % 100 == 0) {
      std::printf("%llu trials, %llu equal\n", static_cast<unsigned long long>(done_),
                  static_cast<unsigned long long>(done_ - failed_));
    }
    std::fflush(stdout);
  }

  /// Prints the totals. Whether all is well.
  bool finish() const {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun_;
    bool empty = false;
    for (const auto& [name, seeds] : filled_) {
      std::printf("%s: not empty in %llu of %llu trials\n", name.c_str(),
                  static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(done_));
      empty = empty || seeds == 0;
    }
    std::printf(
        "%llu trials, %llu equal, %llu failed; %llu records, %lld store operations, %.1f s\n",
        static_cast<unsigned long long>(done_), static_cast<unsigned long long>(done_ - failed_),
        static_cast<unsigned long long>(failed_), static_cast<unsigned long long>(records_),
        static_cast<long long>(operations_), took.count());
    if (empty) std::printf("a table was empty in every trial: nothing was compared\n");
    return failed_ == 0 && !empty;
  }

  bool failed() const { return failed_ > 0; }

 private:
  const Options& options_;
  std::mutex guard_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::uint64_t done_ = 0, records_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  std::int64_t operations_ = 0;
  std::map<std::string, std::uint64_t> filled_;  // by table: in how many trials
};

// The seeds in hand, for a process that is stopped by a check of the product.
constexpr std::size_t lanes_max = 64;
std::array<std::atomic<std::uint64_t>, lanes_max> seeds_in_hand;

extern "C" void name_seeds(int) {
  for (const auto& seed : seeds_in_hand) {
    if (seed != 0) {
      std::fprintf(stderr, "stopped in seed %llu\n", static_cast<unsigned long long>(seed.load()));
    }
  }
}

void run_one(std::uint64_t seed, const Options& options, Tally& tally) {
  const Trial trial = make_trial(seed);
  if (options.describe) {
    std::fputs(describe(trial).c_str(), stdout);
    return;
  }
  const Outcome outcome = run_product(trial);
  const Tables expected = expected_tables(trial);
  std::string failure =
      outcome.failure.empty() ? difference(outcome.tables, expected) : outcome.failure;
  if (failure.empty()) failure = failure_in_another_order(trial, expected);
  tally.add(trial, outcome, expected, failure);
  if (failure.empty() || options.until_caught) return;
  const Trial small = shrink(trial, 1'000);
  std::printf("what is left of seed %llu:\n%s  %s\n", static_cast<unsigned long long>(seed),
              describe(small).c_str(), failure_of(small).c_str());
}

int run(const Options& options) {
  Tally tally(options);
  std::signal(SIGABRT, name_seeds);
  std::atomic<std::uint64_t> next = options.seed;
  std::vector<std::thread> lanes;
  std::mutex guard;
  std::exception_ptr broken;
  for (unsigned lane = 0; lane < std::min<std::size_t>(options.threads, lanes_max); ++lane) {
    lanes.emplace_back([&, lane] {
      try {
        for (std::uint64_t seed = next++; seed < options.seed + options.trials; seed = next++) {
          if (options.until_caught && tally.failed()) return;
          seeds_in_hand[lane] = seed;
          run_one(seed, options, tally);
          seeds_in_hand[lane] = 0;
        }
      } catch (...) {
        const std::scoped_lock lock(guard);
        broken = std::current_exception();
        next = options.seed + options.trials;
      }
    });
  }
  for (std::thread& lane : lanes) lane.join();
  if (broken != nullptr) std::rethrow_exception(broken);
  return options.describe || tally.finish() ? 0 : 1;
}

}  // namespace

}  // namespace parkwatch::simulation

int main(int argc, char** argv) try {
  parkwatch::simulation::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto number = [&]() -> std::uint64_t {
      if (++i == argc) throw std::invalid_argument(argument + " needs a number");
      return std::stoull(argv[i]);
    };
    if (argument == "--trials") {
      options.trials = number();
    } else if (argument == "--seed") {
      options.seed = number();
    } else if (argument == "--threads") {
      options.threads = static_cast<unsigned>(number());
    } else if (argument == "--until-caught") {
      options.until_caught = true;
    } else if (argument == "--describe") {
      options.describe = true;
    } else {
      std::fputs(parkwatch::simulation::usage, argument == "--help" ? stdout : stderr);
      return argument == "--help" ? 0 : 2;
    }
  }
  return parkwatch::simulation::run(options);
} catch (const std::exception& fault) {
  std::fprintf(stderr, "parkwatch_simulation: %s\n", fault.what());
  return 1;
}
