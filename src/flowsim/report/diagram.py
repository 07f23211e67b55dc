"""Item 2.1: the process as a flowchart in the language of Mermaid: steps with their teams, moves, returns, ends.

Mermaid has a syntax of its own within labels (quotes, HTML, entities, directives); `_safe` leaves none of it to a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flowsim.model import Model, Paths, RequestClass, Step, paths
from flowsim.model.process import END
from flowsim.report.say import Say
from flowsim.texts import msg

ENTRY, EXIT, HANDOFF, WITHIN, BACK = "entry", "exit", "handoff", "within", "back"
"""Kinds of arrows."""

_ARROWS = {ENTRY: "-->", EXIT: "-->", HANDOFF: "==>", WITHIN: "-->", BACK: "-.->"}
LEGEND = msg(
    "Thick arrows are handoffs to another team, thin ones stay within a team or lead in and out, dotted ones are "
    "returns. A request passes the steps that it does not need."
)


@dataclass
class _Arrow:
    """An arrow: its kind, the classes that take it, and what is said on it besides."""

    kind: str
    classes: dict[str, None] = field(default_factory=dict)
    said: dict[str, None] = field(default_factory=dict)


class Flowchart:
    """The arrows of a Model, class by class, put together where they are the same."""

    def __init__(self, model: Model, say: Say) -> None:
        self.model = model
        self.say = say
        self.index = {step.name: i for i, step in enumerate(model.steps)}
        self.arrows: dict[tuple[str, str, str], _Arrow] = {}
        self.ends: dict[str, str] = {}
        for cls in model.classes:
            self._of_class(cls)

    def mermaid(self) -> str:
        """The chart as text."""
        lines = ["flowchart TD"]
        for number, cls in enumerate(self.model.classes):
            lines.append(f'  c{number}(["{_safe(cls.name)}"])')
        for number, step in enumerate(self.model.steps):
            lines.append(f'  s{number}["{self._label(step)}"]')
        for name, node in self.ends.items():
            lines.append(f'  {node}(["{_safe(name)}"])')
        for (begin, end, _), arrow in self.arrows.items():
            words = self._said(arrow)
            label = f'|"{"<br/>".join(words)}"|' if words else ""
            lines.append(f"  {begin} {_ARROWS[arrow.kind]}{label} {end}")
        return "\n".join(lines)

    # -- arrows --------------------------------------------------------------------------------------------------------

    def _of_class(self, cls: RequestClass) -> None:
        number = self.model.classes.index(cls)
        way = paths(self.model, cls.name)
        if way.first >= 0:
            self._add(f"c{number}", self._landing(cls, way, way.first), ENTRY, cls)
        ahead = [s for s in range(len(self.model.steps)) if way.rank[s] >= 0]
        seen = set(ahead)
        while ahead:
            s = ahead.pop(0)
            if not may_visit(self.model, cls, self.model.steps[s]):
                continue
            for target, said, kind in self._onward(cls, way, s):
                self._add(f"s{s}", target, kind, cls, said)
                if target.startswith("s") and int(target[1:]) not in seen:  # a route may lead off the path
                    seen.add(int(target[1:]))
                    ahead.append(int(target[1:]))

    def _onward(self, cls: RequestClass, way: Paths, s: int) -> Iterator[tuple[str, str, str]]:
        """Where a request of a class can go from a step: node, what is said on the arrow, kind."""
        step = self.model.steps[s]
        for rule in step.returns:
            for to, chances in rule.targets:
                target = self.index[to]
                yield f"s{target}", self.say.listed(self.say.share(c) for c in chances), BACK
        route = next((r for r in step.routes if r.only is None or cls.name in r.only), None)
        if route is not None:
            for to, share, outcome in route.targets:
                node = self._end(outcome) if to == END else self._landing(cls, way, self.index[to])
                yield node, self.say.share(share) if share < 1 else "", self._kind(s, node)
        elif s in way.branches:
            for branch in way.branches[s]:
                node = self._landing(cls, way, branch[0])
                yield node, self.say.t("at the same time"), self._kind(s, node)
        else:
            node = self._after(cls, way, s)
            yield node, "", self._kind(s, node)

    def _landing(self, cls: RequestClass, way: Paths, s: int) -> str:
        """The node of the step at which a request aimed at a step ends up, past those its class never visits."""
        return f"s{s}" if may_visit(self.model, cls, self.model.steps[s]) else self._after(cls, way, s)

    def _after(self, cls: RequestClass, way: Paths, s: int) -> str:
        """The node that follows a step on its path; behind the last of a branch that of the join."""
        if way.following[s] >= 0:
            return self._landing(cls, way, way.following[s])
        place = way.within[s]
        if place is None:
            return self._end("done")
        join = way.joins[place[0]]
        return self._landing(cls, way, join) if join >= 0 else self._after(cls, way, place[0])

    def _end(self, outcome: str) -> str:
        return self.ends.setdefault(outcome or "done", f"e{len(self.ends)}")

    def _kind(self, s: int, node: str) -> str:
        if node.startswith("e"):
            return EXIT
        one, other = self.model.steps[s], self.model.steps[int(node[1:])]
        return WITHIN if one.takers == other.takers else HANDOFF

    def _add(self, begin: str, end: str, kind: str, cls: RequestClass, said: str = "") -> None:
        arrow = self.arrows.setdefault((begin, end, kind), _Arrow(kind))
        arrow.classes.setdefault(cls.name)
        if said:
            arrow.said.setdefault(said)

    # -- words ---------------------------------------------------------------------------------------------------------

    def _leaving(self, arrow: _Arrow) -> list[_Arrow]:
        """The arrows that begin where one does."""
        begin = next(place[0] for place, other in self.arrows.items() if other is arrow)
        return [other for place, other in self.arrows.items() if place[0] == begin]

    def _label(self, step: Step) -> str:
        teams = " / ".join(_safe(name) for name in step.takers)
        teams += "".join(f" + {_safe(name)}" for name, _ in step.together)
        lines = [_safe(step.name), teams]
        if step.only is not None:
            lines.append(_safe(self.say.listed(step.only)))
        shares = {need.share for task in step.tasks for need in task.needs if need.purpose.startswith("share of ")}
        lines += [self.say.t("{share} of requests", share=self.say.share(share)) for share in sorted(shares)]
        return "<br/>".join(lines)

    def _said(self, arrow: _Arrow) -> list[str]:
        """What stands on an arrow; the classes where not all that come to its begin take it."""
        some = set(arrow.classes) != {name for other in self._leaving(arrow) for name in other.classes}
        return [*arrow.said, *([_safe(self.say.listed(arrow.classes))] if some else [])]


def may_visit(model: Model, cls: RequestClass, step: Step) -> bool:
    """Whether requests of a class can need a step at all."""
    if step.only is not None and cls.name not in step.only:
        return False
    needed = [next((t for t in model.tasks if t.name == item.task), None) for item in step.tasks]
    return any(task is None or task.only is None or cls.name in task.only for task in needed)


def _safe(name: str) -> str:
    """A name within a label between quotes: letters, digits and a few signs as they are, all else by its number."""
    plain = "".join(c if c.isprintable() or c.isspace() else "�" for c in name)
    return "".join(c if c.isalnum() or c in " -,.()'/+�" else f"#{ord(c)};" for c in " ".join(plain.split()))
