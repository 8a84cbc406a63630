"""What a run found: one line of the table and one object of results.json for each figure."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

FILE = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Figure:
    """`must` and `goal` are bounds in the direction `better`; no `must` = reported only."""

    name: str
    value: float
    unit: str
    must: float | None
    goal: float | None
    better: Literal["higher", "lower"]
    runs: list[float]
    setup: str

    def reaches(self, bound: float) -> bool:
        return self.value >= bound if self.better == "higher" else self.value <= bound

    @property
    def holds(self) -> bool:
        return self.must is None or self.reaches(self.must)


def table(figures: list[Figure]) -> str:
    lines = [f"{'figure':<24}{'value':>10}  {'unit':<30}{'must':>8}{'goal':>8}  verdict"]
    lines += [_line(figure) for figure in figures]
    return "\n".join(lines)


def _line(figure: Figure) -> str:
    bounds = "".join(
        f"{'-' if bound is None else f'{bound:g}':>8}" for bound in (figure.must, figure.goal)
    )
    return f"{figure.name:<24}{figure.value:>10.3f}  {figure.unit:<30}{bounds}  {_verdict(figure)}"


def _verdict(figure: Figure) -> str:
    if not figure.holds:
        return "MISSED"
    if figure.goal is not None and figure.reaches(figure.goal):
        return "goal"
    return "holds"


def write(figures: list[Figure], path: Path = FILE) -> None:
    """Write the figures that were taken, keeping those of other names from an earlier run."""
    kept = {each["name"]: each for each in json.loads(path.read_text())} if path.exists() else {}
    for figure in figures:
        values = asdict(figure)
        del values["better"]
        kept[figure.name] = {**values, "holds": figure.holds}
    path.write_text(json.dumps(list(kept.values()), indent=2) + "\n")
