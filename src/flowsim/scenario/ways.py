"""Where requests go from step to step, as the tree says it, whatever else may be wrong with it (R13)."""

from __future__ import annotations

from flowsim.errors import ScenarioError
from flowsim.scenario.names import look_up
from flowsim.scenario.nodes import Mapping, Node, Scalar
from flowsim.scenario.retarget import field, goals_of, items_of, written_out

Path = tuple[str, ...]


class Ways:
    """The steps of a tree in the orders in which requests may travel. `trunk` is that of the classes without a journey
    of their own; `journeys` are those of the others, by class; `home` is by step in a branch the step that splits.
    """

    def __init__(self, root: Mapping) -> None:
        section = field(root, "steps")
        self.steps = section if isinstance(section, Mapping) else Mapping(root.place)
        self._branches: dict[str, list[Path]] = {}
        self.home: dict[str, str] = {}
        for name in self.steps.entries:
            self._branches[name] = [self._known(branch) for branch in items_of(self._split(name))]
            for branch in self._branches[name]:
                self.home |= dict.fromkeys(branch, name)
        self.trunk = tuple(name for name in self.steps.entries if name not in self.home)
        requests = field(root, "requests")
        classes = requests.entries if isinstance(requests, Mapping) else {}
        written = {klass: field(node, "journey") for klass, node in classes.items()}
        self.journeys = {klass: self._known(node) for klass, node in written.items() if node is not None}
        self._all_have_one = bool(classes) and len(self.journeys) == len(classes)

    def after(self, step: str) -> list[str]:
        """What comes behind a step on the paths that it is on, "" for the end of the journey."""
        if step in self.home:
            split = self.home[step]
            path = next(branch for branch in self._branches[split] if step in branch)
            following = _behind(path, step)
            return [following] if following else self._joined(split, {step})
        paths = [*self.journeys.values(), *([] if self._all_have_one else [self.trunk])]
        return list(dict.fromkeys(_behind(path, step) for path in paths if step in path)) or [""]

    def onward(self, step: str) -> list[str]:
        """The steps to which a request may go on from a step, as `next` or its path says."""
        following = field(self.steps.entries[step], "next")
        if self._branches[step]:
            firsts = [branch[0] for branch in self._branches[step] if branch]
            return [*firsts, *(name for name in self._joined(step, {step}) if name)]
        if following is None:
            return [name for name in self.after(step) if name]
        known = (look_up(self.steps.entries, word, names=True) for word in goals_of(following))
        return [name for name in known if name is not None]

    def back(self, step: str) -> list[str]:
        """The steps to which returns lead from a step."""
        found = []
        for item in items_of(field(self.steps.entries[step], "returns")):
            try:
                to = field(written_out(item), "to")
            except ScenarioError:  # said when the return itself is read
                continue
            known = look_up(self.steps.entries, to.text.strip(), names=True) if isinstance(to, Scalar) else None
            found += [known] if known is not None else []
        return found

    def visited(self, klass: str) -> set[str]:
        """The steps on the paths of a class, those of branches with the step that splits."""
        found: set[str] = set()
        waiting = list(self.journeys.get(klass, self.trunk))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [inside for branch in self._branches[name] for inside in branch]
        return found

    def _joined(self, split: str, seen: set[str]) -> list[str]:
        """Where the branches of a step that splits come together."""
        join = field(field(self.steps.entries[split], "next"), "join")
        if isinstance(join, Scalar):
            known = look_up(self.steps.entries, join.text.strip(), names=True)
            return [known or ""]
        place = self.home.get(split)
        if place is not None and place in seen:  # a branch within itself: said by the second pass
            return [""]
        if place is None:
            return self.after(split)
        following = _behind(next(branch for branch in self._branches[place] if split in branch), split)
        return [following] if following else self._joined(place, {*seen, place})

    def _split(self, step: str) -> Node | None:
        return field(field(self.steps.entries[step], "next"), "parallel")

    def _known(self, words: Node) -> Path:
        """The steps that a name or a list of names stands for; words for no step are left out."""
        named = [item.text.strip() for item in items_of(words) if isinstance(item, Scalar)]
        known = (look_up(self.steps.entries, word, names=True) for word in named)
        return tuple(name for name in known if name is not None)


def _behind(path: Path, step: str) -> str:
    """The step behind another one on a path, "" behind the last."""
    place = path.index(step) + 1 if step in path else len(path)
    return path[place] if place < len(path) else ""
