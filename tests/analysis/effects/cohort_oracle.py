"""The cohorts a second time: plain Python over rows of dictionaries, written from what the cohorts say of themselves.

Time at risk is counted day by day. Nothing here knows the SQL.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta

SENTENCES = ((365, "12 months or more"), (180, "6 to 12 months"), (90, "3 to 6 months"), (0, "under 3 months"))
PRIORS = ((11, "11 or more"), (7, "7 to 10"), (3, "3 to 6"), (1, "1 to 2"), (0, "none"))


def months_after(day, months):
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def band(value, bands):
    return "not known" if value is None else next((words for least, words in bands if value >= least), "not known")


def decade(birth_year):
    return birth_year and f"{birth_year[:3]}0s"


def by_person(rows):
    """Rows of everybody who is somebody."""
    found = defaultdict(list)
    for row in rows:
        if row["person"] is not None:
            found[row["person"]].append(row)
    return found


def first(rows):
    """The first of rows in the order of their values, what is empty last."""
    return min(rows, key=lambda row: [(value is None, value) for value in row.values()], default=None)


def within(day, starts, ends):
    return day is not None and starts <= day <= ends


def first_release(rows, starts, ends):
    return first(
        {
            "released": row["release_date"], "sex": row["sex_recorded"], "age_band": decade(row["birth_year"]),
            "ethnicity": row["ethnicity"], "region": row["release_region"], "offence": row["main_offence"],
            "no_fixed_abode": bool(row["no_fixed_abode"]),
            "sentence_band": band(row["sentence_length_days"], SENTENCES), "link_probability": row["link_probability"],
            "employment_support": row["employment_support"],
        }
        for row in rows if within(row["release_date"], starts, ends)
    )  # fmt: skip


def leavers(tables, starts, ends):
    """Everybody at a first release, with exposure known: what came of it."""
    found, pnc = [], by_person(tables["pnc"])
    for person, rows in sorted(by_person(tables["prison"]).items()):
        release = first_release(rows, starts, ends)
        if release and release["employment_support"] is not None:
            found.append({"person": person, **release, **_record(pnc[person], release["released"])})
    return found


def _record(offences, released):
    known = [one for one in offences if one["proven_date"] and one["proven_date"] <= released]
    priors = [one["prior_convictions"] for one in known if one["prior_convictions"] is not None]
    again = sorted(
        one["offence_date"] for one in offences
        if one["offence_date"] and one["proven_date"] and one["recordable"] and one["breach"] is not True
        and released <= one["offence_date"] < months_after(released, 12)
        and one["proven_date"] < months_after(released, 18)
    )  # fmt: skip
    return {
        "linked": bool(known), "priors_band": band(max(priors, default=None), PRIORS), "reoffences": len(again),
        "reoffended": bool(again), "days_to_reoffence": (again[0] - released).days if again else None,
    }  # fmt: skip


def homelessness(tables, starts, ends):
    """person -> whether an application came on one of the days from a first release to 182 days after it."""
    found, asked = {}, by_person(tables["hclic"])
    for person, rows in by_person(tables["prison"]).items():
        if release := first_release(rows, starts, ends):
            last = release["released"] + timedelta(182)
            found[person] = any(within(one["application_date"], release["released"], last) for one in asked[person])
    return found


def days_at_risk(tables, starts, ends):
    """(person, day since entry) -> (event, in treatment, has been in custody), for every day at risk."""
    last = max((row["application_date"] for row in tables["hclic"] if row["application_date"]), default=None)
    prison, treated = by_person(tables["prison"]), by_person(tables["ndtms"])
    found = {}
    for person, rows in by_person(tables["hclic"]).items():
        cases = [row for row in rows if row["main_applicant"] and row["application_date"]]
        entry = min((c["application_date"] for c in cases if within(c["application_date"], starts, ends)), default=None)
        for number in range(1, (last - entry).days + 1 if entry else 1):
            day = entry + timedelta(number)
            state = _state(cases, prison[person], treated[person], day - timedelta(1), last)
            if state is not None:
                found[person, number] = (any(c["application_date"] == day for c in cases), *state)
    return found


def _state(cases, spells, journeys, day, last):
    """(in treatment, has been in custody) at the end of a day, None for whoever does not wait outside."""
    applied = max(c["application_date"] for c in cases if c["application_date"] <= day)
    latest = [c for c in cases if c["application_date"] == applied]
    ended = max((c["duty_end_date"] for c in latest if c["duty_end_date"]), default=None)
    owed = any(c["duty"] is not None and c["duty"] != "none" for c in latest)
    received = max(
        (s["reception_date"] for s in spells if s["reception_date"] and s["reception_date"] <= day), default=None
    )
    if not owed or ended is None or day < ended + timedelta(28):
        return None
    if received:
        released = max(
            (s["release_date"] for s in spells if s["reception_date"] == received and s["release_date"]), default=None
        )
        if released is None or (applied < released and day < released + timedelta(182)):
            return None
    inside = any(
        j["setting"] == "community" and j["triaged_jy"] and j["triaged_jy"] <= day < (j["disd_jy"] or last)
        for j in journeys
    )
    return inside, received is not None


def victims(tables, starts, ends):
    """crime_ref -> days until the end, withdrew, kind of support and the day it started."""
    crimes = tables["police-crimes"]
    last = max((max(c["recorded_date"], c["outcome_date"] or c["recorded_date"]) for c in crimes), default=None)
    offered, found = by_person(tables["victim-service"]), {}
    for crime in crimes:
        day, undated = crime["recorded_date"], crime["outcome_code"] is not None and crime["outcome_date"] is None
        if crime["person"] is None or not within(day, starts, ends) or undated:
            continue
        days = ((crime["outcome_date"] or last) - day).days
        given = min(
            ((s["support_start_date"], s["support_type"]) for s in offered[crime["person"]]
             if within(s["referral_date"], day, day + timedelta(365)) and s["support_start_date"] and s["support_start_date"] >= day),
            default=None,
        )  # fmt: skip
        if days > 0:
            starts_on = (given[0] - day).days if given else None
            found[crime["crime_ref"]] = (days, crime["outcome_code"] in ("14", "16"), given and given[1], starts_on)
    return found


def treatment(tables, starts, ends):
    """person -> (days, how it ended, settled, employed, day from which work is known) of the first journey in the period."""
    rows = tables["ndtms"]
    last = max((day for r in rows for day in (r["triaged_jy"], r["disd_jy"]) if day), default=None)
    worked, found = by_person(tables["probation"]), {}
    for person, own in by_person(rows).items():
        journey = first(
            {"triaged": r["triaged_jy"], "ended": r["disd_jy"], "reason": r["disrsn_jy"], "drug": r["drug1"],
             "sex": r["sex_recorded"], "age_band": decade(r["birth_year"]), "need": r["accommodation_need"]}
            for r in own if r["setting"] == "community" and within(r["triaged_jy"], starts, ends)
        )  # fmt: skip
        if journey and (journey["ended"] or last) > journey["triaged"]:
            days = ((journey["ended"] or last) - journey["triaged"]).days
            settled = None if journey["need"] is None else journey["need"] == "none"
            found[person] = (days, _ending(journey), settled, *_work(worked[person], journey["triaged"]))
    return found


def _ending(journey):
    reason = journey["reason"] or ""
    if journey["ended"] is None:
        return "open"
    return (
        "completed" if reason.startswith("treatment completed") else "dropped" if "dropped out" in reason else "other"
    )


def _work(events, triaged):
    known = [
        (e["event_date"], e["employment_6_weeks"] != "Employed") for e in events
        if within(e["event_date"], triaged - timedelta(365), triaged) and e["employment_6_weeks"] not in (None, "", "Not known")
    ]  # fmt: skip
    if not known:
        return None, 0
    day, idle = max(known)
    return not idle, max(0, (day + timedelta(42) - triaged).days)


def engagement(tables, starts, ends):
    """person -> (day of release, substitution, engaged within 21 days), of people transferred from prison treatment."""
    prison, found = by_person(tables["prison"]), {}
    for person, rows in by_person(tables["ndtms"]).items():
        inside = [r for r in rows if r["setting"] == "prison" and r["drug1"] == "Opiates" and r["disd_jy"]
                  and r["disrsn_jy"] == "transferred - not in custody"]  # fmt: skip
        released = first(
            {"day": p["release_date"], "ended": r["disd_jy"]}
            for p in prison[person] for r in inside
            if within(p["release_date"], starts, ends) and p["release_region"] != "Wales"
            and abs((p["release_date"] - r["disd_jy"]).days) <= 7
        )  # fmt: skip
        if released:
            day = released["day"]
            substitution = any(r["opioid_substitution"] for r in inside if r["disd_jy"] == released["ended"])
            outside = [r["triaged_jy"] for r in rows if r["setting"] == "community"]
            found[person] = day, substitution, any(within(one, day, day + timedelta(21)) for one in outside)
    return found


def sentenced(tables, starts, ends):
    """person -> (day of the first requirement, whether a community journey was open then or began later)."""
    treated, found = by_person(tables["ndtms"]), {}
    for person, rows in by_person(tables["probation"]).items():
        days = [
            r["event_date"]
            for r in rows
            if r["requirement"] in ("ATR", "DRR") and within(r["event_date"], starts, ends)
        ]
        if days:
            journeys = [r for r in treated[person] if r["setting"] == "community"]
            found[person] = min(days), any(r["disd_jy"] is None or r["disd_jy"] >= min(days) for r in journeys)
    return found
