#pragma once

#include <string>

#include "app/active_set.h"
#include "ingest/decoder.h"

namespace parkwatch {

/// How records are decoded under a set: 2005 factor codes from the rules, SM4 keys of devices by
/// the key ids that the registry names, from the secret file (empty: none). Throws
/// std::invalid_argument for a secret file that can not be read.
Decoder::Options decoder_options(const ActiveSet& set, const std::string& secret_file,
                                 bool modbus_crc);

}  // namespace parkwatch
