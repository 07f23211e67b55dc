"""The least that a journey takes on average, had nobody ever waited for a person, a batch, a place or an opening.

Working ticks and working-time waits take at least as long by the clock; every member of a process batch sits through
its whole set-up; somebody quick (R8) does it all.
"""

from __future__ import annotations

import numpy as np

from flowsim.model.capacity import pace
from flowsim.model.handover import Handovers
from flowsim.model.needs import Pattern
from flowsim.model.process import Model
from flowsim.model.routing import FloatArray


class Least:
    """Ticks of lead time on average, at the speed of the fastest: of a visit to a step (S), of a move between steps."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._paces = [pace(model, step) for step in model.steps]
        steps = list(zip(model.steps, self._paces, strict=True))
        self._set_up = np.array([step.set_up.mean() / x if step.set_up else 0.0 for step, x in steps])
        times = {task.name: task.time.mean() for task in model.tasks}
        self._tasks = tuple(np.array([times[entry.task] / x for entry in step.tasks]) for step, x in steps)

    def of_visits(self, pattern: Pattern) -> FloatArray:
        """(S): set-up and work of a visit, on average over the visits of requests of this pattern."""
        works = (np.array(does) @ tasks for does, tasks in zip(pattern.does, self._tasks, strict=True))
        least: FloatArray = self._set_up + np.array([float(work) for work in works])
        return least

    def of_work(self, visits: FloatArray, done: tuple[FloatArray, ...]) -> FloatArray:
        """(S): set-up and work of so many visits (S) to each step, in which each of its tasks is `done` so often."""
        works = (float(x @ tasks) for x, tasks in zip(done, self._tasks, strict=True))
        least: FloatArray = self._set_up * visits + np.array(list(works))
        return least

    def of_moves(self, handovers: Handovers) -> FloatArray:
        """(S + 1, S): transit, reading in, questions with their answers and the set-up after them; no gathering."""
        size = len(self._model.steps)
        fastest = max([person.speed / 1000 for person in self._model.people], default=1.0)
        least = np.zeros((size + 1, size))
        for s, step in enumerate(self._model.steps):
            handoff = step.handoff
            if handoff is None:
                continue
            if handoff.transit is not None:  # one draw a batch, but for each member it is as long on average
                least[:, s] += handovers.sent[:, s] * handoff.transit.time.mean()
            if handoff.reread is not None:
                least[:, s] += handovers.told[:, s] * handoff.reread.mean() / self._paces[s]
            if handoff.question is not None:
                asked = handovers.told[:, s] * handoff.question.chance
                speed = 1.0
                if handoff.question.to == "sender":
                    asked[size] = 0.0  # the customer is no sender to ask
                    speed = max(fastest, 1.0)
                least[:, s] += asked * (handoff.question.answer.time.mean() / speed + self._set_up[s])
        return least
