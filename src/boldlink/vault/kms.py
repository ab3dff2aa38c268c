"""A root that stays in AWS KMS: it wraps and unwraps there, and no process of ours ever holds it.

Place and compartment go with every call as encryption context, which KMS authenticates and CloudTrail writes down.
Region and credentials are boto3's own affair (AWS_REGION, a role); none are kept here.
Source: AWS KMS developer guide, "Encryption context" and "Deleting keys" (7 to 30 days of waiting).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boldlink.errors import KeyUnavailable, MissingPart
from boldlink.vault.root import Keep, does_not_open

WAITING_DAYS = 7  # the least that KMS allows
CHANGED = ("InvalidCiphertextException", "IncorrectKeyException", "ValidationException")
GONE = ("KMSInvalidStateException", "DisabledException", "NotFoundException")


class KmsRoot:
    """A symmetric KMS key. `describe` names its ARN, which is no secret."""

    kind = "aws-kms"

    def __init__(self, place: str, described: Mapping[str, str]) -> None:
        self._place, self._key_id, self.id = place, described["key_id"], described["id"]
        self._kms = _client()

    @classmethod
    def make(cls, keep: Keep) -> KmsRoot:
        """A new KMS key, tagged with the place. If we die before it is noted down, the tag is how it is found."""
        return cls._make(keep.place)

    @classmethod
    def _make(cls, place: str) -> KmsRoot:
        tags = [{"TagKey": "boldlink:place", "TagValue": place}]
        made = _called(_client().create_key, Description=f"boldlink root of {place}", Tags=tags)["KeyMetadata"]
        return cls(place, {"key_id": str(made["Arn"]), "id": str(made["KeyId"])})

    def wrap(self, compartment: str, key: bytes) -> bytes:
        sent = {"KeyId": self._key_id, "Plaintext": key, "EncryptionContext": self._context(compartment)}
        return bytes(_called(self._kms.encrypt, **sent)["CiphertextBlob"])

    def unwrap(self, compartment: str, wrapped: bytes) -> bytes:
        if not wrapped:
            raise does_not_open(compartment)
        sent = {"KeyId": self._key_id, "CiphertextBlob": wrapped, "EncryptionContext": self._context(compartment)}
        try:
            return bytes(_called(self._kms.decrypt, **sent)["Plaintext"])
        except _Changed:
            raise does_not_open(compartment) from None

    def replacement(self) -> KmsRoot:
        return self._make(self._place)

    def destroy(self) -> str:
        """Ask KMS to delete the key. It refuses to open anything at once, and until the date it can be called back."""
        state = _called(self._kms.describe_key, KeyId=self.id)["KeyMetadata"]
        when = state.get("DeletionDate")
        if when is None:
            sent = {"KeyId": self.id, "PendingWindowInDays": WAITING_DAYS}
            when = _called(self._kms.schedule_key_deletion, **sent)["DeletionDate"]
        return (
            f"scheduled for deletion in KMS on {when:%Y-%m-%d}; until then somebody with rights there can call it back"
        )

    def describe(self) -> dict[str, str]:
        return {"kind": self.kind, "id": self.id, "key_id": self._key_id}

    def _context(self, compartment: str) -> dict[str, str]:
        return {"boldlink:compartment": compartment, "boldlink:place": self._place}


class _Changed(Exception):
    """KMS says that a wrapped key is not what it made for this context."""


def _client() -> Any:
    try:
        import boto3
    except ModuleNotFoundError:
        raise MissingPart(
            "INSTALL-AWS",
            "A root in AWS KMS needs boto3, which is not installed.",
            "it is an extra, because most places keep their root in a file.",
            "pip install 'boldlink[aws]'",
        ) from None
    try:
        return boto3.client("kms")
    except Exception as problem:  # boto3 makes its errors at run time; all say that it was not set up
        raise _unreachable(type(problem).__name__) from None


def _called(call: Any, **sent: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call(**sent)
    except ClientError as problem:
        code = str(problem.response.get("Error", {}).get("Code", ""))
        if code in CHANGED:
            raise _Changed from None
        if code in GONE:
            raise _gone(code) from None
        raise _unreachable(code) from None
    except BotoCoreError as problem:
        raise _unreachable(type(problem).__name__) from None


def _gone(code: str) -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-ROOT-GONE",
        f"The root of this place cannot be used in AWS KMS ({code}).",
        "it is disabled, or waits for its deletion: it was replaced, or somebody has taken it away.",
        "look at the key's state in KMS; `boldlink keys show` names it",
        "the place's key custodian",
    )


def _unreachable(code: str) -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-KMS",
        f"AWS KMS did not do what it was asked ({code}).",
        "this process may have no credentials, no region, no rights on the key, or no way there.",
        "check AWS_REGION and the role of this account",
        "whoever runs the place's AWS account",
    )
