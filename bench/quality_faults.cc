// The seeded fault set: 200 outlets over 90 days, with sensor faults whose truth is known.
//   parkwatch_quality_faults [SEED [OUTLETS [DAYS]]]
#include <cstdio>
#include <cstdlib>

#include "app/shipped_rules.h"
#include "model/rules_csv.h"
#include "tests/support/fault_set.h"

int main(int argc, char** argv) {
  parkwatch::FaultSetOptions options;
  if (argc > 1) options.seed = std::strtoull(argv[1], nullptr, 10);
  if (argc > 2) options.outlets = std::atoi(argv[2]);
  if (argc > 3) options.days = std::atoi(argv[3]);
  std::printf("seed %llu, %d outlets, %d days\n", static_cast<unsigned long long>(options.seed),
              options.outlets, options.days);
  std::printf("%-16s %8s %8s %9s %8s %8s %12s\n", "finding", "faulty", "found", "recall", "clean",
              "flagged", "false flags");
  const parkwatch::ParsedRules parsed = parkwatch::parse_rules(parkwatch::shipped_rules());
  for (const auto& [finding, score] : parkwatch::run_fault_set(options, parsed.rules)) {
    std::printf("%-16s %8lld %8lld %8.2f%% %8lld %8lld %11.3f%%\n", finding.c_str(),
                static_cast<long long>(score.faulty), static_cast<long long>(score.found),
                100 * score.recall(), static_cast<long long>(score.clean),
                static_cast<long long>(score.flagged), 100 * score.false_flags());
  }
  return 0;
}
