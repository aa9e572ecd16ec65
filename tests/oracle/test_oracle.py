#!/usr/bin/env python3
"""Worked examples, computed by hand, against the oracle itself. Run: python3 -m unittest tests/oracle/test_oracle.py"""
import csv
import io
import json
import pathlib
import sys
import tempfile
import unittest
from fractions import Fraction

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import intake  # noqa: E402
from exact import parse_number, parse_time, time_text, to_units, units_text, within_percent  # noqa: E402
from judge import fnv1a_128  # noqa: E402
from limits import limit_of_stack  # noqa: E402
from oracle import Oracle, table_text  # noqa: E402

RULES = HERE.parent.parent / "rules"
REGISTRY = {
    "parks.csv": "id,name,level,zone\np,Park,provincial,Asia/Shanghai\n",
    "clusters.csv": "id,name\nc,Cluster\n",
    "memberships.csv": "cluster,of,member,share\nc,enterprise,e,0.5\n",
    "enterprises.csv": "id,name,park\ne,Works,p\n",
    "outlets.csv": "id,enterprise,name,medium,concentration_basis,flow_basis,oxygen_basis,reference_oxygen_percent\n"
                   "air,e,Stack,air,standard-dry,standard-dry,standard-dry,6\n"
                   "wet,e,Wet stack,air,standard-dry,actual-wet,standard-dry,\n"
                   "water,e,Drain,water,,,,\n",
    "devices.csv": "mn,outlet,protocol_version\nA,air,2017\nB,wet,2017\nW,water,2017\n",
    "factors.csv": "outlet,factor,unit,range_max,zero_band,cyclic,period_minutes,set_parameter\n"
                   "air,a34013,,200,0.5,,,\nair,a19001,,,,,,\nair,a00000,,,,,,\n"
                   "wet,a34013,,,,,,\nwet,a00000,m3/h,,,,,\nwet,a01012,,,,,,\nwet,a01013,Pa,,,,,\n"
                   "wet,a01014,,,,,,yes\n"
                   "water,w00000,,,,,,\nwater,w01018,,,,,,\nwater,w21003,,,,yes,120,\nwater,w01001,,,,,,\n",
    "permits.csv": "id,outlet,factor,limit,lower_limit,span,reference_oxygen_percent,source\n"
                   "dust,air,a34013,37.5,,hour,6,test\nacid,water,w01001,9,6,day,,test\n",
}


def write_registry(folder, changes=None):
    for name, text in {**REGISTRY, **(changes or {})}.items():
        (pathlib.Path(folder) / name).write_text(text, encoding="utf-8")


def reading(mn, kind, time, **factors):
    """factors: a value, or a dict of members."""
    members = {code: value if isinstance(value, dict) else {"value": value} for code, value in factors.items()}
    return json.dumps({"mn": mn, "kind": kind, "time": f"2026-03-{time}+08:00", "factors": members}).encode()


def hour_of_minutes(mn, hour, minutes, **factors):
    return [reading(mn, "minute", f"{hour}:{minute:02d}:00", **factors) for minute in minutes]


def run(lines, until="2026-03-15T17:00:00Z", changes=None, rules=RULES):
    """Tables as lists of dicts of text."""
    with tempfile.TemporaryDirectory() as folder:
        write_registry(folder, changes)
        oracle = Oracle(folder, rules)
        oracle.consume(intake.Record(line, "json") if isinstance(line, bytes) else line for line in lines)
        oracle.until(parse_time(until))
        oracle.compute()
        tables = {name: list(csv.DictReader(io.StringIO(table_text(name, rows))))
                  for name, rows in oracle.tables().items()}
        tables["counters"] = oracle.counters()
        return tables


def window(tables, factor, start, span="hour", table="outlet_window"):
    """The one row of a factor; start is in UTC."""
    found = [row for row in tables[table]
             if (row["factor"], row["start"], row["span"]) == (factor, f"2026-03-{start}:00Z", span)]
    assert len(found) == 1, found
    return found[0]


