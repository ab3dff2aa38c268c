"""The pairs of datasets whose links a report shows first: which, over what period, and by which characteristics."""

from __future__ import annotations

from dataclasses import dataclass

from boldlink.analysis.measures.words import DATASETS


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

    @property
    def index_in_words(self) -> str:
        """Whose people are looked for: "prison records"."""
        return DATASETS[self.index]

    @property
    def other_in_words(self) -> str:
        """Where they are looked for: "NDTMS treatment records"."""
        return DATASETS[self.other]


_PRISON = ("sex_recorded", "birth_year", "ethnicity", "no_fixed_abode", "release_region")
_PROBATION = ("gender_recorded", "birth_year", "ethnicity", "no_fixed_abode", "probation_region")
_COUNCIL = ("sex_recorded", "birth_year")
_POLICE = ("sex_recorded", "birth_year", "force")
PAIRS = (
    Pair("prison", "release_date", "ndtms", _PRISON),
    Pair("probation", "event_date", "ndtms", _PROBATION),
    Pair("prison", "release_date", "pnc", _PRISON),
    Pair("probation", "event_date", "pnc", _PROBATION),
    Pair("prison", "release_date", "hclic", _PRISON),
    Pair("hclic", "application_date", "hospital-episodes", _COUNCIL),
    Pair("prison", "release_date", "child-benefit", _PRISON),
    Pair("police-crimes", "recorded_date", "victim-service", _POLICE),
    Pair("police-crimes", "recorded_date", "cps", _POLICE),
)
