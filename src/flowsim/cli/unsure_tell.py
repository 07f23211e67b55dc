"""Luck against not knowing, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowsim.cli.figures import Unit, difference, signed, unit_for
from flowsim.cli.output import Output, clean, table
from flowsim.cli.tell import MINUTE, Teller, headline, tell_settings, title
from flowsim.units import format_number, format_share

if TYPE_CHECKING:
    from flowsim.experiments.findings import Finding, Findings
    from flowsim.redesign.knowing import Share, Split
    from flowsim.redesign.unsure_kept import Kept

MEAN, MOST, KEPT = "working lead time mean", "working lead time P90", "within promise"

WORDS = {MEAN: "waits on average", MOST: "9 of 10 within", KEPT: "promise kept"}
ABOUT = {MEAN: "how long a customer waits", MOST: "how long 9 of 10 wait", KEPT: "how often the promise is kept"}


@dataclass(frozen=True)
class _Figures:
    """Numbers of one measure in the unit they are shown in."""

    unit: Unit | None  # None: a share

    def one(self, value: float) -> str:
        """A value."""
        return format_share(value) if self.unit is None else self.unit.figure(value)

    def around(self, found: Finding) -> str:
        """A value with the longer side of its interval, where that shows."""
        if found.low is None or found.high is None:
            return self.one(found.value)
        longer = max(found.value - found.low, found.high - found.value)
        half = format_number(100 * longer, 1) if self.unit is None else self.unit.figure(longer)
        return f"{self.one(found.value)} ± {half}" if half.strip("0.") else self.one(found.value)

    def change(self, value: float) -> str:
        """A difference, signed."""
        scaled = 100 * value if self.unit is None else value / self.unit.minutes
        return signed(scaled, 1 if self.unit is None else self.unit.digits)

    @property
    def name(self) -> str:
        """The unit; of differences between shares, points."""
        return "points" if self.unit is None else self.unit.long


def tell_unsure(output: Output, found: Findings, kept: Kept) -> None:
    """What is not known, what that does to each result of each state and to their difference, what to measure first."""
    study, manifest = kept.study, found.run.manifest
    each = next((r.split.replications for r in kept.results if r.split is not None), 0)
    how = f"{study.points} combinations of {_values(len(study.keys))}, {each} runs each with the same luck, "
    headline(output, f"{title(found)}: {', '.join(study.states)}", f"{how}seed {manifest.seed}")
    tell_settings(output, found, study.states[0])
    output.line("\n" + output.style("What is not known", "head"))
    output.line(table(_inputs(kept), head=("", "between", "middle"), width=output.width))
    for sentence in troubles(kept):
        output.line()
        output.paragraph(sentence, "warning")
    for state in study.states:
        _tell_state(output, found, kept, state)
    for state in study.states[1:]:
        _tell_difference(output, found, kept, state)


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def _inputs(kept: Kept) -> list[tuple[str, ...]]:
    """Each guess, between what and what it is, and what stands for it in the middle."""
    study = kept.study
    rows: list[tuple[str, ...]] = []
    for key in study.keys:
        own = [one for one in study.inputs if one.key == key]
        where = "" if len(own) == len(study.states) else f" ({', '.join(one.state for one in own)})"
        rows.append((f"  {own[0].path}{where}", own[0].written.rpartition(" ")[0], own[0].middle))
    return rows


def troubles(kept: Kept) -> list[str]:
    """What is to be known before the numbers are read: points at which a state cannot be run, or is overloaded."""
    from flowsim.redesign.unsure import overloaded

    study = kept.study
    said = []
    for state in study.states:
        lost = [(point, why) for (name, point), why in study.failed.items() if name == state]
        if lost:
            point, why = lost[0]
            at = "; ".join(f"{_path(kept, key)} at {format_share(x)} of its range" for key, x in _at(kept, point))
            said.append(
                f"At {len(lost)} of {study.points} combinations {state} cannot be run, and they are left out: {why}. "
                f"One has {at}."
            )
        for team, count in overloaded(study, state).items():
            said.append(
                f"At {count} of {study.points} combinations {team} has more work than time in {state}. There a queue "
                "grows as long as the run lasts, so the range depends on the length of the run."
            )
    return said


def _at(kept: Kept, point: int) -> list[tuple[str, float]]:
    return list(zip(kept.study.keys, kept.study.u[point].tolist(), strict=True))


def _path(kept: Kept, key: str) -> str:
    return next(one.path for one in kept.study.inputs if one.key == key)


# -- a state -----------------------------------------------------------------------------------------------------------


def _tell_state(output: Output, found: Findings, kept: Kept, state: str) -> None:
    told = _told(kept, state)
    heading = f"What may come of it: {clean(state)}"
    if not told:
        output.line("\n" + output.style(heading, "head"))
        output.paragraph("Nothing can be said: too few combinations gave a result.")
        return
    figures = _figures(found, kept, state)
    rows: list[tuple[str, ...]] = [
        (
            f"  {WORDS[name]}",
            _middle(figures[name], found.get(state, name)),
            _range(figures[name], split),
            *_luck(split),
        )
        for name, split in told.items()
    ]
    _tell_results(output, heading, figures[MEAN], rows, told)
    _tell_shares(output, kept, told, figures)
    output.line()
    output.paragraph(advice(kept, state), "head")


def _told(kept: Kept, state: str, before: str = "") -> dict[str, Split]:
    """The results there are, by measure."""
    found = {name: kept.get(state, name, before) for name in WORDS}
    return {name: result.split for name, result in found.items() if result is not None and result.split is not None}


def _tell_results(
    output: Output, heading: str, waits: _Figures, rows: list[tuple[str, ...]], told: dict[str, Split]
) -> None:
    """The results in the middle and over the combinations, and what keeps them from being known."""
    runs = next(iter(told.values())).runs
    lead = f", {waits.name}; luck of {runs} runs" if MEAN in told or MOST in told else f"; luck of {runs} runs"
    head = ("", "in the middle", "in 9 of 10", "not knowing", "luck")
    output.line("\n" + output.style(heading, "head") + lead)
    output.line(table(rows, head=head, right=(1, 2, 3, 4), width=output.width))


def _figures(found: Findings, kept: Kept, state: str, before: str = "") -> dict[str, _Figures]:
    """How each measure is shown: both waits in one unit."""
    day = Teller(found, state).day / MINUTE
    splits = [split for name, split in _told(kept, state, before).items() if name != KEPT]
    unit = unit_for((value for split in splits for value in (split.low, split.high)), day)
    return {MEAN: _Figures(unit), MOST: _Figures(unit), KEPT: _Figures(None)}


def _middle(own: _Figures, middle: Finding | None) -> str:
    return "–" if middle is None else own.around(middle)


def _range(own: _Figures, split: Split) -> str:
    return f"{own.one(split.low)} to {own.one(split.high)}" if split.shows else own.one(split.mean)


def _luck(split: Split) -> tuple[str, str]:
    """The two shares of what cannot be said about a result."""
    if not split.shows:
        return "none seen", "all" if split.luck else "none"
    return format_share(split.part), format_share(1 - split.part)


def _tell_shares(output: Output, kept: Kept, told: dict[str, Split], figures: dict[str, _Figures]) -> None:
    """How much of what is not known each guess accounts for, and what the first result changes by from its one end to
    the other.
    """
    shown = {name: {share.key: share for share in split.shares} for name, split in told.items() if split.shows}
    if not shown:
        return
    first = next(iter(shown))
    keys = [key for key in kept.study.keys if key in shown[first]]
    keys.sort(key=lambda key: -shown[first][key].share)
    rows = []
    for key in [*keys, ""]:
        effect = shown[first][key].effect
        moved = "" if effect is None else figures[first].change(effect)
        name = _path(kept, key) if key else "several together"
        rows.append((f"  {name}", *(_share(shown[measure].get(key)) for measure in shown), moved))
    head = ("", *(WORDS[name] for name in shown), "low to high")
    output.line("\n" + output.style("Where that comes from", "head") + f"; low to high: {WORDS[first]}")
    output.line(table(rows, head=head, right=tuple(range(1, len(head))), width=output.width))


def _share(share: Share | None) -> str:
    """A share with half the width of its interval; where that ends at 0% or 100%, the longer half."""
    if share is None:
        return "–"
    half = 0.0 if share.low is None or share.high is None else max(share.high - share.share, share.share - share.low)
    around = str(round(100 * half))
    return format_share(share.share) + (f" ± {around}" if around != "0" else "")


def _whole(share: float | None) -> str:
    return "" if share is None else str(round(100 * share))


def advice(kept: Kept, state: str, before: str = "", measure: str = MEAN) -> str:
    """What to measure first, or whether luck is the larger part, in a sentence or two."""
    result = kept.get(state, measure, before)
    if result is None or result.split is None:
        return f"Of {state} nothing can be said: too few combinations gave a result."
    split = result.split
    about = f"{ABOUT[measure]} in {state}" if not before else f"the difference between {before} and {state}"
    if not split.shows:
        return (
            f"What is not known makes no difference to {about} that shows above luck: it need not be measured for that."
        )
    first = split.first
    if first is None:
        return f"No value by itself accounts for what is not known about {about}; they do it together."
    others = [s for s in split.shares if s.key not in ("", first.key)]
    second = max(others, key=lambda share: share.share, default=None)
    near = second is not None and (second.high or 0) > (first.low or 0) and second.share > 0.05
    if not others:
        said = f"Measuring {_path(kept, first.key)} takes away all that is not known about {about}."
    else:
        sure = f" (95% sure: {_whole(first.low)} to {_whole(first.high)})" if first.low != first.high else ""
        much = f"{format_share(first.share)}{sure}"
        said = f"Measure {_path(kept, first.key)} first: it accounts for {much} of what is not known about {about}."
    if near and second is not None:
        said += f" {_path(kept, second.key)} comes near; which of the two is first is not certain."
    rest = next((share.share for share in split.shares if not share.key), 0.0)
    if rest > first.share:
        said += f" More of it ({format_share(rest)}) comes of several together, so measuring one will not settle it."
    if split.part < 0.5:
        said += f" But luck is the larger part: more than these {split.runs} runs would tell more than measuring."
    return said


# -- two states --------------------------------------------------------------------------------------------------------


def _tell_difference(output: Output, found: Findings, kept: Kept, state: str) -> None:
    first = kept.study.states[0]
    told = _told(kept, state, first)
    if told:
        figures = _figures(found, kept, state, first)
        rows: list[tuple[str, ...]] = []
        for name, split in told.items():
            own, change = figures[name], found.change(first, state, name)
            middle = "–" if change is None else _signed(own, change.difference)
            span = f"{own.change(split.low)} to {own.change(split.high)}" if split.shows else own.change(split.mean)
            rows.append((f"  {WORDS[name]}", middle, span, *_luck(split)))
        heading = f"The difference: {clean(state)} less {clean(first)}"
        _tell_results(output, heading, figures[MEAN], rows, told)
        _tell_shares(output, kept, told, figures)
    output.line()
    output.paragraph(verdict_sentence(kept, state), "head")


def _signed(own: _Figures, change: Finding) -> str:
    times, digits = (100.0, 1) if own.unit is None else (1 / own.unit.minutes, own.unit.digits)
    low, high = change.low, change.high
    return difference(change.value * times, low and low * times, high and high * times, digits)


def verdict_sentence(kept: Kept, state: str, measure: str = MEAN) -> str:
    """Whether a state is better or worse than the first whatever the values are, and if not, what to measure."""
    first = kept.study.states[0]
    result = kept.get(state, measure, first)
    if result is None or result.split is None:
        return f"Nothing can be said of {state} against {first}: too few combinations gave a result."
    counts = {word: count for word, count in result.verdicts.items() if count}
    points = result.split.points
    if len(counts) == 1:
        word = next(iter(counts))
        if word == "not yet known":
            runs = result.split.replications
            return f"At no combination do {runs} runs tell {state} from {first}: more would (--each)."
        told = f"{state} is {word} than {first} at all {points} combinations"
        if word == "no difference that matters":
            told = f"{state} makes no difference that matters at any of {points} combinations"
        return f"{told}: the verdict does not hang on what is not known."
    listed = ", ".join(f"{_judged(word)} at {count}" for word, count in counts.items())
    hangs = "better" in counts and "worse" in counts
    said = f"Of {points} combinations {state} is {listed}"
    said += ": the verdict hangs on what is not known. " if hangs else ". "
    return said + (advice(kept, state, first, measure) if result.split.shows else "More runs would tell (--each).")


def _judged(word: str) -> str:
    return {"no difference that matters": "no different", "not yet known": "not yet known to be either"}.get(word, word)


# -- for a program -----------------------------------------------------------------------------------------------------


def unsure_json(found: Findings, kept: Kept) -> dict[str, Any]:
    """All of it for a program."""
    study = kept.study
    return {
        "scenario": title(found),
        "states": list(study.states),
        "points": study.points,
        "seed": found.run.manifest.seed,
        "inputs": [{**vars(one), "levels": one.levels or None} for one in study.inputs],
        "results": [_result_json(found, kept, number) for number in range(len(kept.results))],
        "failed": [
            {"state": state, "point": point + 1, "why": why, "at": dict(_at(kept, point))}
            for (state, point), why in study.failed.items()
        ],
        "remarks": troubles(kept),
        "advice": [{"state": state, "sentence": advice(kept, state)} for state in study.states],
        "verdicts": [
            {"before": study.states[0], "after": state, "sentence": verdict_sentence(kept, state)}
            for state in study.states[1:]
        ],
    }


def _result_json(found: Findings, kept: Kept, number: int) -> dict[str, Any]:
    result = kept.results[number]
    split = result.split
    change = found.change(result.before, result.state, result.measure) if result.before else None
    middle = found.get(result.state, result.measure) if change is None else change.difference
    body: dict[str, Any] = {
        "state": result.state,
        "before": result.before or None,
        "measure": result.measure,
        "unit": result.unit,
        "middle": None if middle is None else {"value": middle.value, "low": middle.low, "high": middle.high},
    }
    if split is None:
        return {**body, "split": None}
    shares = [{**vars(share), "key": share.key or None} for share in split.shares]
    names: Sequence[str] = ("mean", "low", "high", "knowing", "luck", "shows", "points", "replications", "runs")
    told = {name: getattr(split, name) for name in names}
    told |= {"share_of_not_knowing": split.part, "shares": shares}
    return {**body, "split": told, "verdicts": dict(result.verdicts) or None}
