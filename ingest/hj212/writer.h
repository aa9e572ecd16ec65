#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/hj212/segment.h"
#include "ingest/hj212/sm4.h"
#include "model/result.h"

namespace parkwatch::hj212 {

/// How an encrypted data area goes over the wire. The standard prints "{0xE4,0x3E,..}" in its
/// examples; senders put the bytes themselves there.
enum class CipherForm : std::uint8_t { Raw, Printed };

enum class WriteError : std::uint8_t {
  SegmentTooLong,     // above the four digits of the length
  GroupTooLong,       // the attributes of one factor alone exceed a data area
  ReservedCharacter,  // "; , = &" or a control character inside a name or value
};

/// "##", the length, the segment, its checksum and CR LF, appended to `out`.
/// The segment has at most 9,999 bytes (a check: longer ones are a bug of the caller).
void append_frame(std::string_view segment, std::string& out);

/// The same with the data area encrypted; length and checksum are those of the plain segment
/// (2025 6.4). A segment without data area is written in clear.
void append_encrypted_frame(std::string_view segment, const Sm4Key& key, CipherForm form,
                            std::string& out);

/// The value of Flag: version bits of 2005, 2017 or 2025, packet numbers, answer required.
int flag_value(int version, bool packet_numbers, bool answer_required);

/// "20260315093000" or, with milliseconds, "20260315093000125", in China Standard Time.
std::string data_time_text(EventTime at);
std::string qn_text(EventTime at);

/// The items of a data area as text: attributes of one factor joined with ",", items with ";".
std::string area_text(std::span<const Item> items);

/// What a report says besides its values. Texts that are empty are left out.
struct ReportHeader {
  int version = 2017;
  std::optional<EventTime> qn;  // of the first frame; each further one has 1 ms more
  std::string_view st, cn, pw, mn;
  std::optional<EventTime> data_time;
  bool answer_required = false;
  bool resend = false;  // RF=1; written for 2025 only, where it exists
};

/// The frames of one report, each complete with tail. Above 950 bytes of data area or 1,024 of
/// segment it is split: PNUM and PNO, its own QN and the same DataTime in each part, no factor cut
/// in half (2017 C.49 and C.50). Items of one factor stand together. `key`: encrypt (2025).
Result<std::vector<std::string>, WriteError> write_report(
    const ReportHeader& header, std::span<const Item> items,
    const std::optional<Sm4Key>& key = std::nullopt, CipherForm form = CipherForm::Raw);

/// The answer to a received frame: same QN, PW and MN, ST=91, `command` such as cn::data_answer,
/// the data area given ("QnRtn=1", "ExeRtn=1" or nothing) and no answer wanted. Appended to `out`.
void append_answer(const Segment& received, int command, std::string_view area, std::string& out);

}  // namespace parkwatch::hj212
