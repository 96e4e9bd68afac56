"""`raygen doctor`: a line for each part of an installation, and what to do about it."""

import json
from dataclasses import asdict

from bot.doctor.examination import examine
from bot.doctor.finding import Finding, healthy

SIGNS = {"ok": "✅", "warning": "⚠️", "fault": "❌", "unknown": "❔"}


async def doctor(*, as_json: bool) -> int:
    """Print the findings; 0 when Raygen can work, else 1."""
    findings = await examine()
    shown = [_line(finding) for finding in findings]
    print(
        json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False)
        if as_json
        else "\n".join(shown)
    )
    return 0 if healthy(findings) else 1


def _line(finding: Finding) -> str:
    do = f"\n   → {finding.do}" if finding.do else ""
    return f"{SIGNS[finding.state]} {finding.part}: {finding.says}{do}"
