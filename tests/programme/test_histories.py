"""Random histories of signing, amending, stopping, lapsing and changing hands: an allow always has what it needs.

The machine keeps its own book of what was signed, stopped and dated, as simply as it can, and asks the software after
every step. A yes that the book does not support is a broken promise; a no is always safe.
"""

from __future__ import annotations

import copy
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from boldlink.decide import Request, decide
from boldlink.errors import Refused
from boldlink.ledger import Ledger
from boldlink.programme.charter import appoint, charter_at
from boldlink.programme.facts import facts_at
from boldlink.programme.folder import read_programme
from boldlink.programme.instruments import INSTRUMENTS
from boldlink.programme.life import Move
from boldlink.programme.moving import move
from boldlink.programme.new import new_programme
from boldlink.programme.record import programme_at, record_document, record_programme
from boldlink.programme.signatories import holder_of, required_posts
from boldlink.programme.signing import sign
from boldlink.vault import Identity

BOLD = Path(__file__).parents[2] / "programmes" / "bold"
CASE, LINKER, OTHER = "substance-misuse", "idwal-hartsbourne", "oriel-thistlewick"
START = date(2026, 11, 24)
NEEDED = (
    "use_case",
    "engagement",
    "panel_decision",
    "dpia",
    "agreement",
    "caldicott",
    "section_251",
    "ethics",
    "anonymisation",
)
LINK = Request(LINKER, "link", f"spine:{CASE}", CASE, "dhsc")
# Where each kind says from when until when it counts; a dot goes inside.
DAYS = {
    "use_case": ("starts", "ends"),
    "agreement": ("starts", "ends"),
    "dpia": (None, "sign_off.next_review"),
    "section_251": ("supported_from", "next_review"),
    "ethics": ("reviewed_on", "next_review"),
    "anonymisation": (None, "next_review"),
    "panel_decision": ("met_on", "ends"),
    "accreditation": (None, "role_until"),
    "engagement": (None, None),
    "caldicott": (None, "ends"),
}


class Clock:
    day = START

    def __call__(self):
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)


