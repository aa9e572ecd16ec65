"""A park of its own in which something goes on when the log ends: other parks' late records carry their time far beyond."""
import json

from exact import HOUR, MINUTE, time_text

PARK, SITE = "park-unfinished", "works-unfinished"


def send(log, received, **said):
    log.put(received, json.dumps(said | {"park": PARK, "received": time_text(received)}).encode(), "json", PARK, True)


def unfinished(world, log):
    """A line runs without its scrubber until the last minute, and commissioning began in the last hour, undisclosed."""
    add, last = world.folder.add, world.end - HOUR
    add("parks", id=PARK, name="Park", level="municipal", zone="Asia/Shanghai")
    add("enterprises", id=SITE, name="Works", park=PARK)
    add("projects", id=f"{SITE}-p0", enterprise=SITE, name="Project")
    add("lines", id=f"{SITE}-line", enterprise=SITE, name="Line")
    add("facilities", id=f"{SITE}-scrubber", enterprise=SITE, name="Scrubber")
    add("treatments", line=f"{SITE}-line", facility=f"{SITE}-scrubber")
    for of, unit, power in (("line", f"{SITE}-line", "60"), ("facility", f"{SITE}-scrubber", "0")):
        meter = f"{unit}-power".upper()
        add("meters", mn=meter, factor="p", signal="power", of=of, unit=unit, rated=100)
        for at in range(world.end - 4 * HOUR, world.end, MINUTE):
            send(log, at + MINUTE, type="activity", mn=meter, kind="minute", time=time_text(at),
                 factors={"p": {"value": power}})
    send(log, last, type="milestone", source="permit.city", id="m1", project=f"{SITE}-p0", act="commissioning_start",
         time=time_text(last))
