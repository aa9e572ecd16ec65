#!/usr/bin/env python3
"""Writes dashboards/*.json, Grafana's classic model. A panel is one call below; its place follows from its order and width.

usage: write_dashboards.py [FOLDER]      without one: the folder `dashboards` beside this file

Every query takes the greatest of equal series (`max by`) before it counts or adds: what comes from the store is the same in
every process, and may be scraped from several. Counters and lag are each process's own and are added.
"""

import json
import pathlib
import sys

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24  # Grafana's columns

# Where there may be no series, a count is 0 only while Parkwatch is scraped at all: no data is never green.
OR_ZERO = " or 0 * max(parkwatch_build_info)"

RED, ORANGE, GREEN, BLUE, GREY = "red", "orange", "green", "blue", "text"

STATES = {"compliant": GREEN, "over": RED, "pending_mark": ORANGE, "/exempt.*/": BLUE, "/invalid.*/": GREY}


def thresholds(*steps):
    """Colours from values on: (None, colour) first, then (value, colour)."""
    return {"mode": "absolute", "steps": [{"color": colour, "value": value} for value, colour in steps]}


PLAIN = thresholds((None, BLUE))
NONE_WANTED = thresholds((None, GREEN), (1, RED))
# A value at its limit still keeps it. Shares have six decimals: the last step is the least share above the limit.
LIMIT = thresholds((None, GREEN), (0.9, ORANGE), (1.000001, RED))


def target(number, query, legend, kind):
    found = {"refId": chr(ord("A") + number), "datasource": DATASOURCE, "expr": query, "legendFormat": legend}
    if kind == "table":
        return found | {"format": "table", "instant": True, "range": False}
    return found | {"instant": kind == "stat", "range": kind != "stat"}


def panel(kind, title, unit, width, height, description, queries, *, steps=None, custom=None, options=None, overrides=(),
          transformations=(), **defaults):
    """One panel. `queries` are pairs of expression and legend."""
    field = {"unit": unit, "color": {"mode": "thresholds" if steps else "palette-classic"}, "thresholds": steps or PLAIN,
             **defaults}
    if custom:
        field["custom"] = custom
    made = {"type": kind, "title": title, "description": description, "size": (width, height), "datasource": DATASOURCE,
            "targets": [target(i, query, legend, kind) for i, (query, legend) in enumerate(queries)],
            "fieldConfig": {"defaults": field, "overrides": list(overrides)}, "options": options or {}}
    if transformations:
        made["transformations"] = list(transformations)
    return made


def stat(title, unit, width, description, query, steps=PLAIN, legend="", **defaults):
    options = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value",
               "graphMode": "none", "textMode": "value_and_name" if legend else "value", "justifyMode": "auto",
               "orientation": "auto"}
    return panel("stat", title, unit, width, 4, description, [(query, legend)], steps=steps, options=options, **defaults)


def graph(title, unit, width, description, queries, stacked=None, limit=None, overrides=(), height=8, **defaults):
    """Lines over time; `limit`: a line at a value that the description explains; `stacked`: normal or percent."""
    custom = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 60 if stacked else 0, "showPoints": "auto",
              "spanNulls": False, "stacking": {"mode": stacked or "none", "group": "A"}}
    steps = None
    if limit is not None:
        custom["thresholdsStyle"] = {"mode": "line"}
        steps = thresholds((None, "transparent"), (limit, RED))
    options = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
               "tooltip": {"mode": "multi", "sort": "desc"}}
    made = panel("timeseries", title, unit, width, height, description, queries, custom=custom, options=options,
                 overrides=overrides, **defaults)
    if steps:
        made["fieldConfig"]["defaults"]["thresholds"] = steps
    return made


