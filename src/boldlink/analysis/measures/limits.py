"""What a cohort cannot see, in the words that every measure of it says among its exclusions.

A research dataset begins and ends on its agreement's days and holds what the agreement shares. What lies outside is not
missing at random, and a reader of one table cannot know it from the figures.
"""

from __future__ import annotations

# Spells of custody are in a research dataset by the day of release.
INSIDE = "people still in custody when the data ends: the cohort is of releases, and theirs has not come"
# Treatment is in it by the day of triage.
TREATED_BEFORE = "treatment that began before the agreement's cohort of treatment does: whoever has been in it since then looks untreated"
# Proven offences are in it by the day of proof.
PROVEN_BEFORE = "people whose last proof before release is older than the agreement's cohort of proofs: they are not found, and left out"
# Deaths are not shared for research on homelessness, and where they are these measures do not look at them.
DEATHS = "deaths, which are not read: whoever died stays in the count, or at risk, as one who did not come back"
DEATHS_UNSEEN = "deaths: whoever died before a service could see them counts as not seen by it"
DEATHS_OF_THE_YEAR = "people who die within the year are not taken out"