class NumberTest(unittest.TestCase):
    def test_numbers_as_sent(self):
        for text, wanted in (("4.20", "4.2"), ("-0.5", "-0.5"), ("1e3", "1000"), (".5", "0.5"), ("5.", "5"),
                             ("999999999999.999999", "999999999999.999999"), ("0012", "12")):
            self.assertEqual(units_text(to_units(parse_number(text))), wanted, text)
        for text in ("NaN", "inf", "", "-", "1,5", "1e13", "1000000000000", "1234567890123456789", "0x10", "1 2"):
            self.assertIsNone(parse_number(text), text)

    def test_half_goes_to_even(self):
        for number, wanted in (("0.0000005", 0), ("0.0000015", 2), ("0.0000025", 2), ("-0.0000015", -2),
                               ("0.00000251", 3)):
            self.assertEqual(to_units(Fraction(number)), wanted, number)
        self.assertIsNone(to_units(Fraction(2**63, 10**6)))
        self.assertEqual(to_units(Fraction(2**63 - 1, 10**6)), 2**63 - 1)

    def test_within_percent(self):
        self.assertTrue(within_percent(105, 100, 5))
        self.assertFalse(within_percent(106, 100, 5))
        self.assertTrue(within_percent(0, 0, 5))
        self.assertFalse(within_percent(1, 0, 5))

    def test_times(self):
        self.assertEqual(time_text(parse_time("2026-03-15T09:30:00.125+08:00")), "2026-03-15T01:30:00.125Z")
        for text in ("2026-03-15T09:30:00", "2026-02-30T09:30:00Z", "yesterday", "2026-03-15"):
            self.assertIsNone(parse_time(text), text)

    def test_hash(self):
        self.assertEqual(fnv1a_128(""), "6c62272e07bb014262b821756295c58d")
        self.assertEqual(fnv1a_128("a"), "d228cb696f1a8caf78912b704e4a8964")


class FrameTest(unittest.TestCase):
    GOLDEN = (b"##0186QN=20260315093000125;ST=31;CN=2011;PW=123456;MN=A0B1C2D3E4F5061728394A5B;Flag=9;"
              b"CP=&&DataTime=20260315093000;a34013-Rtd=4.2,a34013-ZsRtd=4.6,a34013-Flag=N;"
              b"a19001-Rtd=7.31,a19001-Flag=N&&BE01\r\n")

    def test_crc(self):
        self.assertEqual(intake.crc(b"123456789"), 0x2F80)
        self.assertEqual(intake.crc(b""), 0xFFFF)
        self.assertEqual(intake.crc(b"CP=&&"), 0xB681)

    def test_golden_frame(self):
        got = intake.decode(intake.Record(self.GOLDEN, "hj212"))
        self.assertEqual((got.mn, got.kind, got.scheme), ("A0B1C2D3E4F5061728394A5B", "realtime", "hj212_2025"))
        self.assertEqual(time_text(got.time), "2026-03-15T01:30:00Z")
        self.assertEqual(got.factors["a34013"], {"Rtd": "4.2", "ZsRtd": "4.6", "Flag": "N"})

    def test_refused(self):
        for payload, reason in ((self.GOLDEN.replace(b"4.2", b"4.3"), "crc_mismatch"), (b"GET / HTTP/1.1", "not_a_frame"),
                                (self.GOLDEN[:-20], "truncated"), (self.GOLDEN + b"x", "trailing_bytes"),
                                (intake.frame(b"CN=2011;MN=A;CP=&&DataTime=20260230000000;a-Rtd=1&&"),
                                 "impossible_data_time")):
            with self.assertRaises(intake.Refused) as refusal:
                intake.decode(intake.Record(payload, "hj212"))
            self.assertEqual(str(refusal.exception), reason)


class LedgerTest(unittest.TestCase):
    def test_copies_and_conservation(self):
        at = "15T10:00:00"
        tables = run([
            reading("A", "realtime", at, a34013="1"), reading("A", "realtime", at, a34013="1"),
            reading("A", "realtime", at, a34013="1.0"), reading("A", "realtime", at, a34013="NaN"),
            reading("A", "realtime", at, a99999="1"), reading("Z", "realtime", at, a34013="1"),
            b"{", reading("A", "realtime", at),
            json.dumps({"mn": "A", "kind": "realtime", "time": "2026-03-15T12:05:01Z",
                        "received": "2026-03-15T12:00:00Z", "factors": {"a34013": {"value": 1}}}).encode()])
        self.assertEqual(tables["counters"], {
            "ticks": 0, "records_accepted": 2, "records_corrected": 1, "records_duplicate": 1, "records_quarantined": 3,
            "records_not_monitored": 2, "values_accepted": 1, "values_corrected": 1, "values_duplicate": 1,
            "values_quarantined": 2, "values_not_monitored": 2})
        self.assertEqual(sorted(row["reason"] for row in tables["dead_letter"]),
                         ["bad_number", "future_data_time", "malformed_json"])


    def test_no_tick_is_received_after_it_was_appended(self):
        tick = json.dumps({"type": "tick", "park": "p1", "received": "2026-03-16T12:00:00Z"}).encode()
        append = parse_time("2026-03-15T18:00:30Z")
        tables = run([reading("A", "realtime", "15T10:00:00", a34013="1"), intake.Record(tick, "json", append=append)])
        self.assertIn("2026-03-15T18:00:00Z", [row["time"] for row in tables["park"]])