def coloured(colours):
    """Overrides that give series a fixed colour, by name or by /expression/."""
    return [{"matcher": {"id": "byRegexp" if name.startswith("/") else "byName", "options": name},
             "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}]}
            for name, colour in colours.items()]


def columns(units, steps=None):
    """Overrides that give columns of a table their own unit, and their cells the colours of `steps`."""
    shown = [{"id": "custom.cellOptions", "value": {"type": "color-text"}}, {"id": "thresholds", "value": steps},
             {"id": "color", "value": {"mode": "thresholds"}}] if steps else []
    return [{"matcher": {"id": "byName", "options": name}, "properties": [{"id": "unit", "value": unit}, *shown]}
            for name, unit in units.items()]


def table(title, unit, width, description, queries, names, hidden=(), sort=None, height=9, matrix=None, overrides=()):
    """Labels and values as rows. `names`: what columns are called, in their order; values are `Value` or `Value #A`, ...
    `matrix`: the labels that go down and across instead."""
    if matrix:
        shaped = [{"id": "groupingToMatrix",
                   "options": {"rowField": matrix[0], "columnField": matrix[1], "valueField": "Value"}}]
    else:
        shaped = [{"id": "merge", "options": {}},
                  {"id": "organize", "options": {"excludeByName": {name: True for name in ("Time", *hidden)},
                                                 "indexByName": {name: i for i, name in enumerate(names)},
                                                 "renameByName": names}}]
    options = {"showHeader": True, "cellHeight": "sm", "footer": {"show": False, "reducer": ["sum"], "fields": ""}}
    if sort:
        options["sortBy"] = [{"displayName": sort[0], "desc": sort[1]}]
    return panel("table", title, unit, width, height, description, [(query, "") for query in queries], options=options,
                 custom={"align": "auto", "cellOptions": {"type": "auto"}, "filterable": True}, transformations=shaped,
                 overrides=overrides)


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "size": (WIDTH, 1)}


def placed(panels):
    """With ids, and places from left to right and from top to bottom."""
    x = y = lowest = 0
    for number, made in enumerate(panels, 1):
        width, height = made["size"]
        if x + width > WIDTH:
            x, y = 0, lowest
        place = {"x": x, "y": y, "w": width, "h": height}
        x, lowest = x + width, max(lowest, y + height)
        rest = {key: value for key, value in made.items() if key not in ("type", "title", "description", "size")}
        yield {"id": number, **{key: made[key] for key in ("type", "title", "description") if key in made}, "gridPos": place,
               **rest}


def variable(name, label, query):
    return {"type": "query", "name": name, "label": label, "datasource": DATASOURCE,
            "query": {"qryType": 1, "query": query, "refId": "variable"}, "refresh": 2, "sort": 1, "multi": True,
            "includeAll": True, "allValue": ".*", "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
            "options": [], "regex": "", "skipUrlSync": False, "hide": 0}


PARK = variable("park", "Park", "label_values(parkwatch_park_time_seconds, park)")
CLUSTER = variable("cluster", "Cluster", "label_values(parkwatch_cluster_mass_kg, cluster)")
FACTOR = variable("factor", "Factor", 'label_values(parkwatch_cluster_mass_kg{cluster=~"$cluster"}, factor)')
INSTANCE = variable("instance", "Process", "label_values(parkwatch_build_info, instance)")


def dashboard(uid, title, description, variables, panels):
    source = {"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "refresh": 1,
              "current": {"text": "default", "value": "default"}, "options": [], "regex": "", "multi": False,
              "includeAll": False, "skipUrlSync": False, "hide": 0}
    others = {"type": "dashboards", "title": "Parkwatch", "tags": ["parkwatch"], "asDropdown": True, "includeVars": True,
              "keepTime": True, "targetBlank": False, "icon": "external link", "tooltip": "", "url": ""}
    return {"uid": uid, "title": title, "description": description, "tags": ["parkwatch"], "schemaVersion": 39, "version": 1,
            "editable": True, "graphTooltip": 1, "timezone": "browser", "weekStart": "", "refresh": "30s",
            "time": {"from": "now-24h", "to": "now"}, "timepicker": {}, "fiscalYearStartMonth": 0, "links": [others],
            "annotations": {"list": []}, "templating": {"list": [source, *variables]}, "panels": list(placed(panels))}


