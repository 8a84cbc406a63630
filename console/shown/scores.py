"""Single scores as a page shows them: their group's tone and their scale's name."""

from surveys.rules.metrics import SCALES, Metric

TONES = {"high": "promoter", "middle": "passive", "low": "detractor"}


def tone_of(metric: str, score: int | None) -> str:
    """Return the tone of a score's group, or none where nothing was scored."""
    return "none" if score is None else TONES[SCALES[Metric(metric)].group(score)]
