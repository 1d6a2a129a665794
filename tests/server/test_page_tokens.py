"""Page tokens: opened by every server with the key, for their tenant and their list, and for nobody else."""

from base64 import urlsafe_b64decode

import pytest

from seawall.server.log import key_file
from seawall.server.log.key_file import SignedSize
from seawall.server.log.tenants import OPERATOR
from seawall.server.services.page_tokens import TokenRefused, opened, sealed

LIST, OTHER_LIST = b"aaaaaaaa", b"bbbbbbbb"


@pytest.fixture
def path(tmp_path):
    key_file.make(tmp_path / "log.key")
    return tmp_path / "log.key"


def signers(path, tenant="acme"):
    return key_file.load(path).of(tenant).signers


def test_a_token_is_opened_by_another_server_with_the_key(path):
    token = sealed(signers(path), "acme", LIST, 17)
    assert opened(signers(path), "acme", LIST, token) == 17
    assert len(token) <= 200


def test_a_token_tells_nothing(path):
    """Of the same place there are as many tokens as anybody asks for."""
    tokens = [sealed(signers(path), "acme", LIST, 17) for _ in range(100)]
    assert len(set(tokens)) == 100
    assert len({len(token) for token in tokens}) == 1
    assert not any((17).to_bytes(8) in urlsafe_b64decode(token + "=") for token in tokens)


def test_a_token_outlives_the_replacing_of_a_key_until_that_is_retired(path):
    token = sealed(signers(path), "acme", LIST, 17)
    sizes = {OPERATOR: SignedSize(0)}
    key_file.rotate(path, sizes)
    assert opened(signers(path), "acme", LIST, token) == 17
    newer = sealed(signers(path), "acme", LIST, 18)
    key_file.retire(path, sizes)
    assert opened(signers(path), "acme", LIST, newer) == 18
    with pytest.raises(TokenRefused):
        opened(signers(path), "acme", LIST, token)


def test_any_other_text_is_refused(path, tmp_path):
    token = sealed(signers(path), "acme", LIST, 17)
    key_file.make(tmp_path / "other.key")
    for tenant, of_list, keys in (
        ("other", LIST, signers(path, "other")),
        ("acme", OTHER_LIST, signers(path)),
        ("acme", LIST, signers(tmp_path / "other.key")),
    ):
        with pytest.raises(TokenRefused):
            opened(keys, tenant, of_list, token)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(TokenRefused):
            opened(signers(path), "acme", LIST, changed)
    for text in ("", "A", "AAAA", "a" * 16, "a" * 59, "_" * 200, token[:-4], token + "AAAA"):
        with pytest.raises(TokenRefused):
            opened(signers(path), "acme", LIST, text)
