"""No shorter way changes an answer: what a server says of random companies has the hashes of the way it replaced."""

from tests.engine import scale
from tests.golden import answers

GROUPS = scale.cases(4, answers.GROUPS)


AGAIN = "pin them again: python -m tests.golden.answers"


async def test_answers_about_random_companies_are_byte_for_byte_those_that_were_pinned(tmp_path):
    names, pinned = answers.pinned()
    assert names == answers.names(), AGAIN
    assert len(pinned) == answers.GROUPS
    made = [row async for row in answers.rows(tmp_path, range(GROUPS))]
    assert answers.differing(made, pinned) == [], f"numbers of group({answers.SEED}, …, {answers.SIZE})"
    assert made == pinned[:GROUPS], f"other companies are drawn than were pinned; {AGAIN}"


def test_a_changed_answer_is_told_from_other_companies():
    same, other, changed = answers.Row("a", "1"), answers.Row("b", "2"), answers.Row("a", "2")
    assert answers.differing([same, other, changed], [same, same, same]) == [2]
