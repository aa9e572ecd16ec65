#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/hj212/sm4.h"
#include "model/registry.h"

namespace parkwatch {

/// What a simulated population is like. Shares are in millionths, so that no binary fraction
/// decides.
struct PopulationOptions {
  std::uint64_t seed = 1;
  int loggers = 100;
  int loggers_per_park = 25;
  int clusters = 2;
  int share_2005_ppm = 200'000;
  int share_2025_ppm = 400'000;  // the rest speaks 2017
  int share_water_ppm = 300'000;
  int share_encrypted_ppm = 0;    // of those that speak 2025
  int share_wrong_clock_ppm = 0;  // of all: minutes to hours ahead or behind
  int report_interval_s = 60;
};

/// One data logger, its outlet and its place.
struct SimulatedDevice {
  int number = 0;  // from 0
  std::string mn, park, enterprise, outlet;
  Medium medium = Medium::Air;
  int version = 2017;
  int report_interval_s = 60;
  std::optional<hj212::Sm4Key> key;
  std::chrono::minutes clock_error{0};
  std::uint64_t seed = 0;  // its own, derived from the population's
};

struct Population {
  PopulationOptions options;
  std::vector<SimulatedDevice> devices;
};

/// The same options give the same population on every machine.
Population make_population(const PopulationOptions& options);

/// Writes the registry folder that this population needs (parks, clusters, enterprises, outlets,
/// devices, factors, facilities), and `sm4.keys` where a device encrypts. Makes the folder.
/// Throws std::runtime_error when it cannot be written.
void write_registry(const Population& population, const std::string& folder);

/// A number that depends on its arguments alone and looks random.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0);
/// True for about `ppm` of a million different seeds.
bool happens(std::uint64_t seed, std::uint64_t a, std::uint64_t b, int ppm);
/// From `least` to `greatest`, both included.
std::int64_t between(std::uint64_t random, std::int64_t least, std::int64_t greatest);

}  // namespace parkwatch
