#include "tests/support/full_store.h"

#include <limits>

#include "tests/support/store_rows.h"

namespace parkwatch {

namespace {

using namespace std::string_literals;

const std::string texts[] = {"x", "", "排口 ;,\"\n", "a\0b"s, "\xff\xfe broken \x80"s, "\1"};
const std::int64_t numbers[] = {0,
                                -1,
                                1'773'538'200'000,
                                std::numeric_limits<std::int64_t>::min(),
                                std::numeric_limits<std::int64_t>::max(),
                                7};

Cell cell_of(const Column& column, std::size_t index) {
  if (column.type == ColumnType::Boolean) return number(static_cast<std::int64_t>(index % 2));
  const bool bytes = column.type == ColumnType::Text || column.type == ColumnType::Blob;
  return bytes ? text(texts[index]) : number(numbers[index]);
}

}  // namespace

void fill_every_table(Store& store) {
  const PartitionId partition{"parkwatch.input.v1", 3};
  const Checkpoint at = store.claim(partition);
  Commit commit;
  commit.move = PartitionMove{partition, at.epoch, at.next_offset,
                              12,        "head",   {{"accepted", 9}, {"duplicate", 3}}};
  commit.parks = {{"p1", 0, 60'000}, {"p2", 0, -1}};
  for (const Table& each : tables()) {
    if (each.id == TableId::Park || each.id == TableId::Progress || each.id == TableId::Counter) {
      continue;  // not written by changes
    }
    for (std::size_t index = 0; index < std::size(texts); ++index) {
      Row row;
      for (std::size_t i = 0; i < each.columns.size(); ++i) {
        const bool empty = i >= each.key_columns && (index + i) % 4 == 0;
        row.push_back(empty ? nothing() : cell_of(each.columns[i], index));
      }
      if (each.sequence) row[0] = nothing();
      commit.changes.push_back(put(each.id, row));
    }
  }
  store.commit(commit);
}

std::map<std::string, std::vector<Row>> all_rows(Store& store) {
  std::map<std::string, std::vector<Row>> rows;
  for (const Table& each : tables()) rows[std::string(each.name)] = rows_of(store, each.id);
  return rows;
}

}  // namespace parkwatch