class HourTest(unittest.TestCase):
    def test_reference_oxygen(self):
        # 30 mg/m3 at 9 % O2 for a reference of 6 %: 30 * 15 / 12 = 37.5, and equality complies.
        tables = run(hour_of_minutes("A", "15T10", range(45), a34013="30", a19001="9"))
        row = window(tables, "a34013", "15T02:00")
        self.assertEqual((row["state"], row["source"], row["value"], row["converted"]), ("valid", "minutes", "30", "37.5"))
        self.assertEqual((row["valid_minutes"], row["converted_minutes"], row["phase"]), ("45", "45", "closed"))
        verdict = window(tables, "a34013", "15T02:00", table="verdict")
        self.assertEqual((verdict["state"], verdict["ratio"], verdict["leads"]), ("compliant", "1", "true"))

    def test_44_minutes_are_too_few(self):
        tables = run(hour_of_minutes("A", "15T10", range(44), a34013="30", a19001="9"))
        row = window(tables, "a34013", "15T02:00")
        self.assertEqual((row["state"], row["value"], row["valid_minutes"]), ("invalid(too_few_minutes)", "", "44"))
        self.assertEqual(window(tables, "a34013", "15T02:00", table="verdict")["state"], "invalid(too_few_minutes)")
        self.assertEqual(window(tables, "a34013", "15T03:00")["state"], "missing")
        self.assertEqual(window(tables, "a34013", "15T03:00", table="verdict")["state"], "invalid(missing)")

    def test_too_much_oxygen_does_not_convert(self):
        tables = run(hour_of_minutes("A", "15T10", range(60), a34013="30", a19001="20.5"))
        self.assertEqual(window(tables, "a34013", "15T02:00", table="verdict")["state"], "invalid(not_converted)")

    def test_flags_bands_and_ranges(self):
        cases = (({"value": "5", "flag": "N"}, "valid", "5"), ({"value": "5"}, "valid", "5"),
                 ({"value": "5", "flag": "D"}, "invalid(too_few_minutes)", ""),
                 ({"value": "5", "flag": "S"}, "invalid(too_few_minutes)", ""),
                 ({"value": "5", "flag": "T"}, "invalid(over_range)", ""),
                 ({"value": "200.1", "flag": "N"}, "invalid(over_range)", ""), ({"value": "200"}, "valid", "200"),
                 ({"value": "-0.5"}, "valid", "0"), ({"value": "-0.51"}, "invalid(too_few_minutes)", ""))
        for members, state, value in cases:
            row = window(run(hour_of_minutes("A", "15T10", range(60), a34013=members)), "a34013", "15T02:00")
            self.assertEqual((row["state"], row["value"]), (state, value), members)

    def test_mass_of_an_hour(self):
        # domain check: 613 440 m3/h wet at 52 degC, -150 Pa, 12 % gives 452 783.6 m3/h; with 18.5 mg/m3 8.3765 kg/h.
        tables = run(hour_of_minutes("B", "15T10", range(60), a34013="18.5", a00000="613440", a01012="52",
                                     a01013="-150", a01014={"value": "12", "flag": "S"}))
        flow = window(tables, "a00000", "15T02:00")
        exact = Fraction("170.4") * Fraction(88, 100) * (Fraction("101.175") / Fraction("101.325")) * Fraction(273, 325)
        self.assertEqual(flow["value"], units_text(to_units(exact)))
        self.assertEqual(round(Fraction(flow["volume_m3"]), 1), Fraction("452783.6"))
        mass = window(tables, "a34013", "15T02:00")["mass_kg"]
        self.assertEqual(round(Fraction(mass), 4), Fraction("8.3765"))
        self.assertEqual(window(tables, "a34013", "15T02:00", table="contribution")["additive_kg"],
                         units_text(to_units(Fraction(mass) / 2, 9), 9))

    def test_auxiliary_not_valid(self):
        tables = run(hour_of_minutes("B", "15T10", range(60), a34013="18.5", a00000="613440", a01012="52",
                                     a01013="-150", a01014={"value": "12", "flag": "D"}))
        self.assertEqual(window(tables, "a00000", "15T02:00")["state"], "invalid(too_few_minutes)")
        row = window(tables, "a34013", "15T02:00")
        self.assertEqual((row["state"], row["mass_kg"], row["mass_state"]), ("valid", "", "flow_missing"))

    def test_the_report_is_judged_unless_its_minutes_contradict(self):
        report = reading("A", "hour", "15T10:00:00", a34013={"value": "20", "converted": "25", "total": "7"},
                         a00000={"value": "100", "total": "360000"})
        row = window(run([report]), "a34013", "15T02:00")
        self.assertEqual([row[name] for name in ("state", "source", "value", "converted", "mass_kg", "reported")],
                         ["valid", "report", "20", "25", "7", "20"])  # 20 mg/m3 * 360 000 m3 = 7.2 kg; 7 is within 5 %
        bad = hour_of_minutes("A", "15T10", range(16), a34013={"value": "20", "flag": "D"})
        self.assertEqual(window(run([report, *bad]), "a34013", "15T02:00")["state"],
                         "invalid(report_contradicts_minutes)")
        self.assertEqual(window(run([report, *bad[1:]]), "a34013", "15T02:00")["state"], "valid")

    def test_differences_are_findings(self):
        report = reading("A", "hour", "15T10:00:00", a34013={"value": "20", "total": "1"}, a00000={"value": "100"})
        tables = run([report, *hour_of_minutes("A", "15T10", range(60), a34013="21.1", a00000="100")])
        self.assertEqual({(row["factor"], row["finding"]) for row in tables["quality"] if row["span"] == "hour"},
                         {("a34013", "report_difference"), ("a34013", "cou_mismatch")})
        self.assertEqual(window(tables, "a34013", "15T02:00")["mass_kg"], "7.2")

    def test_slow_devices_fill_the_minutes_after_a_sample(self):
        slow = {"devices.csv": "mn,outlet,protocol_version,report_interval_s\nA,air,2017,590\nB,wet,2017,\nW,water,2017,\n"}
        samples = [reading("A", "realtime", f"15T10:{minute:02d}:30", a34013=str(minute)) for minute in (5, 15, 25, 35, 45)]
        row = window(run(samples, changes=slow), "a34013", "15T02:00")
        self.assertEqual((row["valid_minutes"], row["value"], row["samples"]), ("50", "25", "5"))
        row = window(run([*samples, reading("A", "realtime", "15T10:55:30", a34013="55")], changes=slow),
                     "a34013", "15T03:00")
        self.assertEqual((row["valid_minutes"], row["state"]), ("5", "invalid(too_few_minutes)"))

    def test_water_is_weighted_by_flow(self):
        lines = (hour_of_minutes("W", "15T10", range(30), w01018="40", w00000="1")
                 + hour_of_minutes("W", "15T10", range(30, 60), w01018="10", w00000="3"))
        row = window(run(lines), "w01018", "15T02:00")  # (40 * 1 + 10 * 3) / 4 = 17.5; 7.2 m3
        self.assertEqual((row["value"], row["mass_kg"]), ("17.5", "0.126"))

    def test_no_discharge(self):
        tables = run(hour_of_minutes("W", "15T10", range(60), w01018="40", w00000="0", w01001="7"))
        for factor, mass in (("w01018", "0"), ("w01001", "")):
            row = window(tables, factor, "15T02:00")
            self.assertEqual((row["state"], row["value"], row["mass_kg"]), ("no_discharge", "", mass))

    def test_a_cycle_holds_its_first_valid_value(self):
        tables = run([reading("W", "realtime", "15T10:05:00", w21003={"value": "9", "flag": "D"}),
                      reading("W", "realtime", "15T10:10:00", w21003="2"),
                      reading("W", "realtime", "15T11:50:00", w21003="3"),
                      *hour_of_minutes("W", "15T10", range(60), w00000="1"),
                      *hour_of_minutes("W", "15T11", range(60), w00000="1")])
        first, second = window(tables, "w21003", "15T02:00"), window(tables, "w21003", "15T03:00")
        self.assertEqual((first["value"], first["samples"]), ("2", "1"))
        self.assertEqual((second["value"], second["samples"]), ("2", "0"))


