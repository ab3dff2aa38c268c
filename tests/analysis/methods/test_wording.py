"""The Ministry of Justice's sentences, word for word."""

from boldlink.analysis.methods import Effect, Estimate, Scale, groups, sentence


def effect(low, high, scale=Scale.RISK_DIFFERENCE, needed=None, value=-0.05):
    return Effect(Estimate(value, low, high, 0.2, 500, 100, scale, "test"), 0.31, 0.36, needed)


def test_both_limits_on_one_side_is_a_significant_result():
    assert sentence(effect(-0.08, -0.03)) == (
        "The number of people who commit a proven reoffence within one year after release could be lower by between 3 and 8 "
        "people. This is a statistically significant result."
    )
    assert "higher by between 1,200 and 2,300 offences" in sentence(effect(12, 23, Scale.COUNT_DIFFERENCE))


def test_limits_on_both_sides_call_for_more_people():
    assert sentence(effect(-0.08, 0.01, needed=1234)) == (
        "The number of people who commit a proven reoffence within one year after release could be lower by as many as 8 "
        "people, or higher by as many as 1 person. More people would need to be available for analysis in order to determine "
        "the direction of this difference. Based on the current measurements, it is estimated that 1,234 people would be "
        "needed."
    )


def test_time_is_shorter_or_longer():
    assert "shorter by as many as 12 days, or longer by as many as 30 days." in sentence(
        effect(-12, 30, Scale.DAYS_DIFFERENCE)
    )


def test_time_that_is_withheld_says_why():
    assert "low numbers of reoffenders" in sentence(effect(None, None, Scale.DAYS_DIFFERENCE, value=None))


def test_groups_are_said_per_100_typical_people():
    treated, comparison = groups(effect(-0.08, -0.03))
    assert treated == (
        "For 100 typical people in the treatment group, the equivalent of: 31 of the 100 people committed a proven reoffence "
        "within a one-year period (a rate of 31%), 5 people fewer than in the comparison group."
    )
    assert comparison.startswith("For 100 typical people in the comparison group, the equivalent of: 36 of the 100")


def test_equal_groups_are_similar():
    same = Effect(effect(-0.03, 0.03).estimate, 0.304, 0.301, None)
    assert groups(same)[0].endswith("similar to the comparison group.")
