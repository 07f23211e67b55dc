"""Along the paths of a class (R13): what a request needs next, where it splits, and when its branches join."""

from __future__ import annotations

from flowsim.draws import Draws
from flowsim.engine.parts import Branch, Fork, Request, Station, Stay, Visit
from flowsim.engine.writing import Writing
from flowsim.model import Model
from flowsim.record import NONE, Via

NEXT = int(Via.NEXT)


class Branching(Writing):
    """From a step to the next one of the path, past what is not needed; branches begin together and join."""

    __slots__ = ("branches", "releasing")

    def __init__(self, model: Model, draws: Draws) -> None:
        super().__init__(model, draws)
        self.branches: list[Branch] = []  # all that ever began
        self.releasing: Visit | None = None  # the visit whose person may go straight on (R8)

    def go_on(
        self,
        request: Request,
        index: int,
        via: int,
        from_team: int,
        from_step: int,
        branch: Branch | None = None,
        stay: Stay | None = None,
    ) -> None:
        """To the first step of the path, from `index` on, that the request needs; if none, its path ends."""
        klass = request.klass
        following = self.paths[klass].following
        last = index
        while index >= 0:
            station = self.stations[index]
            if station.certain[klass] or self._needs(request, station):
                self.send(request, station, via, from_team, from_step, branch, stay)
                return
            last, index = index, following[index]
        self.end_path(request, last, via, from_team, from_step, branch, stay)

    def end_path(
        self,
        request: Request,
        last: int,
        via: int,
        from_team: int,
        from_step: int,
        branch: Branch | None,
        stay: Stay | None,
    ) -> None:
        """The end of the path that the step `last` is on: of a branch, or of the journey.

        Who is alone on the path of a branch, because it was sent back there, goes on to the join.
        """
        paths = self.paths[request.klass]
        place = paths.within[last] if last >= 0 else None
        while place is not None:
            split = place[0]
            if branch is not None and branch.fork.step == split:
                branch.last = from_team, from_step
                self._end_branch(branch, stay)
                return
            if paths.joins[split] >= 0:
                self.go_on(request, paths.joins[split], via, from_team, from_step, branch, stay)
                return
            place = paths.within[split]
        self.end(request, "done", stay)

    def split(self, visit: Visit, in_return: bool) -> None:
        """The branches after a step begin, in order; one with nothing to do ends at once."""
        request, step = visit.request, visit.step
        fork = Fork(request, visit.number, visit.branch, step, visit.team, in_return)
        ways = self.paths[request.klass].branches[step]
        for place in range(len(ways)):
            request.branches += 1
            fork.branches.append(Branch(fork, place, self.now, request.branches))
        self.branches += fork.branches
        fork.left = len(ways)
        if visit.stay is not None:
            visit.stay.left = len(ways)
        for branch, way in zip(fork.branches, ways, strict=True):
            self.go_on(request, way[0], NEXT, visit.team, step, branch, visit.stay)
            if request.ended:  # R15: its customer withdrew as it was put down
                if visit.stay is not None and visit.stay.left:
                    self.give_all_back(visit.stay)
                return

    def _end_branch(self, branch: Branch, stay: Stay | None) -> None:
        """A branch has come to the join; with the last of them the request goes on."""
        fork = branch.fork
        if stay is not None:
            self.give_back(stay)
        branch.ended = self.now
        fork.left -= 1
        if fork.left:
            if fork.request.patience_over:
                self.may_leave(fork.request)
            return
        for one in fork.branches:
            one.joined = self.now
        critical = min(fork.branches, key=lambda one: (-one.ended, one.place))
        assert critical.last is not None
        self.releasing = None
        index = self.paths[fork.request.klass].joins[fork.step]
        if index >= 0:
            self.go_on(fork.request, index, NEXT, *critical.last, fork.branch)
        else:
            self.end_path(fork.request, fork.step, NEXT, *critical.last, fork.branch, None)

    def _needs(self, request: Request, station: Station) -> bool:
        """Whether a request visits a step (R13): its class may, and some task there is needed; one draw per need."""
        if not station.visited[request.klass]:
            return False
        works = station.work[request.klass]
        turn = request.chase or 1
        return any(all(u.at(request.ordinal, turn) < share for u, share in work.needs) for work in works)

    def cut_branches(self, request: Request) -> None:
        """The branches of a request end where they are: its customer withdrew (R15)."""
        for branch in self.branches:
            if branch.fork.request is request:
                branch.ended = self.now if branch.ended == NONE else branch.ended
                branch.joined = self.now if branch.joined == NONE else branch.joined
