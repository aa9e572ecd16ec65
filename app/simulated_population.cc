#include "app/simulated_population.h"

#include <array>
#include <cstdio>

namespace parkwatch {

namespace {

constexpr int million = 1'000'000;

std::string numbered(const char* format, int number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

/// 24 hexadecimal digits from 2017 on, 14 digits in 2005 (HJ/T 212-2005 6.3).
std::string mn_of(int version, int number, std::uint64_t seed) {
  std::array<char, 32> text{};
  if (version == 2005) {
    std::snprintf(text.data(), text.size(), "8888%010d", number);
  } else {
    std::snprintf(text.data(), text.size(), "51%014llX%08X",
                  static_cast<unsigned long long>(seed & 0xFFFFFFFFFFFFFFULL),
                  static_cast<unsigned>(number));
  }
  return text.data();
}

hj212::Sm4Key key_of(std::uint64_t seed) {
  hj212::Sm4Key key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    key[i] = static_cast<std::uint8_t>(mixed(seed, 7, i) & 0xFF);
  }
  return key;
}

}  // namespace

std::uint64_t mixed(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
  // The finaliser of SplitMix64 (Steele, Lea, Flood 2014), once for each argument.
  std::uint64_t value = seed;
  for (const std::uint64_t part : {a, b}) {
    value += 0x9E3779B97F4A7C15ULL + part * 0xD1B54A32D192ED03ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    value ^= value >> 31;
  }
  return value;
}

bool happens(std::uint64_t seed, std::uint64_t a, std::uint64_t b, int ppm) {
  return static_cast<int>(mixed(seed, a, b) % million) < ppm;
}

std::int64_t between(std::uint64_t random, std::int64_t least, std::int64_t greatest) {
  const auto size = static_cast<std::uint64_t>(greatest - least) + 1;
  return least + static_cast<std::int64_t>(random % size);
}

Population make_population(const PopulationOptions& options) {
  Population population{options, {}};
  const auto count = static_cast<std::size_t>(options.loggers);
  population.devices.reserve(count);
  for (int i = 0; i < options.loggers; ++i) {
    SimulatedDevice device;
    device.number = i;
    device.seed = mixed(options.seed, 1, static_cast<std::uint64_t>(i));
    const int version_draw = static_cast<int>(mixed(device.seed, 2) % million);
    device.version = version_draw < options.share_2005_ppm                            ? 2005
                     : version_draw < options.share_2005_ppm + options.share_2025_ppm ? 2025
                                                                                      : 2017;
    device.medium =
        happens(device.seed, 3, 0, options.share_water_ppm) ? Medium::Water : Medium::Air;
    if (device.version == 2025 && happens(device.seed, 4, 0, options.share_encrypted_ppm)) {
      device.key = key_of(device.seed);
    }
    if (happens(device.seed, 5, 0, options.share_wrong_clock_ppm)) {
      const std::int64_t minutes = between(mixed(device.seed, 6), 10, 180);
      device.clock_error =
          std::chrono::minutes(mixed(device.seed, 8) % 2 == 0 ? minutes : -minutes);
    }
    device.report_interval_s = options.report_interval_s;
    device.mn = mn_of(device.version, i, device.seed);
    device.park = numbered("park-%03d", i / options.loggers_per_park + 1);
    device.enterprise = numbered("enterprise-%05d", i + 1);
    device.outlet = numbered("outlet-%05d", i + 1);
    population.devices.push_back(std::move(device));
  }
  return population;
}

}  // namespace parkwatch
