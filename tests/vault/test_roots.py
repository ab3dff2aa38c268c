"""Every kind of root keeps the same promises; the one in AWS KMS keeps them there."""

import boto3
import botocore.exceptions
import moto
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boldlink.errors import BadInput, KeyUnavailable, MissingPart, Tampered
from boldlink.places import Place
from boldlink.vault import kms
from boldlink.vault.keys import KeyFolder
from boldlink.vault.root import KINDS

KEY = bytes(range(32))


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "invented")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    with moto.mock_aws():
        yield boto3.client("kms")


@pytest.fixture(params=sorted(KINDS))
def keys(request, tmp_path, aws):
    return KeyFolder.create(tmp_path / "moj-1", request.param)


def test_a_key_comes_back_for_its_own_compartment_alone(keys):
    wrapped = keys.root.wrap("spine/x", KEY)
    assert KEY not in wrapped and keys.root.unwrap("spine/x", wrapped) == KEY
    with pytest.raises(Tampered):
        keys.root.unwrap("spine/y", wrapped)


def test_another_root_of_the_same_kind_does_not_open_it(keys):
    wrapped, other = keys.root.wrap("spine/x", KEY), keys.root.replacement()
    assert other.id != keys.root.id
    with pytest.raises((Tampered, KeyUnavailable)):
        other.unwrap("spine/x", wrapped)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(data=st.data())
def test_any_flipped_byte_of_a_wrapped_key_is_refused(keys, data):
    wrapped = bytearray(keys.root.wrap("spine/x", KEY))
    position = data.draw(st.integers(0, len(wrapped) - 1))
    wrapped[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Tampered, KeyUnavailable)):
        keys.root.unwrap("spine/x", bytes(wrapped))


def test_a_root_says_what_it_is_and_nothing_secret(keys):
    described = keys.root.describe()
    assert described == keys.noted() and described["id"] == keys.root.id and described["kind"] in KINDS
    if described["kind"] == "file":
        assert keys.root.export().hex() not in str(described)


def test_destroying_a_root_twice_is_destroying_it_once(keys):
    assert keys.root.destroy() == keys.root.destroy()


def test_a_place_works_the_same_over_every_kind_of_root(tmp_path, aws, monkeypatch):
    for kind in KINDS:
        monkeypatch.setenv("BOLDLINK_ROOT", kind)
        place = Place.open(tmp_path / kind / "home" / "places" / "moj", tmp_path / kind / "keys")
        decision = place.ledger.append("decision", "ada", {"allowed": True, "opens": ["disclosure:write"]})
        first = place.vault.lease(decision, "disclosure", write=True).key
        place.replace_root(decision, "yearly")
        assert place.vault.lease(decision, "disclosure", write=True).key == first
        assert place.keys.noted()["kind"] == kind
        place.close()


def test_a_root_in_kms_is_scheduled_and_not_said_to_be_gone(tmp_path, aws):
    root = KeyFolder.create(tmp_path / "moj-1", "aws-kms").root
    told = root.destroy()
    state = aws.describe_key(KeyId=root.id)["KeyMetadata"]
    assert state["KeyState"] == "PendingDeletion" and f"{state['DeletionDate']:%Y-%m-%d}" in told
    assert "call it back" in told


def test_a_root_in_kms_sends_place_and_compartment_with_every_call(tmp_path, aws, monkeypatch):
    sent = []
    called = kms._called
    monkeypatch.setattr(kms, "_called", lambda call, **facts: sent.append(facts) or called(call, **facts))
    root = KeyFolder.create(tmp_path / "moj-1", "aws-kms").root
    root.unwrap("spine/x", root.wrap("spine/x", KEY))
    contexts = [facts["EncryptionContext"] for facts in sent if "EncryptionContext" in facts]
    assert contexts == [{"boldlink:compartment": "spine/x", "boldlink:place": "moj-1"}] * 2


def test_no_byte_of_a_root_in_kms_lies_in_the_key_folder(tmp_path, aws):
    keys = KeyFolder.create(tmp_path / "moj-1", "aws-kms")
    assert {path.name for path in keys.folder.iterdir()} == {"root.json", "identity.key"}
    assert not hasattr(keys.root, "export")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("DisabledException", "VAULT-ROOT-GONE"),
        ("KMSInvalidStateException", "VAULT-ROOT-GONE"),
        ("AccessDeniedException", "VAULT-KMS"),
        ("ThrottlingException", "VAULT-KMS"),
    ],
)
def test_what_kms_refuses_is_said_in_words_and_without_what_was_sent(tmp_path, aws, monkeypatch, said, code):
    def refuse(**sent):
        raise botocore.exceptions.ClientError({"Error": {"Code": said, "Message": str(sent)}}, "Encrypt")

    root = KeyFolder.create(tmp_path / "moj-1", "aws-kms").root
    monkeypatch.setattr(root._kms, "encrypt", refuse)
    with pytest.raises(KeyUnavailable) as refused:
        root.wrap("spine/x", KEY)
    assert refused.value.code == code and said in str(refused.value) and str(KEY) not in str(refused.value)


def test_without_boto3_the_extra_is_named(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(MissingPart, match=r"boldlink\[aws\]"):
        KeyFolder.create(tmp_path / "moj-1", "aws-kms")


def test_an_unknown_kind_of_root_is_refused(tmp_path):
    with pytest.raises(BadInput, match="BOLDLINK_ROOT"):
        KeyFolder.create(tmp_path / "moj-1", "paper")
