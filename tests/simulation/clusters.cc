#include "tests/simulation/clusters.h"

namespace parkwatch::oracle {

namespace {

void merge(ClusterPart& into, const ClusterPart& part) {
  into.gross += part.gross;
  into.additive += part.additive;
  into.estimated += part.estimated;
  into.due += part.due;
  into.present += part.present;
}

}  // namespace

ClusterSums::ClusterSums(Oracle& oracle, const Masses& masses) : masses_(masses) {
  for (const ParkRow& park : oracle.book().parks()) {
    for (const auto& [place, series] : oracle.windows(park.id).hours) {
      for (const auto& [start, window] : series) {
        const FactorRow* factor = oracle.book().factor(place.first, place.second, start);
        if (!factor->is("pollutant")) continue;
        for (const ClusterRow& cluster : oracle.book().clusters()) {
          add_hour(oracle.book(), cluster, window->row);
        }
      }
    }
  }
  add_days(oracle);
  for (const auto& [key, part] : parts_) {
    ClusterPart& whole = wholes_[key.first];
    merge(whole, part);
    whole.closed = whole.closed && part.closed;
    whole.parks[key.second] = part.gross;
  }
}

void ClusterSums::add_hour(const Book& book, const ClusterRow& cluster, const WindowRow& row) {
  if (!cluster.covers(row.start)) return;
  const auto share = book.share(cluster.id, *book.outlet(row.outlet, row.start), row.start);
  if (!share) return;
  ClusterPart& part = parts_[{{cluster.id, false, row.start, row.factor}, row.park}];
  part.closed = row.closed;
  if (row.due()) ++part.due;
  const Masses::Estimate* estimate = row.mass_kg ? nullptr : masses_.estimate(row);
  if (!row.mass_kg && estimate == nullptr) return;
  if (row.due() && row.mass_kg) ++part.present;
  const Fraction mass = from_units(row.mass_kg ? *row.mass_kg : estimate->mass, mass_places);
  const std::int64_t gross = to_units(share->part * mass, mass_places).value();
  part.gross += gross;
  if (estimate != nullptr) part.estimated += gross;
  part.additive += to_units(share->counted * mass, mass_places).value();
}

void ClusterSums::add_days(const Oracle& oracle) {
  std::map<std::pair<WindowKey, std::string>, ClusterPart> days;
  const Time grace = oracle.book().whole("grace_minutes") * minute_ms;
  for (const auto& [key, hour] : parts_) {
    if (!hour.closed) continue;
    const auto& [cluster, by_day, start, factor] = key.first;
    for (const ClusterRow& row : oracle.book().clusters()) {
      if (row.id != cluster) continue;
      ClusterPart& day = days[{{cluster, true, row.days->start(start), factor}, key.second}];
      const Time time = oracle.ledger().park_time().at(key.second);
      day.closed = time >= row.days->end(start) + grace;
      merge(day, hour);
    }
  }
  parts_.insert(days.begin(), days.end());
}

}  // namespace parkwatch::oracle
