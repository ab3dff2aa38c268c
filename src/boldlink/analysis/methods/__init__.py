"""Statistical methods: arrays and frames in, estimates with intervals out, never a row of a person.

    from boldlink.analysis.methods import hazard_ratios, match, odds_ratios, risk_effect, time_varying

    matched = match(treated, covariates)                      # propensity, balance, effective sizes
    effect = risk_effect(matched, reoffended)                 # .estimate, .needed_people
    time_varying(days, happened, began, covariates)["exposed"]  # hazard ratio from the day exposure began
    andersen_gill(until_days, person, event_days, covariates)["exposed"]  # all events of a person
    odds_ratios(covariates, completed, area)["exposed"]       # areas differ; `.method` says how they were taken
    kaplan_meier(days, happened).by(0.5)                      # median with open cases

Arrays have a place per person, covariates are a frame of numbers with a row per person (`indicators` makes them). Every
answer is an `Estimate`, or a mapping of covariate to `Estimate`; what cannot be answered is a BadInput in words.
"""

from boldlink.analysis.methods.balance import Balance, Light, light_of, standardised_percent
from boldlink.analysis.methods.cox import hazard_ratios
from boldlink.analysis.methods.estimate import Estimate, Scale, share, wald
from boldlink.analysis.methods.exposure import landmark, split_at_exposure, time_varying
from boldlink.analysis.methods.fitting import coded, indicators
from boldlink.analysis.methods.intervals import Intervals, followed
from boldlink.analysis.methods.logistic import compared_within_areas, odds_ratios
from boldlink.analysis.methods.matching import Effect, frequency_effect, needed_people, risk_effect, time_effect
from boldlink.analysis.methods.propensity import Kind, Matched, match
from boldlink.analysis.methods.recurrent import andersen_gill, gap_times, repeated
from boldlink.analysis.methods.risk_ratio import risk_ratios
from boldlink.analysis.methods.survival import Curve, cause_hazards, cumulative_incidence, kaplan_meier
from boldlink.wilson import wilson

__all__ = [
    "Balance",
    "Curve",
    "Effect",
    "Estimate",
    "Intervals",
    "Kind",
    "Light",
    "Matched",
    "Scale",
    "andersen_gill",
    "cause_hazards",
    "coded",
    "compared_within_areas",
    "cumulative_incidence",
    "followed",
    "frequency_effect",
    "gap_times",
    "hazard_ratios",
    "indicators",
    "kaplan_meier",
    "landmark",
    "light_of",
    "match",
    "needed_people",
    "odds_ratios",
    "repeated",
    "risk_effect",
    "risk_ratios",
    "share",
    "split_at_exposure",
    "standardised_percent",
    "time_effect",
    "time_varying",
    "wald",
    "wilson",
]