# What several queries begin with. `max by` makes one of what several processes show.

def verdicts(states=".*"):
    return f'max by (park, state) (parkwatch_verdicts{{phase="closed",park=~"$park",state=~"{states}"}})'


def open_episodes(rules):
    return ("max by (rule, severity, park, enterprise, outlet, factor, limit, window) "
            f'(parkwatch_episode_open{{park=~"$park",{rules}}})')


def due(severities=".*"):
    labels = f'park=~"$park",severity=~"{severities}"'
    return f"max by (park, rule, subject, severity) (parkwatch_simultaneity_due_seconds{{{labels}}})"


def over_limit():
    return f'count(max by (park, outlet) (parkwatch_episode_open{{park=~"$park",rule=~"exceedance|over_range"}})){OR_ZERO}'


def silent():
    return 'max by (park, outlet) (parkwatch_outlet_silent{park=~"$park"})'


BROKEN, EMISSIONS, ANY = 'rule=~"TS-.*"', 'rule!~"TS-.*"', 'rule=~".*"'
EPISODE_COLUMNS = {"severity": "severity", "park": "park", "enterprise": "enterprise", "outlet": "outlet", "factor": "factor",
                   "rule": "rule", "limit": "limit", "window": "since"}


def emissions():
    cluster = '{cluster=~"$cluster",factor=~"$factor"}'
    mass = f"max by (cluster, factor) (parkwatch_cluster_mass_kg{cluster})"
    complete = f"max by (cluster, factor) (parkwatch_cluster_completeness_ratio{cluster})"
    estimated = f"max by (cluster, factor) (parkwatch_cluster_estimated_share_ratio{cluster})"
    return dashboard(
        "parkwatch-emissions", "Parkwatch: clusters and parks",
        "What is emitted now, and who is over a limit. Verdicts are made by the program from the exact values and are kept in "
        "its store; this page shows them and judges nothing.",
        [CLUSTER, FACTOR, PARK],
        [stat("Outlets over a limit", "none", 6,
              "Outlets with an open episode of rule exceedance or over_range. It is 0 only while Parkwatch is scraped.",
              over_limit(), NONE_WANTED),
         stat("Hours over, not yet marked", "none", 6,
              "Verdicts of the newest closed hour that are over and may still be marked until noon of the next day.",
              f'sum({verdicts("pending_mark")}){OR_ZERO}'),
         stat("Silent outlets", "none", 6,
              "Outlets of which nothing has arrived for an hour that is due. Their hours are missing, never compliant.",
              f"count({silent()}){OR_ZERO}", NONE_WANTED),
         stat("Furthest behind the clock", "s", 6,
              "How far the time of the slowest park is behind; above 900 s the alert ParkwatchParkTimeStuck tells of it.",
              'max(park:parkwatch_park_time:age_seconds{park=~"$park"})', thresholds((None, GREEN), (900, RED))),
         row("Clusters"),
         graph("Mass of the last closed hour", "masskg", 12,
               "What each cluster emitted in its last closed hour, by factor code. Late data correct earlier hours in the store, "
               "not in this line: reports are made from the store.",
               [(mass, "{{cluster}} {{factor}}")], min=0),
         table("Clusters, last closed hour", "none", 12,
               "Mass, share of the outlet hours that are there, and share of the mass that was substituted.",
               [mass, complete, estimated],
               {"cluster": "cluster", "factor": "factor", "Value #A": "mass", "Value #B": "complete", "Value #C": "substituted"},
               sort=("cluster", False), height=8,
               overrides=columns({"mass": "masskg", "complete": "percentunit", "substituted": "percentunit"})),
         graph("Completeness of the sums", "percentunit", 12,
               "Outlet hours that are there as a share of those due. A mass is the whole only at 100 %.",
               [(complete, "{{cluster}} {{factor}}")], min=0, max=1, height=6),
         graph("Substituted share of the sums", "percentunit", 12,
               "Share of the mass for which a value was put in place of a missing one.",
               [(estimated, "{{cluster}} {{factor}}")], min=0, max=1, height=6),
         row("Parks"),
         graph("Verdicts of the newest closed hour", "none", 12,
               "Leading verdicts by state. Grey is no valid data, which is never compliant.",
               [(f"sum by (state) ({verdicts()})", "{{state}}")], stacked="normal", min=0, overrides=coloured(STATES)),
         table("Verdicts by park", "none", 12,
               "Leading verdicts of each park's newest closed hour: parks down, states across.",
               [verdicts()], {}, height=8, matrix=("park", "state")),
         graph("Time of each park behind the clock", "s", 12,
               "Hours close when the park's time has passed them; above the line of 900 s ParkwatchParkTimeStuck tells of it.",
               [('park:parkwatch_park_time:age_seconds{park=~"$park"}', "{{park}}")], limit=900, min=0),
         graph("Open episodes by rule", "none", 12, "Open alerts of each rule, in the chosen parks.",
               [(f"count by (rule) ({open_episodes(ANY)})", "{{rule}}")], min=0),
         table("Open episodes about emissions", "none", 24,
               "One row for each open alert of an outlet: the limit, and the first window of the episode in local time.",
               [open_episodes(EMISSIONS)], EPISODE_COLUMNS, hidden=("Value",), sort=("since", True)),
         table("Outlets nearest to their limit", "percentunit", 24,
               "The last closed window as a share of its leading limit, the greatest 50. Orange from 90 %, as on the first page; "
               "red above 100 %, which is the limit itself. Needs the setting alerts.outlet_series.",
               ["topk(50, max by (outlet, factor, span) (parkwatch_outlet_ratio))"],
               {"outlet": "outlet", "factor": "factor", "span": "window", "Value": "share of the limit"},
               sort=("share of the limit", True), overrides=columns({"share of the limit": "percentunit"}, LIMIT))])


