"""Does the store keep another time zone than its connection? Noticed from the polls alone, and made up for.

A poll ends now. If its end, read in the connection's zone, lies a whole number of quarter hours beside now, poll after
poll, one of the two zones is set wrong. Offsets are in minutes: the end as it was read, less now.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

QUARTER = 15
LARGEST = 26 * 60  # from UTC−12:00 to UTC+14:00
RESIDUAL = timedelta(minutes=5)
ENOUGH_POLLS = 3
MINUTE = timedelta(minutes=1)
SLACK = timedelta(minutes=3)  # by so much a poll may start after the one before it: the overlap is longer, with a late
LONGEST_GAP = timedelta(days=1)  # commit, too. After a longer gap the store has forgotten where it was


def offset_minutes(end: datetime, now: datetime) -> int | None:
    """Beside now by how much, to the nearest quarter hour; None where that is no plausible difference of two zones.

    0 is fine: a clock that is three minutes off, too.
    """
    apart = end - now
    rounded = round(apart / timedelta(minutes=QUARTER)) * QUARTER
    far = abs(apart - _delta(rounded)) > RESIDUAL
    return None if far or abs(rounded) > LARGEST else rounded


@dataclass(frozen=True, slots=True)
class Poll:
    """The first page of a window as it was asked for, in UTC. `ends` are the instants that its end date can mean:
    two, where the connection's clocks are set back."""

    start: datetime
    end: datetime
    ends: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What the polls of a connection have shown so far.

    `offset` is in force since `since`; 0 = none, and then `since` is when the zone was last set, where that is known.
    `streak` is another offset, seen in `polls` polls in a row, the last of them with the end `streak_end`. `reach_from`
    is where the first window of the streak truly starts. When the streak is over, windows that start no later than
    `reach_start` are served from there: the store asks from the same start again until it got an answer.
    """

    offset: int = 0
    since: datetime | None = None
    streak: int = 0
    polls: int = 0
    streak_end: datetime | None = None
    reach_from: datetime | None = None
    reach_start: datetime | None = None

    def after(self, poll: Poll, now: datetime, last: datetime | None = None) -> "Mismatch":
        """What is known after that poll. It is the same value after an ordinary one. `last` is when the poll before
        it came, by our clock."""
        return self._noticed(poll, now)._joined(poll, now, last)

    def _noticed(self, poll: Poll, now: datetime) -> "Mismatch":
        offset = self.measured(poll, now)
        if offset is None:
            return self
        if offset == self.offset:
            return self._over(poll, offset) if self.polls else self
        if offset == 0:
            return replace(self._over(poll, offset), offset=0, since=None)
        if self.polls and poll.end == self.streak_end:
            return self
        seen = self._seen(poll, offset)
        return replace(seen._over(poll, offset), offset=offset, since=now) if seen.polls >= ENOUGH_POLLS else seen

    def measured(self, poll: Poll, now: datetime) -> int | None:
        """Of the two meanings of an end the likely one: none, the known ones, the smaller one."""
        found = {minutes for end in poll.ends if (minutes := offset_minutes(end, now)) is not None}
        likely = (offset for offset in (0, self.offset, self.streak) if offset in found)
        return next(likely, min(found, key=abs, default=None))

    def _seen(self, poll: Poll, offset: int) -> "Mismatch":
        """One poll more of a streak. One that another offset breaks off has passed over as much, and is kept in
        mind."""
        polls = self.polls + 1 if offset == self.streak else 1
        reach = _earliest(poll.start, poll.start - _delta(offset), self._owed(poll.start))
        return replace(self, streak=offset, polls=polls, streak_end=poll.end, reach_from=reach, reach_start=None)

    def _over(self, poll: Poll, offset: int) -> "Mismatch":
        """The streak has ended, confirmed or not. This window makes up for what its polls passed over."""
        true_starts = (poll.start, poll.start - _delta(offset), poll.start - _delta(self.offset))
        reach = _earliest(*true_starts, self._owed(poll.start))
        return replace(self, streak=0, polls=0, streak_end=None, reach_from=reach, reach_start=poll.start)

    def _joined(self, poll: Poll, now: datetime, last: datetime | None) -> "Mismatch":
        """A poll joins the one before it. Where there is a gap between them, the store was moved to another zone in
        the hours in which its clocks went back, or our clock was set right: the window is served from the poll before
        it on, and so is each one with the same start."""
        start, _ = self.widened(poll.start, poll.end, now)
        if last is None or not last + SLACK < start <= last + LONGEST_GAP:
            return self
        if self.polls:
            return replace(self, reach_from=_earliest(last, self.reach_from))
        return replace(self, reach_from=last, reach_start=poll.start)

    def widened(self, start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
        """The window to serve: the one asked for, and what it means by each offset that is in force or may come.

        One that ends after now was asked for by a clock that is ahead of ours, whatever the reason: what its start
        means to us lies earlier by as much.
        """
        offsets = {0, self.offset, self.streak} if self.offset else {0}
        ahead = end - MINUTE - now
        first = min(start - _delta(offset) for offset in offsets)
        if timedelta(0) < ahead <= _delta(LARGEST):
            first = min(first, start - ahead)
        last = max(end - _delta(offset) for offset in offsets)
        return (first if self.polls else _earliest(first, self._owed(start))), last

    def _owed(self, start: datetime) -> datetime | None:
        """From when on a window that starts there may not have been answered: a streak runs, or has just ended."""
        answered = self.polls == 0 and (self.reach_start is None or start > self.reach_start)
        return None if answered else self.reach_from


def _delta(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def _earliest(*moments: datetime | None) -> datetime:
    return min(moment for moment in moments if moment is not None)
