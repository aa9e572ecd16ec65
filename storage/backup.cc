#include "storage/backup.h"

#include <zstd.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "storage/digest.h"
#include "storage/packed_fields.h"

namespace parkwatch {

namespace {

// The file: the mark, then chunks. A chunk: its packed length (8 bytes), then a zstd frame of
//   table · number of columns · their names · rows, each a cell for each column.
// A cell: one byte for its kind, then a number or a text. The last chunk has an empty table name,
// the number of rows and the SHA-256 of all unpacked chunks before it.
constexpr std::string_view mark = "parkwatch backup 1\n";
constexpr std::size_t chunk_bytes = 4U << 20;
constexpr std::int64_t packed_bytes_max = std::int64_t{1} << 31;
constexpr unsigned long long unpacked_bytes_max = 1ULL << 32;
constexpr int compression_level = 3;

enum Kind : char { Null = 0, Number = 1, Text = 2 };

class ChunkWriter {
 public:
  explicit ChunkWriter(const std::filesystem::path& file) : name_(file.string()) {
    stream_.open(file, std::ios::binary | std::ios::trunc);
    stream_ << mark;
    require();
  }

  void write(std::string_view chunk) {
    digest_.add(chunk);
    packed_.resize(ZSTD_compressBound(chunk.size()));
    const std::size_t size = ZSTD_compress(packed_.data(), packed_.size(), chunk.data(),
                                           chunk.size(), compression_level);
    const std::array<char, 8> length = number_bytes(static_cast<std::int64_t>(size));
    stream_.write(length.data(), length.size());
    stream_.write(packed_.data(), static_cast<std::streamsize>(size));
    require();
  }

  void finish(std::int64_t rows) {
    std::string chunk;
    append_text(chunk, "");
    append_number(chunk, rows);
    append_text(chunk, hex(digest_.finish()));
    write(chunk);
    stream_.close();
    require();
  }

 private:
  void require() const {
    if (!stream_) throw std::runtime_error("could not write " + name_ + ": is its disk full?");
  }

  std::string name_;
  std::ofstream stream_;
  Sha256 digest_;
  std::string packed_;
};

std::string chunk_head(const Table& table) {
  std::string head;
  append_text(head, table.name);
  append_number(head, static_cast<std::int64_t>(table.columns.size()));
  for (const Column& column : table.columns) append_text(head, column.name);
  return head;
}

void append_cell(std::string& chunk, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    chunk.push_back(Number);
    append_number(chunk, *number);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    chunk.push_back(Text);
    append_text(chunk, *text);
  } else {
    chunk.push_back(Null);
  }
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw DamagedBackup("backup " + file.string() + ": " + why + "; take another one");
}

/// Chunks of a file, unpacked.
class ChunkReader {
 public:
  explicit ChunkReader(const std::filesystem::path& file)
      : file_(file), stream_(file, std::ios::binary) {
    if (!stream_) throw std::runtime_error("could not open " + file.string());
    size_ = static_cast<std::int64_t>(std::filesystem::file_size(file));
    std::string begin(mark.size(), '\0');
    stream_.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    if (!stream_ || begin != mark) refuse(file_, "it is no backup of Parkwatch");
  }

  std::string next() {
    std::string length(8, '\0');
    stream_.read(length.data(), 8);
    const std::int64_t size = FieldReader(length).number();
    if (!stream_ || size <= 0 || size > packed_bytes_max) refuse(file_, "it breaks off");
    std::string packed(static_cast<std::size_t>(size), '\0');
    stream_.read(packed.data(), size);
    if (!stream_) refuse(file_, "it breaks off");
    const unsigned long long whole = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (whole > unpacked_bytes_max) refuse(file_, "it is damaged");  // also what is no frame
    std::string chunk(whole, '\0');
    const std::size_t got =
        ZSTD_decompress(chunk.data(), chunk.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != chunk.size()) refuse(file_, "it is damaged");
    return chunk;
  }

