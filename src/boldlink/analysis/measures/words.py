"""What readers call the datasets of measures, and the heads under which their columns are read."""

from __future__ import annotations

DATASETS = {
    "prison": "prison records",
    "probation": "probation records",
    "oasys": "OASys assessments",
    "pnc": "Police National Computer records",
    "child-benefit": "child benefit records",
    "ndtms": "NDTMS treatment records",
    "hclic": "council homelessness cases",
    "police-crimes": "police crime records",
    "victim-service": "victim service referrals",
    "cps": "CPS cases",
    "magistrates": "magistrates' court records",
    "crown-court": "Crown Court records",
    "common-platform": "Common Platform court records",
    "rough-sleeping": "rough sleeping outreach contacts",
    "hospital-episodes": "hospital episodes",
    "deaths": "death registrations",
    "wales-substance-misuse": "substance misuse referrals in Wales",
    "wales-population": "residence records in Wales",
    "wales-admissions": "hospital admissions in Wales",
    "wales-deaths": "death registrations in Wales",
}


def headed(dataset: str) -> str:
    """A dataset in words at the head of a row."""
    words = DATASETS[dataset]
    return words[:1].upper() + words[1:]


LABELS = {
    "everybody": "Everybody",
    "confidence": "Link confidence",
    "method": "Method of linking",
    "characteristic": "Characteristic",
    "group": "Group",
    "stage": "Stage",
    "need": "Need",
    "disposal": "Disposal",
    "requirement": "Requirement",
    "duty": "Duty",
    "substance": "Substance",
    "support_type": "Kind of support",
    "people": "People",
    "establishment": "Prison",
    "release_region": "Region of release",
    "probation_region": "Region",
    "sex_recorded": "Sex",
    "gender_recorded": "Sex",
    "birth_year": "Year of birth",
    "ethnicity": "Ethnicity",
    "main_offence": "Main offence",
    "offence_group": "Offence",
    "no_fixed_abode": "No fixed abode",
    "accommodation_service": "Accommodation service",
    "employment_support": "Employment support in prison",
    "accredited_programme": "Accredited programme",
    "local_authority": "Council",
    "drug1": "Main drug",
    "force": "Police force",
    "health_board": "Health board",
}
