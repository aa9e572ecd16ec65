"""Numbers and times, exactly: integers and fractions only.

A stored value is an integer: the count of 10^-6 of its unit (masses: 10^-9 kg).
Times are milliseconds since 1970-01-01T00:00:00Z.
"""
import re
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
CHINA = timezone(timedelta(hours=8))
NUMBER = re.compile(r"[+-]?([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?")


def parse_number(text):
    """The number a sender wrote, as a Fraction; None when it is unreadable (docs/arithmetic.md 2.4)."""
    match = NUMBER.fullmatch(text)
    if match is None:
        return None
    whole, fraction, exponent = match[1], match[2] or "", int(match[3] or 0)
    if whole + fraction == "":
        return None
    if len((whole + fraction).lstrip("0")) > 18 or len(fraction) > 18:
        return None
    value = Fraction(int(whole + fraction), 10 ** len(fraction)) * Fraction(10) ** exponent
    if value >= 10**12:
        return None
    return -value if text.startswith("-") else value


def to_units(value, places=6):
    """A Fraction as a count of 10^-places, rounded half to even; None when it leaves 64 bits."""
    units = round(Fraction(value) * 10**places)
    return units if -(2**63) <= units < 2**63 else None


def from_units(units, places=6):
    return Fraction(units, 10**places)


def units_text(units, places=6):
    """Decimal text without trailing zeros."""
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(units), 10**places)
    digits = str(rest).rjust(places, "0").rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def within_percent(a, b, percent):
    """a is within `percent` of b (docs/arithmetic.md 1)."""
    return abs(a - b) * 100 <= percent * abs(b)


def floor_to(time, span):
    return time // span * span


def from_datetime(moment):
    return (moment - EPOCH) // timedelta(milliseconds=1)


def parse_time(text):
    """ISO 8601 with a zone; None for anything else."""
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)", text) is None:
        return None
    try:
        return from_datetime(datetime.fromisoformat(text))
    except ValueError:
        return None


def parse_china_time(text):
    """YYYYMMDDhhmmss, with or without milliseconds, China Standard Time; None when there is no such time."""
    if re.fullmatch(r"[0-9]{14}([0-9]{3})?", text) is None:
        return None
    try:
        moment = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
    except ValueError:
        return None
    return from_datetime(moment) + int(text[14:] or 0)


def time_text(time):
    moment = EPOCH + timedelta(milliseconds=time)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{time % 1000:03d}Z" if time % 1000 else "Z")


def local_midnight(date, zone):
    """The first instant of a local date."""
    return from_datetime(datetime(date.year, date.month, date.day, tzinfo=ZoneInfo(zone)))


def local_date(time, zone):
    return (EPOCH + timedelta(milliseconds=time)).astimezone(ZoneInfo(zone)).date()


def day_start(time, zone):
    return local_midnight(local_date(time, zone), zone)


def day_end(time, zone):
    return local_midnight(local_date(time, zone) + timedelta(days=1), zone)
