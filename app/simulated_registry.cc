#include <filesystem>
#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>
#include <stdexcept>

#include "app/simulated_population.h"
#include "app/simulated_values.h"

namespace parkwatch {

namespace {

// Limits of the shipped rules that fit the simulated outlets.
constexpr std::string_view air_limits =
    "gb13223-2011/coal-new/a34013/hour;gb13223-2011/coal-new/a21026/hour;"
    "gb13223-2011/coal-new/a21002/hour";
constexpr std::string_view water_limits =
    "gb4287-2012/new-direct/w01018/day;gb4287-2012/new-direct/w21003/day";

class RegistryWriter {
 public:
  RegistryWriter(const Population& population, std::string folder)
      : population_(population), folder_(std::move(folder)) {}

  void write() const {
    std::filesystem::create_directories(folder_);
    save("parks.csv", parks());
    save("clusters.csv", clusters());
    save("memberships.csv", memberships());
    save("enterprises.csv", enterprises());
    save("outlets.csv", outlets());
    save("devices.csv", devices());
    save("factors.csv", factors());
    save("facilities.csv", facilities());
    const std::string keys = key_lines();
    if (!keys.empty()) save("sm4.keys", keys);
  }

 private:
  using Device = SimulatedDevice;

  void save(const std::string& name, const std::string& text) const {
    const std::string path = (std::filesystem::path(folder_) / name).string();
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path);
  }

  std::string parks() const {
    std::ostringstream out;
    out << "id,name,level,province,city\n";
    std::set<std::string> written;
    for (const Device& d : population_.devices) {
      if (!written.insert(d.park).second) continue;
      const bool north = written.size() % 2 == 1;
      out << d.park << ",Simulated " << d.park << ",provincial,Jiangsu,"
          << (north ? "Xuzhou" : "Suzhou") << "\n";
    }
    return out.str();
  }

  static std::string cluster_id(int number) { return "cluster-" + std::to_string(number + 1); }

  std::string clusters() const {
    std::ostringstream out;
    out << "id,name,industry\n";
    for (int i = 0; i < population_.options.clusters; ++i) {
      out << cluster_id(i) << ",Simulated cluster " << i + 1 << ",\n";
    }
    return out.str();
  }

  /// Enterprises take turns, so that every cluster spans all parks.
  std::string memberships() const {
    std::ostringstream out;
    out << "cluster,of,member,share\n";
    if (population_.options.clusters == 0) return out.str();
    for (const Device& d : population_.devices) {
      out << cluster_id(d.number % population_.options.clusters) << ",enterprise," << d.enterprise
          << ",1\n";
    }
    return out.str();
  }

  std::string enterprises() const {
    std::ostringstream out;
    out << "id,name,park\n";
    for (const Device& d : population_.devices) {
      out << d.enterprise << ",Simulated " << d.enterprise << "," << d.park << "\n";
    }
    return out.str();
  }

  std::string outlets() const {
    std::ostringstream out;
    out << "id,enterprise,code,name,medium,concentration_basis,flow_basis,oxygen_basis,"
           "reference_oxygen_percent,limits\n";
    for (const Device& d : population_.devices) {
      const bool air = d.medium == Medium::Air;
      out << d.outlet << "," << d.enterprise << "," << (air ? "DA001" : "DW001") << ",Simulated "
          << d.outlet << "," << (air ? "air,standard-dry,standard-dry,standard-dry,6" : "water,,,,")
          << "," << (air ? air_limits : water_limits) << "\n";
    }
    return out.str();
  }

  static std::string key_name(const Device& d) { return "key-" + std::to_string(d.number + 1); }

  std::string devices() const {
    std::ostringstream out;
    out << "mn,outlet,protocol_version,report_interval_s,sm4_key\n";
    for (const Device& d : population_.devices) {
      out << d.mn << "," << d.outlet << "," << d.version << "," << d.report_interval_s << ","
          << (d.key ? key_name(d) : "") << "\n";
    }
    return out.str();
  }

  std::string factors() const {
    std::ostringstream out;
    out << "outlet,factor,unit,range_min,range_max,zero_band,cyclic,period_minutes\n";
    for (const Device& d : population_.devices) {
      for (const SimulatedFactor& f : factors_of(d.medium)) {
        out << d.outlet << "," << f.code << "," << f.unit << ",0," << f.range_max << ",";
        if (f.zero_band > 0) out << fixed_text(f.zero_band, f.places);
        out << ",";
        if (f.cycle_minutes > 0) out << "yes," << f.cycle_minutes;
        if (f.cycle_minutes == 0) out << "no,";
        out << "\n";
      }
    }
    return out.str();
  }

  std::string facilities() const {
    std::ostringstream out;
    out << "id,enterprise,code,name,outlet,hj212_code\n";
    for (const Device& d : population_.devices) {
      out << "facility-" << d.number + 1 << "," << d.enterprise << ",TA001,Treatment," << d.outlet
          << ",SB1\n";
    }
    return out.str();
  }

  /// By key id and by MN, for programs that have no registry.
  std::string key_lines() const {
    std::ostringstream out;
    for (const Device& d : population_.devices) {
      if (!d.key) continue;
      std::ostringstream digits;
      digits << std::hex << std::setfill('0');
      for (const std::uint8_t byte : *d.key) digits << std::setw(2) << static_cast<int>(byte);
      out << key_name(d) << " = " << digits.str() << "\n" << d.mn << " = " << digits.str() << "\n";
    }
    return out.str();
  }

  const Population& population_;
  std::string folder_;
};

}  // namespace

void write_registry(const Population& population, const std::string& folder) {
  RegistryWriter(population, folder).write();
}

}  // namespace parkwatch
