"""All engines with a fault, some hundred: each breaks one rule in a small way that somebody might well program."""

from __future__ import annotations

from mutants_at_work import AT_WORK
from mutants_in_hours import IN_HOURS
from mutants_in_process import IN_PROCESS
from mutants_of_routes import OF_ROUTES
from mutants_on_the_way import ON_THE_WAY

MUTANTS = [*ON_THE_WAY, *OF_ROUTES, *AT_WORK, *IN_HOURS, *IN_PROCESS]
