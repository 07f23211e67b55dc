"""Reports of kept runs that a reader elsewhere can judge: the STRESS-DES checklist, filled from the results folder."""

from flowsim.report.checklist import stress
from flowsim.report.markdown import to_markdown
from flowsim.report.material import Material, material_of
from flowsim.report.parts import Report, to_data

__all__ = ["Material", "Report", "material_of", "stress", "to_data", "to_markdown"]
