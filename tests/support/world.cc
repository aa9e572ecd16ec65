#include "tests/support/world.h"

#include <gtest/gtest.h>

#include "model/registry_csv.h"
#include "model/rules_csv.h"
#include "tests/support/files.h"

namespace parkwatch {

std::map<std::string, std::string> default_registry() {
  return {
      {"parks.csv",
       "id,name,level,province,city,county,division,zone,valid_from,valid_to\n"
       "p1,Park,national,,,,,Asia/Shanghai,,\n"},
      {"clusters.csv", "id,name,industry,zone,valid_from,valid_to\nc1,Cluster,,Asia/Shanghai,,\n"},
      {"memberships.csv", "cluster,of,member,share,valid_from,valid_to\nc1,enterprise,e1,1,,\n"},
      {"enterprises.csv",
       "id,name,park,credit_code,permit_code,industry,division,valid_from,valid_to\n"
       "e1,Enterprise,p1,,,,,,\n"},
      {"outlets.csv",
       "id,enterprise,code,name,medium,main,concentration_basis,flow_basis,oxygen_basis,"
       "reference_oxygen_percent,limits,valid_from,valid_to\n"
       "air1,e1,DA001,Stack,air,yes,standard-dry,standard-dry,standard-dry,,,,\n"
       "water1,e1,DW001,Drain,water,yes,,,,,,,\n"},
      {"devices.csv",
       "mn,outlet,protocol_version,report_interval_s,minute_interval,valid_from,valid_to\n"
       "AIR1,air1,2017,60,1,,\nWATER1,water1,2017,60,1,,\n"},
      {"factors.csv",
       "outlet,factor,unit,range_min,range_max,zero_band,cyclic,period_minutes,valid_from,valid_"
       "to\n"
       "air1,a21026,mg/m3,0,500,2,no,,,\nair1,a00000,m3/s,0,1000,,no,,,\n"
       "air1,a19001,%,0,25,,no,,,\n"
       "water1,w01018,mg/L,0,1000,,no,,,\nwater1,w00000,L/s,0,1000,,no,,,\n"},
      {"permits.csv",
       "id,outlet,factor,limit,lower_limit,unit,span,reference_oxygen_percent,yearly_mass_kg,"
       "source,"
       "sure,valid_from,valid_to\n"
       "air,air1,a21026,50,,mg/m3,hour,,,test,yes,,\n"
       "water,water1,w01018,50,,mg/L,day,,,test,yes,,\n"},
  };
}

namespace {

std::string cell_text(ColumnType type, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return {};
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  const std::int64_t number = std::get<std::int64_t>(cell);
  if (type == ColumnType::Time) return utc_text(number);
  if (type == ColumnType::Decimal6) return fixed_text(number, 6);
  if (type == ColumnType::Decimal9) return fixed_text(number, 9);
  return std::to_string(number);
}

}  // namespace

World::World(const std::map<std::string, std::string>& files, const std::string& hash) {
  TextFiles registry_files{"registry", default_registry()};
  for (const auto& [name, content] : files) registry_files.texts[name] = content;
  static const ParsedRules rules =
      parse_rules(source_folder("rules"));  // reading them is most of it
  const ParsedRegistry registry =
      parse_registry(registry_files, {rules.rules, [](const std::string&) { return true; }});
  for (const Fault& fault : registry.faults) {
    if (fault.severity == Severity::Fault) ADD_FAILURE() << fault.text();
  }
  Zone shanghai;
  plan = std::make_shared<const Plan>(registry.registry, rules.rules,
                                      std::map<std::string, Zone>{{shanghai.name, shanghai}}, hash);
  store = std::make_unique<MemoryStore>();
  Commit first;
  first.changes.push_back({TableId::ActiveSet, {std::string("active"), hash}, false});
  store->commit(first);
  task = std::make_unique<Task>(*store, plan, Decoder::Options{}, Task::Options{});
  const PartitionId id{"input", 0};
  state = partition_state(id, store->claim(id));
}

void World::feed(const std::vector<std::string>& documents) {
  std::vector<RecordView> records;
  std::int64_t offset = std::max<std::int64_t>(state.next_offset, 0);
  for (const std::string& document : documents) {
    RecordView record;
    record.offset = offset++;
    record.append_time_ms = -1;
    record.payload = document;
    record.content_type = ContentType::Json;
    records.push_back(record);
  }
  const Commit commit = task->step(state, records);
  store->commit(commit);
  task->settle();
  state.next_offset = commit.move->next_offset;
  state.chain_head = commit.move->chain_head;
  state.counters = commit.move->counters;
}

void World::tick(const std::string& received) {
  feed({R"({"type":"tick","park":"p1","received":")" + received + "\"}"});
}

void World::settle_clusters() {
  ClusterStep step(*store, *plan);
  while (step.step(1'000) > 0) {
  }
}

std::vector<Row> World::rows(TableId id, const Key& prefix) {
  std::vector<Row> found;
  const Key keys[] = {prefix};
  store->read(id, keys, [&](const Row& row) { found.push_back(row); });
  return found;
}

std::string World::value(TableId id, const Key& key, const std::string& column) {
  const std::vector<Row> found = rows(id, key);
  if (found.empty()) return "no row";
  const Table& described = table(id);
  for (std::size_t i = 0; i < described.columns.size(); ++i) {
    if (described.columns[i].name == column) {
      return cell_text(described.columns[i].type, found.front()[i]);
    }
  }
  ADD_FAILURE() << "no column " << column;
  return {};
}

std::int64_t at(const std::string& iso) {
  const std::optional<std::int64_t> time = parse_iso_time(iso);
  if (!time) ADD_FAILURE() << iso;
  return time.value_or(0);
}

std::string reading(const std::string& kind, const std::string& time, const std::string& received,
                    const std::string& factors, const std::string& mn) {
  return R"({"mn":")" + mn + R"(","kind":")" + kind + R"(","time":")" + time + R"(","received":")" +
         received + R"(","factors":)" + factors + "}";
}

}  // namespace parkwatch