def compliance():
    left = f"{due()} - time()"
    judged = f'sum({verdicts("compliant|over|pending_mark")})'
    return dashboard(
        "parkwatch-compliance", "Parkwatch: compliance",
        "The three simultaneities, due dates, violations and marks. The rules are explained in docs/lifecycle.md and docs/rules.",
        [PARK],
        [stat("Broken rules of the three simultaneities", "none", 6,
              "Open episodes of the rules TS-L01 to TS-L15 and TS-O01 to TS-O11.",
              f"count({open_episodes(BROKEN)}){OR_ZERO}", NONE_WANTED),
         stat("Due soon", "none", 6,
              "Acts of construction projects whose due date is nearer than the rule's warn_ahead_days.",
              f'count({due("warning")}){OR_ZERO}', thresholds((None, GREEN), (1, ORANGE))),
         stat("Outlets over a limit", "none", 6, "Outlets with an open episode of rule exceedance or over_range.",
              over_limit(), NONE_WANTED),
         stat("Share of judged hours within the limit", "percentunit", 6,
              "Of the leading verdicts of the newest closed hour that are compliant, over or waiting for a mark, those compliant. "
              "Hours without valid data are in neither number: see data quality. Green only at 100 %.",
              f'(sum({verdicts("compliant")}) or 0 * {judged}) / {judged}', thresholds((None, RED), (1, GREEN))),
         row("Three simultaneities"),
         table("Broken rules", "none", 14,
               "One row for each: the project, or plant and treatment, that breaks it, and since when in local time.",
               [open_episodes(BROKEN)],
               {"severity": "severity", "rule": "rule", "park": "park", "outlet": "subject", "window": "since"},
               hidden=("Value", "enterprise", "factor", "limit"), sort=("since", True)),
         graph("Broken rules over time", "none", 10, "Open episodes of each rule.",
               [(f"count by (rule) ({open_episodes(BROKEN)})", "{{rule}}")], min=0, height=9),
         table("Due dates", "none", 14,
               "Acts that have to be done, and how long is left. An act that is overdue is a broken rule and stands above.",
               [f"1000 * {due()}", left],
               {"severity": "severity", "rule": "rule", "park": "park", "subject": "subject", "Value #A": "due",
                "Value #B": "left"},
               sort=("due", False), overrides=columns({"due": "dateTimeAsIso", "left": "dtdurations"})),
         graph("Time left to the nearest due date", "dtdurations", 10,
               "By rule. The line at 0 is the due date itself; from there on the rule is broken.",
               [(f"min by (rule) ({left})", "{{rule}}")], limit=0, height=9),
         row("Violations"),
         table("Open episodes about emissions", "none", 24,
               "One row for each open alert of an outlet: the limit, and the first window of the episode in local time.",
               [open_episodes(EMISSIONS)], EPISODE_COLUMNS, hidden=("Value",), sort=("since", True)),
         graph("Events of episodes in an hour", "none", 12,
               "How often episodes were opened, updated, resolved, reopened, withdrawn or superseded, by all parks together. "
               "Withdrawn ones ended because late data or a correction changed the verdict.",
               [("sum by (event) (increase(parkwatch_episodes_total[1h]))", "{{event}}")], min=0),
         graph("Events by rule in an hour", "none", 12, "The same by rule.",
               [("sum by (rule) (increase(parkwatch_episodes_total[1h]))", "{{rule}}")], min=0),
         row("Marks"),
         graph("Verdicts that wait for a mark", "none", 12,
               "Hours over the limit that may still be marked until the deadline of the outlet's scheme, by park.",
               [(f'sum by (park) ({verdicts("pending_mark")}) or 0 * sum by (park) ({verdicts()})', "{{park}}")], min=0),
         graph("Verdicts that are exempt", "none", 12,
               "Hours that are not judged because of a mark, no discharge, or a plant that does not operate; by park.",
               [(f'sum by (park) ({verdicts("exempt.*")}) or 0 * sum by (park) ({verdicts()})', "{{park}}")], min=0)])


