"""What `flowsim verify` without a file found, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsim.cli.output import Output

if TYPE_CHECKING:
    from flowsim.verification.claims import Verdict
    from flowsim.verification.on_demand import Claimed, Proof


def tell_proof(output: Output, proof: Proof, seconds: float) -> None:
    """The four parts one after the other, and the verdict."""
    output.paragraph("1. What queueing theory knows exactly, and what flowsim gives", "head")
    output.paragraph(
        "Times in minutes unless it says otherwise. ± is the standard error of the simulated figure. To pass, a figure "
        "is within 3.9 of these of theory, and one of these is at most 2% of the figure."
    )
    for claim in proof.claims:
        _tell_claim(output, claim)
    every = [verdict for claim in proof.claims for verdict in claim.verdicts]
    output.line()
    output.paragraph(
        f"{sum(v.true and v.powerful for v in every)} of {len(every)} figures agree with theory. Each was also "
        f"held against the figure of a tempting mistake: {sum(v.caught for v in every)} of {len(every)} are refused."
    )
    output.line()
    output.paragraph("2. The same to the millisecond, by a plain recursion", "head")
    wrong = [desk for desk in proof.desks if desk.wrong]
    output.paragraph(
        f"{len(proof.desks)} random desks with one to four people, each worked out without an engine, by a recursion "
        f"over a list (Lindley 1952, Kiefer and Wolfowitz 1955): {_grouped(proof.instants)} instants, "
        + ("every one the same." if not wrong else f"and {len(wrong)} desks DIFFER.")
    )
    for desk in wrong[:5]:
        output.paragraph(f"  {desk.wrong}", "bad")
    output.line()
    output.paragraph("3. Faults put into a sound run, which the audit of every run must refuse", "head")
    for fault in proof.faults:
        seen = output.style("refused", "good") if fault.refused_by else output.style("NOT SEEN", "bad")
        output.line(f"  {fault.told:<62}  {seen}")
    output.paragraph(f"{sum(bool(f.refused_by) for f in proof.faults)} of {len(proof.faults)} are refused.")
    if proof.same:
        output.line()
        output.paragraph("4. The same data here as everywhere", "head")
        other = [one for one in proof.same if not one.same]
        output.paragraph(
            f"{len(proof.same)} hashes of draws and of the data of the shipped scenarios, written down when they were "
            "made elsewhere: " + ("every one is the same here." if not other else f"{len(other)} of them DIFFER here.")
        )
        for one in other:
            output.paragraph(f"  {one.name}: DIFFERENT. {one.why}", "bad")
    output.line()
    verdict = "All of it holds" if proof.passed else "NOT ALL OF IT HOLDS"
    output.paragraph(f"{verdict} ({seconds:.0f} s).", "good" if proof.passed else "bad")
    if proof.passed:
        output.aside("Next: your own model, flowsim verify my-process.yaml")


def _tell_claim(output: Output, claim: Claimed) -> None:
    output.line()
    output.line(f"{claim.claim}, {claim.replications} runs")
    output.line(f"  {'':<31}{'theory':>9}{'simulated':>18}{'off by':>14}")
    for verdict in claim.verdicts:
        figures = f"{_figure(verdict.estimate)} ± {_figure(verdict.error, 2)}"
        word = output.style("PASS", "good") if verdict.passed else output.style("FAIL", "bad")
        off = f"{verdict.off:+.1f} errors"
        output.line(f"  {verdict.measure.name:<31}{_figure(verdict.measure.theory):>9}{figures:>18}{off:>14}  {word}")


def _figure(value: float, digits: int = 4) -> str:
    """That many significant digits, without an exponent."""
    text = f"{value:.{digits}g}"
    return f"{value:.0f}" if "e" in text else text


def _grouped(number: int) -> str:
    return f"{number:,}"


def proof_json(proof: Proof, seconds: float) -> dict[str, Any]:
    """The same for a program."""
    return {
        "passed": proof.passed,
        "seconds": round(seconds, 1),
        "claims": [
            {
                "claim": claim.claim,
                "case": claim.title,
                "replications": claim.replications,
                "passed": claim.passed,
                "measures": [_verdict_json(verdict) for verdict in claim.verdicts],
            }
            for claim in proof.claims
        ],
        "recursion": {
            "desks": len(proof.desks),
            "instants": proof.instants,
            "different": [desk.wrong for desk in proof.desks if desk.wrong],
        },
        "faults": [{"fault": fault.told, "refused_by": list(fault.refused_by)} for fault in proof.faults],
        "same": [
            {"name": one.name, "expected": one.expected, "found": one.found, "same": one.same} for one in proof.same
        ],
    }


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    measure = verdict.measure
    return {
        "measure": measure.name,
        "formula": measure.formula,
        "theory": measure.theory,
        "simulated": verdict.estimate,
        "error": verdict.error,
        "off_by_errors": verdict.off,
        "mistake": measure.mistake,
        "mistake_value": measure.wrong,
        "mistake_refused": verdict.caught,
        "passed": verdict.passed,
    }
