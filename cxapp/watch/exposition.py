"""Metrics as Prometheus reads them (text format 0.0.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Sample:
    labels: Mapping[str, str]
    value: float
    suffix: str = ""


@dataclass(frozen=True)
class Family:
    """One metric: its name, what kind it is, a sentence, and its samples."""

    name: str
    kind: str
    about: str
    samples: Sequence[Sample]


def written(families: Sequence[Family]) -> str:
    return "".join(map(_family, families))


def _family(family: Family) -> str:
    head = f"# HELP {family.name} {family.about}\n# TYPE {family.name} {family.kind}\n"
    return head + "".join(f"{_sample(family.name, one)}\n" for one in family.samples)


def _sample(name: str, sample: Sample) -> str:
    labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in sample.labels.items())
    value = int(sample.value) if float(sample.value).is_integer() else repr(float(sample.value))
    return f"{name}{sample.suffix}{f'{{{labels}}}' if labels else ''} {value}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
