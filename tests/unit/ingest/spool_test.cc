#include "ingest/spool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

SpooledFrame frame(std::uint64_t sequence, std::string payload = "##0001...") {
  return {sequence, 7, ReceivedTime(1'773'538'200'123), "park-1", std::move(payload), ""};
}

std::vector<std::uint64_t> rest(Spool& spool) {
  std::vector<std::uint64_t> sequences;
  while (const auto next = spool.next()) sequences.push_back(next->sequence);
  return sequences;
}

TEST(Spool, GivesBackWhatItTookInOrder) {
  const TemporaryFolder folder;
  Spool spool({.file = folder.file("spool")});
  EXPECT_TRUE(spool.empty());
  const SpooledFrame down{2, 9, ReceivedTime(5), "", std::string("\0\xff##", 4), "set clock"};
  ASSERT_TRUE(spool.append(frame(1)));
  ASSERT_TRUE(spool.append(down));
  ASSERT_TRUE(spool.sync());
  EXPECT_EQ(spool.next(), frame(1));
  EXPECT_EQ(spool.next(), down);
  EXPECT_EQ(spool.next(), std::nullopt);
  EXPECT_EQ(spool.undelivered(), 2U);
}

TEST(Spool, SurvivesARestartAndKnowsWhatWasDelivered) {
  const TemporaryFolder folder;
  {
    Spool spool({.file = folder.file("spool")});
    for (std::uint64_t i = 1; i <= 5; ++i) ASSERT_TRUE(spool.append(frame(i)));
    ASSERT_TRUE(spool.sync());
    spool.delivered_through(2);
    ASSERT_TRUE(spool.sync());
  }
  Spool spool({.file = folder.file("spool")});
  EXPECT_EQ(spool.undelivered(), 3U);
  EXPECT_EQ(spool.last_sequence(), 5U);
  EXPECT_EQ(spool.torn_bytes(), 0U);
  EXPECT_EQ(rest(spool), (std::vector<std::uint64_t>{3, 4, 5}));
  spool.rewind();
  EXPECT_EQ(rest(spool), (std::vector<std::uint64_t>{3, 4, 5}));
}

TEST(Spool, ShrinksToNothingOnceAllIsDelivered) {
  const TemporaryFolder folder;
  Spool spool({.file = folder.file("spool")});
  const std::uint64_t size = spool.bytes();
  ASSERT_TRUE(spool.append(frame(1)));
  ASSERT_TRUE(spool.append(frame(4)));
  ASSERT_TRUE(spool.sync());
  EXPECT_GT(spool.bytes(), size);
  spool.delivered_through(4);
  EXPECT_TRUE(spool.empty());
  EXPECT_EQ(spool.bytes(), size);
  ASSERT_TRUE(spool.append(frame(5)));
  EXPECT_EQ(rest(spool), std::vector<std::uint64_t>{5});
}

TEST(Spool, CutsATornTailAtEveryByteAndKeepsTheRest) {
  const TemporaryFolder folder;
  const std::string file = folder.file("spool");
  std::uint64_t whole_first = 0;
  {
    Spool spool({.file = file});
    ASSERT_TRUE(spool.append(frame(1)));
    ASSERT_TRUE(spool.sync());
    whole_first = spool.bytes();
    ASSERT_TRUE(spool.append(frame(2)));
    ASSERT_TRUE(spool.sync());
  }
  const std::uint64_t whole = std::filesystem::file_size(file);
  const std::string copy = folder.file("copy");
  for (std::uint64_t size = 0; size < whole; ++size) {
    SCOPED_TRACE(size);
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(copy, size);
    Spool spool({.file = copy});
    EXPECT_EQ(spool.undelivered(), size >= whole_first ? 1U : 0U);
    const std::uint64_t kept = size >= whole_first ? whole_first : size < 8 ? 0 : 8;
    EXPECT_EQ(spool.torn_bytes(), size - kept);
    ASSERT_TRUE(spool.append(frame(9)));
    ASSERT_TRUE(spool.sync());
  }
}

TEST(Spool, StopsAtAFlippedBit) {
  const TemporaryFolder folder;
  const std::string file = folder.file("spool");
  {
    Spool spool({.file = file});
    for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(spool.append(frame(i)));
    ASSERT_TRUE(spool.sync());
  }
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(file) / 2);
  std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
  damage.seekg(middle);
  const int byte = damage.get();
  damage.seekp(middle);
  damage.put(static_cast<char>(byte ^ 1));
  damage.close();
  Spool spool({.file = file});
  EXPECT_EQ(rest(spool), std::vector<std::uint64_t>{1});
  EXPECT_GT(spool.torn_bytes(), 0U);
}

TEST(Spool, RefusesWhatPassesItsBound) {
  const TemporaryFolder folder;
  Spool spool({.file = folder.file("spool"), .bytes_max = 200, .record_bytes_max = 1000});
  EXPECT_TRUE(spool.append(frame(1)));
  EXPECT_FALSE(spool.append(frame(2, std::string(150, 'x'))));
  EXPECT_TRUE(spool.append(frame(3)));
  EXPECT_EQ(spool.undelivered(), 2U);
  Spool none({.file = ""});
  EXPECT_FALSE(none.append(frame(1)));
  EXPECT_EQ(none.next(), std::nullopt);
}

TEST(Spool, RefusesAFileOfAnotherKindAndASecondOwner) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("other")) << "this is no spool";
  EXPECT_THROW(Spool({.file = folder.file("other")}), std::runtime_error);
  const Spool first({.file = folder.file("spool")});
  EXPECT_THROW(Spool({.file = folder.file("spool")}), std::system_error);
  EXPECT_THROW(Spool({.file = folder.file("no/such/folder")}), std::system_error);
}

}  // namespace
}  // namespace parkwatch
