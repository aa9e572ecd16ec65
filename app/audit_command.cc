#include "app/audit_command.h"

#include <ostream>

#include "storage/evidence.h"

namespace parkwatch {

ExitCode run_audit_verify(const AuditVerifyOptions& options, std::ostream& out,
                          std::ostream& err) try {
  const std::unique_ptr<Store> store = open_store_snapshot(options.store_url);
  const EvidenceAudit audit = verify_evidence(*store);
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