def identity(person):
    """A person's key, the same in every history: nothing here tests keys."""
    return Identity.from_seed(person.encode().ljust(32, b".")[:32])


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A ledger in which the whole programme is recorded and signed."""
    root = tmp_path_factory.mktemp("history")
    new_programme(root / "programme", BOLD, "bold", [CASE])
    programme = read_programme(root / "programme")
    ledger = Ledger(root / "ledger", write=True, now=Clock())
    record_programme(programme, ledger, "bram-oxenstone")
    for document in programme.instruments.values():
        for post in required_posts(document, programme):
            person = holder_of(post, programme)
            sign(document, post, person, programme, ledger, identity(person))
    ledger.close()
    return root


def looked_up(content, path):
    for part in (path or "").split("."):
        content = (content or {}).get(part) if path else None
    return date.fromisoformat(content) if content else None


def put(content, path, value):
    *inside, last = path.split(".")
    for part in inside:
        content = content[part]
    content[last] = value


class History(RuleBasedStateMachine):
    template: Path

    @initialize()
    def begin(self):
        self.root = Path(tempfile.mkdtemp())
        shutil.copytree(self.template / "ledger", self.root / "ledger")
        self.clock = Clock()
        self.ledger = Ledger(self.root / "ledger", write=True, now=self.clock)
        programme = programme_at(self.ledger)
        keys = [(one.kind, one.id) for one in programme.instruments.values() if one.use_case == CASE]
        self.kinds = {kind: name for kind, name in keys if kind in NEEDED}
        self.kinds["accreditation"] = f"accreditation-{LINKER}"
        self.content = {k: programme.instruments[k, name].content for k, name in self.kinds.items()}
        self.posts = {k: required_posts(programme.instruments[k, name], programme) for k, name in self.kinds.items()}
        self.signed = {kind: set(posts) for kind, posts in self.posts.items()}
        self.stopped = dict.fromkeys(self.kinds, "")
        self.holder = {post.id: post.holder for post in programme.posts.values()}
        self.allowed = 0

    def teardown(self):
        if hasattr(self, "root"):
            self.ledger.close()
            shutil.rmtree(self.root)

    kinds_drawn = st.sampled_from((*NEEDED, "accreditation"))

    @rule(kind=kinds_drawn, bump=st.integers(1, 9))
    def amend(self, kind, bump):
        """A new version: every signature and every stop is void."""
        content = copy.deepcopy(self.content[kind])
        major, minor, _ = content["version"].split(".")
        content["version"] = f"{major}.{int(minor) + 1}.{bump}"
        self._record(kind, content)

    @rule(kind=st.sampled_from([kind for kind, (_, end) in DAYS.items() if end]), days=st.integers(-5, 40))
    def set_the_last_day(self, kind, days):
        content = copy.deepcopy(self.content[kind])
        put(content, DAYS[kind][1], (self.clock.day + timedelta(days)).isoformat())
        self._record(kind, content)

    @rule(part=st.sampled_from(["clearance", "training", "undertaking"]), days=st.integers(-3, 20))
    def let_something_of_the_person_lapse(self, part, days):
        content = copy.deepcopy(self.content["accreditation"])
        content[part]["until"] = (self.clock.day + timedelta(days)).isoformat()
        self._record("accreditation", content)

    @rule(linkers=st.lists(st.sampled_from([LINKER, OTHER, "ptolemy-larkspur"]), min_size=1, max_size=3, unique=True))
    def change_the_team(self, linkers):
        content = copy.deepcopy(self.content["use_case"])
        content["team"]["linker"] = linkers
        self._record("use_case", content)

    def _record(self, kind, content):
        if content == self.content[kind]:
            return
        INSTRUMENTS[kind].model_validate(content)
        record_document(self.ledger, "bram-oxenstone", kind, self.kinds[kind], content)
        self.content[kind], self.signed[kind], self.stopped[kind] = content, set(), ""

    @rule(kind=kinds_drawn, share=st.integers(0, 3))
    def sign_some(self, kind, share):
        """The holders of some posts sign; the share that is 0 means all of them."""
        programme = programme_at(self.ledger)
        document = programme.instruments[kind, self.kinds[kind]]
        for number, post in enumerate(self.posts[kind]):
            person = holder_of(post, programme)
            if post in self.signed[kind] or (share and number >= share):
                continue
            try:
                sign(document, post, person, programme, self.ledger, identity(person))
            except Refused:
                continue
            self.signed[kind].add(post)

    @rule(kind=kinds_drawn, to=st.sampled_from([Move.SUSPEND, Move.RESUME, Move.WITHDRAW]), post=st.sampled_from(["moj-siro", "dhsc-dpo", "dhsc-caldicott-guardian", "bold-panel-chair", "dhsc-custodian"]))  # fmt: skip
    def stop_or_let_go_on(self, kind, to, post):
        programme = programme_at(self.ledger)
        document = programme.instruments[kind, self.kinds[kind]]
        person = self.holder[post]
        try:
            move(document, to, post, person, "because", programme, self.ledger, identity(person), on=self.clock.day)
        except Refused:
            return
        assert post != "dhsc-custodian", "a custodian stops and starts nothing"
        self.stopped[kind] = {Move.SUSPEND: "suspended", Move.RESUME: "", Move.WITHDRAW: "withdrawn"}[to]

    @rule(
        post=st.sampled_from(["moj-siro", "dhsc-dpo", "bold-panel-chair"]),
        person=st.sampled_from([LINKER, "tamsin-fernsby", "ada-quillfeather"]),
    )
    def propose_another_holder(self, post, person):
        """Somebody edits posts.yaml: nothing changes until whoever appoints has signed it."""
        programme = programme_at(self.ledger)
        content = {**programme.posts[post].content, "holder": person}
        record_document(self.ledger, "bram-oxenstone", "post", post, content)
        assert programme_at(self.ledger).posts[post].holder == self.holder[post]

    @rule(person=st.sampled_from([LINKER, "ada-quillfeather", "tamsin-fernsby", "mallory"]))
    def sign_proposals(self, person):
        charter = charter_at(self.ledger)
        for (kind, name), proposal in list(charter.proposed.items()):
            try:
                appoint(proposal, person, charter, self.ledger, identity(person))
            except Refused:
                continue
            assert (
                kind == "post"
                and person == self.holder["bold-panel-chair" if name != "bold-panel-chair" else "bold-external-member"]
            )
            assert proposal.content["holder"] != person, "nobody appoints themself"
            self.holder[name] = proposal.content["holder"]
            charter = charter_at(self.ledger)

    @rule(kind=kinds_drawn, person=st.sampled_from(["mallory", LINKER, "bram-oxenstone"]))
    def forge(self, kind, person):
        """An event that says somebody signed, written by hand: by a stranger, or by one who holds no such post."""
        programme = programme_at(self.ledger)
        document = programme.instruments[kind, self.kinds[kind]]
        for post in self.posts[kind]:
            body = {"kind": kind, "id": document.id, "hash": document.content_hash, "post": post}
            message = f"boldlink signature\n{kind}\n{document.id}\n{document.content_hash}\n{post}\n".encode()
            if holder_of(post, programme) != person:
                self.ledger.append("document.signed", person, {**body, "signature": identity(person).sign(message)})

    @rule(days=st.integers(1, 15))
    def let_days_pass(self, days):
        self.clock.day += timedelta(days)

    @rule()
    def ask(self):
        facts = facts_at(self.ledger, self.clock.day)
        decision = decide(LINK, facts, self.clock.day)
        lacking = list(self._lacking(facts))
        if decision.allowed:
            assert not lacking, lacking
            self.allowed += 1

    @precondition(lambda self: self.clock.day > START)
    @rule()
    def ask_about_the_first_day(self):
        """What was allowed on the first day was allowed, whatever happened since."""
        yesterday = facts_at(self.ledger, START)
        today = [event for event in self.ledger.events() if event.recorded_at.date() == START]
        if len(today) == len(list(self.ledger.events(until=START))) == self._first:
            assert decide(LINK, yesterday, START).allowed

    @property
    def _first(self):
        return sum(1 for _ in Ledger(self.template / "ledger").events())

    def _lacking(self, facts):
        """What the book says is missing on this day."""
        day = self.clock.day
        for kind, posts in self.posts.items():
            starts, ends = (looked_up(self.content[kind], path) for path in DAYS[kind])
            if set(posts) - self.signed[kind]:
                yield f"{kind}: not signed by {set(posts) - self.signed[kind]}"
            if self.stopped[kind]:
                yield f"{kind}: {self.stopped[kind]}"
            if (starts and day < starts) or (ends and ends < day):
                yield f"{kind}: out of its days"
        for part in ("clearance", "training", "undertaking"):
            if date.fromisoformat(self.content["accreditation"][part]["until"]) < day:
                yield f"{part} lapsed"
        linkers = self.content["use_case"]["team"]["linker"]
        if LINKER not in linkers or len(linkers) > self.content["agreement"]["linkers_at_most"]:
            yield "not one of a few linkers"
        if LINKER in {self.holder[post] for post in ("moj-siro", "dhsc-dpo", "bold-panel-chair")}:
            yield "approves what they link"


def test_no_history_leads_to_an_allow_that_lacks_what_a_promise_asks_for(template):
    History.template = template
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
def test_many_long_histories_lead_to_no_allow_that_lacks_what_a_promise_asks_for(template):
    History.template = template
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_machine_can_find_an_allow_and_loses_it_by_one_missing_signature(template, tmp_path):
    """The machine above would be worth nothing if nothing were ever allowed."""
    shutil.copytree(template / "ledger", tmp_path / "ledger")
    ledger = Ledger(tmp_path / "ledger", write=True, now=Clock())
    assert decide(LINK, facts_at(ledger, START), START).allowed
    programme = programme_at(ledger)
    document = programme.instruments["agreement", f"dsa-{CASE}"]
    move(
        document,
        Move.SUSPEND,
        "dhsc-dpo",
        "idwal-marrowby",
        "a breach",
        programme,
        ledger,
        identity("idwal-marrowby"),
        on=START,
    )
    assert {f.rule for f in decide(LINK, facts_at(ledger, START), START).unmet} == {"agreement_is_live"}
    move(
        document,
        Move.RESUME,
        "dhsc-dpo",
        "idwal-marrowby",
        "mended",
        programme,
        ledger,
        identity("idwal-marrowby"),
        on=START,
    )
    assert decide(LINK, facts_at(ledger, START), START).allowed
    with pytest.raises(Refused, match="may not do that"):
        move(
            document,
            Move.WITHDRAW,
            "dhsc-dpo",
            "idwal-marrowby",
            "enough",
            programme,
            ledger,
            identity("idwal-marrowby"),
            on=START,
        )
    ledger.close()