class DayTest(unittest.TestCase):
    def day(self, valid, zone="Asia/Shanghai"):
        lines = [reading("A", "hour", f"15T{hour:02d}:00:00", a34013="10", a00000="1") for hour in range(valid)]
        return window(run(lines), "a34013", "14T16:00", "day")

    def test_three_quarters_of_the_hours_due(self):
        row = self.day(18)
        self.assertEqual((row["state"], row["value"], row["mass_state"]), ("valid", "10", "partial"))
        self.assertEqual(row["mass_kg"], "0.648")  # 18 * 10 mg/m3 * 3600 m3
        self.assertEqual(self.day(17)["state"], "invalid(too_few_hours)")

    def test_ph_is_judged_on_both_sides(self):
        for value, state, ratio in (("9", "compliant", "1"), ("9.1", "over", "1.066667"), ("6", "compliant", "1"),
                                    ("5.9", "over", "1.066667"), ("7.5", "compliant", "0")):
            lines = [reading("W", "hour", f"15T{hour:02d}:00:00", w01001=value) for hour in range(24)]
            verdict = window(run(lines), "w01001", "14T16:00", "day", "verdict")
            self.assertEqual((verdict["state"], verdict["ratio"]), (state, ratio), value)

    def test_the_day_report_is_kept_beside(self):
        lines = [reading("A", "hour", f"15T{hour:02d}:00:00", a34013="10") for hour in range(24)]
        tables = run([*lines, reading("A", "day", "15T00:00:00", a34013="11")])
        self.assertEqual(window(tables, "a34013", "14T16:00", "day")["reported"], "11")
        self.assertEqual([row["finding"] for row in tables["quality"]], ["day_report_difference"])


