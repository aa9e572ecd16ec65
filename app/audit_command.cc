#include "app/audit_command.h"

#include <algorithm>
#include <ostream>

#include "app/activation.h"
#include "app/decoder_options.h"
#include "app/faults.h"
#include "app/progress.h"
#include "app/rebuild.h"
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

std::vector<DepositedHead> deposited_heads(const std::vector<std::string>& texts) {
  std::vector<DepositedHead> heads;
  for (const std::string& text : texts) {
    std::optional<DepositedHead> head = parse_head(text);
    if (!head) {
      throw UsageError("--head " + text +
                       " is no head; write TOPIC/PARTITION@OFFSET=HEX as `audit heads` prints it");
    }
    heads.push_back(*std::move(head));
  }
  return heads;
}

EvidenceAudit verify_chain(Store& store, const AuditVerifyOptions& options, std::ostream& out) {
  const std::vector<DepositedHead> heads = deposited_heads(options.heads);
  Progress progress("verify", records_consumed(store));
  std::int64_t done = 0;
  EvidenceAudit audit = verify_evidence(store, heads, [&](const EvidenceAudit& sofar) {
    progress.advance(sofar.records, sofar.records - done);
    done = sofar.records;
  });
  for (const EvidenceFault& fault : audit.faults) {
    out << "bad entry: topic " << fault.id.topic << ", partition " << fault.id.partition
        << ", offset " << fault.offset << ": " << fault.reason << '\n';
  }
  out << audit.segments << " segments, " << audit.records << " records verified, "
      << audit.faults.size() << " partitions with a bad entry";
  if (!heads.empty()) out << ", " << audit.heads << " of " << heads.size() << " heads found";
  out << '\n';
  return audit;
}

/// The active set as stored, or a finding.
std::optional<ActiveSet> active_set_of(Store& store, const AuditVerifyOptions& options,
                                       std::ostream& out) {
  const std::string active = store.active_set();
  if (!options.registry.empty()) {
    Faults faults;
    const std::string given = set_hash(read_set_files(options.registry, options.rules, faults));
    if (given != active) {
      out << "bad set: the store's active set is " << active << ", the folders hold " << given
          << '\n';
      return std::nullopt;
    }
  }
  try {
    return stored_set(store, active);
  } catch (const std::runtime_error& fault) {
    out << "bad set: " << fault.what() << '\n';
    return std::nullopt;
  }
}

bool verify_rows(Store& store, const AuditVerifyOptions& options, std::ostream& out) {
  if (store.active_set().empty()) {
    out << "no set is active: there are no results\n";
    return true;
  }
  const std::optional<ActiveSet> set = active_set_of(store, options, out);
  if (!set) return false;
  TemporaryStore rebuilt;
  Progress progress("rebuild", records_consumed(store));
  std::int64_t done = 0;
  rebuild(store, rebuilt.store(), make_plan(*set),
          decoder_options(*set, options.keys, options.modbus_crc), [&](std::int64_t records) {
            progress.advance(records, records - done);
            done = records;
          });
  const RowAudit audit = compare_rebuilt(store, rebuilt.store());
  for (const RowFault& fault : audit.faults) {
    out << "bad row: table " << fault.table << ", key " << fault.key << ": " << fault.reason
        << '\n';
  }
  for (const std::string& left : audit.left) out << "not compared: " << left << '\n';
  out << audit.rows << " rows compared with the evidence, " << audit.differing << " differ\n";
  return audit.differing == 0;
}

}  // namespace

ExitCode run_audit_verify(const AuditVerifyOptions& options, std::ostream& out,
                          std::ostream& err) try {
  const std::unique_ptr<Store> store = open_store_snapshot(options.store_url);
  const EvidenceAudit chain = verify_chain(*store, options, out);
  if (!chain.faults.empty()) {
    out << "the results are not compared: the evidence is not sound\n";
    return ExitCode::Findings;
  }
  if (options.chain_only) return ExitCode::Ok;
  if (!chain.from_the_start) {
    out << "the results are not compared: earlier records lie elsewhere\n";
    return ExitCode::Ok;
  }
  return verify_rows(*store, options, out) ? ExitCode::Ok : ExitCode::Findings;
} catch (const UsageError& fault) {
  err << "parkwatch audit verify: " << fault.what() << '\n';
  return ExitCode::Usage;
} catch (const StoreUnavailable& fault) {
  err << "parkwatch audit verify: " << fault.what() << '\n';
  return ExitCode::DependencyDown;
} catch (const StoreRefused& fault) {
  err << "parkwatch audit verify: " << fault.what() << '\n';
  return ExitCode::Runtime;
}

ExitCode run_audit_heads(const std::string& store_url, std::ostream& out) {
  const std::unique_ptr<Store> store = open_store_snapshot(store_url);
  for (const DepositedHead& head : present_heads(*store)) out << head_text(head) << '\n';
  return ExitCode::Ok;
}

}  // namespace parkwatch
