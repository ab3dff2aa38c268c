"""What section 62 asks to be logged is logged, and a disclosure without ground or recipient is not recorded at all."""

import pytest

from boldlink.errors import BadInput
from boldlink.ledger import Ledger
from boldlink.ledger.section62 import OPERATIONS, Operation, require_section_62, section_62_log

ASKED = {"action": "analyse", "allowed": True, "use_case": "misuse"}


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "place" / "ledger", write=True)
    yield ledger
    ledger.close()


def logged(ledger):
    return [(str(one.operation), one.justification, one.recipient) for one in section_62_log(ledger.events())]


@pytest.mark.parametrize(
    ("kind", "body", "row"),
    [
        ("deposit.received", {}, ("collection", None, None)),
        ("deposit.separated", {}, ("alteration", None, None)),
        ("spine.linked", {"use_case": "misuse"}, ("combination", "use case misuse", None)),
        ("key.destroyed", {}, ("erasure", None, None)),
        ("private.erased", {"justification": "asked to"}, ("erasure", "asked to", None)),
        ("output.request_withdrawn", {}, ("erasure", None, None)),
        ("decision", ASKED, ("consultation", "use case misuse", None)),
        (
            "output.released",
            {"justification": "use case misuse", "recipient": "the public"},
            ("disclosure", "use case misuse", "the public"),
        ),
        ("package.sent", {"use_case": "misuse", "recipient": "DHSC"}, ("disclosure", "use case misuse", "DHSC")),
    ],
)
def test_each_operation_is_logged_with_ground_and_recipient(ledger, kind, body, row):
    ledger.append(kind, "ada", body)
    assert logged(ledger) == [row]


def test_a_row_says_when_and_who_and_which_event(ledger):
    ledger.append("note", "bob", {})
    event = ledger.append("decision", "ada", ASKED)
    row = next(section_62_log(ledger.events()))
    assert (row.event, row.at, row.person) == (2, event.recorded_at, "ada")
    assert row.as_dict()["operation"] == "consultation" and row.as_dict()["at"] == event.recorded_at.isoformat()


@pytest.mark.parametrize(
    "body", [{**ASKED, "allowed": False}, {**ASKED, "action": "link"}, {"allowed": True}, {"action": "review"}]
)
def test_decisions_that_were_no_or_show_nobody_anything_are_no_consultation(ledger, body):
    ledger.append("decision", "ada", body)
    assert logged(ledger) == []


def test_what_touches_no_personal_data_is_not_logged(ledger):
    ledger.append("place.created", "boldlink", {})
    ledger.append("document.signed", "ada", {})
    assert logged(ledger) == []


@pytest.mark.parametrize(
    ("kind", "body", "missing"),
    [
        ("package.sent", {"use_case": "misuse"}, "recipient"),
        ("package.sent", {"recipient": "DHSC"}, "justification"),
        ("output.released", {}, "justification and recipient"),
        ("decision", {**ASKED, "use_case": None}, "justification"),
    ],
)
def test_a_consultation_or_disclosure_that_lacks_them_is_refused_and_not_written(ledger, kind, body, missing):
    with pytest.raises(BadInput, match="LEDGER-SECTION-62") as refused:
        ledger.append(kind, "ada", body)
    assert missing in str(refused.value)
    with pytest.raises(BadInput, match="LEDGER-SECTION-62"):
        ledger.append_many([("note", "ada", {}), (kind, "ada", body)])
    assert ledger.head.events == 0


def test_collection_needs_no_ground(ledger):
    require_section_62("deposit.received", {})


def test_all_six_operations_have_events():
    assert set(OPERATIONS.values()) == set(Operation)


def test_every_kind_that_the_log_names_is_one_that_the_code_writes():
    from pathlib import Path

    import boldlink

    source = "".join(
        path.read_text() for path in Path(boldlink.__file__).parent.rglob("*.py") if path.name != "section62.py"
    )
    assert [kind for kind in OPERATIONS if f'"{kind}"' not in source] == []
