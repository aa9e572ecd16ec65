#include "app/export_command.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <ostream>
#include <stdexcept>

#include "app/activation.h"
#include "app/minute_export.h"
#include "model/time.h"
#include "storage/evidence.h"
#include "storage/export.h"

namespace parkwatch {

namespace {

/// A fault of the command line itself.
struct UsageFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Something that is exported but is no table of the store.
struct Derived {
  std::string_view name;
  void (*print)(Store&, const ExportRequest&, const TextSink&);
};

/// Under the registry and rules that are active in the store.
void export_stored_minutes(Store& store, const ExportRequest& request, const TextSink& sink) {
  const std::string active = store.active_set();
  if (active.empty()) throw StoreRefused("the store has no active registry yet, so no minutes");
  export_minutes(store, *make_plan(stored_set(store, active)), request, sink);
}

constexpr Derived derived[] = {{"evidence", export_evidence}, {"minutes", export_stored_minutes}};

const Derived* find_derived(std::string_view name) {
  for (const Derived& candidate : derived) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

void require_known(std::string_view name) {
  if (name == "all" || find_table(name) != nullptr || find_derived(name) != nullptr) return;
  std::string text = "there is no table '" + std::string(name) + "'; known are: all";
  for (const std::string& known : export_names()) text += ", " + known;
  throw UsageFault(text);
}

std::optional<std::int64_t> time_of(std::string_view flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::optional<std::int64_t> time = parse_iso_time(text);
  if (time) return time;
  throw UsageFault(std::string(flag) + " " + text +
                   " is no time; write it with a zone, as 2026-03-15T09:30:00+08:00");
}

ExportRequest request_of(const ExportCommandOptions& options) {
  ExportRequest request;
  request.from_ms = time_of("--from", options.from);
  request.to_ms = time_of("--to", options.to);
  if (request.from_ms && request.to_ms && *request.from_ms > *request.to_ms) {
    throw UsageFault("--from lies after --to");
  }
  if (options.format != "csv" && options.format != "jsonl") {
    throw UsageFault("--format " + options.format + " is unknown; give csv or jsonl");
  }
  request.format = options.format == "csv" ? ExportFormat::Csv : ExportFormat::JsonLines;
  request.audit = options.audit;
  request.name_table = options.what == "all";
  return request;
}

void print_all(Store& store, const ExportRequest& request, const TextSink& sink) {
  for (const Table& table : tables()) {
    if (table.compared || request.audit) export_table(store, table, request, sink);
  }
}

void print(std::string_view what, Store& store, const ExportRequest& request,
           const TextSink& sink) {
  if (what == "all") return print_all(store, request, sink);
  if (const Derived* found = find_derived(what)) return found->print(store, request, sink);
  export_table(store, *find_table(what), request, sink);
}

void require_written(std::ostream& stream, const std::string& name) {
  stream.flush();
  if (!stream) throw std::runtime_error("could not write " + name);
}

/// Writes beside the file and renames, so that nobody takes a part for the whole.
void write_file(const std::string& file, const std::function<void(std::ostream&)>& body) {
  const std::string part = file + ".part";
  std::ofstream stream(part, std::ios::binary | std::ios::trunc);
  if (!stream) throw std::runtime_error("could not open " + part + " for writing");
  body(stream);
  require_written(stream, part);
  stream.close();
  std::filesystem::rename(part, file);
}

}  // namespace

std::vector<std::string> export_names() {
  std::vector<std::string> names;
  for (const Table& table : tables()) names.emplace_back(table.name);
  for (const Derived& each : derived) names.emplace_back(each.name);
  return names;
}

ExitCode run_export(const ExportCommandOptions& options, std::ostream& out, std::ostream& err) try {
  require_known(options.what);
  const ExportRequest request = request_of(options);
  const std::unique_ptr<Store> store = open_store_snapshot(options.store_url);
  const auto body = [&](std::ostream& stream) {
    // Large exports must not run on after the disk or the reader is gone.
    print(options.what, *store, request, [&](std::string_view text) {
      if (!stream.write(text.data(), static_cast<std::streamsize>(text.size()))) {
        throw std::runtime_error("could not write the output");
      }
    });
  };
  if (options.output != "-") {
    write_file(options.output, body);
    return ExitCode::Ok;
  }
  body(out);
  require_written(out, "the output");
  return ExitCode::Ok;
} catch (const UsageFault& fault) {
  err << "parkwatch export: " << fault.what() << '\n';
  return ExitCode::Usage;
} catch (const StoreUnavailable& fault) {
  err << "parkwatch export: " << fault.what() << '\n';
  return ExitCode::DependencyDown;
} catch (const std::exception& fault) {
  err << "parkwatch export: " << fault.what() << '\n';
  return ExitCode::Runtime;
}

}  // namespace parkwatch
