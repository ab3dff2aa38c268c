"""One analysis at three confidences."""

from boldlink.analysis.linkage_error import at_confidences
from boldlink.analysis.methods import Estimate, Scale, wald
from boldlink.values import Confidence


def spread_of(**centres):
    def analysis(person):
        centre = centres[person.removeprefix("person_")]
        if centre is None:
            return Estimate(None, None, None, None, 0, 0, Scale.RISK_DIFFERENCE, "test", "nobody")
        return wald(centre, 0.05, Scale.RISK_DIFFERENCE, 100, 10, "test")

    return at_confidences(analysis)


def test_the_analysis_runs_on_each_column_of_person_ids():
    spread = spread_of(high=0.1, medium=0.2, low=0.3)
    assert {name: round(one.value, 9) for name, one in spread.by.items()} == {
        Confidence.HIGH: 0.1,
        Confidence.MEDIUM: 0.2,
        Confidence.LOW: 0.3,
    }
    assert spread.range == (0.1, 0.3)
    assert spread.envelope == (spread.by[Confidence.HIGH].low, spread.by[Confidence.LOW].high)


def test_answers_agree_when_their_directions_do():
    assert spread_of(high=0.2, medium=0.3, low=0.4).agrees
    assert spread_of(high=0.01, medium=0.0, low=-0.01).agrees
    assert not spread_of(high=0.2, medium=0.3, low=-0.4).agrees
    assert not spread_of(high=0.2, medium=0.05, low=0.3).agrees


def test_a_confidence_without_an_answer_stays_without():
    spread = spread_of(high=None, medium=0.2, low=0.3)
    assert spread.by[Confidence.HIGH].note == "nobody"
    assert spread.range == (0.2, 0.3)
    assert spread_of(high=None, medium=None, low=None).envelope is None