  std::int64_t thousandths() { return 1'000 * stream_.tellg() / size_; }
  bool at_end() { return stream_.peek() == std::ifstream::traits_type::eof(); }

 private:
  const std::filesystem::path& file_;
  std::ifstream stream_;
  std::int64_t size_ = 0;
};

Cell read_cell(FieldReader& fields) {
  const std::string_view kind = fields.bytes(1);
  if (kind.starts_with(Number)) return fields.number();
  if (kind.starts_with(Text)) return std::string(fields.text());
  return std::monostate{};
}

/// Where each column of the chunk stands in the present table.
std::vector<std::size_t> places_of(FieldReader& fields, const Table& table,
                                   const std::filesystem::path& file) {
  const std::int64_t columns = fields.number();
  std::vector<std::size_t> places;
  for (std::int64_t i = 0; i < columns && fields.ok(); ++i) {
    const std::string_view name = fields.text();
    std::size_t place = 0;
    while (place < table.columns.size() && table.columns[place].name != name) ++place;
    if (place == table.columns.size()) {
      refuse(file, "this program does not know its column " + std::string(table.name) + "." +
                       std::string(name));
    }
    places.push_back(place);
  }
  return places;
}

/// The rows of one chunk, into the store.
std::int64_t load_chunk(FieldReader& fields, std::string_view name, StoreLoader& into,
                        const std::filesystem::path& file) {
  const Table* table = find_table(name);
  if (table == nullptr) refuse(file, "this program does not know its table " + std::string(name));
  const std::vector<std::size_t> places = places_of(fields, *table, file);
  std::int64_t rows = 0;
  Row row(table->columns.size());
  while (!fields.at_end()) {
    for (const std::size_t place : places) row[place] = read_cell(fields);
    if (!fields.ok() || !key_fits(*table, row)) refuse(file, "it is damaged");
    into.add(table->id, row);
    ++rows;
  }
  return rows;
}

/// Throws DamagedBackup unless the file is what was written. Nothing is loaded before that is
/// known.
void require_whole(const std::filesystem::path& file) {
  ChunkReader reader(file);
  Sha256 digest;
  for (;;) {
    const std::string chunk = reader.next();
    FieldReader fields(chunk);
    if (!fields.text().empty()) {
      digest.add(chunk);
      continue;
    }
    fields.number();
    const bool same = fields.text() == hex(digest.finish());
    if (!same || !fields.at_end() || !reader.at_end()) refuse(file, "it is damaged");
    return;
  }
}

}  // namespace

std::int64_t write_backup(Store& snapshot, const std::filesystem::path& file,
                          const BackupProgress& progress) {
  const std::filesystem::path part = file.string() + ".part";
  ChunkWriter writer(part);
  std::int64_t rows = 0;
  const auto tell = [&](const Table& table) {  // nobody has counted the rows; the tables are known
    const auto tables_done = static_cast<std::int64_t>(table.id);
    if (progress) progress(1'000 * tables_done / static_cast<std::int64_t>(table_count), rows);
  };
  for (const Table& table : tables()) {
    const std::string head = chunk_head(table);
    std::string chunk = head;
    snapshot.scan(table.id, {}, {}, 0, [&](const Row& row) {
      for (const Cell& cell : row) append_cell(chunk, cell);
      ++rows;
      if (chunk.size() < chunk_bytes) return;
      writer.write(chunk);
      chunk = head;
      tell(table);
    });
    if (chunk.size() > head.size()) writer.write(chunk);
    tell(table);
  }
  writer.finish(rows);
  std::filesystem::rename(part, file);
  return rows;
}

std::int64_t read_backup(const std::filesystem::path& file, StoreLoader& into,
                         const BackupProgress& progress) {
  require_whole(file);
  ChunkReader reader(file);
  std::int64_t rows = 0;
  for (;;) {
    const std::string chunk = reader.next();
    FieldReader fields(chunk);
    const std::string_view table = fields.text();
    if (table.empty()) {
      if (fields.number() != rows) refuse(file, "it lacks rows");
      into.finish();
      return rows;
    }
    rows += load_chunk(fields, table, into, file);
    if (progress) progress(reader.thousandths(), rows);
  }
}

}  // namespace parkwatch
