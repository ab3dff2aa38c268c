"""The pairs of datasets whose links a report shows first: which, over what period, and by which characteristics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """An index dataset, the day that places a record in the period, its characteristics, and the dataset linked to."""

    index: str
    day: str
    other: str
    characteristics: tuple[str, ...]

    @property
    def id(self) -> str:
        """The pair's part of a measure's id."""
        return f"{self.index.removesuffix('-crimes')}-{self.other}"


_PRISON = ("birth_year", "sex_recorded", "ethnicity", "release_region", "no_fixed_abode")
_PROBATION = ("birth_year", "gender_recorded", "ethnicity", "probation_region", "no_fixed_abode")
_POLICE = ("birth_year", "sex_recorded", "force")
PAIRS = (
    Pair("prison", "release_date", "ndtms", _PRISON),
    Pair("probation", "event_date", "ndtms", _PROBATION),
    Pair("prison", "release_date", "pnc", _PRISON),
    Pair("prison", "release_date", "hclic", _PRISON),
    Pair("police-crimes", "recorded_date", "victim-service", _POLICE),
    Pair("police-crimes", "recorded_date", "cps", _POLICE),
)