def pipeline():
    own = '{instance=~"$instance"}'
    commits = f"rate(parkwatch_store_commit_seconds_count{own}[$__rate_interval])"
    return dashboard(
        "parkwatch-pipeline", "Parkwatch: pipeline",
        "Whether records come in, are judged and are stored: rate, errors and duration first, then what is used and what waits. "
        "The memory of the processes is not among the metrics; take it from the host or the container runtime.",
        [INSTANCE],
        [stat("Ready", "none", 8, "1 while /readyz answers 200. It names the reasons when it does not.",
              f"parkwatch_ready{own}", thresholds((None, RED), (1, GREEN)), legend="{{instance}}", mappings=[
                  {"type": "value", "options": {"0": {"text": "not ready", "index": 0}, "1": {"text": "ready", "index": 1}}}]),
         stat("Lag", "s", 4, "How long the present pace needs to catch up; above 60 s the alert ParkwatchLagHigh tells of it.",
              "max(topic:parkwatch_kafka_lag:seconds)", thresholds((None, GREEN), (60, RED))),
         stat("Conservation difference", "none", 4,
              "Records and values consumed minus those accounted for. Anything but 0 is a fault of the program.",
              f"max(abs(parkwatch_conservation_difference{own}))", NONE_WANTED),
         stat("Oldest checkpoint", "s", 4,
              "Time since the last commit or empty poll of the slowest worker; above 120 s ParkwatchCheckpointStale tells of it.",
              f"max(parkwatch_worker_checkpoint_age_seconds{own})", thresholds((None, GREEN), (120, RED))),
         stat("Versions", "none", 4, "Different builds that run. More than one only during an upgrade.",
              f"count(max by (version, revision) (parkwatch_build_info{own}))"),
         row("Rate"),
         graph("Records consumed", "suffix:records/s", 8, "Consumed and committed, ticks included, by topic.",
               [(f"sum by (topic) (rate(parkwatch_kafka_records_total{own}[$__rate_interval]))", "{{topic}}"),
                (f"sum(rate(parkwatch_ticks_total{own}[$__rate_interval]))", "of these ticks")], min=0),
         graph("Frames at the gateway", "suffix:frames/s", 8,
               "Intact frames by outcome: received, and of these acknowledged by Kafka and answered to the logger.",
               [(f"sum by (outcome) (rate(parkwatch_gateway_frames_total{own}[$__rate_interval]))", "{{outcome}}")], min=0),
         graph("Batches and their size", "suffix:records", 8,
               "Records of a commit on the left; commits a second on the right. Small batches at a low rate are normal when "
               "nothing waits.",
               [(f"sum(rate(parkwatch_kafka_records_total{own}[$__rate_interval])) / sum({commits})", "records of a commit"),
                (f"sum({commits})", "commits a second")], min=0,
               overrides=[{"matcher": {"id": "byName", "options": "commits a second"},
                           "properties": [{"id": "unit", "value": "suffix:commits/s"},
                                          {"id": "custom.axisPlacement", "value": "right"}]}]),
         row("Errors"),
         graph("Dead letters", "suffix:records/s", 8, "Records that could not be used and are kept, by reason.",
               [(f"sum by (reason) (rate(parkwatch_dead_letters_total{own}[$__rate_interval]))", "{{reason}}")], min=0),
         graph("Store errors", "suffix:errors/s", 8,
               "Commits that the store refused (nothing of them is written), and reads for pages and metrics that failed.",
               [(f"sum(rate(parkwatch_store_write_errors_total{own}[$__rate_interval]))", "writes"),
                (f"sum(rate(parkwatch_store_read_errors_total{own}[$__rate_interval]))", "reads")], min=0),
         graph("Kafka errors", "suffix:records/s", 8,
               "Messages not acknowledged in time, which are sent again; and records that retention removed before they were read.",
               [(f"sum(rate(parkwatch_publish_failures_total{own}[$__rate_interval]))", "not acknowledged"),
                (f"sum by (partition) (rate(parkwatch_log_gap_records_total{own}[$__rate_interval]))", "gone {{partition}}")],
               min=0),
         row("Duration"),
         graph("Store transactions", "s", 12, "How long commits take: half of them at most, and 99 of 100 at most.",
               [(f"histogram_quantile({q}, sum by (le) (rate(parkwatch_store_commit_seconds_bucket{own}[$__rate_interval])))",
                 name) for q, name in ((0.5, "half"), (0.99, "99 of 100"))], min=0),
         graph("Time to catch up", "s", 12, "Lag in seconds by topic. The line at 60 s is where ParkwatchLagHigh begins.",
               [("topic:parkwatch_kafka_lag:seconds", "{{topic}}")], limit=60, min=0),
         row("Used"),
         graph("Time spent in commits", "percentunit", 8,
               "Share of each process's time that is spent in store transactions. A worker at 100 % waits for its store only.",
               [(f"rate(parkwatch_store_commit_seconds_sum{own}[$__rate_interval])", "{{instance}}")], min=0),
         graph("Connections of loggers", "suffix:connections", 8, "Open connections at each gateway.",
               [(f"parkwatch_gateway_connections{own}", "{{instance}}")], min=0),
         graph("Requests to pages, API and metrics", "suffix:requests/s", 8, "Answered requests by route and status code.",
               [(f"sum by (path, code) (rate(parkwatch_http_requests_total{own}[$__rate_interval]))", "{{path}} {{code}}")], min=0),
         row("Waiting"),
         graph("Lag of each partition", "suffix:records", 8, "Records of assigned partitions that are not in the store yet.",
               [(f"sum by (topic, partition) (parkwatch_kafka_lag_records{own})", "{{topic}} {{partition}}")], min=0),
         graph("Work still owed", "none", 8,
               "Cluster windows to be summed again, and park spans to be judged again. Both return to 0.",
               [("max(parkwatch_dirty)", "windows"), ("max(parkwatch_rejudge_pending)", "spans")], min=0),
         graph("Results not yet told", "suffix:messages", 8,
               "Committed and not yet sent to their topics, as the publishing process last saw them.",
               [("max(parkwatch_outbox_messages)", "waiting"),
                (f"sum(rate(parkwatch_published_total{own}[$__rate_interval]))", "acknowledged a second")], min=0),
         graph("Spool of the gateway", "bytes", 8,
               "Frames on disk while Kafka does not acknowledge. At gateway.spool_bytes_max the gateway closes its listener.",
               [(f"parkwatch_gateway_spool_bytes{own}", "{{instance}}")], min=0),
         graph("Connections refused or ended", "suffix:connections/s", 8, "At the gateway, by reason.",
               [(f"sum by (reason) (rate(parkwatch_gateway_connections_refused_total{own}[$__rate_interval]))",
                 "refused {{reason}}"),
                (f"sum by (reason) (rate(parkwatch_gateway_connections_closed_total{own}[$__rate_interval]))",
                 "ended {{reason}}")], min=0),
         graph("Metrics left out", "none", 8,
               "Series beyond a cap, by metric; and open episodes without a series of their own, which "
               "alerts cannot name.",
               [(f"max by (metric) (parkwatch_series_overflow{own})", "{{metric}}"),
                ("max(parkwatch_episode_overflow)", "episodes")], min=0),
         table("Processes", "none", 24, "Version of each process, and when it last read registry and rules again.",
               [f"max by (instance, version, revision, arch) (parkwatch_build_info{own})",
                f"1000 * max by (instance) (parkwatch_config_reload_timestamp_seconds{own})",
                f"max by (instance) (parkwatch_config_reload_success{own})"],
               {"instance": "process", "version": "version", "revision": "revision", "arch": "machine", "Value #B": "reloaded",
                "Value #C": "reload succeeded"}, hidden=("Value #A",), height=6,
               overrides=columns({"reloaded": "dateTimeAsIso", "reload succeeded": "bool"}))])


