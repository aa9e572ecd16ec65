"""Random lives of construction projects: in order and out of order, corrected, revoked, of unknown projects, and wrong ones."""
import json

from exact import DAY, HOUR, day_start, time_text

# How long before the log's end acts lie, in days: within tolerances, deadlines, and years.
AGES = (1, 3, 8, 20, 45, 120, 420, 4500)
FACILITIES = ("TA001", "TW001")
PLAIN = ("eia_approval", "eia_rereview", "eia_refusal", "design_chapter", "investment_estimate", "protection_contract",
         "construction_start", "completion", "completion_disclosed", "commissioning_start", "commissioning_end",
         "permit_issued", "permit_changed", "permit_suspended", "acceptance_report", "acceptance_disclosed",
         "display_end", "platform_filing", "first_production", "production_stopped")
# Acts that follow each other, so that not everything is out of order.
STORIES = (
    ("completion", "LAST", "commissioning_start"),
    ("acceptance_report", "acceptance_disclosed", "display_end", "platform_filing"),
    ("commissioning_disclosed", "commissioning_start", "first_production", "acceptance_opinion"),
    ("eia_approval", "design_chapter", "investment_estimate", "construction_start"),
    ("facility_required", "facility_built", "permit_issued", "commissioning_start"),
    ("facility_required", "facility_built", "commissioning_start", "facility_built"),
    ("main_progress", "protection_progress", "main_progress", "protection_progress"),
    ("completion", "commissioning_start", "rectification_opened", "acceptance_disclosed"),
    ("rectification_opened", "acceptance_opinion", "rectification_closed"),
    ("idling_approval", "idled", "resumed"), ("dismantling_approval", "dismantled", "facility_built"),
    ("first_production", "acceptance_opinion"), ("commissioning_disclosed", "first_production"),
    ("commissioning_start", "completion_disclosed", "commissioning_disclosed"),
    ("idled", "idling_approval"), ("major_change", "eia_approval"), ("eia_approval",), ("eia_approval", "construction_start"),
    ("eia_approval", "LATER", "construction_start", "eia_rereview"),
)
WRONG = ({"act": "eia_aproval"}, {"act": ""}, {"project": ""}, {"project": "a b"}, {"time": "2026-02-30T00:00:00+08:00"},
         {"time": "1926-03-01T00:00:00Z"}, {"act": "main_progress", "percent": "101"}, {"act": "main_progress"},
         {"act": "acceptance_opinion", "result": "good"}, {"act": "idled"}, {"act": "facility_built", "facility": "f",
                                                                             "capacity": "5"},
         {"act": "commissioning_disclosed", "start": "2026-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"},
         {"act": "completion", "phase": "a/b"}, {"act": "major_change"}, {"act": "completion", "sha256": "12"})


class Milestones:
    """Documents for a log of a World: (received, payload, park)."""

    def __init__(self, world):
        self.world, self.random = world, world.random
        self.sent, self.ids = [], 0
        # Acts after the last report move the parks' time on; without them some breaches go on and reports lie ahead.
        self.tail = world.random.choice([-HOUR, -HOUR, 2 * DAY])
        for row in list(world.folder.rows["enterprises"]):
            for k in range(self.random.randint(4, 7)):
                project = f"{row['id']}-p{k}"
                if self.random.random() < 0.85:
                    own = [outlet["id"] for outlet in world.folder.rows["outlets"] if outlet["enterprise"] == row["id"]]
                    world.folder.add("projects", id=project, enterprise=row["id"], name="Project",
                                     outlets=";".join(self.random.choice([[], own[:1], own])))
                for _ in range(self.random.randint(1, 6)):
                    self.story(row["park"], project)
                for _ in range(self.random.randint(0, 4)):
                    self.send(row["park"], project, self.random.choice(PLAIN), self.moment(), {})

    def moment(self):
        """Before the end of the log, at a local midnight or a whole hour as often as not."""
        random, world = self.random, self.world
        at = world.end - random.randrange(random.choice(AGES) * DAY // HOUR) * HOUR
        if random.random() < 0.3:
            return day_start(at, "Asia/Shanghai")
        return at + random.choice([0, 0, 1, 25 * 60_000 + 321, -random.randrange(5) * DAY])

    def story(self, park, project):
        random = self.random
        acts = random.choice(STORIES)
        at = self.moment() - (1830 * DAY if "LATER" in acts else 0)
        more = {"phase": random.choice(["p1", "p2"])} if random.random() < 0.4 else {}
        item = {"facility": random.choice(FACILITIES), "order": random.choice(["o1", "o2"])}
        if "major_change" in acts:
            item["change"] = "c1"
        for act in acts:
            if act == "LAST":
                at = self.world.end + self.tail
                continue
            if act == "LATER":
                at += 1830 * DAY
                continue
            if random.random() < 0.8:
                self.send(park, project, act, at, more | item)
            at += random.choice([0, HOUR, 9 * HOUR, DAY, 6 * DAY, 30 * DAY, 31 * DAY, 100 * DAY]) * random.choice([1, 1, -1, 0])
            at = min(at, self.world.end + self.tail)

    def members(self, act, at, item):
        random = self.random
        members = {"change": item["change"]} if "change" in item and act in ("major_change", "eia_approval") else {}
        if act.startswith("facility") or act in ("idled", "resumed", "dismantled", "idling_approval",
                                                 "dismantling_approval"):
            members["facility"] = item.get("facility", "TA001")
        if act.startswith("facility") and random.random() < 0.7:
            members |= {"capacity": random.choice(["100", "95", "94.999999", "120"]),
                        "unit": random.choice(["m3/h", "m3/h", "m3/h", "t/d"])}
        if act.endswith("progress"):
            members["percent"] = random.choice(["0", "20", "40", "40.000001", "60", "99.5", "100"])
        if act.startswith("rectification"):
            members["order"] = item.get("order", "o1")
        if act == "acceptance_opinion":
            members["result"] = random.choice(["pass", "pass", "fail"])
        if act == "commissioning_disclosed":
            members |= {"start": time_text(at + random.randrange(5) * DAY),
                        "end": time_text(at + random.choice([5, 30, 90, 900]) * DAY)}
        if act == "idling_approval":
            members["end"] = time_text(at + random.choice([0, 3, 40, 400]) * DAY)
        return members

    def send(self, park, project, act, at, more):
        random = self.random
        self.ids += 1
        item = {name: more[name] for name in ("facility", "order", "change") if name in more}
        said = {"type": "milestone", "source": random.choice(["eia.city", "permit.city"]), "id": f"m{self.ids}",
                "park": park, "project": project, "act": act, "time": time_text(at)} | self.members(act, at, item)
        if "phase" in more:
            said["phase"] = more["phase"]
        self.put(said)
        if random.random() < 0.15:  # corrected, or taken back
            self.put(said | {"time": time_text(at + random.choice([-DAY, HOUR, 40 * DAY]))}
                     if random.random() < 0.5 and "end" not in said else said | {"revoked": True})
        if random.random() < 0.08:
            self.put(said | random.choice(WRONG) | {"id": f"w{self.ids}"})

    def put(self, said):
        received = self.world.start + self.random.randrange(self.world.end - self.world.start)
        said = said | {"received": time_text(received)}
        for _ in range(self.random.choice([1, 1, 1, 2])):
            self.sent.append((received, json.dumps(said).encode(), said["park"]))