class StackTest(unittest.TestCase):
    def test_the_page(self):
        """The first table of docs/rules/stack_height.md."""
        page = (RULES.parent / "docs" / "rules" / "stack_height.md").read_text(encoding="utf-8")
        lines = page.split("## The limit of a stack")[1].split("## ")[0].splitlines()
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]
        self.assertGreater(len(rows), 20)
        for table, height, buildings, limit, surveyed in rows:
            points = dict(tuple(parse_number(part.strip()) for part in row.split(":")) for row in table.split(","))
            found = limit_of_stack(points, 5, 15, Fraction(1, 2), parse_number(height),
                                   parse_number(buildings) if surveyed == "yes" else None)
            self.assertEqual(units_text(to_units(found)), limit, (table, height, buildings))


class EpisodeTest(unittest.TestCase):
    def test_from_over_to_compliant(self):
        converted = ("37.5", "37.500001", None, "60", "1", "38")
        lines = [reading("A", "hour", f"15T{10 + hour}:00:00", a34013={"value": "1", "converted": value})
                 for hour, value in enumerate(converted) if value]
        found = [row for row in run(lines, "2026-03-15T08:10:00Z")["episode"] if row["rule"] == "exceedance"]
        self.assertEqual([(row["state"], row["first_window"], row["windows"], row["resolved_window"])
                          for row in sorted(found, key=lambda row: row["first_window"])],
                         [("resolved", "2026-03-15T03:00:00Z", "2", "2026-03-15T06:00:00Z"),
                          ("open", "2026-03-15T07:00:00Z", "1", "")])

    def test_a_silent_hour(self):
        lines = [reading("A", "hour", "15T10:00:00", a34013="1"), reading("A", "hour", "15T12:00:00", a34013="1")]
        found = [row for row in run(lines, "2026-03-15T05:10:00Z")["episode"] if row["rule"] == "silent"]
        self.assertEqual([(row["state"], row["first_window"]) for row in found], [("resolved", "2026-03-15T03:00:00Z")])


if __name__ == "__main__":
    unittest.main()
