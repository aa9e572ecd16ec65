#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "app/diagnosis.h"

namespace parkwatch {

// What can be wrong with the machine itself. Each looks at one thing and changes nothing.

/// Whether the address can be listened on. `setting` names the key to change ("web.port").
Diagnosis check_port(const std::string& subject, const std::string& address, int port,
                     const std::string& setting);

/// Whether the folder that is to hold `file` exists, can be written and has room: at least
/// `bytes_wanted`, and a twentieth of the disk.
Diagnosis check_room(const std::string& subject, const std::filesystem::path& file,
                     std::uint64_t bytes_wanted);

/// Whether the clock can be right: not before `not_before_ms` (the newest time known by other
/// means), and held by a time service as far as the kernel tells.
Diagnosis check_clock(std::int64_t now_ms, std::int64_t not_before_ms);

/// Whether the IANA time zones are installed.
Diagnosis check_zones();

/// Whether the process may open enough files for the gateway's connections.
Diagnosis check_descriptors(std::uint64_t connections_max);

}  // namespace parkwatch
