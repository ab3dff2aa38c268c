"""A second implementation of every measure: plain Python over lists of dictionaries, from the definitions alone.

Each function takes tables by dataset, the period, and the name of the person column; it gives rows like the measure's,
without the confidence. Nothing here knows the SQL.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from statistics import fmean, median, stdev

from boldlink.analysis.measures.words import headed

COMPLETED = {"treatment completed - drug free", "treatment completed - occasional user"}
TRANSFERRED = "transferred - not in custody"
OWED = {"prevention", "relief"}


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("a month has 28 days at least")


def within(day, starts, ends):
    return day is not None and starts <= day <= ends


def firsts(rows, who, day, tie=lambda row: ""):
    """Of each person's rows the first by day."""
    found = {}
    for row in sorted(rows, key=lambda r: (r[day], tie(r))):
        found.setdefault(row[who], row)
    return found


def of(rows, who):
    grouped = defaultdict(list)
    for row in rows:
        grouped[row[who]].append(row)
    return grouped


def quantile(values, share):
    """Linear between order statistics."""
    values = sorted(values)
    at = share * (len(values) - 1)
    low = int(at)
    return values[low] + (at - low) * (values[min(low + 1, len(values) - 1)] - values[low])


# --- reoffending


def index_events(tables, starts, ends, who):
    events = [
        {"person": r[who], "day": r["release_date"], "disposal": "Custody"}
        for r in tables["prison"]
        if within(r["release_date"], starts, ends)
    ]
    events += [
        {
            "person": r[who],
            "day": r["event_date"],
            "disposal": {"CO": "Community order", "SSO": "Suspended sentence"}[r["disposal_type"]],
        }
        for r in tables["probation"]
        if r["disposal_type"] in ("CO", "SSO") and within(r["event_date"], starts, ends)
    ]
    cohort = {}
    for event in sorted(events, key=lambda e: (e["day"], e["disposal"])):
        quarter = (event["day"].year, (event["day"].month - 1) // 3)
        cohort.setdefault((event["person"], quarter), event)
    for event in cohort.values():
        event["days"], event["late"] = [], 0
        for o in tables["pnc"]:
            if o[who] != event["person"] or o["offence_date"] is None or o["proven_date"] is None:
                continue
            if not o["recordable"] or o["breach"]:
                continue
            if event["day"] <= o["offence_date"] < add_months(event["day"], 12):
                if o["proven_date"] < add_months(event["day"], 18):
                    event["days"].append((o["offence_date"] - event["day"]).days)
                else:
                    event["late"] += 1
    return list(cohort.values())


def reoffending_row(events):
    reoffenders = [e for e in events if e["days"]]
    reoffences = sum(len(e["days"]) for e in events)
    late = sum(e["late"] for e in events)
    return {
        "people": len({e["person"] for e in events}),
        "offenders": len(events),
        "reoffenders": len(reoffenders),
        "reoffences": reoffences,
        "per_reoffender": reoffences / len(reoffenders) if reoffenders else None,
        "per_offender": reoffences / len(events),
        "proven_late_percent": 100 * late / (late + reoffences) if late + reoffences else None,
    }


def proven_reoffending(tables, starts, ends, who):
    events = index_events(tables, starts, ends, who)
    return [reoffending_row(events)] if events else []


def proven_reoffending_by_disposal(tables, starts, ends, who):
    groups = of(index_events(tables, starts, ends, who), "disposal")
    return [{"disposal": name, **reoffending_row(events)} for name, events in groups.items()]


def time_to_reoffence(tables, starts, ends, who, at_least=30):
    events = [e for e in index_events(tables, starts, ends, who) if e["days"]]
    if not events:
        return []
    days = [min(e["days"]) for e in events]
    people = len({e["person"] for e in events})
    shares = {"lower_quartile_days": 0.25, "median_days": 0.5, "upper_quartile_days": 0.75}
    return [
        {
            "people": people,
            "reoffenders": len(events),
            **{name: quantile(days, share) if people >= at_least else None for name, share in shares.items()},
        }
    ]


# --- treatment


def continuity_official(tables, starts, ends, who):
    leavers = [
        r
        for r in tables["ndtms"]
        if r["setting"] == "prison" and r["disrsn_jy"] == TRANSFERRED and within(r["disd_jy"], starts, ends)
    ]
    left = firsts([r for r in leavers if r["attributor"]], "attributor", "disd_jy")
    return engaged_after({p: r["disd_jy"] for p, r in left.items()}, tables, "attributor")


def continuity_linked(tables, starts, ends, who):
    ended = [
        (r[who], r["disd_jy"])
        for r in tables["ndtms"]
        if r["setting"] == "prison" and r["disrsn_jy"] == TRANSFERRED and r["disd_jy"]
    ]
    treated = [
        r
        for r in tables["prison"]
        if within(r["release_date"], starts, ends)
        and any(p == r[who] and abs((day - r["release_date"]).days) <= 7 for p, day in ended)
    ]
    return engaged_after({p: r["release_date"] for p, r in firsts(treated, who, "release_date").items()}, tables, who)


def engaged_after(left, tables, who):
    engaged = {
        r[who]
        for r in tables["ndtms"]
        if r["setting"] == "community"
        and r[who] in left
        and r["triaged_jy"]
        and 0 <= (r["triaged_jy"] - left[r[who]]).days <= 21
    }
    return [{"released": len(left), "engaged": len(engaged)}] if left else []


def non_re_presentation(tables, starts, ends, who):
    community = [r for r in tables["ndtms"] if r["setting"] == "community" and r["attributor"] and r["triaged_jy"]]
    groups = defaultdict(lambda: {"in_treatment": 0, "completed": 0, "stayed_away": 0})
    for rows in of(community, "attributor").values():
        treated = [r for r in rows if r["triaged_jy"] <= ends and (r["disd_jy"] is None or r["disd_jy"] >= starts)]
        if not treated:
            continue
        drugs = {r[name] for r in treated for name in ("drug1", "drug2", "drug3")} - {None}
        if "Opiates" in drugs:
            group = groups["Opiates"]
        elif drugs - {"Alcohol"}:
            group = groups["Other drugs"]
        else:
            group = groups["Alcohol" if drugs else "Not recorded"]
        group["in_treatment"] += 1
        done = [r["disd_jy"] for r in treated if r["disd_jy"] and r["disd_jy"] <= ends and r["disrsn_jy"] in COMPLETED]
        if done:
            group["completed"] += 1
            last = max(done)
            group["stayed_away"] += not any(last < r["triaged_jy"] <= add_months(last, 6) for r in rows)
    return [{"substance": name, **counts} for name, counts in groups.items()]


def treatment_journey(tables, starts, ends, who):
    community = [r for r in tables["ndtms"] if r["setting"] == "community" and r["attributor"] and r["triaged_jy"]]
    counts = dict.fromkeys(("people", "still_in_treatment", "completed", "dropped_out", "transferred", "died"), 0)
    for rows in of(community, "attributor").values():
        journeys = []
        for row in sorted(rows, key=lambda r: r["triaged_jy"]):
            ended = row["disd_jy"] or date.max
            if journeys and (ended_before := max(e for e, *_ in journeys[-1])) >= row["triaged_jy"] - timedelta(21):
                assert ended_before
                journeys[-1].append((ended, row["triaged_jy"], row["disrsn_jy"]))
            else:
                journeys.append([(ended, row["triaged_jy"], row["disrsn_jy"])])
        started = [j for j in journeys if starts <= min(s for _, s, _ in j) <= ends]
        if started:
            counts["people"] += 1
            counts[ending(started[0])] += 1
    return [counts] if counts["people"] else []


def ending(journey):
    latest = max(ended for ended, *_ in journey)
    start = max(started for ended, started, _ in journey if ended == latest)
    # Of two records that start and end together the reason first in the alphabet stands, a missing one last.
    reason = min((r for e, s, r in journey if (e, s) == (latest, start)), key=lambda r: (r is None, r or ""))
    if latest == date.max:
        return "still_in_treatment"
    if reason in COMPLETED:
        return "completed"
    if reason == "incomplete - client died":
        return "died"
    return "transferred" if (reason or "").startswith("transferred") else "dropped_out"


def requirement_engagement(tables, starts, ends, who):
    out = []
    for requirement in ("ATR", "DRR"):
        sentenced = firsts(
            [
                r
                for r in tables["probation"]
                if r["requirement"] == requirement
                and r["disposal_type"] in ("CO", "SSO")
                and within(r["event_date"], starts, ends)
            ],
            who,
            "event_date",
        )
        engaged, early = set(), set()
        for r in tables["ndtms"]:
            if r["setting"] != "community" or r[who] not in sentenced or r["triaged_jy"] is None:
                continue
            day = sentenced[r[who]]["event_date"]
            wait = (r["triaged_jy"] - day).days
            if wait > 0 or r["disd_jy"] is None or r["disd_jy"] >= day:
                engaged.add(r[who])
                if wait <= 21:
                    early.add(r[who])
        if sentenced:
            counts = {"sentenced": len(sentenced), "engaged": len(engaged), "engaged_21_days": len(early)}
            out.append({"requirement": requirement, **counts})
    return out


# --- homes and work


def releases(tables, starts, ends, who):
    """Licences of one person that start on one day are one release."""
    grouped = defaultdict(list)
    for r in tables["probation"]:
        if r["disposal_type"] == "LIC" and within(r["event_date"], starts, ends):
            grouped[r[who], r["event_date"]].append(r)
    return grouped


def housed(tables, starts, ends, who):
    return accommodation(
        tables, starts, ends, who, "accommodation_status", "housed", lambda c: c not in {"A05", "A08", "A08A", "A08C"}
    )


def settled(tables, starts, ends, who):
    good = {"A01A", "A01C", "A01D", "A04", "A07B"}
    return accommodation(tables, starts, ends, who, "accommodation_3_months", "settled", lambda code: code in good)


def accommodation(tables, starts, ends, who, column, name, good):
    left_out = {None, "A06", "A16", "A12", "A13", "A14", "A15"}
    known = {
        key: [r[column] for r in rows if r[column] not in left_out]
        for key, rows in releases(tables, starts, ends, who).items()
    }
    known = {key: codes for key, codes in known.items() if codes}
    well = sum(any(good(code) for code in codes) for codes in known.values())
    counts = {"people": len({person for person, _ in known}), "releases": len(known), name: well}
    return [counts] if known else []


def employment(tables, starts, ends, who):
    found = releases(tables, starts, ends, who)
    row = {"people": len({person for person, _ in found})}
    for when in ("6_weeks", "6_months"):
        states = [{r[f"employment_{when}"] for r in rows} - {None, "Not known"} for rows in found.values()]
        row[f"known_{when}"] = sum(bool(state) for state in states)
        row[f"employed_{when}"] = sum("Employed" in state for state in states)
    return [row] if found else []


def duty_success(tables, starts, ends, who):
    out = []
    for duty in ("prevention", "relief"):
        rows = [
            r
            for r in tables["hclic"]
            if r["main_applicant"] and r["duty"] == duty and within(r["duty_end_date"], starts, ends)
        ]
        secured = sum(r["duty_end_reason"] == "secured accommodation 6+ months" for r in rows)
        if rows:
            counts = {"people": len({r[who] for r in rows}), "duties": len(rows), "secured": secured}
            out.append({"duty": duty, **counts})
    return out


def leaving_custody(tables, starts, ends, who):
    rows = [
        r
        for r in tables["hclic"]
        if r["main_applicant"] and r["duty"] in OWED and within(r["application_date"], starts, ends)
    ]
    custody = sum(r["accommodation_at_application"] == "homeless on departure from institution: custody" for r in rows)
    return [{"people": len({r[who] for r in rows}), "owed": len(rows), "from_custody": custody}] if rows else []


def homelessness_after_release(tables, starts, ends, who):
    left = firsts([r for r in tables["prison"] if within(r["release_date"], starts, ends)], who, "release_date")
    applied, owed = set(), set()
    for r in tables["hclic"]:
        if r[who] in left and r["application_date"]:
            day = left[r[who]]["release_date"]
            if day <= r["application_date"] <= add_months(day, 3):
                applied.add(r[who])
                if r["duty"] in OWED:
                    owed.add(r[who])
    return [{"released": len(left), "applied": len(applied), "owed": len(owed)}] if left else []


def repeat_homelessness(tables, starts, ends, who):
    ended = [r for r in tables["hclic"] if r["duty"] in OWED and within(r["duty_end_date"], starts, ends)]
    first = firsts(ended, who, "duty_end_date", lambda r: r["local_authority"] or "~")
    anywhere, same = set(), set()
    for r in tables["hclic"]:
        if r["duty"] not in OWED or r[who] not in first or r["application_date"] is None:
            continue
        before = first[r[who]]
        end = before["duty_end_date"]
        if end + timedelta(28) <= r["application_date"] < add_months(end, 24):
            anywhere.add(r[who])
            if r["local_authority"] == before["local_authority"]:
                same.add(r[who])
    return [{"people": len(first), "any_council": len(anywhere), "same_council": len(same)}] if first else []


def deaths_after_release(tables, starts, ends, who):
    left = firsts([r for r in tables["prison"] if within(r["release_date"], starts, ends)], who, "release_date")
    died, at_risk = 0, 0
    for person, release in left.items():
        waits = [
            (r["death_date"] - release["release_date"]).days
            for r in tables["deaths"]
            if r[who] == person and r["death_date"]
        ]
        waits = [wait for wait in waits if 0 <= wait <= 28]
        died += bool(waits)
        at_risk += min(waits, default=28)
    rate = 100 * died / (at_risk / 365.25) if at_risk else None
    return [{"released": len(left), "died": died, "per_100_person_years": rate}] if left else []


def deaths_by_cause(tables, starts, ends, who):
    left = firsts([r for r in tables["prison"] if within(r["release_date"], starts, ends)], who, "release_date")
    groups = dict.fromkeys(("drug misuse", "alcohol-specific", "suicide", "other", None), 0)
    for person, release in left.items():
        day = release["release_date"]
        near = [r for r in tables["deaths"] if r[who] == person and within(r["death_date"], day, day + timedelta(28))]
        if near:
            groups[min(near, key=lambda r: (r["death_date"], r["cause_group"] or "~"))["cause_group"]] += 1
    return [{"cause": (cause or "not recorded").capitalize(), "died": died} for cause, died in groups.items() if left]


def family_after_release(tables, starts, ends, who):
    def tie(row):
        return row["reception_date"] or date.max

    left = firsts([r for r in tables["prison"] if within(r["release_date"], starts, ends)], who, "release_date", tie)

    def in_payment(person, day):
        return day is not None and any(
            r[who] == person and r["award_start"] and within(day, r["award_start"], r["award_end"] or date.max)
            for r in tables["child-benefit"]
        )

    had = {person: r for person, r in left.items() if in_payment(person, r["reception_date"])}
    again = sum(in_payment(person, r["release_date"] + timedelta(182)) for person, r in had.items())
    return [{"released": len(left), "with_award": len(had), "again": again}] if left else []


def needs_missed(tables, starts, ends, who):
    treated = [(r[who], r["triaged_jy"], r["disd_jy"]) for r in tables["ndtms"] if r["setting"] == "community"]
    council = [(r[who], r["application_date"], r["duty_end_date"] or r["application_date"]) for r in tables["hclic"]]
    asked = (
        ("Drugs, seen by outreach: treatment", "rough-sleeping", "contact_date", "support_drugs", treated),
        ("Alcohol, seen by outreach: treatment", "rough-sleeping", "contact_date", "support_alcohol", treated),
        ("Drugs, seen by council: treatment", "hclic", "application_date", "support_drug_dependency", treated),
        ("Homeless at release, seen by prison: council", "prison", "release_date", "no_fixed_abode", council),
    )
    out = []
    for need, seen_by, day, condition, service in asked:
        known = firsts([r for r in tables[seen_by] if r[condition] and within(r[day], starts, ends)], who, day)
        found = {person for person, *_ in service} & known.keys()
        met = {
            person
            for person, began, ended in service
            if person in known
            and began is not None
            and began <= known[person][day] + timedelta(90)
            and (began >= known[person][day] or ended is None or ended >= known[person][day])
        }
        if known:
            out.append({"need": need, "known": len(known), "found": len(found), "missed": len(found - met)})
    return out


def needs_at_application(tables, starts, ends, who):
    mine = [r for r in tables["hclic"] if r["main_applicant"] and within(r["application_date"], starts, ends)]
    first = {person: min(r["application_date"] for r in rows) for person, rows in of(mine, who).items()}
    that_day = {
        person: [r for r in mine if r[who] == person and r["application_date"] == d] for person, d in first.items()
    }
    mind, body = {"mental and behavioural", "self-harm"}, {"respiratory", "injury", "other"}
    hospital = ("hospital-episodes", "admission_date")
    outreach = ("rough-sleeping", "contact_date")
    drugs, mental, physical = "support_drug_dependency", "support_mental_health", "support_physical_health"
    asked = (
        ("Mental health", "hospital", hospital, lambda r: r["diagnosis_group"] in mind, mental),
        ("Mental health", "outreach", outreach, lambda r: r["support_mental_health"], mental),
        ("Mental health", "council", hospital, lambda r: r["diagnosis_group"] in mind, mental),
        ("Respiratory illness", "hospital", hospital, lambda r: r["diagnosis_group"] == "respiratory", physical),
        ("Physical health", "council", hospital, lambda r: r["diagnosis_group"] in body, physical),
        ("Drugs or alcohol", "hospital", hospital, lambda r: r["diagnosis_group"] == "drugs and alcohol", drugs),
        ("Drugs", "outreach", outreach, lambda r: r["support_drugs"], drugs),
        ("Drugs", "council", hospital, lambda r: r["diagnosis_group"] == "drugs and alcohol", drugs),
        ("Rough sleeping", "outreach", outreach, lambda r: True, "support_rough_sleeping"),
        ("Custody", "prison", ("prison", "release_date"), lambda r: True, "support_offending_history"),
    )
    out = []
    for need, seer, (source, column), shows, flag in asked if first else ():
        found = known = missed = 0
        for person, day in first.items():
            year = [r for r in tables[source] if r[who] == person and within(r[column], day - timedelta(365), day)]
            if not year:
                continue
            found += 1
            there, here = any(shows(r) for r in year), any(r[flag] for r in that_day[person])
            seen, other = (here, there) if seer == "council" else (there, here)
            known += bool(seen)
            missed += bool(seen and not other)
        words = f"{need}, seen by {seer}: {'hospital' if seer == 'council' else 'council'}"
        out.append({"need": words, "people": len(first), "found": found, "known": known, "missed": missed})
    return out


# --- victims


def support_offered(tables, starts, ends, who):
    said = {True: "Yes", False: "No", None: "Not recorded"}
    crimes = of([r for r in tables["police-crimes"] if within(r["recorded_date"], starts, ends)], who)
    groups = defaultdict(lambda: [0, 0, 0])
    for person, rows in crimes.items():
        day = min(r["recorded_date"] for r in rows)
        flags = {r["support_referred"] for r in rows if r["recorded_date"] == day}
        referred = True if True in flags else False if False in flags else None
        last = day + timedelta(91)
        met = [r for r in tables["victim-service"] if r[who] == person and within(r["referral_date"], day, last)]
        helped = any(r["support_start_date"] is not None and r["support_start_date"] <= last for r in met)
        for at, yes in enumerate((True, bool(met), helped)):
            groups[said[referred]][at] += yes
    return [{"referred": name, "people": p, "known": k, "supported": s} for name, (p, k, s) in groups.items()]


def attrition(tables, starts, ends, who):
    crimes = [
        (r[who], r["outcome_code"], r["suspect_identified"])
        for r in tables["police-crimes"]
        if within(r["recorded_date"], starts, ends) and r["outcome_code"]
    ]
    withdrawn = {r["case_urn"] for r in tables["police-crimes"] if r["outcome_code"] in ("14", "16")} - {None}
    cases = [r for r in tables["cps"] if within(r["received_date"], starts, ends)]
    identified = {str(code) for code in range(1, 23)} - {"14", "18", "19", "20"}
    stages = {
        "Police: recorded to outcome": [(p, code in ("14", "16")) for p, code, _ in crimes],
        "Police: with a suspect": [
            (p, code == "16")
            for p, code, suspect in crimes
            if code in identified or (suspect and code not in ("14", "18"))
        ],
        "Referral to charge": [
            (r[who], r["decision"] == "no further action" and bool(r["victim_withdrew"] or r["case_urn"] in withdrawn))
            for r in cases
            if r["decision"] in ("charge", "no further action")
        ],
        "After charge": [
            (r[who], r["outcome"] == "stopped" and bool(r["victim_withdrew"]))
            for r in cases
            if r["decision"] == "charge" and r["outcome"] in ("convicted", "acquitted", "stopped")
        ],
    }
    return [
        {"stage": name, "people": len({p for p, _ in rows}), "cases": len(rows), "lost": sum(lost for _, lost in rows)}
        for name, rows in stages.items()
        if rows
    ]


def timeliness(tables, starts, ends, who):
    crimes = tables["police-crimes"]
    hearings, trials = defaultdict(list), defaultdict(list)
    for r in (*tables["magistrates"], *tables["common-platform"]):
        hearings[r["case_urn"]].append((r["charge_date"], r["first_hearing_date"]))
    for r in tables["crown-court"]:
        trials[r["case_urn"]].append((r["receipt_date"], r["completion_date"]))
    stages = {
        "Recorded to police outcome": [(r[who], r["recorded_date"], r["outcome_date"]) for r in crimes],
        "Referral to charging decision": [(r[who], r["received_date"], r["decision_date"]) for r in tables["cps"]],
        "Charge to first hearing": [
            (r[who], least(c for c, _ in rows), least(h for _, h in rows))
            for r in crimes
            if r["case_urn"] and (rows := hearings.get(r["case_urn"]))
        ],
        "Crown Court receipt to completion": [
            (r[who], least(s for s, _ in rows), None if None in [e for _, e in rows] else max(e for _, e in rows))
            for r in crimes
            if r["case_urn"] and (rows := trials.get(r["case_urn"]))
        ],
    }
    return [row for name, rows in stages.items() for row in stage_row(name, rows, starts, ends)]


def least(days):
    return min((day for day in days if day is not None), default=None)


def stage_row(name, rows, starts, ends):
    last = max((day for _, *days in rows for day in days if day is not None), default=None)
    begun = [(p, s, e) for p, s, e in rows if within(s, starts, ends) and (e is None or e >= s)]
    if not begun:
        return []
    done = [(e - s).days for _, s, e in begun if e is not None]
    times = [((e or last) - s, e is not None) for _, s, e in begun]
    return [
        {
            "stage": name,
            "people": len({p for p, *_ in begun}),
            "cases": len(begun),
            "median_days": median(done) if len(done) >= 30 else None,
            "mean_days": fmean(done) if len(done) >= 30 else None,
            "kaplan_meier_median_days": kaplan_meier_median([(wait.days, ended) for wait, ended in times])
            if len(done) >= 30
            else None,
        }
    ]


def kaplan_meier_median(times):
    surviving = 1.0
    for day in sorted({wait for wait, ended in times if ended}):
        at_risk = sum(wait >= day for wait, _ in times)
        surviving *= 1 - sum(wait == day and ended for wait, ended in times) / at_risk
        if surviving <= 0.5 + 1e-12:
            return day
    return None


def coping(tables, starts, ends, who):
    supported = [r for r in tables["victim-service"] if within(r["support_start_date"], starts, ends)]
    for r in supported:
        asked = r["wellbeing_start"] is not None and r["wellbeing_end"] is not None
        r["change"] = r["wellbeing_end"] - r["wellbeing_start"] if asked else None
    out = []
    for kind, rows in of(supported, "support_type").items():
        first = firsts(rows, who, "support_start_date", lambda r: (r["change"] is None, r["change"] or 0))
        changes = [r["change"] for r in first.values() if r["change"] is not None]
        mean = fmean(changes) if changes else None
        half = 1.959964 * stdev(changes) / len(changes) ** 0.5 if len(changes) > 1 else None
        out.append(
            {
                "support_type": kind or "Not recorded",
                "people": len(first),
                "asked": len(changes),
                "better": sum(change > 0 for change in changes),
                "value": mean,
                "low": None if half is None else mean - half,
                "high": None if half is None else mean + half,
            }
        )
    return out


# --- Wales


def wales_waiting(tables, starts, ends, who):
    rows = [
        r
        for r in tables["wales-substance-misuse"]
        if within(r["treatment_start_date"], starts, ends)
        and r["referral_date"]
        and r["referral_date"] <= r["treatment_start_date"]
    ]
    waits = [
        sum(
            (r["referral_date"] + timedelta(n)).weekday() < 5
            for n in range(1, (r["treatment_start_date"] - r["referral_date"]).days + 1)
        )
        for r in rows
    ]
    if not rows:
        return []
    counts = {"people": len({r[who] for r in rows}), "started": len(rows), "in_time": sum(w <= 20 for w in waits)}
    return [{**counts, "median_days": median(waits)}]


def wales_closures(tables, starts, ends, who):
    rows = [r for r in tables["wales-substance-misuse"] if within(r["closure_date"], starts, ends)]
    reasons = [r["closure_reason"] for r in rows]
    planned = (
        "treatment complete - substance free",
        "treatment complete",
        "referred on",
        "moved to GP-led prescribing",
    )
    row = {
        "people": len({r[who] for r in rows}),
        "closures": len(rows),
        "planned": sum(reason in planned for reason in reasons),
        "missed_assessment": reasons.count("DNA before assessment"),
        "missed_start": reasons.count("DNA before treatment"),
        "left_treatment": reasons.count("DNA during treatment"),
        "withdrawn": reasons.count("withdrawn by provider"),
    }
    return [row] if rows else []


def wales_after_closure(tables, starts, ends, who):
    words = {
        "treatment complete - substance free": "1 Planned",
        "treatment complete": "1 Planned",
        "referred on": "1 Planned",
        "moved to GP-led prescribing": "1 Planned",
        "DNA before assessment": "2 Did not attend before assessment",
        None: "Not recorded",
    }
    closed = [r for r in tables["wales-substance-misuse"] if within(r["closure_date"], starts, ends)]
    for r in closed:
        r["closure"] = words.get(r["closure_reason"], "3 Other unplanned")
    groups = defaultdict(lambda: {"people": 0, "admitted": 0, "died": 0})
    for person, r in firsts(closed, who, "closure_date", lambda r: r["closure"]).items():
        day = r["closure_date"]
        died = least(d["death_date"] for d in tables["wales-deaths"] if d[who] == person)
        after = [day + timedelta(n) for n in range(183) if died is None or day + timedelta(n) <= died]
        homes = [h for h in tables["wales-population"] if h[who] == person and h["start_date"]]
        if after and all(any(within(d, h["start_date"], h["end_date"] or date.max) for h in homes) for d in after):
            group = groups[r["closure"]]
            group["people"] += 1
            group["died"] += died in after
            group["admitted"] += any(
                a[who] == person and a["admission_method"] == "emergency" and a["admission_date"] in after
                for a in tables["wales-admissions"]
            )
    return [{"closure": name, **counts} for name, counts in groups.items()]


# --- linkage


def cohort_flow(*datasets):
    def rows(tables, starts, ends, who):
        people = {name: {r[who] for r in tables[name]} for name in datasets}
        out = []
        for name in datasets:
            elsewhere = set().union(*(people[other] for other in datasets if other != name))
            counts = {"people": len(people[name]), "linked": len(people[name] & elsewhere)}
            if tables[name]:
                out.append({"dataset": headed(name), "records": len(tables[name]), **counts})
        return out

    return rows


def linkage(index, day, other):
    def rows(tables, starts, ends, who):
        out = []
        for method in ("Deterministic", "High confidence", "Medium confidence", "Low confidence"):
            column = {"D": "person_exact", "H": "person_high", "M": "person_medium", "L": "person_low"}[method[0]]
            people = {r[column] for r in tables[index] if within(r[day], starts, ends)}
            if people:
                linked = people & {r[column] for r in tables[other]}
                out.append({"method": method, "people": len(people), "linked": len(linked)})
        return out

    return rows


def linked_unlinked(index, day, other, characteristics):
    def rows(tables, starts, ends, who):
        def tie(row):
            shown = [sex(row[c]) if "Sex" in words else row[c] for c, words in characteristics.items()]
            return tuple((value is None, str(value)) for value in shown)

        first = firsts([r for r in tables[index] if within(r[day], starts, ends)], who, day, tie)
        found = {r[who] for r in tables[other]} & first.keys()
        out = []
        for name, words in characteristics.items():
            groups = defaultdict(set)
            for person, row in first.items():
                groups[words[1](row[name])].add(person)
            for group, people in groups.items():
                yes, no = len(people & found), len(people - found)
                out.append(
                    {
                        "characteristic": words[0],
                        "group": group,
                        "people": len(people),
                        "linked": yes,
                        "standardised_difference": difference(yes, len(found), no, len(first) - len(found)),
                    }
                )
        return out

    return rows


def difference(yes, linked, no, unlinked):
    if not linked or not unlinked:
        return None
    p, q = yes / linked, no / unlinked
    spread = ((p * (1 - p) + q * (1 - q)) / 2) ** 0.5
    return 100 * (p - q) / spread if spread else None


def plain(value):
    return "Not recorded" if value is None else value


def sex(value):
    return {"M": "Male", "F": "Female", "1": "Male", "2": "Female"}.get((value or "?")[0], "Not known")


PRISON = {
    "sex_recorded": ("Sex", sex),
    "birth_year": ("Year of birth", plain),
    "ethnicity": ("Ethnicity", plain),
    "no_fixed_abode": ("No fixed abode", lambda v: {True: "Yes", False: "No", None: "Not recorded"}[v]),
    "release_region": ("Region of release", plain),
}
PROBATION = {
    "gender_recorded": ("Sex", sex),
    "birth_year": PRISON["birth_year"],
    "ethnicity": PRISON["ethnicity"],
    "no_fixed_abode": PRISON["no_fixed_abode"],
    "probation_region": ("Region", plain),
}
POLICE = {
    "sex_recorded": PRISON["sex_recorded"],
    "birth_year": PRISON["birth_year"],
    "force": ("Police force", plain),
}
COUNCIL = {"sex_recorded": PRISON["sex_recorded"], "birth_year": PRISON["birth_year"]}
PAIRS = {
    "prison-ndtms": ("prison", "release_date", "ndtms", PRISON),
    "probation-ndtms": ("probation", "event_date", "ndtms", PROBATION),
    "prison-pnc": ("prison", "release_date", "pnc", PRISON),
    "probation-pnc": ("probation", "event_date", "pnc", PROBATION),
    "hclic-hospital-episodes": ("hclic", "application_date", "hospital-episodes", COUNCIL),
    "prison-hclic": ("prison", "release_date", "hclic", PRISON),
    "prison-child-benefit": ("prison", "release_date", "child-benefit", PRISON),
    "police-victim-service": ("police-crimes", "recorded_date", "victim-service", POLICE),
    "police-cps": ("police-crimes", "recorded_date", "cps", POLICE),
}
FLOWS = {
    "homelessness": ("prison", "probation", "pnc", "hclic", "rough-sleeping", "ndtms", "hospital-episodes"),
    "victims": ("police-crimes", "cps", "victim-service", "magistrates", "crown-court", "common-platform"),
    "misuse": ("prison", "probation", "ndtms", "rough-sleeping", "hclic", "deaths"),
    "reoffending": ("prison", "probation", "oasys", "pnc", "child-benefit", "deaths"),
    "wales": ("wales-substance-misuse", "wales-population", "wales-admissions", "wales-deaths"),
}
ORACLE = {
    "continuity-of-care": continuity_official,
    "continuity-of-care-prison-linked": continuity_linked,
    "proven-reoffending": proven_reoffending,
    "proven-reoffending-by-disposal": proven_reoffending_by_disposal,
    "time-to-reoffence": time_to_reoffence,
    "non-re-presentation": non_re_presentation,
    "treatment-journey": treatment_journey,
    "requirement-engagement": requirement_engagement,
    "housed-on-release": housed,
    "settled-at-three-months": settled,
    "employment-after-release": employment,
    "duty-success": duty_success,
    "homelessness-on-leaving-custody": leaving_custody,
    "homelessness-after-release": homelessness_after_release,
    "repeat-homelessness": repeat_homelessness,
    "deaths-after-release": deaths_after_release,
    "deaths-after-release-by-cause": deaths_by_cause,
    "needs-at-application": needs_at_application,
    "support-offered": support_offered,
    "needs-missed": needs_missed,
    "victim-attrition": attrition,
    "victim-timeliness": timeliness,
    "coping-after-support": coping,
    "wales-waiting": wales_waiting,
    "wales-closures": wales_closures,
    "wales-after-closure": wales_after_closure,
    "family-after-release": family_after_release,
    **{f"cohort-flow-{pilot}": cohort_flow(*datasets) for pilot, datasets in FLOWS.items()},
    **{f"linkage-{pair}": linkage(*of_pair[:3]) for pair, of_pair in PAIRS.items()},
    **{f"linked-unlinked-{pair}": linked_unlinked(*of_pair) for pair, of_pair in PAIRS.items()},
}
