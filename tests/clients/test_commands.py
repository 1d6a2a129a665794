"""A scenario file says which dataset version and which template it means."""

import pytest

from seawall.clients import files
from seawall.clients.files import inputs
from seawall.clients.files.tree import FileRefused

DATASET, OTHER = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def scenario(text, dataset=None):
    return inputs.scenario(files.read_yaml("FILE", text), dataset)


def test_the_dataset_version_comes_from_the_caller_or_from_the_file():
    assert scenario("name: A", DATASET)[0].dataset_version_id == DATASET
    assert scenario(f"dataset_version_id: {DATASET}")[0].dataset_version_id == DATASET
    assert scenario(f"dataset_version_id: {DATASET}", DATASET)[0].dataset_version_id == DATASET


def test_two_dataset_versions_are_one_too_many():
    with pytest.raises(
        FileRefused, match=r"FILE:2:1: dataset_version_id: found sha256:1+; allowed: sha256:2+, which the caller names"
    ):
        scenario(f"name: A\ndataset_version_id: {DATASET}", OTHER)


def test_a_template_is_named_beside_the_scenario():
    described, template = scenario("name: A\ntemplate_name: severe")
    assert (described.name, template) == ("A", "severe")
    assert scenario("name: A")[1] is None
    with pytest.raises(FileRefused, match=r"FILE:1:16: template_name: found a list of 1"):
        scenario("template_name: [severe]")
