#include "app/import_command.h"

#include <optional>
#include <ostream>
#include <utility>

#include "app/activation.h"
#include "app/active_set.h"
#include "app/config.h"
#include "app/decoder_options.h"
#include "app/faults.h"
#include "app/import.h"
#include "app/real_time.h"
#include "app/whole_file.h"

namespace parkwatch {

namespace {

std::string text_of_file(const std::string& name) {
  std::optional<std::string> text = read_file(name);
  if (!text) throw UsageError("cannot read " + name);
  return *std::move(text);
}

}  // namespace

ExitCode import_files(const ImportOptions& options, std::ostream& out) {
  const LoadedConfig loaded =
      load_config({options.config_file, parkwatch_environment(), options.settings});
  if (report_faults(loaded.faults)) return ExitCode::Configuration;
  const Config& config = loaded.config;
  const LoadedSet set = load_set(config.registry.dir, config.rules.dir);
  if (report_faults(set.faults)) return ExitCode::Configuration;
  Importer importer(
      make_plan(set.set),
      decoder_options(set.set, config.registry.keys_file, config.gateway.crc == "either"),
      {options.type, options.source}, real_time_ms());
  std::vector<OutgoingRecord> records;
  Faults faults;
  for (const std::string& file : options.files) {
    importer.read(file, text_of_file(file), records, faults);
  }
  if (report_faults(faults)) return ExitCode::Findings;
  if (options.print) {
    for (const OutgoingRecord& record : records) out << record.payload << '\n';
    return ExitCode::Ok;
  }
  send_records(config, records, "records");
  out << "sent " << records.size() << " records to " << config.kafka.input_topic << '\n';
  return ExitCode::Ok;
}

}  // namespace parkwatch
