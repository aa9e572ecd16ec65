#include "app/check_command.h"

#include <algorithm>
#include <iterator>
#include <ostream>

#include "app/active_set.h"
#include "app/config.h"
#include "app/secrets.h"
#include "storage/text_form.h"

namespace parkwatch {

namespace {

struct Checked {
  Faults faults;
  LoadedSet set;
};

void append(Faults& to, const Faults& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// Every key that a device names must be in the secret file.
void check_keys(const LoadedSet& set, const std::string& file, Faults& faults) {
  if (file.empty()) return;
  const LoadedSecrets secrets = load_secrets(file);
  append(faults, secrets.faults);
  for (const RegisteredDevice& device : set.set.registry.devices) {
    const bool known = device.sm4_key.empty() || secrets.secrets.keys.contains(device.sm4_key);
    if (known) continue;
    faults.push_back({file, 0, Severity::Fault,
                      "key `" + device.sm4_key + "` of device " + device.mn + " is not there",
                      "add it, or correct `sm4_key` in devices.csv"});
  }
}

Checked check_all(const CheckOptions& options) {
  Checked checked;
  const LoadedConfig loaded = load_config({options.config, options.environment, options.settings});
  append(checked.faults, loaded.faults);
  const Config& config = loaded.config;
  const auto either = [](const std::string& flag, const std::string& setting) {
    return flag.empty() ? setting : flag;
  };
  checked.set = load_set(either(options.registry, config.registry.dir),
                         either(options.rules, config.rules.dir));
  std::move(checked.set.faults.begin(), checked.set.faults.end(),
            std::back_inserter(checked.faults));
  checked.set.faults.clear();
  check_keys(checked.set, either(options.keys, config.registry.keys_file), checked.faults);
  return checked;
}

std::size_t count(const Faults& faults, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(faults.begin(), faults.end(),
                    [&](const Fault& fault) { return fault.severity == severity; }));
}

void print_text(const Checked& checked, std::ostream& out) {
  for (const Fault& fault : checked.faults) out << fault.text() << '\n';
  const Registry& registry = checked.set.set.registry;
  out << count(checked.faults, Severity::Fault) << " faults, "
      << count(checked.faults, Severity::Warning) << " warnings; " << registry.parks.size()
      << " parks, " << registry.enterprises.size() << " enterprises, " << registry.outlets.size()
      << " outlets, " << registry.devices.size() << " devices, " << registry.factors.size()
      << " factors, " << checked.set.set.rules.limits.size() << " limits\n";
  if (!refuses(checked.faults)) out << "set " << checked.set.set.hash << '\n';
}

void print_json(const Checked& checked, std::ostream& out) {
  std::string text = "{\"faults\":[";
  for (const Fault& fault : checked.faults) {
    if (&fault != checked.faults.data()) text += ',';
    text += "{\"file\":";
    append_json_text(text, fault.file);
    text += ",\"line\":" + std::to_string(fault.line) + ",\"severity\":\"";
    text += fault.severity == Severity::Fault ? "fault" : "warning";
    text += "\",\"message\":";
    append_json_text(text, fault.message);
    text += ",\"advice\":";
    append_json_text(text, fault.advice);
    text += '}';
  }
  text += "],\"set\":";
  if (refuses(checked.faults)) {
    text += "null";
  } else {
    append_json_text(text, checked.set.set.hash);
  }
  out << text << "}\n";
}

}  // namespace

ExitCode run_check(const CheckOptions& options, std::ostream& out) {
  const Checked checked = check_all(options);
  if (options.json) {
    print_json(checked, out);
  } else {
    print_text(checked, out);
  }
  return refuses(checked.faults) ? ExitCode::Configuration : ExitCode::Ok;
}

}  // namespace parkwatch
