#include "app/frame_ledger.h"

#include <stdexcept>

#include "storage/digest.h"

namespace parkwatch {

FrameLedger::FrameLedger(const std::string& path) : path_(path) {
  if (path.empty()) return;
  file_.emplace(path, std::ios::binary | std::ios::trunc);
  if (!*file_) throw std::runtime_error("cannot write the ledger " + path);
}

void FrameLedger::note(const SimulatedFrame& frame, bool answered, int times_sent) {
  totals_.frames += 1;
  totals_.answered += answered ? 1 : 0;
  totals_.sent += static_cast<std::uint64_t>(times_sent);
  totals_.by_trouble[static_cast<std::size_t>(frame.trouble)] += 1;
  if (!file_) return;
  *file_ << R"({"mn":")" << frame.mn << R"(","qn":")" << frame.qn << R"(","cn":")" << frame.cn
         << R"(","data_time":")" << utc_text(frame.data_time) << R"(","sha256":")"
         << sha256_hex(frame.bytes) << R"(","trouble":")" << trouble_name(frame.trouble)
         << R"(","resend":)" << (frame.resend ? "true" : "false") << R"(,"answered":)"
         << (answered ? "true" : "false") << R"(,"sent":)" << times_sent << "}\n";
}

void FrameLedger::finish() {
  if (!file_) return;
  file_->flush();
  if (!*file_) throw std::runtime_error("cannot write the ledger " + path_);
}

}  // namespace parkwatch