def quality():
    every, without = f"sum by (park) ({verdicts()})", f'sum by (park) ({verdicts("invalid.*")})'
    return dashboard(
        "parkwatch-quality", "Parkwatch: data quality",
        "What arrives, what becomes of it, and what is missing. Findings about single outlets are in the table quality of the store.",
        [CLUSTER, PARK],
        [stat("Silent outlets", "none", 6,
              "Outlets of which nothing has arrived for an hour that is due. It is 0 only while Parkwatch is scraped.",
              f"count({silent()}){OR_ZERO}", NONE_WANTED),
         stat("Hours without valid data", "percentunit", 6,
              "Leading verdicts of the newest closed hour that are invalid or missing, as a share of all.",
              f"sum({without} or 0 * {every}) / sum({every})"),
         stat("Dead letters of the last hour", "percentunit", 6,
              "As a share of the records; above 0.1 % the alert ParkwatchDeadLetters tells of it.",
              "max(parkwatch:dead_letters:ratio1h)", thresholds((None, GREEN), (0.001, RED)), decimals=3),
         stat("Least complete cluster", "percentunit", 6, "Outlet hours that are there as a share of those due, last closed hour.",
              'min(max by (cluster, factor) (parkwatch_cluster_completeness_ratio{cluster=~"$cluster"}))'),
         row("What arrives"),
         graph("Records by what became of them", "suffix:records/s", 12,
               "Accepted, corrected by a later copy, duplicate, quarantined, and of devices that nobody registered; 5 minutes.",
               [("max by (class) (class:parkwatch_records:rate5m)", "{{class}}")], stacked="normal", min=0),
         graph("Values by what became of them", "suffix:values/s", 12, "The same for single factor values.",
               [("sum by (class) (rate(parkwatch_values_total[$__rate_interval]))", "{{class}}")], stacked="normal", min=0),
         graph("Share of records that count", "percentunit", 12,
               "Accepted and corrected records as a share of all. What is missing to 100 % came twice or could not be used.",
               [('sum(class:parkwatch_records:rate5m{class=~"accepted|corrected"}) / sum(class:parkwatch_records:rate5m)',
                 "accepted or corrected")], min=0, max=1),
         graph("Corrections", "suffix:values/s", 12, "Values that replaced another copy of the same data time.",
               [("sum(rate(parkwatch_corrections_total[$__rate_interval]))", "corrections")], min=0),
         row("What is refused"),
         graph("Dead letters by reason", "suffix:records/s", 8, "Kept with their reason; `parkwatch topics redrive` sends them again.",
               [("sum by (reason) (rate(parkwatch_dead_letters_total[$__rate_interval]))", "{{reason}}")], min=0),
         graph("Refused at the gateway", "suffix:frames/s", 8, "Frames and bytes that are no intact frame, by reason.",
               [("sum by (reason) (rate(parkwatch_gateway_rejected_total[$__rate_interval]))", "{{reason}}")], min=0),
         graph("Findings about connections", "suffix:findings/s", 8,
               "One device from two addresses, wrong passwords, unknown commands, unknown devices beyond their budget.",
               [("sum by (finding) (rate(parkwatch_gateway_findings_total[$__rate_interval]))", "{{finding}}")], min=0),
         row("What is missing"),
         table("Silent outlets", "none", 8, "Outlets whose loggers are silent. What they kept and send later is judged as if in time.",
               [silent()], {"park": "park", "outlet": "outlet"},
               hidden=("Value",), sort=("park", False), height=8),
         graph("Verdicts without valid data", "none", 8, "Of the newest closed hour, by reason.",
               [(f'sum by (state) ({verdicts("invalid.*")})', "{{state}}")], stacked="normal", min=0),
         graph("Share of hours without valid data", "percentunit", 8, "Of the newest closed hour, by park.",
               [(f"({without} or 0 * {every}) / {every}", "{{park}}")], min=0, max=1),
         graph("Completeness of the sums", "percentunit", 12, "Outlet hours that are there as a share of those due, by cluster.",
               [('min by (cluster) (max by (cluster, factor) (parkwatch_cluster_completeness_ratio{cluster=~"$cluster"}))',
                 "{{cluster}}")], min=0, max=1),
         graph("Substituted share of the sums", "percentunit", 12, "The greatest of a cluster's factors.",
               [('max by (cluster) (parkwatch_cluster_estimated_share_ratio{cluster=~"$cluster"})', "{{cluster}}")], min=0, max=1),
         graph("Versions of HJ 212", "suffix:frames/s", 12, "Frames received by edition of the protocol.",
               [('sum by (version) (rate(parkwatch_gateway_frames_total{outcome="received"}[$__rate_interval]))', "{{version}}")],
               stacked="normal", min=0),
         graph("Records in the wrong partition", "suffix:records/s", 12,
               "Met in another partition than their park's key maps to: judged rightly, but slower. A producer does not use "
               "murmur2_random.",
               [("sum(rate(parkwatch_misplaced_records_total[$__rate_interval]))", "misplaced")], min=0)])


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "dashboards")
    folder.mkdir(parents=True, exist_ok=True)
    for made in (emissions(), compliance(), pipeline(), quality()):
        (folder / f"{made['uid']}.json").write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
