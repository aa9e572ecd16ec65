#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/record_trial.h"
#include "app/send_records.h"
#include "model/fault.h"
#include "processors/plan.h"

namespace parkwatch {

/// What rows of a sheet lack.
struct ImportDefaults {
  std::string type;    // of the records; empty: the column `type` says it
  std::string source;  // of documents
};

/// Turns sheets into JSON records of the input topic, checked as a worker would check them. One
/// row is one record, one column one member; an empty cell is an absent member. Of readings and
/// activities the columns other than mn, kind, time, received and resend are factors: `a21026` its
/// value, `a21026.min` another member. Threads: one.
class Importer {
 public:
  /// `now_ms`: when the broker would append the records. The plan outlives this.
  Importer(std::shared_ptr<const Plan> plan, const Decoder::Options& decoder,
           ImportDefaults defaults, std::int64_t now_ms);

  /// Appends the records of a file. Faults name its lines; what is not registered is a warning.
  void read(const std::string& file, std::string_view text, std::vector<OutgoingRecord>& records,
            Faults& faults);

 private:
  OutgoingRecord record_of(const std::vector<std::string>& names,
                           const std::vector<std::string>& cells) const;
  void check_record(const OutgoingRecord& record, const std::string& file, int line,
                    Faults& faults);

  std::shared_ptr<const Plan> plan_;
  ImportDefaults defaults_;
  std::int64_t now_ms_;
  RecordTrial trial_;
};

}  // namespace parkwatch
