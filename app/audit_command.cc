#include "app/audit_command.h"

#include <algorithm>
#include <ostream>

#include "app/progress.h"
#include "storage/evidence.h"

namespace parkwatch {

namespace {

/// At most so many records can be stored: offsets have gaps and may not begin at 0.
std::int64_t records_consumed(Store& store) {
  constexpr std::size_t next_offset = 2;
  std::int64_t sum = 0;
  store.scan(TableId::Progress, {}, {}, 0, [&](const Row& row) {
    sum += std::max<std::int64_t>(0, std::get<std::int64_t>(row[next_offset]));
  });
  return sum;
}

}  // namespace

ExitCode run_audit_verify(const AuditVerifyOptions& options, std::ostream& out,
                          std::ostream& err) try {
  const std::unique_ptr<Store> store = open_store_snapshot(options.store_url);
  Progress progress("verify", records_consumed(*store));
  std::int64_t done = 0;
  const EvidenceAudit audit = verify_evidence(*store, [&](const EvidenceAudit& sofar) {
    progress.advance(sofar.records, sofar.records - done);
    done = sofar.records;
  });
  for (const EvidenceFault& fault : audit.faults) {
    out << "bad entry: topic " << fault.id.topic << ", partition " << fault.id.partition
        << ", offset " << fault.offset << ": " << fault.reason << '\n';
  }
  out << audit.segments << " segments, " << audit.records << " records verified, "
      << audit.faults.size() << " partitions with a bad entry\n";
  return audit.faults.empty() ? ExitCode::Ok : ExitCode::Findings;
} catch (const StoreUnavailable& fault) {
  err << "parkwatch audit verify: " << fault.what() << '\n';
  return ExitCode::DependencyDown;
} catch (const StoreRefused& fault) {
  err << "parkwatch audit verify: " << fault.what() << '\n';
  return ExitCode::Runtime;
}

}  // namespace parkwatch
