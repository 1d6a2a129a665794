"""Callers that are not recognised: one sentence for all of them, and for the operator which check it was."""

from enum import Enum

from ..refusals import CallRefused, Trouble

SENTENCE = (
    "The call brings no credential that this server accepts, and was not read."
    " Check that it is the right one and has not expired, or ask the operator, whose log says why."
)


class Why(Enum):
    """Which check refused a credential: for the server's log and its metrics, never for the caller."""

    MISSING = "no credential came with the call"
    MALFORMED = "the credential cannot be read"
    TOO_LONG = "the token has more characters than are read"
    HEADER = "the token's header brings a key or an extension, or is of another type"
    ALGORITHM = "the token is signed with another algorithm than its key's"
    ISSUER = "no issuer of the identities file has this name"
    KEY = "the issuer has no key of this id"
    SIGNATURE = "the token's signature is not of its key"
    AUDIENCE = "the token is for another audience"
    CLAIM = "the token lacks exp, iss, aud or sub, or has a claim that cannot be read"
    EXPIRED = "the credential has expired"
    NOT_YET_VALID = "the credential is not valid yet"
    BEFORE_EPOCH = "the credential was issued before issued_after, or does not say when"
    DENIED = "the certificate, or one of its chain, is on the deny list"
    CHAIN = "the certificate leads to no authority that is in force"
    NAME = "the certificate has two URIs or two common names, or neither"
    UNMAPPED = "no row of the identities file fits, or its actor has no value"
    API_KEY = "the API key is unknown, retired or has another secret"
    TENANT = "the tenant does not exist or is closed"
    ON_BEHALF_OF = "the caller may not act for this person, or names two"
    TOO_MANY_FAILURES = "the connection brought too many wrong credentials, and this one was not looked at"


class Unauthenticated(CallRefused):
    """A caller that is not recognised; `detail` says more of it to the operator, and has nothing of a credential."""

    reason, operator_reads = Trouble.UNAUTHENTICATED, True

    def __init__(self, why: Why, detail: str = "") -> None:
        self.why, self.text = why, SENTENCE
        super().__init__(f"{why.value}: {detail}" if detail else why.value)

    @property
    def cause(self) -> str:
        """Which check it was, for the operator."""
        return self.why.name
